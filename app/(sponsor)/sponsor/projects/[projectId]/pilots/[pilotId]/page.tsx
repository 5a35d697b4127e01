import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ReturnLine } from '#app/_pilots/return-line.tsx';
import { SignedRecords } from '#app/_pilots/signed-records.tsx';
import { loaded, whoAmI } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { Badge } from '#app/_ui/badge.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { DecisionNote } from '#app/_ui/decision-note.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { Money } from '#app/_ui/money.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { BatchActions } from '#app/(sponsor)/sponsor/_parts/batch-actions.tsx';
import { BatchProgress } from '#app/(sponsor)/sponsor/_parts/batch-progress.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { MoveToProtocol } from '#app/(sponsor)/sponsor/_parts/move-to-protocol.tsx';
import { hasRight, NotForYourRole } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import { isId } from '#server/core/ids.ts';
import { ComputeCard } from './compute-card.tsx';
import { DecidePilot } from './decide-pilot.tsx';
import { stateOfPilot } from './given-up-words.ts';
import { OrderRetry } from './order-retry.tsx';
import { answerOfPilot, type PilotDetail } from './pilot-answer.tsx';
import { ScorecardView } from './scorecard-view.tsx';

export const metadata: Metadata = { title: 'Pilot' };

type PilotPageProps = { params: Promise<{ projectId: string; pilotId: string }> };

/** Did they pass, and would another sample say the same? The card, what it rests on, and the signed decision. */
export default async function PilotPage({ params }: PilotPageProps) {
  const { projectId, pilotId } = await params;
  if (!isId(pilotId)) notFound();
  if (!(await hasRight('bid.compare'))) {
    return (
      <>
        <PageHeader title="Pilot" />
        <NotForYourRole what="pilots and their scorecards" who="the project manager" />
      </>
    );
  }
  const pilot = await loaded((call) => call.pilots.detail({ pilotId }));
  if (pilot.projectId !== projectId) notFound();
  const { scorecard } = pilot;
  const batches = await loaded((call) =>
    Promise.all(pilot.batches.map(({ batchId }) => call.work.batch({ batchId }))),
  );
  // An extension is read like the pilot itself; the page opens on the newest.
  const batch = batches.at(-1);
  const name = (await whoAmI())?.name ?? '';
  const mayManage = await hasRight('batch.manage');
  const isDecided = pilot.status === 'decided';
  const isBeingExtended = pilot.status === 'reading' && batches.length > 1;
  return (
    <>
      <PageHeader
        title={`Pilot of ${pilot.vendor}`}
        meta={
          <>
            <StatusPill state={stateOfPilot(pilot)} />
            {scorecard?.results.assisted ? <Badge tone="attention">Assisted reads</Badge> : null}
          </>
        }
        actions={
          <>
            <LinkButton variant="quiet" href={`/sponsor/projects/${projectId}/bids`}>
              Compare bids
            </LinkButton>
            {batch && batch.totals.submitted > 0 && !isDecided && !pilot.withheld ? (
              <ComputeCard pilotId={pilotId} isFirst={scorecard === null || isBeingExtended} />
            ) : null}
          </>
        }
      >
        <AnswerLine {...(scorecard ? { asOf: <DateTime at={scorecard.computedAt} /> } : {})}>
          {answerOfPilot(pilot, batch ?? null)}
        </AnswerLine>
      </PageHeader>

      {isDecided ? (
        <DecisionNote
          className="mb-8 max-w-[720px]"
          outcome={pilot.decision === 'award' ? 'allowed' : 'refused'}
          title={DECIDED[pilot.decision ?? 'decline']}
          because={pilot.decisionReason || undefined}
        />
      ) : null}
      {pilot.abandoned ? (
        <DecisionNote
          className="mb-8 max-w-[720px]"
          outcome="refused"
          title="The vendor has given this pilot up."
          because={`“${pilot.abandoned.reason}” What was read until then is kept, paid and can be scored.`}
        />
      ) : null}
      {pilot.retry ? (
        <OrderRetry
          pilotId={pilotId}
          vendor={pilot.vendor}
          price={{ amountMinor: pilot.pricePerReadMinor, currency: pilot.currency }}
          from={pilot.retry.from}
          until={pilot.retry.until}
          problem={pilot.retry.problem}
          mayOrder={await hasRight('contract.award')}
        />
      ) : null}

      {batches.map((one, index) => (
        <Section
          key={one.id}
          title={titleOf(pilot.batches, index)}
          says={
            index === 0 ? (
              <>
                <Money amountMinor={pilot.pricePerReadMinor} currency={pilot.currency} /> a read, fixed by the
                bid.
              </>
            ) : (
              saysOf(pilot.batches, index, one.taskCount)
            )
          }
          actions={
            mayManage && one.replacedProtocol === null ? (
              <BatchActions
                batchId={one.id}
                status={one.status}
                noun={nounOf(pilot.batches, index)}
                isStranded={one.stranded.length > 0}
              />
            ) : null
          }
        >
          {one.replacedProtocol !== null ? (
            <MoveToProtocol
              batchId={one.id}
              noun={nounOf(pilot.batches, index)}
              replaced={one.replacedProtocol}
              mayMove={mayManage}
            />
          ) : null}
          <BatchProgress batch={one} />
        </Section>
      ))}

      {scorecard ? (
        <>
          {isBeingExtended && pilot.withheld ? (
            <DecisionNote
              className="mb-8 max-w-[720px]"
              outcome="refused"
              title={`The ${nounOf(pilot.batches, pilot.batches.length - 1)} is being read.`}
              because={`The card below is the one the ${nounOf(pilot.batches, pilot.batches.length - 1)} was signed on. ${pilot.withheld.message}`}
            />
          ) : null}
          <ScorecardView scorecard={scorecard} />
        </>
      ) : (
        <Section title="Scorecard">
          <EmptyState title={pilot.withheld ? 'Not shown yet' : 'No scorecard yet'}>
            {pilot.withheld?.message ??
              (batch?.status === 'settled'
                ? 'The reading is over. The card is computed from the raw reads.'
                : 'Something is still under way. The card is computed from the raw reads that are in by then.')}
          </EmptyState>
        </Section>
      )}

      {scorecard && pilot.status === 'scored' ? (
        <Section
          title="Decide"
          says={
            <>
              Your signature is kept with the hash of this card. A new card asks for a new look.
              {pilot.bidUntil && !pilot.bidEnded ? (
                <>
                  {' '}
                  The bid’s price is held until <DateTime at={pilot.bidUntil} format="day" />.
                </>
              ) : null}
            </>
          }
        >
          {(await hasRight('pilot.sign')) ? (
            <DecidePilot
              pilotId={pilotId}
              vendor={pilot.vendor}
              verdict={scorecard.verdict}
              scorecardSha256={scorecard.contentSha256}
              signerName={name}
              extension={pilot.extension}
              currency={pilot.currency}
              bidEnded={pilot.bidEnded}
              attempt={pilot.attempt}
            />
          ) : (
            <NotForYourRole what="signing pilots" who="the clinical lead or the project manager" />
          )}
        </Section>
      ) : null}
      {pilot.annexes.length > 0 || pilot.returnDuty ? (
        <Section
          title="Signed record"
          says="What was agreed, measured and decided, as the annex of the contract. Anyone can check the files against their hashes."
        >
          <SignedRecords annexes={pilot.annexes} />
          {pilot.returnDuty ? <ReturnLine duty={pilot.returnDuty} /> : null}
        </Section>
      ) : null}
    </>
  );
}

type Batches = PilotDetail['batches'];

const DECIDED = {
  award: 'Awarded, and signed.',
  extend: 'Extended, and signed.',
  retry: 'Failed; one retry granted, and signed.',
  decline: 'Declined, and signed.',
} as const;

/** Whether a batch is the order itself, the retry's first, or an extension of either. */
function nounOf(batches: Batches, index: number): 'pilot' | 'retry' | 'extension' {
  if (index === 0) return 'pilot';
  return batches[index]?.attempt !== batches[index - 1]?.attempt ? 'retry' : 'extension';
}

function titleOf(batches: Batches, index: number): string {
  const noun = nounOf(batches, index);
  if (noun === 'pilot') return 'Reading';
  return noun === 'retry' ? 'Retry' : `Extension ${index}`;
}

function saysOf(batches: Batches, index: number, cases: number): string {
  return nounOf(batches, index) === 'retry'
    ? `${counted(cases, 'other case')} at the same price. Its card scores it alone; what failed is not held against it.`
    : `${counted(cases, 'further case')} at the same price, read by the same people. The next card scores everything together.`;
}
