import type { inferRouterOutputs } from '@trpc/server';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { counted, dayWords } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { hasRight } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import { comparisonAnswer } from '#server/bids/comparison-words.ts';
import type { AppRouter } from '#server/routers/_app.ts';
import { AwardPart } from './award-part.tsx';
import { GONE } from './bid-facts.ts';
import { BidTable } from './bid-table.tsx';
import { CallRoom } from './call-room.tsx';
import { CloseCall } from './close-call.tsx';
import { CostPlot } from './cost-plot.tsx';
import { ExtendCall } from './extend-call.tsx';
import { RankList } from './rank-list.tsx';
import { ReachPanel } from './reach-panel.tsx';
import { TermsLine } from './terms-line.tsx';
import { WeightsDialog } from './weights-dialog.tsx';

type Outputs = inferRouterOutputs<AppRouter>;
export type Compared = Outputs['bids']['compare'];
export type ComparedBid = Compared['bids'][number];
export type ComparedCall = NonNullable<Compared['call']>;

type ComparePageProps = { view: Outputs['projects']['get']; compared: Compared; call: ComparedCall };

/** The bids of a call side by side, why vendors rank as they do, and what can be decided. */
export async function ComparePage({ view, compared, call }: ComparePageProps) {
  const { project } = view;
  const [candidates, reach, datasets, pilots, room] = await loaded((api) =>
    Promise.all([
      api.matching.candidates({ projectId: project.id, limit: 100 }),
      api.matching.reach({ projectId: project.id, priceMinor: null }),
      api.datasets.list({ projectId: project.id }),
      api.pilots.ofProject({ projectId: project.id }),
      api.bids.callRoom({ callId: call.callId }),
    ]),
  );
  const isOpen = call.status === 'open';
  const mayWrite = await hasRight('project.write');
  return (
    <>
      <PageHeader
        title="Bids"
        meta={<StatusPill state={call.status} />}
        actions={
          !mayWrite ? null : isOpen ? (
            <>
              <ExtendCall callId={call.callId} closesAt={call.closesAt} />
              {room.isSealed && room.bids.handedIn > 0 ? null : <CloseCall callId={call.callId} />}
            </>
          ) : mayCallAgain(compared) ? (
            <LinkButton variant="primary" href={`/sponsor/projects/${project.id}/bids?call=new`}>
              Open another call
            </LinkButton>
          ) : null
        }
      >
        <AnswerLine>
          {room.isSealed ? (
            <>
              <strong>{counted(room.bids.handedIn, 'bid')}</strong> {room.bids.handedIn === 1 ? 'is' : 'are'}{' '}
              in, sealed until {dayWords(call.closesAt)}.
            </>
          ) : (
            answerOf(compared, isOpen)
          )}
        </AnswerLine>
      </PageHeader>
      <div className="pb-8 empty:hidden">
        <CostPlot compared={compared} />
      </div>
      <Section
        title="Side by side"
        says={<TermsLine call={call} currency={project.currency} />}
        actions={
          compared.bids.length === 0 ? null : (
            <a
              className="focus-target text-accent-ink text-sm underline"
              href={`/api/documents/comparisons/${project.id}`}
              download
            >
              Download as PDF
            </a>
          )
        }
      >
        {compared.bids.length === 0 ? (
          <EmptyState title={room.isSealed ? 'Bids are sealed' : 'No bid yet'}>
            {room.isSealed ? (
              <>
                They open at the end of the call, all at once: <DateTime at={call.closesAt} format="minute" />
                .
              </>
            ) : isOpen ? (
              <>Bids appear here as they come in, until {dayWords(call.closesAt)}.</>
            ) : (
              'The call ended without a bid. Open another one with terms that fit more vendors.'
            )}
          </EmptyState>
        ) : (
          <BidTable
            compared={compared}
            candidates={candidates}
            pilots={pilots}
            project={{ id: project.id }}
            terms={call.pilotTerms}
            feeBasisPoints={project.platformFeeBasisPoints}
            datasets={datasets.map(({ id, name, caseCount }) => ({ id, name, caseCount }))}
            mayAward={await hasRight('contract.award')}
          />
        )}
      </Section>
      {compared.bids.length > 0 && (await hasRight('contract.award')) ? (
        <Section
          title="Award"
          says="A vendor’s share is awarded with the signed decision on its pilot (R13). Shares add up to at most 100 %."
        >
          <AwardPart
            compared={compared}
            callId={call.callId}
            projectId={project.id}
            currency={project.currency}
          />
        </Section>
      ) : null}
      <Section title="The call">
        <CallRoom room={room} mayWrite={mayWrite} vendors={choicesOf(candidates)} />
      </Section>
      <Section
        title="Why this rank"
        says="Everybody who could do this work, by hard gates and then by parts whose weights are shown. Vendors see the same about themselves."
        actions={mayWrite ? <WeightsDialog projectId={project.id} weights={reach.weights} /> : null}
      >
        <RankList candidates={candidates} bidders={new Set(compared.bids.map((bid) => bid.vendor.id))} />
      </Section>
      {isOpen ? <ReachPanel projectId={project.id} currency={project.currency} /> : null}
    </>
  );
}

/** Verified vendors that can be invited, best fit first. */
export function choicesOf(candidates: Outputs['matching']['candidates']) {
  return candidates
    .filter(
      ({ kind, gates }) =>
        kind === 'vendor' && gates.every((one) => one.code !== 'organisation_verified' || one.passed),
    )
    .map(({ orgId, name, country, score }) => ({ orgId, name, country, fits: score !== null }));
}

/** A closed call may be followed by another one when it left no bid to decide on and no award in force. */
export function mayCallAgain({ call, bids, awards }: Compared): boolean {
  const isOver = (bid: ComparedBid) =>
    GONE.includes(bid.status) ||
    (bid.status === 'awarded' &&
      awards.every((one) => one.vendorOrgId !== bid.vendor.id || one.status !== 'active'));
  return call !== null && call.status !== 'open' && bids.every(isOver);
}

function answerOf(compared: Compared, isOpen: boolean) {
  const { bids, call } = compared;
  const live = bids.filter((bid) => !GONE.includes(bid.status));
  const until = call && isOpen ? ` The call is open until ${dayWords(call.closesAt)}.` : '';
  if (live.length === 0) {
    return (
      <>
        {bids.length === 0 ? 'No bid yet.' : 'No bid is left to decide on.'}
        {until}
      </>
    );
  }
  return (
    <>
      <strong>{counted(live.length, 'bid')}</strong>. {comparisonAnswer(compared)}
      {until}
    </>
  );
}
