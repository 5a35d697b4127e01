'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { CopyId } from '#app/_ui/copy-id.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { type Signature, SignDialog } from '#app/_ui/sign-dialog.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { toast } from '#app/_ui/toast.ts';
import { GOLD_MEANING, type GoldView } from '#server/gold/schemas.ts';

type GoldSet = GoldView['sets'][number];
type GoldSetsPartProps = {
  sets: readonly GoldSet[];
  unresolved: number;
  maySign: boolean;
  signerName: string;
};

/** The versions of the gold set; the draft is signed by the clinical lead once nothing waits. */
export function GoldSetsPart({ sets, unresolved, maySign, signerName }: GoldSetsPartProps) {
  return (
    <section aria-labelledby="sets-title" className="flex flex-col gap-2">
      <h2 id="sets-title" className="font-semibold text-sm">
        Gold sets
      </h2>
      {sets.length === 0 ? <p className="text-ink-3 text-sm">None yet.</p> : null}
      <ul className="flex flex-col gap-3 text-sm">
        {sets.map((set) => (
          <li key={set.id} className="flex flex-col gap-1">
            <span className="flex flex-wrap items-center gap-2">
              <span className="font-medium">Version {set.version}</span>
              <StatusPill state={set.status} />
            </span>
            <span className="flex flex-wrap items-center gap-1 text-ink-3 text-xs">
              {set.itemCount} answers
              {set.signedAt === null ? null : (
                <>
                  · signed <DateTime at={set.signedAt} />
                </>
              )}
              · content <CopyId id={set.contentSha256} shown={12} />
            </span>
            {set.status === 'draft' && maySign ? (
              <SignSet set={set} unresolved={unresolved} signerName={signerName} />
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

function SignSet({ set, unresolved, signerName }: { set: GoldSet; unresolved: number; signerName: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const reauthenticate = useMutation(trpc.identity.reauthenticate.mutationOptions());
  const sign = useMutation(trpc.gold.signSet.mutationOptions());
  if (unresolved > 0) {
    return (
      <p className="text-ink-2 text-xs">
        Can be signed when the {unresolved} {unresolved === 1 ? 'case that waits is' : 'cases that wait are'}{' '}
        decided.
      </p>
    );
  }
  async function onSign({ typedName, password, code }: Signature) {
    try {
      await reauthenticate.mutateAsync({ password, code });
      const { active } = await sign.mutateAsync({
        goldSetId: set.id,
        contentSha256: set.contentSha256,
        typedName,
      });
      toast.success(`${active} answers are in force.`);
      router.refresh();
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : 'The signature could not be given. Try again.';
    }
  }
  return (
    <div>
      <SignDialog
        subject={`gold set v${set.version}`}
        meaning={GOLD_MEANING}
        signerName={signerName}
        contentHash={set.contentSha256}
        trigger={<Button variant="primary">Sign gold set v{set.version}</Button>}
        onSign={onSign}
      />
    </div>
  );
}
