import type { Metadata } from 'next';
import { ContractList } from '#app/_contracts/contract-list.tsx';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';

export const metadata: Metadata = { title: 'Contracts' };

/** A project's awards: with whom, at what price, and what waits for a signature. */
export default async function ContractsPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  const lines = await loaded((call) => call.contracts.ofProject({ projectId }));
  const share = lines
    .filter((line) => line.status === 'active')
    .reduce((sum, line) => sum + line.shareBasisPoints, 0);
  const toSign = lines.filter((line) => line.isToSign).length;
  const elsewhere = lines.filter((line) => line.waits !== null && !line.isToSign).length;
  return (
    <>
      <PageHeader title="Contracts">
        <AnswerLine>
          {lines.length === 0 ? (
            'Nothing is awarded yet.'
          ) : (
            <>
              <strong>{share / 100} %</strong> of the work is awarded;{' '}
              {toSign > 0 ? <strong>{toSign} with terms to sign</strong> : 'nothing waits for your signature'}
              {elsewhere > 0 ? `, ${elsewhere} for that of the other side` : ''}.
            </>
          )}
        </AnswerLine>
      </PageHeader>
      <ContractList lines={lines} side="sponsor" />
    </>
  );
}
