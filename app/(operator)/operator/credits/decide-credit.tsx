'use client';

import { ReasonDialog } from '#app/_contracts/reason-dialog.tsx';
import { useTRPCClient } from '#app/_trpc/client.tsx';

/** The operator's decision on a disputed credit; both sides read the reason. */
export function DecideCredit({ resultId }: { resultId: string }) {
  const client = useTRPCClient();
  return (
    <div className="flex gap-2">
      <ReasonDialog
        verb="Uphold credit"
        title="Uphold the credit"
        description="It is taken from what is owed to the vendor and given to the project."
        done="The credit stands; both sides are told."
        onDecide={(reason) => client.contracts.decideCredit.mutate({ resultId, decision: 'uphold', reason })}
      />
      <ReasonDialog
        verb="Set credit aside"
        title="Set the credit aside"
        description="The vendor keeps what the batch earned."
        done="The credit is set aside; both sides are told."
        onDecide={(reason) => client.contracts.decideCredit.mutate({ resultId, decision: 'waive', reason })}
      />
    </div>
  );
}
