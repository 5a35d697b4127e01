import type { ReactNode } from 'react';
import { formatFigure, type MeasureFormat } from '#app/_ui/measure-words.ts';
import { ChartFrame } from './chart-frame.tsx';
import { EndLabels, HoverMarks } from './line-labels.tsx';
import { type BandPoint, type BandSeries, lineInks, place } from './line-series.ts';
import { Plot } from './plot.tsx';
import { type Axis, linearAxis, percent, tickWords } from './scale.ts';

export type LineWithBandProps = {
  title: string;
  says?: string | undefined;
  /** At most four; more can't be told apart. */
  series: readonly BandSeries[];
  format?: MeasureFormat | undefined;
  /** What is measured, for the table and the axis: "Labels per active hour". */
  unit?: string | undefined;
  threshold?: { value: number; label: string } | undefined;
  /** Fixed ends of the upright axis. */
  ends?: readonly [number, number] | undefined;
  height?: number | undefined;
  /** Words of a place; days by default for instants. */
  placeWords?: 'day' | 'number' | undefined;
  fileName?: string | undefined;
  note?: ReactNode;
};

const margin = { top: 12, bottom: 24, left: 48 };
const days = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** A figure over time with its interval as a band. Nulls leave a gap; they are never drawn as zero. */
export function LineWithBand(props: LineWithBandProps) {
  const { series, format = 'score', threshold, height = 240 } = props;
  const points = series.flatMap((one) => one.points);
  const figures = points.flatMap((point) =>
    point.value === null ? [] : [point.value, ...(point.interval ?? [])],
  );
  const upright = linearAxis(
    [...figures, ...(threshold === undefined ? [] : [threshold.value])],
    props.ends ?? endsOf(figures, format),
  );
  const labelWidth = Math.min(136, Math.max(56, ...series.map((one) => one.name.length * 7 + 22)));
  const plotHeight = height - margin.top - margin.bottom;
  const places = [...new Set(points.map((point) => place(point.at)))].sort((a, b) => a - b);
  const first = places[0] ?? 0;
  const last = places.at(-1) ?? 1;
  const across = (at: Date | number) => (last === first ? 0.5 : (place(at) - first) / (last - first));
  const byDay = props.placeWords !== 'number' && points.some((point) => point.at instanceof Date);
  const words = (at: number) => (byDay ? days.format(new Date(at)) : formatFigure(at, 'count'));

  return (
    <ChartFrame
      title={props.title}
      says={props.says}
      fileName={props.fileName}
      note={props.note}
      table={{
        header: ['Series', byDay ? 'Day' : 'Place', props.unit ?? 'Value', 'Low', 'High', 'n'],
        lines: series.flatMap((one) =>
          one.points.map((point) => [
            one.name,
            point.at,
            point.value,
            point.interval?.[0] ?? null,
            point.interval?.[1] ?? null,
            point.n ?? null,
          ]),
        ),
      }}
    >
      <Plot label={props.says ?? props.title} height={plotHeight} margin={{ ...margin, right: labelWidth }}>
        <Grid axis={upright} format={format} />
        {figures.length > 0 ? null : (
          <text x="50%" y="50%" textAnchor="middle" fontSize="12" fill="var(--ink-3)">
            Nothing to draw yet
          </text>
        )}
        <Places places={places} across={across} words={words} />
        {threshold === undefined ? null : <ThresholdLine axis={upright} {...threshold} />}
        {series.map((one, index) => (
          <SeriesMarks
            key={one.name}
            series={one}
            ink={lineInks[index % lineInks.length] ?? lineInks[0]}
            axis={upright}
            across={across}
          />
        ))}
        <EndLabels series={series} axis={upright} format={format} plotHeight={plotHeight} />
        <HoverMarks
          series={series}
          places={places}
          across={across}
          axis={upright}
          words={words}
          format={format}
        />
      </Plot>
    </ChartFrame>
  );
}

/** Fixed ends where the figures name none: an empty axis, and scores that are all the same, of which none lies above 1. */
function endsOf(figures: readonly number[], format: MeasureFormat): readonly [number, number] | undefined {
  const [low, high] = [Math.min(...figures), Math.max(...figures)];
  if (figures.length === 0) return [0, 1];
  const isScore = format === 'score' || format === 'percent';
  return isScore && low === high && low >= 0 && high <= 1 ? [0, 1] : undefined;
}

function Grid({ axis, format }: { axis: Axis; format: MeasureFormat }) {
  return axis.ticks.map((tick) => (
    <g key={tick}>
      <line
        x1="0"
        x2="100%"
        y1={percent(1 - axis.at(tick))}
        y2={percent(1 - axis.at(tick))}
        stroke="var(--chart-grid)"
      />
      <text
        x="-8"
        y={percent(1 - axis.at(tick))}
        textAnchor="end"
        dominantBaseline="middle"
        fontSize="12"
        fill="var(--ink-3)"
      >
        {tickWords(tick, axis.ticks, format)}
      </text>
    </g>
  ));
}

type PlacesProps = {
  places: readonly number[];
  across: (at: number) => number;
  words: (at: number) => string;
};

function Places({ places, across, words }: PlacesProps) {
  const every = Math.max(1, Math.ceil((places.length - 1) / 4));
  const kept = places.filter((_, index) => index % every === 0);
  return kept.map((at) => (
    <text
      key={at}
      x={percent(across(at))}
      y="100%"
      dy="17"
      textAnchor="middle"
      fontSize="12"
      fill="var(--ink-3)"
    >
      {words(at)}
    </text>
  ));
}

function ThresholdLine({ axis, value, label }: { axis: Axis; value: number; label: string }) {
  const y = percent(1 - axis.at(value));
  return (
    <g>
      <line x1="0" x2="100%" y1={y} y2={y} stroke="var(--ink-2)" strokeWidth="1" strokeDasharray="4 3" />
      <text x="4" y={y} dy="-5" fontSize="12" fill="var(--ink-2)">
        {label}
      </text>
    </g>
  );
}

type SeriesMarksProps = {
  series: BandSeries;
  ink: string;
  axis: Axis;
  across: (at: Date | number) => number;
};

/** Runs of points without a gap. */
function runsOf(points: readonly BandPoint[]): BandPoint[][] {
  const runs: BandPoint[][] = [[]];
  for (const point of points) {
    if (point.value === null) runs.push([]);
    else runs.at(-1)?.push(point);
  }
  return runs.filter((run) => run.length > 0);
}

function SeriesMarks({ series, ink, axis, across }: SeriesMarksProps) {
  const y = (figure: number) => ((1 - axis.at(figure)) * 100).toFixed(3);
  const x = (point: BandPoint) => (across(point.at) * 100).toFixed(3);
  const runs = runsOf(series.points);
  return (
    <g>
      <svg
        aria-hidden="true"
        width="100%"
        height="100%"
        viewBox="0 0 100 100"
        preserveAspectRatio="none"
        overflow="visible"
      >
        {runs.map((run) => {
          const banded = run.filter((point) => point.interval !== undefined);
          const top = banded.map((point) => `${x(point)},${y(point.interval?.[1] ?? 0)}`);
          const bottom = banded.map((point) => `${x(point)},${y(point.interval?.[0] ?? 0)}`).reverse();
          return (
            <g key={place(run[0]?.at ?? 0)}>
              <polygon points={[...top, ...bottom].join(' ')} fill={ink} opacity="0.15" />
              <polyline
                points={run.map((point) => `${x(point)},${y(point.value ?? 0)}`).join(' ')}
                fill="none"
                stroke={ink}
                strokeWidth="1.75"
                strokeLinejoin="round"
                vectorEffect="non-scaling-stroke"
              />
            </g>
          );
        })}
      </svg>
      {runs
        .filter((run) => run.length === 1)
        .flat()
        .map((point) => (
          <g key={place(point.at)}>
            {/* A point without neighbours has no band; its interval stands through it. */}
            {point.interval === undefined ? null : (
              <line
                x1={`${x(point)}%`}
                x2={`${x(point)}%`}
                y1={`${y(point.interval[0])}%`}
                y2={`${y(point.interval[1])}%`}
                stroke={ink}
                strokeWidth="4"
                opacity="0.3"
              />
            )}
            <circle cx={`${x(point)}%`} cy={`${y(point.value ?? 0)}%`} r="3" fill={ink} />
          </g>
        ))}
    </g>
  );
}
