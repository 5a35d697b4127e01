import type { Metadata } from 'next';
import { ExtensionList } from '#app/_bids/extension-list.tsx';
import { FitNote, isFitting } from '#app/_matching/fit-note.tsx';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { LEVEL_WORDS } from '#server/credentials/describe.ts';
import { BidPart } from './bid-part.tsx';
import { CallTerms } from './call-terms.tsx';
import { QuestionsPart } from './questions-part.tsx';

export const metadata: Metadata = { title: 'Call' };

/** People of a vendor that can be named without asking for more of them. */
const MOST_STAFF = 1_000;

/** The bid room of a call: what is asked, whether we fit and why, questions and answers, and our bid with its versions. */
export default async function CallPage({ params }: { params: Promise<{ callId: string }> }) {
  const { callId } = await params;
  const { call, room, history, fit, staff, team, teams, me } = await loaded(async (api) => {
    const me = await api.identity.me();
    const bids = me.capabilities.includes('bid.write');
    const call = await api.bids.getCall({ callId });
    const staff = bids ? (await api.identity.staff({ limit: MOST_STAFF })).members : [];
    return {
      me,
      call,
      room: await api.bids.bidderRoom({ callId }),
      history: call.myBid ? await api.bids.ownHistory({ bidId: call.myBid.bidId }) : null,
      fit: await api.matching.whyMe({ callId }),
      staff,
      team: bids ? await api.credentials.claimsOf({ personIds: staff.map(({ personId }) => personId) }) : [],
      teams: bids ? (await api.identity.teams()).teams : [],
    };
  });
  const isOpen = call.status === 'open';
  const mayWrite = me.capabilities.includes('bid.write');
  const people = staff
    .filter(({ roles }) => roles.some((role) => role === 'vendor_annotator' || role === 'qa_lead'))
    .map(({ personId, name }) => ({
      personId,
      name,
      credentials: team
        .filter((credential) => credential.personId === personId)
        .map((credential) => `${credential.title} (${LEVEL_WORDS[credential.level]})`)
        .join(', '),
      teamIds: teams
        .filter(({ members }) => members.some((member) => member.personId === personId))
        .map(({ teamId }) => teamId),
    }));
  return (
    <>
      <PageHeader
        title={call.project.title}
        crumbs={[{ label: 'Calls', href: '/vendor/calls' }, { label: call.project.title }]}
        meta={<StatusPill state={call.status} />}
      >
        <AnswerLine>
          {isOpen ? (
            <>
              Open until <DateTime at={call.closesAt} format="minute" />. Each case is read by{' '}
              <strong>{call.pilotTerms.overlap}</strong> people; the pilot has{' '}
              <strong>{call.pilotTerms.cases}</strong> cases.
              {call.isSealed
                ? ' Bids are sealed: the sponsor sees their number, and the rest after that.'
                : ''}
            </>
          ) : (
            'This call takes no more bids.'
          )}
        </AnswerLine>
        <ExtensionList extensions={room.extensions} />
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
        <QuestionsPart room={room} mayWrite={mayWrite} />
        <BidPart
          call={call}
          room={room}
          history={history}
          isOpen={isOpen}
          mayWrite={mayWrite}
          people={people}
          teams={teams.filter(({ members }) => members.length > 0)}
        />
      </div>
    </>
  );
}
