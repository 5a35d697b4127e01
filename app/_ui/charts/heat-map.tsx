import type { ReactNode } from 'react';
import { cn } from '#app/_ui/cn.ts';
import { formatFigure, type MeasureFormat } from '#app/_ui/measure-words.ts';
import { ChartFrame } from './chart-frame.tsx';

export type HeatMapProps = {
  title: string;
  says?: string | undefined;
  /** Down the side and along the top. */
  rowNames: readonly string[];
  columnNames: readonly string[];
  /** What the sides are: "Given" and "Reference"; both "Reader" for pairwise agreement. */
  rowTitle: string;
  columnTitle: string;
  /** By row, then column; null where there is nothing to say. */
  cells: readonly (readonly (number | null)[])[];
  format?: MeasureFormat | undefined;
  decimals?: number | undefined;
  /** What full colour stands for; the greatest cell by default. */
  full?: number | undefined;
  /** Marks cells below it with a frame. */
  threshold?: { value: number; label: string } | undefined;
  fileName?: string | undefined;
  note?: ReactNode;
};

const nameWidth = 112;
const headHeight = 44;
const side = 44;

/** A confusion table or agreement between pairs: every cell carries its figure, the tint only guides the eye. */
export function HeatMap(props: HeatMapProps) {
  const { rowNames, columnNames, cells, format = 'count' } = props;
  const full = props.full ?? Math.max(1e-9, ...cells.flat().map((cell) => cell ?? 0));
  // Wide enough for the column names, within reason; a shortened one is whole in its title and in the table.
  const longest = Math.max(0, ...columnNames.map((name) => name.length));
  const across = Math.min(104, Math.max(side, longest * 7 + 8));
  const width = nameWidth + columnNames.length * across;
  const height = headHeight + rowNames.length * side;
  return (
    <ChartFrame
      title={props.title}
      says={props.says}
      fileName={props.fileName}
      note={
        <>
          Rows: {props.rowTitle.toLocaleLowerCase()} · columns: {props.columnTitle.toLocaleLowerCase()}
          {props.threshold ? ` · framed: below ${props.threshold.label}` : ''}
          {props.note ? <> · {props.note}</> : null}
        </>
      }
      table={{
        header: [`${props.rowTitle} \\ ${props.columnTitle}`, ...columnNames],
        lines: rowNames.map((name, row) => [
          name,
          ...columnNames.map((_, column) => cells[row]?.[column] ?? null),
        ]),
      }}
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a frame that scrolls must be reachable by keyboard */}
      <section aria-label={props.title} tabIndex={0} className="overflow-x-auto">
        <svg
          data-chart
          role="img"
          aria-label={props.says ?? props.title}
          width={width}
          height={height}
          className="block"
        >
          {columnNames.map((name, column) => (
            <text
              key={name}
              x={nameWidth + (column + 0.5) * across}
              y={headHeight - 8}
              textAnchor="middle"
              fontSize="12"
              fill="var(--ink-2)"
            >
              <title>{name}</title>
              {short(name, Math.floor((across - 8) / 7))}
            </text>
          ))}
          <text x={nameWidth} y="13" fontSize="12" fill="var(--ink-3)">
            {props.columnTitle} →
          </text>
          <text x="0" y={headHeight - 8} fontSize="12" fill="var(--ink-3)">
            {props.rowTitle} ↓
          </text>
          {rowNames.map((name, row) => (
            <g key={name}>
              <text
                x="0"
                y={headHeight + (row + 0.5) * side}
                dominantBaseline="central"
                fontSize="12"
                fill="var(--ink-2)"
              >
                <title>{name}</title>
                {short(name, 16)}
              </text>
              {columnNames.map((columnName, column) => (
                <Cell
                  key={columnName}
                  figure={cells[row]?.[column] ?? null}
                  full={full}
                  across={across}
                  x={nameWidth + column * across}
                  y={headHeight + row * side}
                  words={`${props.rowTitle} ${name}, ${props.columnTitle.toLocaleLowerCase()} ${columnName}`}
                  format={format}
                  decimals={props.decimals}
                  marked={props.threshold?.value}
                />
              ))}
            </g>
          ))}
        </svg>
      </section>
    </ChartFrame>
  );
}

const short = (name: string, length: number) =>
  name.length > length ? `${name.slice(0, length - 1)}…` : name;

type CellProps = {
  figure: number | null;
  full: number;
  across: number;
  x: number;
  y: number;
  words: string;
  format: MeasureFormat;
  decimals: number | undefined;
  marked: number | undefined;
};

function Cell({ figure, full, across, x, y, words, format, decimals, marked }: CellProps) {
  const share = figure === null ? 0 : Math.min(1, Math.max(0, figure / full));
  const said = figure === null ? '–' : formatFigure(figure, format, decimals ?? (format === 'score' ? 2 : 0));
  // Tint stops at 45 % so that the figure in plain ink keeps its contrast on every cell.
  return (
    <g>
      <title>{`${words}: ${said}`}</title>
      <rect
        x={x + 1}
        y={y + 1}
        width={across - 2}
        height={side - 2}
        rx="2"
        fill={figure === null ? 'var(--sunken)' : 'var(--heat)'}
        fillOpacity={figure === null ? 1 : 0.04 + share * 0.41}
        stroke={figure !== null && marked !== undefined && figure < marked ? 'var(--critical)' : 'none'}
        strokeWidth="1.5"
      />
      <text
        x={x + across / 2}
        y={y + side / 2}
        textAnchor="middle"
        dominantBaseline="central"
        fontSize="12"
        className={cn(figure === 0 && 'opacity-60')}
        fill={figure === null ? 'var(--ink-3)' : 'var(--ink)'}
      >
        {said}
      </text>
    </g>
  );
}
