import type { Metadata } from 'next';
import { ProposeTerms } from '#app/_contracts/propose-terms.tsx';
import { loaded } from '#app/_trpc/server.ts';
import { PageHeader } from '#app/_ui/page-header.tsx';

export const metadata: Metadata = { title: 'Propose terms' };

/** Other terms for a contract, proposed by the vendor. */
export default async function VendorProposePage({ params }: { params: Promise<{ contractId: string }> }) {
  const { contractId } = await params;
  const contract = await loaded((call) => call.contracts.forVendor({ contractId }));
  return (
    <>
      <PageHeader title={`Propose terms to ${contract.sponsor}`} />
      <ProposeTerms contract={contract} back={`/vendor/contracts/${contractId}`} />
    </>
  );
}
