import type { Metadata } from 'next';
import { AgreementTable } from '#app/_agreements/agreement-table.tsx';
import { counterparty, waitsForUs } from '#app/_agreements/agreement-words.ts';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { NeedsYou } from '#app/_ui/needs-you.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { KIND_TITLES } from '#server/agreements/schemas.ts';
import { CreateAgreement } from './create-agreement.tsx';

export const metadata: Metadata = { title: 'Agreements' };

/** What waits for the platform's signature, oldest first, and every agreement there is. */
export default async function OperatorAgreementsPage() {
  const { agreements, organisations } = await loaded(async (call) => ({
    agreements: await call.agreements.operatorList(),
    organisations: await call.identity.organisations({ status: 'verified', limit: 100 }),
  }));
  const waiting = agreements.filter(waitsForUs);
  const signedByOther = waiting.filter((one) => one.status === 'partially_signed');
  return (
    <>
      <PageHeader
        title="Agreements"
        actions={
          <>
            <LinkButton href="/operator/agreements/rules">Access rules</LinkButton>
            <CreateAgreement
              organisations={organisations.items.map(({ id, legalName, kind }) => ({ id, legalName, kind }))}
            />
          </>
        }
      >
        <AnswerLine>
          {signedByOther.length === 0 ? (
            'No organisation waits for your countersignature.'
          ) : (
            <>
              <strong>{signedByOther.length}</strong>{' '}
              {signedByOther.length === 1 ? 'agreement waits' : 'agreements wait'} for your countersignature.
            </>
          )}
        </AnswerLine>
      </PageHeader>
      <div className="flex flex-col gap-8">
        <NeedsYou
          title="To sign"
          empty="No agreement waits for the platform."
          items={[...signedByOther, ...waiting.filter((one) => one.status === 'sent')].map((one) => ({
            id: one.id,
            title: `${one.status === 'sent' ? 'Sign' : 'Countersign'} the ${KIND_TITLES[one.kind].toLowerCase()} with ${counterparty(one)}`,
            why: one.status === 'sent' ? 'neither side has signed' : 'the other side has signed',
            when: <DateTime at={one.createdAt} format="day" />,
            href: `/operator/agreements/${one.id}`,
            tone: one.status === 'sent' ? 'neutral' : 'attention',
          }))}
        />
        <section className="flex flex-col gap-3">
          <h2 className="font-semibold text-lg">All agreements</h2>
          <AgreementTable
            agreements={agreements}
            base="/operator/agreements"
            empty={
              <EmptyState title="No agreements yet">
                They appear here when an organisation asks for one or you prepare one.
              </EmptyState>
            }
          />
        </section>
      </div>
    </>
  );
}
