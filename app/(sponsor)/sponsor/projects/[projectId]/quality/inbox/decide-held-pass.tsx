'use client';

import { useTRPCClient } from '#app/_trpc/client.tsx';
import { DecideWithReason } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/decide-with-reason.tsx';
import { decideHeldPassInput } from '#server/work/held-pass-schemas.ts';

const DECISIONS = [
  {
    value: 'kept',
    label: 'Let the pass stay',
    hint: 'The answers left are too few to tell, or other evidence speaks for the person.',
  },
  {
    value: 'taken',
    label: 'End the pass',
    hint: 'New work that asks for it closes to the person; what was read stays paid.',
  },
];

type DecideHeldPassProps = {
  pass: { batchId: string; batchName: string; alias: string; revision: number };
  listId: string;
};

/** A person decides with a reason, which the person concerned is told. */
export function DecideHeldPass({ pass, listId }: DecideHeldPassProps) {
  const client = useTRPCClient();
  const { batchId, batchName, alias, revision } = pass;
  return (
    <DecideWithReason
      about={`the pass of ${alias} in ${batchName}`}
      listId={listId}
      title={`What becomes of the pass of ${alias}?`}
      description="Both markings stay in the record with your reason."
      reasonHint="The person reads it. No patient data, and not which cases were gold."
      decisions={DECISIONS}
      subject={{ batchId, alias, revision }}
      input={decideHeldPassInput}
      decide={(input) => client.work.decideHeldPass.mutate(input)}
    />
  );
}
