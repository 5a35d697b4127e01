'use client';

import { ReasonDialog } from '#app/_contracts/reason-dialog.tsx';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { useInstantWords } from '#app/_ui/date-time.tsx';

export type DecideAppealProps = {
  batchId: string;
  labelId: string;
  project: string;
  batch: string;
  author: string;
  submittedAt: Date;
};

/** The operator's decision on an appeal; the reader reads the reason. */
export function DecideAppeal(props: DecideAppealProps) {
  const { batchId, labelId, project, batch, author, submittedAt } = props;
  const client = useTRPCClient();
  const which = `the read by ${author} of ${useInstantWords(submittedAt)} in ${project}, ${batch}`;
  const decide = (outcome: 'upheld' | 'overturned') => (reason: string) =>
    client.appeals.decide.mutate({ batchId, labelId, outcome, reason });
  return (
    <div className="flex gap-2">
      <ReasonDialog
        verb="Overturn rejection"
        title={`Overturn the rejection of ${which}`}
        label={`Overturn rejection of ${which}`}
        description="The read is accepted and paid at the price it was claimed at, and counts again beside the one that took its place."
        done="The rejection is overturned; the reader is paid and told."
        onDecide={decide('overturned')}
      />
      <ReasonDialog
        verb="Uphold rejection"
        title={`Uphold the rejection of ${which}`}
        label={`Uphold rejection of ${which}`}
        description="The read stays unpaid and unused. The reader cannot appeal again."
        done="The rejection stands; the reader is told why."
        onDecide={decide('upheld')}
      />
    </div>
  );
}
