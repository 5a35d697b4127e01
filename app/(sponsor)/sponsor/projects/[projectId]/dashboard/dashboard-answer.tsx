import { AnswerLine } from '#app/_ui/answer-line.tsx';
import type { Tone } from '#app/_ui/tone.ts';
import { costWords, counted, dayWords } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import type { DashboardView } from '#server/analytics/schemas.ts';

const LEADS: Record<DashboardView['standing'], { lead: string; tone: Tone } | null> = {
  on_track: { lead: 'On track', tone: 'good' },
  at_risk: { lead: 'At risk', tone: 'attention' },
  late: { lead: 'Late', tone: 'critical' },
  unknown: null,
};

/** On time, on budget, good enough: one sentence from the data. */
export function DashboardAnswer({ data }: { data: DashboardView }) {
  const { costs, standing } = data;
  const lead = LEADS[standing];
  const cost =
    costs.perCorrectLabelMinor !== null
      ? `${costWords(costs.perCorrectLabelMinor, costs.currency)} per correct label`
      : costs.perFinalLabelMinor !== null
        ? `${costWords(costs.perFinalLabelMinor, costs.currency)} per final label`
        : null;
  return (
    <AnswerLine {...(lead === null ? {} : lead)}>
      <Finish data={data} />
      {cost ? <> {cost} so far.</> : null} <Reliability data={data} />
    </AnswerLine>
  );
}

function Finish({ data }: { data: DashboardView }) {
  const { forecast, project } = data;
  const running = data.batches.filter((batch) => batch.status === 'open' && batch.kind !== 'self_label');
  const due = dayWords(new Date(`${project.deadline}T00:00:00Z`));
  if (forecast === null || forecast.finishAt === null) {
    if (running.length === 0) {
      const isPanelReading = data.batches.some((batch) => batch.status === 'open');
      return isPanelReading ? 'Only your panel is reading now.' : 'No batch is open.';
    }
    const left = running.reduce((sum, batch) => sum + Math.max(0, batch.readsNeeded - batch.reads), 0);
    return (
      <>
        {counted(left, 'read')} left; the pace can’t be told before three hours of reading. Due {due}.
      </>
    );
  }
  const range =
    forecast.earliest === null
      ? ''
      : forecast.latest === null
        ? ` (${dayWords(forecast.earliest)} at the earliest, no latest date yet)`
        : dayWords(forecast.earliest) === dayWords(forecast.latest)
          ? ''
          : ` (${dayWords(forecast.earliest)} to ${dayWords(forecast.latest)})`;
  return (
    <>
      <strong>{counted(forecast.remainingReads, 'read')}</strong> left, done by{' '}
      <strong>{dayWords(forecast.finishAt)}</strong>
      {range} at {Math.round(forecast.readsPerDay).toLocaleString('en')} reads a day
      {forecast.isPaceWithGold && ', gold included'}; due {due}.
    </>
  );
}

function Reliability({ data }: { data: DashboardView }) {
  const measured = data.batches
    .filter((batch) => batch.kind === 'production' || batch.kind === 'relabel')
    .flatMap((batch) => batch.reliability.map((score) => ({ ...score, batch: batch.name })))
    .filter((score) => score.value !== null);
  const lowest = measured.sort((a, b) => (a.value ?? 1) - (b.value ?? 1))[0];
  if (!lowest || lowest.value === null) return null;
  const range = lowest.interval
    ? ` [${lowest.interval[0].toFixed(2)}, ${lowest.interval[1].toFixed(2)}]`
    : '';
  return (
    <>
      Lowest reliability (α): <strong>{lowest.value.toFixed(2)}</strong>
      {range}, {lowest.label} in {lowest.batch}.
    </>
  );
}
