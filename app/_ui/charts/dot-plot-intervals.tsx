import type { CSSProperties, ReactNode } from 'react';
import { cn } from '#app/_ui/cn.ts';
import { fewReasonWords, formatFigure, type MeasureFormat, reasonWords } from '#app/_ui/measure-words.ts';
import { ChartFrame } from './chart-frame.tsx';
import { Plot } from './plot.tsx';
import { type Axis, linearAxis, onAxis, percent, sparse, tickWords } from './scale.ts';

export type DotRow = {
  name: string;
  value: number | null;
  /** Why there is no value; said in its place. */
  reason?: string | undefined;
  interval?: readonly [number, number] | undefined;
  n?: number | undefined;
  /** Drawn in the accent, the others in grey, when any is set. */
  emphasised?: boolean | undefined;
};

export type DotPlotIntervalsProps = {
  title: string;
  says?: string | undefined;
  rows: readonly DotRow[];
  format?: MeasureFormat | undefined;
  unit?: string | undefined;
  threshold?: { value: number; label: string } | undefined;
  ends?: readonly [number, number] | undefined;
  /** As given, or highest first (nulls last). */
  order?: 'given' | 'value' | undefined;
  /** Pixels kept for names; what the longest needs by default, at most 168. */
  nameWidth?: number | undefined;
  fileName?: string | undefined;
  note?: ReactNode;
};

const rowHeight = 28;
/** On a phone a long name stands with its figures above its line, which then has the whole width. */
const narrowRowHeight = 44;
/** Names up to so many pixels stand beside their line there too. */
const mostBeside = 84;
const topSpace = 20;
const bottomSpace = 22;
/** Pixels that hold `text` in 13 px type, with a little air. */
const room = (text: string) => text.length * 7 + 14;

/** People or vendors compared: one line each with value, interval and n. */
export function DotPlotIntervals(props: DotPlotIntervalsProps) {
  const { format = 'score', threshold } = props;
  const rows =
    props.order === 'given'
      ? props.rows
      : [...props.rows].sort(
          (a, b) => (b.value ?? Number.NEGATIVE_INFINITY) - (a.value ?? Number.NEGATIVE_INFINITY),
        );
  const figures = rows.flatMap((row) => (row.value === null ? [] : [row.value, ...(row.interval ?? [])]));
  const axis = linearAxis(
    [...figures, ...(threshold === undefined ? [] : [threshold.value])],
    props.ends ?? (figures.length === 0 ? [0, 1] : undefined),
  );
  const plotHeight = rows.length * rowHeight;
  const nameWidth = props.nameWidth ?? Math.min(168, Math.max(0, ...rows.map((row) => room(row.name))));
  const figureWidth = Math.max(
    48,
    ...rows.map((row) => (row.value === null ? 0 : Math.min(132, room(figureWords(row, format))))),
  );
  const isStacked = nameWidth > mostBeside;
  const anyEmphasised = rows.some((row) => row.emphasised);
  return (
    <ChartFrame
      title={props.title}
      says={props.says}
      fileName={props.fileName}
      note={props.note}
      table={{
        header: ['Name', props.unit ?? 'Value', 'Low', 'High', 'n'],
        lines: rows.map((row) => [
          row.name,
          row.value ?? reasonWords(row.reason),
          row.interval?.[0] ?? null,
          row.interval?.[1] ?? null,
          row.n ?? null,
        ]),
      }}
    >
      <Plot
        label={props.says ?? props.title}
        height={plotHeight}
        narrowHeight={isStacked ? rows.length * narrowRowHeight : undefined}
        margin={{ top: topSpace, right: figureWidth, bottom: bottomSpace, left: nameWidth }}
      >
        {axis.ticks.map((tick, index) => (
          <g key={tick}>
            <line
              x1={percent(axis.at(tick))}
              x2={percent(axis.at(tick))}
              y1="0"
              y2="100%"
              stroke="var(--chart-grid)"
            />
            <text
              x={percent(axis.at(tick))}
              y="100%"
              dy="16"
              textAnchor="middle"
              fontSize="12"
              fill="var(--ink-3)"
              className={sparse(index, axis.ticks.length)}
            >
              {tickWords(tick, axis.ticks, format)}
            </text>
          </g>
        ))}
        {threshold === undefined ? null : (
          <g>
            <line
              x1={percent(axis.at(threshold.value))}
              x2={percent(axis.at(threshold.value))}
              y1="-4"
              y2="100%"
              stroke="var(--ink-2)"
              strokeDasharray="4 3"
            />
            <text
              x={percent(axis.at(threshold.value))}
              y="-8"
              textAnchor="middle"
              fontSize="12"
              fill="var(--ink-2)"
            >
              {threshold.label}
            </text>
          </g>
        )}
        {rows.map((row, index) => (
          <Row
            key={row.name}
            row={row}
            place={index}
            isStacked={isStacked}
            axis={axis}
            ink={anyEmphasised && !row.emphasised ? 'var(--control)' : 'var(--chart-1)'}
            format={format}
            nameWidth={nameWidth}
          />
        ))}
      </Plot>
    </ChartFrame>
  );
}

type RowProps = {
  row: DotRow;
  place: number;
  isStacked: boolean;
  axis: Axis;
  ink: string;
  format: MeasureFormat;
  nameWidth: number;
};

/** Around words that stand in the plot, so that its grid does not run through them. */
const onGround = '@max-md/plot:[paint-order:stroke] @max-md/plot:stroke-canvas @max-md/plot:stroke-4';

/** Drawn around its line; what its line is at, and where name and figures go in a narrow plot, is said in style. */
function Row({ row, place, isStacked, axis, ink, format, nameWidth }: RowProps) {
  const longest = Math.floor(nameWidth / 7);
  const name = row.name.length > longest ? `${row.name.slice(0, longest - 1)}…` : row.name;
  const said = figureWords(row, format);
  return (
    <g
      className={cn(
        'transform-[translateY(var(--line))]',
        isStacked && '@max-md/plot:transform-[translateY(var(--narrow-line))]',
      )}
      style={
        {
          '--line': `${(place + 0.5) * rowHeight}px`,
          '--narrow-line': `${(place + 0.75) * narrowRowHeight}px`,
          '--name': `${nameWidth}px`,
        } as CSSProperties
      }
    >
      <title>{`${row.name}: ${said}`}</title>
      <text
        x={-nameWidth}
        dominantBaseline="middle"
        fontSize="13"
        fill="var(--ink)"
        className={cn(
          isStacked && '@max-md/plot:transform-[translate(calc(var(--name)-12px),-22px)]',
          isStacked && onGround,
        )}
      >
        {name}
      </text>
      {row.value === null ? (
        // Where its dot would be: beside the plot a sentence would run into the next chart.
        <text x="0" dx="6" dominantBaseline="middle" fontSize="12" fill="var(--ink-3)">
          {fewReasonWords(row.reason)}
        </text>
      ) : (
        <Marks value={row.value} interval={row.interval} axis={axis} ink={ink} />
      )}
      {row.value === null ? null : (
        <text
          x="100%"
          dx="12"
          dominantBaseline="middle"
          fontSize="12"
          fill="var(--ink-2)"
          className={cn(
            isStacked && '@max-md/plot:transform-[translateY(-22px)] @max-md/plot:[text-anchor:end]',
            isStacked && onGround,
          )}
        >
          {said}
        </text>
      )}
    </g>
  );
}

type MarksProps = {
  value: number;
  interval: readonly [number, number] | undefined;
  axis: Axis;
  ink: string;
};

/** A dot with its interval. What lies past an end of the axis is not drawn: a point of an arrow there says that it goes on. */
function Marks({ value, interval, axis, ink }: MarksProps) {
  const line = onAxis(axis, interval ?? [value, value]);
  const dot = onAxis(axis, [value, value]);
  const isOn = !(dot.goesOn.below || dot.goesOn.above);
  return (
    <>
      {interval ? (
        <line
          x1={percent(axis.at(line.from))}
          x2={percent(axis.at(line.to))}
          stroke={ink}
          strokeWidth="2"
          strokeLinecap="round"
        />
      ) : null}
      {line.goesOn.below || dot.goesOn.below ? <GoesOn x="0%" points="5,-4 0,0 5,4" ink={ink} /> : null}
      {line.goesOn.above || dot.goesOn.above ? <GoesOn x="100%" points="-5,-4 0,0 -5,4" ink={ink} /> : null}
      {isOn ? (
        <circle cx={percent(axis.at(value))} r="4" fill={ink} stroke="var(--surface)" strokeWidth="1.5" />
      ) : null}
    </>
  );
}

const GoesOn = ({ x, points, ink }: { x: string; points: string; ink: string }) => (
  <svg aria-hidden="true" x={x} overflow="visible">
    <polyline
      points={points}
      fill="none"
      stroke={ink}
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  </svg>
);

function figureWords(row: DotRow, format: MeasureFormat): string {
  if (row.value === null) return reasonWords(row.reason);
  const range = row.interval
    ? ` [${formatFigure(row.interval[0], format)}, ${formatFigure(row.interval[1], format)}]`
    : '';
  return `${formatFigure(row.value, format)}${range}`;
}
