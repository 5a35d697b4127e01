export type BandPoint = {
  /** The place on the line: an instant or a running number. */
  at: Date | number;
  value: number | null;
  interval?: readonly [number, number] | undefined;
  n?: number | undefined;
};

export type BandSeries = { name: string; points: readonly BandPoint[] };

/** The colours of lines, in the order of the series. */
export const lineInks = ['var(--chart-1)', 'var(--chart-2)', 'var(--chart-3)', 'var(--chart-4)'] as const;

/** A point's place as a number: milliseconds for an instant. */
export const place = (at: Date | number): number => (typeof at === 'number' ? at : at.getTime());
