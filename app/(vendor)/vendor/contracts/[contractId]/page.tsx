import type { Metadata } from 'next';
import { ContractPage } from '#app/_contracts/contract-page.tsx';
import { loaded } from '#app/_trpc/server.ts';

export const metadata: Metadata = { title: 'Contract' };

/** A contract as the vendor sees it. */
export default async function VendorContractPage({ params }: { params: Promise<{ contractId: string }> }) {
  const { contractId } = await params;
  const { contract, capabilities } = await loaded(async (call) => ({
    contract: await call.contracts.forVendor({ contractId }),
    capabilities: (await call.identity.me()).capabilities,
  }));
  const mayWrite = capabilities.includes('bid.write');
  return (
    <ContractPage
      contract={contract}
      base={`/vendor/contracts/${contractId}`}
      mayPropose={mayWrite}
      mayDecide={mayWrite}
      mayEnd={capabilities.includes('agreement.sign')}
    />
  );
}
