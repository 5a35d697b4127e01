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
  const { batchId, scorecard } = pilot;
  const batch = batchId === null ? null : await loaded((call) => call.work.batch({ batchId }));
  const name = (await whoAmI())?.name ?? '';
  const isDecided = pilot.status === 'decided';
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
              <ComputeCard pilotId={pilotId} isFirst={scorecard === null} />
            ) : null}
          </>
        }
      >
        <AnswerLine {...(scorecard ? { asOf: <DateTime at={scorecard.computedAt} /> } : {})}>
          {answerOfPilot(pilot, batch)}
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

      {batch ? (
        <Section
          title="Reading"
          says={
            <>
              <Money amountMinor={pilot.pricePerReadMinor} currency={pilot.currency} /> a read, fixed by the
              bid.
            </>
          }
          actions={
            (await hasRight('batch.manage')) ? (
              <BatchActions batchId={batch.id} status={batch.status} noun="pilot" />
            ) : null
          }
        >
          <BatchProgress batch={batch} />
        </Section>
      ) : null}

      {scorecard ? (
        <ScorecardView scorecard={scorecard} />
      ) : (
        <Section title="Scorecard">
          <EmptyState title={pilot.withheld ? 'Not shown yet' : 'No scorecard yet'}>
            {pilot.withheld?.message ?? 'The reading is over. The card is computed from the raw reads.'}
          </EmptyState>
        </Section>
      )}

      {scorecard && !isDecided ? (
        <Section
          title="Decide"
          says="Your signature is kept with the hash of this card. A new card asks for a new look."
        >
          {(await hasRight('pilot.sign')) ? (
            <DecidePilot
              pilotId={pilotId}
              vendor={pilot.vendor}
              verdict={scorecard.verdict}
              scorecardSha256={scorecard.contentSha256}
              signerName={name}
            />
          ) : (
            <NotForYourRole what="signing pilots" who="the clinical lead or the project manager" />
          )}
        </Section>
      ) : null}
    </>
  );
}
