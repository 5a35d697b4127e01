'use client';

import { useTRPCClient } from '#app/_trpc/client.tsx';
import { ReasonDialog } from './reason-dialog.tsx';

/** Withdraws one's own proposal or declines the other side's; the terms in force stay. */
export function CloseProposal({ versionId, verb }: { versionId: string; verb: 'Withdraw' | 'Decline' }) {
  const client = useTRPCClient();
  return (
    <div>
      <ReasonDialog
        verb={`${verb} proposal`}
        title={`${verb} the proposal`}
        description="No signature on it will count. The terms in force stay, and the other side is told."
        done="The proposal is closed; the terms in force stay."
        isDanger
        onDecide={(reason) => client.contracts.closeProposal.mutate({ versionId, reason })}
      />
    </div>
  );
}
