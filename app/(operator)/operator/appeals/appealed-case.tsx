'use client';

import { OpenedCase } from '#app/_agreements/opened-case.tsx';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { useInstantWords } from '#app/_ui/date-time.tsx';

export type AppealedCaseProps = { batchId: string; labelId: string; author: string; submittedAt: Date };

/** The case that an appealed read is of, for whoever decides; it closes with the decision. */
export function AppealedCase({ batchId, labelId, author, submittedAt }: AppealedCaseProps) {
  const client = useTRPCClient();
  const when = useInstantWords(submittedAt);
  return (
    <OpenedCase
      area="/operator"
      caseOf={`the read by ${author} of ${when}`}
      hint="Recorded in the access log with its purpose; it closes with the decision."
      onOpen={() => client.appeals.openCase.mutate({ batchId, labelId })}
    />
  );
}
