import type { Metadata } from 'next';
import { ContractList } from '#app/_contracts/contract-list.tsx';
import { loaded, whoAmI } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { OrderList } from './order-list.tsx';

export const metadata: Metadata = { title: 'Contracts' };

/** A vendor's awards: for whom, at what price, and what waits for a signature. */
export default async function VendorContractsPage() {
  const lines = await loaded((call) => call.contracts.mine());
  const orders = await loaded((call) => call.ownStaff.orders());
  const active = lines.filter((line) => line.status === 'active').length;
  const toSign = lines.filter((line) => line.isToSign).length;
  const elsewhere = lines.filter((line) => line.waits !== null && !line.isToSign).length;
  return (
    <>
      <PageHeader title="Contracts">
        <AnswerLine>
          {lines.length === 0 ? (
            'You have no contract yet.'
          ) : (
            <>
              <strong>{active}</strong> {active === 1 ? 'contract is' : 'contracts are'} in force;{' '}
              {toSign > 0 ? <strong>{toSign} with terms to sign</strong> : 'nothing waits for your signature'}
              {elsewhere > 0 ? `, ${elsewhere} for that of the other side` : ''}.
            </>
          )}
        </AnswerLine>
      </PageHeader>
      {orders.length === 0 ? null : (
        <OrderList
          orders={orders}
          mayAnswer={(await whoAmI())?.capabilities.includes('bid.write') ?? false}
        />
      )}
      <ContractList lines={lines} side="vendor" />
    </>
  );
}
