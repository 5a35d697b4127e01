import { DotPlotIntervals } from '#app/_ui/charts/dot-plot-intervals.tsx';
import type { BandPoint } from '#app/_ui/charts/line-series.ts';
import { LineWithBand } from '#app/_ui/charts/line-with-band.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { Figure, QualityView } from '#server/analytics/schemas.ts';
import { dotRow } from './figure-parts.tsx';
import { HardestCases } from './hardest-cases.tsx';
import { PairsAndErrors } from './pairs-and-errors.tsx';

type QualityChartsProps = { quality: QualityView; threshold: number | undefined };

/** The evidence: figures, their development, readers, pairs, confusion, hardest cases. */
export function QualityCharts({ quality, threshold }: QualityChartsProps) {
  const { figures, history, field } = quality;
  const bound = threshold === undefined ? undefined : { value: threshold, label: `${threshold} asked` };
  return (
    <>
      <div className="grid gap-x-8 gap-y-6 pb-8 sm:grid-cols-2 xl:grid-cols-4">
        <Figured
          label="Krippendorff’s α"
          figure={figures.krippendorff_alpha}
          unit="cases"
          threshold={threshold}
        />
        <Figured label="Accuracy on gold" figure={figures.accuracy} unit="cases with gold" />
        {/* A number has no classes to balance. */}
        {field.options.length === 0 ? null : (
          <Figured label="Balanced accuracy" figure={figures.balanced_accuracy} unit="cases with gold" />
        )}
        <Figured
          label="Agreement with the consensus of the others"
          figure={figures.consensus_agreement}
          unit="cases"
        />
      </div>
      <Section
        title="Over time"
        says={`Each point is all reads of the batch until then, with its 95 % interval.${otherwiseWords(history.measuredOtherwise)}`}
      >
        {history.reliability.length === 0 ? (
          <EmptyState title="No history yet">Points are added as the batch grows.</EmptyState>
        ) : (
          <div className="grid gap-x-8 gap-y-6 xl:grid-cols-2">
            <LineWithBand
              title="Reliability"
              says={`Krippendorff’s α of ${field.label} as the batch was read.`}
              series={[{ name: 'α', points: history.reliability.map(toPoint) }]}
              threshold={bound}
              unit="Krippendorff’s α"
              placeWords={spansDays(history.reliability) ? 'day' : 'number'}
              note={<Along points={history.reliability} />}
            />
            {history.accuracy.some((point) => point.value !== null) ? (
              <LineWithBand
                title="Accuracy on gold"
                says={`Share of reads on gold that are right in ${field.label}; one left blank is not right.`}
                series={[{ name: 'Accuracy', points: history.accuracy.map(toPoint) }]}
                unit="Accuracy on gold"
                placeWords={spansDays(history.accuracy) ? 'day' : 'number'}
                note={<Along points={history.accuracy} />}
              />
            ) : null}
          </div>
        )}
      </Section>
      <Readers quality={quality} />
      <PairsAndErrors quality={quality} />
      <Section
        title="Hardest cases"
        says="Readers agree least on these; look whether the protocol, the training or the case is the cause."
      >
        <HardestCases batchId={quality.batch.id} cases={quality.hardest} options={field.options} />
      </Section>
    </>
  );
}

/** A chart's place: the instant when history spans days, else the running number of the measurement. */
const toPoint = (point: Figure & { at: Date }, index: number, all: readonly { at: Date }[]): BandPoint => ({
  at: spansDays(all) ? point.at : index + 1,
  value: point.value,
  interval: point.interval ?? undefined,
  n: point.n,
});

/** What the running numbers along a short history stand for. */
function Along({ points }: { points: readonly { at: Date }[] }) {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || spansDays(points)) return null;
  if (points.length === 1)
    return (
      <>
        Measured <DateTime at={first.at} />
      </>
    );
  return (
    <>
      Along: measurements, from <DateTime at={first.at} /> to <DateTime at={last.at} />
    </>
  );
}

/** Measurements of an older method are not drawn beside today's: they count something else. */
function otherwiseWords(n: number): string {
  if (n === 0) return '';
  return n === 1
    ? ' An earlier measurement was made by another method and is not drawn.'
    : ` ${n.toLocaleString('en')} earlier measurements were made by another method and are not drawn.`;
}

const spansDays = (points: readonly { at: Date }[]): boolean =>
  (points.at(-1)?.at.getTime() ?? 0) - (points[0]?.at.getTime() ?? 0) > 2 * 86_400_000;

function Figured({
  label,
  figure,
  unit,
  threshold,
}: {
  label: string;
  figure: Figure | undefined;
  unit: string;
  threshold?: number | undefined;
}) {
  return (
    <Measure
      label={label}
      value={figure?.value ?? null}
      reason={figure?.reason ?? 'no_data'}
      interval={figure?.interval}
      intervalNote="95 % interval"
      n={figure?.n}
      nUnit={unit}
      excluded={figure?.excluded}
      range={[0, 1]}
      {...(threshold === undefined ? {} : { threshold: { value: threshold } })}
    />
  );
}

function Readers({ quality }: { quality: QualityView }) {
  const { readers, batch } = quality;
  const hasGold = readers.some((reader) => reader.accuracy.value !== null);
  const rows = (pick: (reader: QualityView['readers'][number]) => Figure) =>
    readers.map((reader) => dotRow(reader.alias, pick(reader)));
  return (
    <Section title="Readers" says={batch.vendor ? `Of ${batch.vendor}, by alias.` : 'By alias.'}>
      <div className="grid items-start gap-x-8 gap-y-8 xl:grid-cols-2">
        <DotPlotIntervals
          title={hasGold ? 'Accuracy on gold' : 'Agreement with the consensus of the others'}
          says={
            hasGold
              ? 'Reads on gold that are right, with the 95 % interval. An answer left blank is not right.'
              : 'Without gold accuracy can’t be said; this is agreement with what most others gave.'
          }
          rows={rows((reader) => (hasGold ? reader.accuracy : reader.consensus))}
          ends={[0, 1]}
        />
        <DotPlotIntervals
          title="Reads per active hour"
          says="Pace without idle time; it never decides alone."
          rows={rows((reader) => reader.throughput)}
          format="decimal"
          unit="Reads per active hour"
        />
      </div>
    </Section>
  );
}
