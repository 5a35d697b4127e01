'use client';

import { useTRPCClient } from '#app/_trpc/client.tsx';
import { ReasonDialog } from './reason-dialog.tsx';

/** The vendor disputes a credit, or the sponsor gives it up. */
export function CreditAction({ resultId, kind }: { resultId: string; kind: 'dispute' | 'waive' }) {
  const client = useTRPCClient();
  return kind === 'dispute' ? (
    <ReasonDialog
      verb="Dispute credit"
      title="Dispute the credit"
      description="Nothing is taken until an operator has decided. Say what was measured wrongly, or why it was not your doing."
      done="Disputed. An operator decides."
      onDecide={(reason) => client.contracts.disputeCredit.mutate({ resultId, reason })}
    />
  ) : (
    <ReasonDialog
      verb="Give credit up"
      title="Give the credit up"
      description="The vendor keeps what the batch earned. This cannot be taken back."
      done="The credit is given up."
      onDecide={(reason) => client.contracts.waiveCredit.mutate({ resultId, reason })}
    />
  );
}
