import type { Metadata } from 'next';
import { z } from 'zod';
import { AgreementTable } from '#app/_agreements/agreement-table.tsx';
import { counterparty } from '#app/_agreements/agreement-words.ts';
import { AttestPeople } from '#app/_agreements/attest-people.tsx';
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

const query = z.object({
  q: z.string().trim().max(120).catch(''),
  after: z.uuid().optional().catch(undefined),
});

type OperatorAgreementsProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/** What waits for the platform's signature, oldest first, who of its own people is attested, and every agreement there is, by pages. */
export default async function OperatorAgreementsPage({ searchParams }: OperatorAgreementsProps) {
  const { q: text, after } = query.parse(await searchParams);
  const { waiting, waitingTotal, agreements, next, people } = await loaded(async (call) => {
    const { capabilities } = await call.identity.me();
    return {
      ...(await call.agreements.operatorList({ text, after })),
      // R19: its own people look at cases too, to decide appeals and where it makes exams.
      people: capabilities.includes('org.manage') ? await call.agreements.ownStaff() : null,
    };
  });
  return (
    <>
      <PageHeader
        title="Agreements"
        actions={
          <>
            <LinkButton href="/operator/agreements/rules">Access rules</LinkButton>
            <CreateAgreement />
          </>
        }
      >
        <AnswerLine>
          {waitingTotal === 0 ? (
            'No agreement waits for the platform’s signature.'
          ) : (
            <>
              <strong>{waitingTotal.toLocaleString('en')}</strong>{' '}
              {waitingTotal === 1 ? 'agreement waits' : 'agreements wait'} for the platform’s signature
              {waiting.length < waitingTotal ? `; the first ${waiting.length} are shown` : ''}.
            </>
          )}
        </AnswerLine>
      </PageHeader>
      <div className="flex flex-col gap-8">
        <NeedsYou
          title="To sign"
          empty="No agreement waits for the platform."
          items={waiting.map((one) => ({
            id: one.id,
            title: `${one.status === 'sent' ? 'Sign' : 'Countersign'} the ${KIND_TITLES[one.kind].toLowerCase()} with ${counterparty(one)}`,
            why: one.status === 'sent' ? 'neither side has signed' : 'the other side has signed',
            when: <DateTime at={one.createdAt} format="day" />,
            href: `/operator/agreements/${one.id}`,
            tone: one.status === 'sent' ? 'neutral' : 'attention',
          }))}
        />
        {people === null ? null : (
          <AttestPeople people={people} today={new Date().toISOString().slice(0, 10)} scope="own" />
        )}
        <section className="flex flex-col gap-3">
          <h2 className="font-semibold text-lg">All agreements</h2>
          <AgreementTable
            agreements={agreements}
            base="/operator/agreements"
            page={{ next }}
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
