import type { Metadata } from 'next';
import { ContractPage } from '#app/_contracts/contract-page.tsx';
import { loaded } from '#app/_trpc/server.ts';
import { hasRight } from '#app/(sponsor)/sponsor/_parts/rights.tsx';

export const metadata: Metadata = { title: 'Contract' };

/** A contract as the sponsor sees it. */
export default async function SponsorContractPage({
  params,
}: {
  params: Promise<{ projectId: string; contractId: string }>;
}) {
  const { projectId, contractId } = await params;
  const [contract, mayAward, maySign] = await Promise.all([
    loaded((call) => call.contracts.forSponsor({ contractId })),
    hasRight('contract.award'),
    hasRight('agreement.sign'),
  ]);
  return (
    <ContractPage
      contract={contract}
      base={`/sponsor/projects/${projectId}/contracts/${contractId}`}
      mayPropose={mayAward}
      mayDecide={mayAward}
      mayEnd={maySign}
    />
  );
}
