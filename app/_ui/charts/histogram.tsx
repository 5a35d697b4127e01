import type { ReactNode } from 'react';
import { formatFigure, type MeasureFormat } from '#app/_ui/measure-words.ts';
import { ChartFrame } from './chart-frame.tsx';
import { Plot } from './plot.tsx';
import { linearAxis, percent, sparse, tickWords } from './scale.ts';

export type HistogramBin = { from: number; to: number; count: number };

export type HistogramProps = {
  title: string;
  says?: string | undefined;
  /** Neighbouring bins in order. Counted where the data is, so that no raw figures travel. */
  bins: readonly HistogramBin[];
  format?: MeasureFormat | undefined;
  /** What is counted: "Reads". */
  countOf?: string | undefined;
  /** What the axis measures: "Active seconds". */
  unit: string;
  threshold?: { value: number; label: string } | undefined;
  median?: number | undefined;
  height?: number | undefined;
  fileName?: string | undefined;
  note?: ReactNode;
};

const margin = { top: 24, right: 16, bottom: 40, left: 48 };

/** How time or cost is spread. */
export function Histogram(props: HistogramProps) {
  const { bins, format = 'count', threshold, median, height = 220 } = props;
  const upright = linearAxis([0, ...bins.map((bin) => bin.count)], undefined, 4);
  const along = linearAxis([], [bins[0]?.from ?? 0, bins.at(-1)?.to ?? 1], 6);
  const plotHeight = height - margin.top - margin.bottom;
  return (
    <ChartFrame
      title={props.title}
      says={props.says}
      fileName={props.fileName}
      note={props.note}
      table={{
        header: [`${props.unit}, from`, 'to', props.countOf ?? 'Count'],
        lines: bins.map((bin) => [bin.from, bin.to, bin.count]),
      }}
    >
      <Plot label={props.says ?? props.title} height={plotHeight} margin={margin}>
        {upright.ticks.map((tick) => (
          <g key={tick}>
            <line
              x1="0"
              x2="100%"
              y1={percent(1 - upright.at(tick))}
              y2={percent(1 - upright.at(tick))}
              stroke="var(--chart-grid)"
            />
            <text
              x="-8"
              y={percent(1 - upright.at(tick))}
              textAnchor="end"
              dominantBaseline="middle"
              fontSize="12"
              fill="var(--ink-3)"
            >
              {tickWords(tick, upright.ticks, 'count')}
            </text>
          </g>
        ))}
        {bins.map((bin) => (
          <rect
            key={bin.from}
            x={percent(along.at(bin.from))}
            y={percent(1 - upright.at(bin.count))}
            width={percent(along.at(bin.to) - along.at(bin.from))}
            height={percent(upright.at(bin.count))}
            fill="var(--chart-1)"
            stroke="var(--surface)"
            strokeWidth="1"
          >
            <title>{`${formatFigure(bin.from, format)}–${formatFigure(bin.to, format)}: ${formatFigure(bin.count, 'count')}`}</title>
          </rect>
        ))}
        {along.ticks.map((tick, index) => (
          <text
            key={tick}
            x={percent(along.at(tick))}
            y="100%"
            dy="17"
            textAnchor="middle"
            fontSize="12"
            fill="var(--ink-3)"
            className={sparse(index, along.ticks.length)}
          >
            {tickWords(tick, along.ticks, format)}
          </text>
        ))}
        <text x="100%" y="100%" dy="34" textAnchor="end" fontSize="12" fill="var(--ink-2)">
          {props.unit}
        </text>
        {median === undefined ? null : (
          <Mark at={along.at(median)} words={`Median ${formatFigure(median, format)}`} dashed={false} />
        )}
        {threshold === undefined ? null : (
          <Mark at={along.at(threshold.value)} words={threshold.label} dashed />
        )}
      </Plot>
    </ChartFrame>
  );
}

/** An upright line with its words above, kept inside the drawing at both ends. */
function Mark({ at, words, dashed }: { at: number; words: string; dashed: boolean }) {
  return (
    <g>
      <line
        x1={percent(at)}
        x2={percent(at)}
        y1="-6"
        y2="100%"
        stroke="var(--ink)"
        strokeWidth="1"
        {...(dashed ? { strokeDasharray: '4 3' } : {})}
      />
      <text
        x={percent(at)}
        y="-11"
        textAnchor={at < 0.12 ? 'start' : at > 0.88 ? 'end' : 'middle'}
        fontSize="12"
        fill="var(--ink-2)"
      >
        {words}
      </text>
    </g>
  );
}
