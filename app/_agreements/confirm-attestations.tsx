'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { z } from 'zod';
import { refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { attestationText, attestationView } from '#server/agreements/schemas.ts';

type Attestation = z.infer<typeof attestationView>;

/** What organisations say about the person, for them to confirm (R19). */
export function ConfirmAttestations({
  attestations,
  text,
}: {
  attestations: readonly Attestation[];
  /** The statement in its newest version. */
  text: z.infer<typeof attestationText>;
}) {
  return (
    <ul className="flex flex-col gap-3">
      {attestations.map((one) => (
        <li key={one.id} className="rounded-lg border border-line-strong bg-surface p-4">
          <div className="flex flex-wrap items-start justify-between gap-2">
            <p className="prose-width text-base">
              <strong className="font-semibold">{one.orgName}</strong> states that you are{' '}
              {one.relation === 'employed' ? 'employed by it' : 'under its direct control'} and were trained
              in privacy on {one.privacyTrainingOn}.
            </p>
            {one.confirmedAt === null ? (
              <StatusPill state="pending">Waits for you</StatusPill>
            ) : (
              <StatusPill state="confirmed" />
            )}
          </div>
          {one.confirmedAt === null ? <Statement text={text} /> : null}
          {one.confirmedAt === null ? (
            <Confirm attestation={one} />
          ) : (
            <p className="mt-1 text-ink-3 text-sm">
              Confirmed <DateTime at={one.confirmedAt} />, holds until {one.validUntil}.
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

function Statement({ text }: { text: z.infer<typeof attestationText> }) {
  return (
    <details className="mt-2 text-sm">
      <summary className="cursor-pointer font-medium text-accent-ink">What it says, in full</summary>
      <dl className="mt-2 flex flex-col gap-2">
        {text.clauses.map((clause) => (
          <div key={clause.key}>
            <dt className="font-medium">{clause.heading}</dt>
            <dd className="prose-width text-ink-2">{clause.text}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Confirm({ attestation }: { attestation: Attestation }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [agreed, setAgreed] = useState(false);
  const [problem, setProblem] = useState<string>();
  const confirm = useMutation(
    trpc.agreements.confirmAttestation.mutationOptions({
      onSuccess: () => {
        toast.success('Confirmed. Protected data opens for you as far as the agreements reach.');
        router.refresh();
      },
      onError: (error) => setProblem(refusalProblems(error)[0]?.message),
    }),
  );
  return (
    <div className="mt-3 flex flex-col gap-3">
      <Checkbox
        label="This is right. I keep what I see confidential, I do not try to identify anyone, and I report what I should not have seen."
        checked={agreed}
        aria-invalid={problem === undefined ? undefined : true}
        onCheckedChange={(checked) => setAgreed(checked === true)}
      />
      {problem === undefined ? null : (
        <p role="alert" className="text-critical-ink text-sm">
          {problem}
        </p>
      )}
      <div>
        <Button
          variant="primary"
          pending={confirm.isPending}
          onClick={() => {
            setProblem(agreed ? undefined : 'Tick the statement if it is what you mean to confirm.');
            if (agreed) confirm.mutate({ attestationId: attestation.id });
          }}
        >
          Confirm attestation
        </Button>
      </div>
    </div>
  );
}
