import { formatFigure, type MeasureFormat } from '#app/_ui/measure-words.ts';
import { type BandSeries, lineInks, place } from './line-series.ts';
import { type Axis, percent } from './scale.ts';

type EndLabelsProps = {
  series: readonly BandSeries[];
  axis: Axis;
  format: MeasureFormat;
  plotHeight: number;
};

/** Names and last figures at the right end, pushed apart where they would meet. */
export function EndLabels({ series, axis, format, plotHeight }: EndLabelsProps) {
  const labels = series
    .map((one, index) => ({
      name: one.name,
      ink: lineInks[index % lineInks.length],
      value: one.points.findLast((point) => point.value !== null)?.value ?? null,
    }))
    .flatMap((label) =>
      label.value === null ? [] : [{ ...label, y: (1 - axis.at(label.value)) * plotHeight }],
    )
    .sort((a, b) => a.y - b.y);
  const heights = apart(
    labels.map((label) => label.y),
    plotHeight - 10,
  );
  return labels.map((label, index) => {
    const y = heights[index] ?? label.y;
    return (
      <g key={label.name}>
        <rect x="100%" y={y - 5} width="3" height="10" transform="translate(8 0)" rx="1" fill={label.ink} />
        <text x="100%" dx="15" y={y - 1} fontSize="12" fontWeight="600" fill="var(--ink)">
          {formatFigure(label.value ?? 0, format)}
          {format === 'percent' ? '\u202f%' : ''}
        </text>
        <text x="100%" dx="15" y={y + 13} fontSize="12" fill="var(--ink-2)">
          {label.name.length > 16 ? `${label.name.slice(0, 15)}…` : label.name}
        </text>
      </g>
    );
  });
}

const LABEL_HEIGHT = 30;

/** Heights of labels, top first, moved so that none meets another and the last one stays clear of the axis below. */
function apart(wanted: readonly number[], lowest: number): number[] {
  const found: number[] = [];
  for (const y of wanted) found.push(Math.max(y, (found.at(-1) ?? Number.NEGATIVE_INFINITY) + LABEL_HEIGHT));
  let limit = lowest;
  for (let index = found.length - 1; index >= 0; index -= 1) {
    limit = Math.min(limit, found[index] ?? limit);
    found[index] = limit;
    limit -= LABEL_HEIGHT;
  }
  return found;
}

type HoverMarksProps = {
  series: readonly BandSeries[];
  places: readonly number[];
  across: (at: number) => number;
  words: (at: number) => string;
  axis: Axis;
  format: MeasureFormat;
};

/** A hair line and the figures of a place under the pointer; by style alone, so the chart needs no script. */
export function HoverMarks({ series, places, across, axis, words, format }: HoverMarksProps) {
  const half = places.length > 1 ? 0.5 / (places.length - 1) : 0.5;
  return places.map((at) => {
    const here = series.flatMap((one, index) => {
      const point = one.points.find((candidate) => place(candidate.at) === at);
      if (point === undefined || point.value === null) return [];
      return [{ name: one.name, point, value: point.value, ink: lineInks[index % lineInks.length] }];
    });
    const x = across(at);
    return (
      <g key={at} data-hover className="group/place">
        <rect x={percent(x - half)} y="0" width={percent(half * 2)} height="100%" fill="transparent" />
        <title>
          {[
            words(at),
            ...here.map(({ name, point, value }) => {
              const range = point.interval
                ? ` [${formatFigure(point.interval[0], format)}, ${formatFigure(point.interval[1], format)}]`
                : '';
              return `${name} ${formatFigure(value, format)}${range}${point.n === undefined ? '' : ` · n ${formatFigure(point.n, 'count')}`}`;
            }),
          ].join('\n')}
        </title>
        <g className="invisible group-hover/place:visible" pointerEvents="none">
          <line x1={percent(x)} x2={percent(x)} y1="0" y2="100%" stroke="var(--ink-3)" strokeWidth="1" />
          {here.map(({ name, value, ink }) => (
            <circle
              key={name}
              cx={percent(x)}
              cy={percent(1 - axis.at(value))}
              r="3.5"
              fill={ink}
              stroke="var(--surface)"
              strokeWidth="1.5"
            />
          ))}
        </g>
      </g>
    );
  });
}
