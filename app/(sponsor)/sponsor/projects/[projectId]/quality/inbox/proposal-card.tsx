import { Badge } from '#app/_ui/badge.tsx';
import { LineWithBand } from '#app/_ui/charts/line-with-band.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { METRIC_WORDS } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/quality-words.ts';
import type { ProposalView } from '#server/scores/governance-schemas.ts';
import { DecideDialog } from './decide-dialog.tsx';

const CALIBRATION_NOTES: Record<string, string> = {
  no_unread_gold:
    'There is too little gold left in the split of this batch that this person has not read, so they stay at work. Add gold.',
  cases_refused:
    'Nothing can be drawn from the dataset as it is, so they stay at work: its intake is open, or its patients are in two splits. Look at its intake.',
  funds_missing: 'The project is not funded for a calibration, so they stay at work. Fund it.',
};

type ProposalCardProps = { projectId: string; proposal: ProposalView; mayDecide: boolean };

/** One proposal: what was found, on what evidence, what was done, and the decision that is asked for. */
export function ProposalCard({ projectId, proposal, mayDecide }: ProposalCardProps) {
  const metric = METRIC_WORDS[proposal.metric] ?? proposal.metric;
  const about = `${proposal.fieldLabel}${proposal.className === '' ? '' : ` = ${proposal.classLabel}`}`;
  const base = `/sponsor/projects/${projectId}/quality`;
  const confusions = `${base}/confusion?${new URLSearchParams({
    batch: proposal.batchId,
    field: proposal.field,
    ...(proposal.subjectKind === 'reader' ? { alias: proposal.subject } : {}),
  })}`;
  return (
    <article className="grid gap-x-8 gap-y-4 py-5 lg:grid-cols-[minmax(0,1fr)_minmax(0,22rem)]">
      <div className="flex min-w-0 flex-col gap-3">
        <h3 className="font-semibold text-base">
          {proposal.subject}: {metric} {proposal.trigger === 'drift' ? 'is drifting' : 'is below its bound'}{' '}
          in {about}
        </h3>
        <Measure
          label={metric}
          value={proposal.figure.value}
          reason={proposal.figure.reason}
          interval={proposal.figure.interval}
          intervalNote="99 %, because it is looked at again and again"
          n={proposal.figure.n}
          nUnit={unitOf(proposal)}
          threshold={{ value: proposal.threshold }}
        />
        <p className="prose-width text-ink-2 text-sm">{doneWords(proposal)}</p>
        {proposal.renewedAt ? (
          <p className="prose-width text-ink-3 text-sm">
            Counted anew on <DateTime at={proposal.renewedAt} format="day" />, because figures are counted
            otherwise since it was opened.
          </p>
        ) : null}
        {proposal.policyNow ? (
          <p className="prose-width text-attention-ink text-sm">{policyNowWords(proposal.policyNow)}</p>
        ) : null}
        {proposal.calibration ? <CalibrationLine calibration={proposal.calibration} /> : null}
        {proposal.calibrationNote ? (
          <p className="prose-width text-attention-ink text-sm">
            {CALIBRATION_NOTES[proposal.calibrationNote] ?? proposal.calibrationNote}
          </p>
        ) : null}
        <p className="flex flex-wrap gap-x-4 text-sm">
          <TextLink href={confusions}>See the confusions</TextLink>
          <TextLink
            href={`${base}/continuous?${new URLSearchParams({ batch: proposal.batchId, field: proposal.field })}`}
          >
            See it day by day
          </TextLink>
          {proposal.rootCauseId ? (
            <TextLink href={`${base}/root-causes/${proposal.rootCauseId}`}>Open the root-cause case</TextLink>
          ) : null}
        </p>
      </div>
      <div className="flex min-w-0 flex-col gap-3">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-ink-3 text-sm">
          {proposal.standing ? <StatusPill state={proposal.standing} /> : null}
          {proposal.isOverdue ? <Badge tone="attention">Overdue</Badge> : null}
          <span>
            {proposal.isOverdue ? 'Was due ' : 'Due '}
            <DateTime at={proposal.dueAt} />
          </span>
        </p>
        {mayDecide ? (
          <DecideDialog proposal={proposal} about={`${metric} in ${about}`} />
        ) : (
          <p className="text-ink-3 text-sm">The clinical lead or the project manager decides.</p>
        )}
        <DriftChart proposal={proposal} />
      </div>
    </article>
  );
}

function doneWords(proposal: ProposalView): string {
  const bound = `${askedWords(proposal)} in ${proposal.batchName}`;
  switch (proposal.done) {
    case 'calibration_only':
      return `${bound}. The person reads paid calibration instead of new cases until you decide.`;
    case 'batch_paused':
      return `${bound}. New claims are stopped, as the policy names; cases being read are finished and paid.`;
    default:
      return `${bound}. Nothing was changed.`;
  }
}

/** A bound is the policy's; a drift is told from what is asked on gold, or from what all readers reach against each other. */
function askedWords({ trigger, metric, threshold }: ProposalView): string {
  if (trigger === 'bound') return `The policy asks for ${threshold.toFixed(2)}`;
  return metric === 'consensus_agreement'
    ? `All readers together reach ${threshold.toFixed(2)}`
    : `${threshold.toFixed(2)} is normal`;
}

/** What n counts: of a batch cases, of a person their reads, one to a case. */
function unitOf({ subjectKind, metric }: ProposalView): string {
  if (metric === 'krippendorff_alpha' || metric === 'weighted_kappa') return 'cases';
  const isOfOthers = metric === 'consensus_agreement';
  if (subjectKind === 'reader') return isOfOthers ? 'compared reads' : 'reads on gold';
  return isOfOthers ? 'cases' : 'cases with gold';
}

function policyNowWords({ threshold }: NonNullable<ProposalView['policyNow']>): string {
  const then = 'This was opened under the policy of then and still needs your decision.';
  return threshold === null
    ? `The policy no longer names this bound. ${then}`
    : `The policy has changed since: it asks for ${threshold.toFixed(2)} now. ${then}`;
}

function CalibrationLine({ calibration }: { calibration: NonNullable<ProposalView['calibration']> }) {
  return (
    <Measure
      size="inline"
      label={`Calibration, ${calibration.reads} of ${calibration.cases} cases read`}
      value={calibration.gold.value}
      reason={calibration.gold.reason}
      interval={calibration.gold.interval}
      n={calibration.gold.n}
      nUnit="reads on gold"
    />
  );
}

/** The control chart behind a drift: it climbs with each wrong answer and signals above its limit. */
function DriftChart({ proposal }: { proposal: ProposalView }) {
  const { chart } = proposal.evidence;
  if (chart === null || chart.points.length === 0) return null;
  return (
    <LineWithBand
      title="Drift chart (CUSUM)"
      says={`Rises when answers are wrong more often than one in ${Math.round(1 / (1 - chart.good))}.`}
      series={[
        {
          name: 'Score',
          points: chart.points.map((point, index) => ({ at: index + 1, value: point.score, n: index + 1 })),
        },
      ]}
      threshold={{ value: chart.limit, label: 'limit' }}
      placeWords="number"
      format="decimal"
      height={160}
      note="Along: the person’s newest compared reads"
    />
  );
}
