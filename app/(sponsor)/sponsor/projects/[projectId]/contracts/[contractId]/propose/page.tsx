import type { Metadata } from 'next';
import { ProposeTerms } from '#app/_contracts/propose-terms.tsx';
import { loaded } from '#app/_trpc/server.ts';
import { PageHeader } from '#app/_ui/page-header.tsx';

export const metadata: Metadata = { title: 'Propose terms' };

/** Other terms for a contract, proposed by the sponsor. */
export default async function ProposePage({
  params,
}: {
  params: Promise<{ projectId: string; contractId: string }>;
}) {
  const { projectId, contractId } = await params;
  const contract = await loaded((call) => call.contracts.forSponsor({ contractId }));
  return (
    <>
      <PageHeader title={`Propose terms to ${contract.vendor}`} />
      <ProposeTerms contract={contract} back={`/sponsor/projects/${projectId}/contracts/${contractId}`} />
    </>
  );
}
