'use client';

import { OpenedCase } from '#app/_agreements/opened-case.tsx';
import { useTRPCClient } from '#app/_trpc/client.tsx';

/** A case of the sponsor's own, through the gate. */
export function CaseContent({ datasetId, caseId }: { datasetId: string; caseId: string }) {
  const client = useTRPCClient();
  return (
    <OpenedCase area="/sponsor" onOpen={() => client.agreements.openOwnCase.mutate({ datasetId, caseId })} />
  );
}
