import { DotPlotIntervals } from '#app/_ui/charts/dot-plot-intervals.tsx';
import type { BandPoint } from '#app/_ui/charts/line-series.ts';
import { LineWithBand } from '#app/_ui/charts/line-with-band.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { ContinuousView } from '#server/scores/view-schemas.ts';

type Levels = ContinuousView['calibration']['all'];

/** Whether people are right as often as they are sure; a line that falls or lies flat says that confidence means nothing. */
export function CalibrationPart({ view }: { view: ContinuousView }) {
  const { calibration, classes } = view;
  const against = calibration.reference === 'gold' ? 'gold' : 'what most others gave';
  const people = calibration.readers
    .filter((reader) => reader.levels.some((level) => level.share.n >= 5))
    .slice(0, 3);
  return (
    <Section
      title="Confidence and classes"
      says="How often a stated confidence was justified, and how each answer of the field does."
    >
      <div className="grid items-start gap-x-8 gap-y-8 xl:grid-cols-2">
        {calibration.reference === 'none' ? (
          <EmptyState title="No confidence was stated">
            Readers may say how sure they are, from 1 to 5; then this shows whether they know when they know.
          </EmptyState>
        ) : (
          <LineWithBand
            title="Calibration of readers"
            says={`Share right against ${against}, by how sure the reader was (1 to 5). It should rise.`}
            series={[
              { name: 'All', points: toPoints(calibration.all) },
              // One band is enough to see how much is known; four on top of each other hide the lines.
              ...people.map((reader) => ({
                name: reader.alias,
                points: toPoints(reader.levels).map(({ interval: _, ...point }) => point),
              })),
            ]}
            placeWords="number"
            unit="Share right"
            ends={[0, 1]}
            note="Along: stated confidence. n counts reads; reads of one case go together, so what is known of all is somewhat less than the band says."
          />
        )}
        {classes.length === 0 ? null : (
          <DotPlotIntervals
            title="Sensitivity of each class"
            says="Reads on gold of a class that named this class; a class without gold can’t be told."
            rows={classes.map((one) => ({
              name: view.field.options.find((option) => option.value === one.value)?.label ?? one.value,
              value: one.sensitivity.value,
              reason: 'No gold of it',
              interval: one.sensitivity.interval ?? undefined,
              n: one.sensitivity.n,
            }))}
            ends={[0, 1]}
          />
        )}
      </div>
    </Section>
  );
}

const toPoints = (levels: Levels): BandPoint[] =>
  levels.map((level) => ({
    at: level.confidence,
    value: level.share.value,
    interval: level.share.interval ?? undefined,
    n: level.share.n,
  }));
