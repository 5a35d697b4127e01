'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { type AgreementKind, KIND_TITLES } from '#server/agreements/schemas.ts';
import { sayDay } from '#server/notifications/say-day.ts';

/** Asks for an agreement with the platform; its document is printed and opened for signing. */
export function RequestAgreement({
  kinds,
  interimUntil,
  base,
}: {
  kinds: readonly AgreementKind[];
  /** By kind: the day on which one begins that is signed already. */
  interimUntil: Partial<Record<AgreementKind, string>>;
  base: string;
}) {
  const trpc = useTRPC();
  const router = useRouter();
  const [kind, setKind] = useState<AgreementKind | undefined>(kinds[0]);
  const until = kind && interimUntil[kind];
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const request = useMutation(
    trpc.agreements.request.mutationOptions({
      onSuccess: ({ id }) => router.push(`${base}/${id}`),
      onError: (error) => setProblems(refusalProblems(error)),
    }),
  );
  return (
    <Dialog
      title="Ask for an agreement"
      description="The document is prepared at once. Your organisation signs it, then the platform."
      trigger={<Button variant="primary">Ask for agreement</Button>}
      footer={
        <Button
          variant="primary"
          pending={request.isPending}
          onClick={() => {
            setProblems([]);
            if (kind !== undefined) request.mutate({ kind });
          }}
        >
          Prepare document
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <FormErrorSummary problems={problems} />
        <Field
          label="Kind"
          name="kind"
          {...(until === undefined
            ? {}
            : { hint: `One is signed already and begins on ${sayDay(until)}; this one holds until then.` })}
        >
          <NativeSelect value={kind} onChange={(event) => setKind(event.target.value as AgreementKind)}>
            {kinds.map((one) => (
              <option key={one} value={one}>
                {KIND_TITLES[one]}
              </option>
            ))}
          </NativeSelect>
        </Field>
      </div>
    </Dialog>
  );
}
