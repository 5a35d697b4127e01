'use client';

import { useTRPCClient } from '#app/_trpc/client.tsx';
import { DecideWithReason } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/decide-with-reason.tsx';
import { decideRecallInput } from '#server/work/recall-schemas.ts';

const DECISIONS = [
  { value: 'kept', label: 'Keep the labels', hint: 'They were looked at, or others confirm them.' },
  { value: 'relabelled', label: 'Have them read again', hint: 'The batch for it opens filled in.' },
];

type DecideRecallProps = { recall: { id: string; alias: string; batchName: string }; listId: string };

/** The clinical lead decides with a reason; it goes into the evidence. */
export function DecideRecall({ recall, listId }: DecideRecallProps) {
  const client = useTRPCClient();
  const { id: recallId, alias, batchName } = recall;
  return (
    <DecideWithReason
      about={`the labels of ${alias} in ${batchName}`}
      listId={listId}
      title={`What becomes of the labels of ${alias}?`}
      description="Whatever you decide, they stay in the record with the reason."
      decisions={DECISIONS}
      subject={{ recallId }}
      input={decideRecallInput}
      decide={(input) => client.work.decideRecall.mutate(input)}
    />
  );
}
