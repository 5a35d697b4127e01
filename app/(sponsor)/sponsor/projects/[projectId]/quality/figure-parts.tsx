import type { DotRow } from '#app/_ui/charts/dot-plot-intervals.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import type { MeasureFormat } from '#app/_ui/measure-words.ts';

/** A figure with its interval and n, as every page on quality gets it. */
type Figure = {
  readonly value: number | null;
  readonly interval: readonly [number, number] | null;
  readonly n: number;
  readonly reason?: string | null;
  readonly excluded?: Readonly<Record<string, number>> | undefined;
};

/** A figure as a row of a dot plot. */
export function dotRow(name: string, figure: Figure): DotRow {
  return {
    name,
    value: figure.value,
    reason: figure.reason ?? 'no_data',
    interval: figure.interval ?? undefined,
    n: figure.n,
  };
}

/** A figure in a cell of a table, whose head says what it is. */
export function FigureCell({
  label,
  figure,
  format,
}: {
  label: string;
  figure: Figure;
  format?: MeasureFormat;
}) {
  return (
    <Measure
      size="inline"
      labelHidden
      label={label}
      {...(format === undefined ? {} : { format })}
      value={figure.value}
      reason={figure.reason ?? null}
      interval={figure.interval}
      n={figure.n}
      excluded={figure.excluded}
    />
  );
}
