import { DateTime } from '#app/_ui/date-time.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import { VERDICT_WORDS } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/quality-words.ts';
import type { RootCauseView } from '#server/scores/governance-schemas.ts';
import { CloseForm } from './close-form.tsx';

/** Reads before and from the action's day, with the difference and its interval; then the case can be closed on it. */
export function EffectPart({ view }: { view: RootCauseView }) {
  const { effect, closing } = view;
  if (effect === null) return null;
  const what = effect.reference === 'gold' ? 'Right on gold' : 'As most others answered';
  const tooFew = effect.verdict === 'inconclusive' && effect.needed !== null && effect.needed > 0;
  return (
    <Section
      title="Effect"
      says={
        <>
          Reads before and from <DateTime at={effect.from} format="day" zone="UTC" /> (UTC). Reads of one case
          go together, so cases are counted; intervals are 95 %.
        </>
      }
    >
      <div className="grid gap-x-8 gap-y-6 sm:grid-cols-2 xl:grid-cols-3">
        <Measure
          label={`${what}, before`}
          format="percent"
          value={effect.before.value}
          reason={effect.before.reason}
          interval={effect.before.interval}
          n={effect.before.n}
          nUnit={view.isByCase ? 'cases' : undefined}
        />
        <Measure
          label={`${what}, from then on`}
          format="percent"
          value={effect.after.value}
          reason={effect.after.reason}
          interval={effect.after.interval}
          n={effect.after.n}
          nUnit={view.isByCase ? 'cases' : undefined}
        />
        <Difference effect={effect} />
      </div>
      <p className="prose-width text-sm">
        <strong className="font-semibold">{VERDICT_WORDS[effect.verdict]}.</strong>
        {tooFew
          ? ` About ${(effect.needed ?? 0).toLocaleString('en')} cases on each side would show a rise of five points.`
          : ''}
      </p>
      {effect.after.n === 0 && view.status === 'acting' ? (
        <p className="prose-width text-ink-2 text-sm">
          The case is closed on reads from that day on; there are none to compare yet.
        </p>
      ) : null}
      {closing ? (
        <p className="prose-width text-ink-2 text-sm">
          Closed by {closing.by} on <DateTime at={closing.at} />: {closing.note}
        </p>
      ) : null}
      {view.mayDecide && view.status === 'acting' ? <CloseForm rootCauseId={view.id} /> : null}
    </Section>
  );
}

const VERDICTS = { effective: 'pass', not_effective: 'fail', inconclusive: 'inconclusive' } as const;

/** The change itself: it worked only when the whole interval lies above nothing. */
function Difference({ effect }: { effect: NonNullable<RootCauseView['effect']> }) {
  const { difference, verdict } = effect;
  return (
    <Measure
      label="Difference"
      format="percent"
      value={difference.value}
      reason={difference.value === null ? 'No reads on one side yet' : null}
      interval={difference.interval}
      n={difference.n}
      nUnit="cases on the smaller side"
      range={[-1, 1]}
      threshold={{ value: 0 }}
      {...(difference.value === null ? {} : { verdict: VERDICTS[verdict] })}
    />
  );
}
