import type { Metadata } from 'next';
import { FitNote, isFitting } from '#app/_matching/fit-note.tsx';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { LEVEL_WORDS } from '#server/credentials/describe.ts';
import { BidForm } from './bid-form.tsx';
import { CallTerms } from './call-terms.tsx';

export const metadata: Metadata = { title: 'Call' };

/** A call: what is asked, whether we fit and why, and the bid. */
export default async function CallPage({ params }: { params: Promise<{ callId: string }> }) {
  const { callId } = await params;
  const { call, fit, staff, team, me } = await loaded(async (api) => {
    const me = await api.identity.me();
    const bids = me.capabilities.includes('bid.write');
    return {
      me,
      call: await api.bids.getCall({ callId }),
      fit: await api.matching.whyMe({ callId }),
      staff: bids ? (await api.identity.staff()).members : [],
      team: bids ? await api.credentials.team() : [],
    };
  });
  const isOpen = call.status === 'open' && call.closesAt > new Date();
  const people = staff
    .filter(({ roles }) => roles.some((role) => role === 'vendor_annotator' || role === 'qa_lead'))
    .map(({ personId, name }) => ({
      personId,
      name,
      credentials: team
        .filter((credential) => credential.personId === personId)
        .map((credential) => `${credential.title} (${LEVEL_WORDS[credential.level]})`)
        .join(', '),
    }));
  return (
    <>
      <PageHeader
        title={call.project.title}
        crumbs={[{ label: 'Calls', href: '/vendor/calls' }, { label: call.project.title }]}
        meta={<StatusPill state={isOpen ? 'open' : 'closed'} />}
      >
        <AnswerLine>
          {isOpen ? (
            <>
              Open until <DateTime at={call.closesAt} format="minute" />. Each case is read by{' '}
              <strong>{call.pilotTerms.overlap}</strong> people; the pilot has{' '}
              <strong>{call.pilotTerms.cases}</strong> cases.
            </>
          ) : (
            'This call takes no more bids.'
          )}
        </AnswerLine>
      </PageHeader>
      <div className="flex flex-col gap-8">
        <FitNote
          title={
            isFitting(fit)
              ? 'Your organisation fits this call'
              : 'Your organisation does not fit this call yet'
          }
          because={isFitting(fit) ? 'Every gate is open; the bid names the people.' : null}
          fit={fit}
        />
        <CallTerms call={call} />
        <section aria-label="Your bid" className="flex max-w-[720px] flex-col gap-3">
          <h2 className="font-semibold text-lg">Your bid</h2>
          {call.myBid ? (
            <p className="text-base">
              You have a bid on this call: <StatusPill state={call.myBid.status} />{' '}
              <LinkButton size="sm" href="/vendor/bids">
                See your bids
              </LinkButton>
            </p>
          ) : !me.capabilities.includes('bid.write') ? (
            <p className="text-ink-2">Your role does not write bids. Ask the owner or a staffing lead.</p>
          ) : isOpen ? (
            <BidForm
              callId={callId}
              currency={call.project.currency}
              overlap={call.pilotTerms.overlap}
              people={people}
              countries={call.project.allowedCountries}
              today={new Date().toISOString().slice(0, 10)}
            />
          ) : (
            <p className="text-ink-2">The call is closed.</p>
          )}
        </section>
      </div>
    </>
  );
}
