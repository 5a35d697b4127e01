import type { BandPoint } from '#app/_ui/charts/line-series.ts';
import { LineWithBand } from '#app/_ui/charts/line-with-band.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { ScoreFigure } from '#server/scores/figure-schema.ts';
import type { ContinuousView } from '#server/scores/view-schemas.ts';

/** The batch as a whole, and each day by itself: a day's figure holds that day's reads only. */
export function DaysPart({ view }: { view: ContinuousView }) {
  const { whole, bounds, days } = view;
  const asked = (value: number | null) =>
    value === null ? {} : { threshold: { value, label: `${value} asked` } };
  return (
    <>
      <div className="grid gap-x-8 gap-y-6 pb-8 sm:grid-cols-2 xl:grid-cols-4">
        <Figured label="Krippendorff’s α" figure={whole.alpha} unit="cases" bound={bounds.reliability} />
        <Figured label="Gwet’s AC" figure={whole.gwetAc} unit="cases" />
        <Figured
          label="Accuracy on gold"
          figure={whole.accuracy}
          unit="cases with gold"
          bound={bounds.accuracy}
        />
        <Figured label="Agreement with the others" figure={whole.consensus} unit="cases" />
      </div>
      <Section
        title="Day by day"
        says="Each point is that day alone (UTC), with its 95 % interval. Days with fewer than five cases are left out."
      >
        <div className="grid gap-x-8 gap-y-6 xl:grid-cols-2">
          <LineWithBand
            title="Reliability"
            says={`Krippendorff’s α of ${view.field.label} on the cases finished that day.`}
            series={[{ name: 'α', points: days.map((day) => toPoint(day.day, day.alpha)) }]}
            unit="Krippendorff’s α"
            {...asked(bounds.reliability)}
          />
          <LineWithBand
            title="Right answers"
            says="On gold, where an answer left blank is not right; and against what most others gave, which is agreement, not accuracy."
            series={[
              ...(days.some((day) => day.accuracy.value !== null)
                ? [{ name: 'On gold', points: days.map((day) => toPoint(day.day, day.accuracy)) }]
                : []),
              { name: 'Others', points: days.map((day) => toPoint(day.day, day.consensus)) },
            ]}
            unit="Share"
            {...asked(bounds.accuracy)}
          />
        </div>
      </Section>
    </>
  );
}

type FiguredProps = { label: string; figure: ScoreFigure; unit: string; bound?: number | null };

function Figured({ label, figure, unit, bound = null }: FiguredProps) {
  return (
    <Measure
      label={label}
      value={figure.value}
      reason={figure.reason}
      interval={figure.interval}
      n={figure.n}
      nUnit={unit}
      excluded={figure.excluded}
      {...(bound === null ? {} : { threshold: { value: bound } })}
    />
  );
}

/** A day with fewer says nothing, and a line through it would look like a fall. */
const FEWEST_OF_A_DAY = 5;

const toPoint = (day: string, figure: ScoreFigure): BandPoint => {
  const isEnough = figure.n >= FEWEST_OF_A_DAY;
  return {
    at: new Date(`${day}T12:00:00Z`),
    value: isEnough ? figure.value : null,
    interval: isEnough ? (figure.interval ?? undefined) : undefined,
    n: figure.n,
  };
};
