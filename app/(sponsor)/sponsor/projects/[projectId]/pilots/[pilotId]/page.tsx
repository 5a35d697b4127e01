import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
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
import { hasRight, NotForYourRole } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import { isId } from '#server/core/ids.ts';
import { ComputeCard } from './compute-card.tsx';
import { DecidePilot } from './decide-pilot.tsx';
import { answerOfPilot } from './pilot-answer.tsx';
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
            <StatusPill state={pilot.status} />
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
          title={pilot.decision === 'award' ? 'Awarded, and signed.' : 'Declined, and signed.'}
          because={pilot.decisionReason || undefined}
        />
      ) : null}

      {batches.map((one, index) => (
        <Section
          key={one.id}
          title={index === 0 ? 'Reading' : `Extension ${index}`}
          says={
            index === 0 ? (
              <>
                <Money amountMinor={pilot.pricePerReadMinor} currency={pilot.currency} /> a read, fixed by the
                bid.
              </>
            ) : (
              `${counted(one.taskCount, 'further case')} at the same price, read by the same people. The next card scores everything together.`
            )
          }
          actions={
            mayManage ? (
              <BatchActions batchId={one.id} status={one.status} noun={index === 0 ? 'pilot' : 'extension'} />
            ) : null
          }
        >
          <BatchProgress batch={one} />
        </Section>
      ))}

      {scorecard ? (
        <>
          {isBeingExtended && pilot.withheld ? (
            <DecisionNote
              className="mb-8 max-w-[720px]"
              outcome="refused"
              title="The extension is being read."
              because={`The card below is the one the extension was signed on. ${pilot.withheld.message}`}
            />
          ) : null}
          <ScorecardView scorecard={scorecard} />
        </>
      ) : (
        <Section title="Scorecard">
          <EmptyState title={pilot.withheld ? 'Not shown yet' : 'No scorecard yet'}>
            {pilot.withheld?.message ?? 'The reading is over. The card is computed from the raw reads.'}
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
            />
          ) : (
            <NotForYourRole what="signing pilots" who="the clinical lead or the project manager" />
          )}
        </Section>
      ) : null}
    </>
  );
}
