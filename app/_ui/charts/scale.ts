import { scaleLinear } from 'd3-scale';
import { formatFigure, type MeasureFormat } from '#app/_ui/measure-words.ts';

export type Axis = {
  /** Place of a figure between 0 (low end) and 1 (high end). */
  at(figure: number): number;
  ticks: readonly number[];
  low: number;
  high: number;
};

/** An axis over the given figures with round ends; `ends` fixes it, for instance to 0..1. */
export function linearAxis(
  figures: readonly number[],
  ends?: readonly [number, number] | undefined,
  tickCount = 5,
): Axis {
  const real = figures.filter(Number.isFinite);
  const low = ends?.[0] ?? Math.min(...real);
  const high = ends?.[1] ?? Math.max(...real);
  const padded = low === high ? [low - 1, high + 1] : [low, high];
  const scale = scaleLinear().domain(padded).range([0, 1]);
  if (ends === undefined) scale.nice(tickCount);
  const [from = 0, to = 1] = scale.domain();
  return { at: (figure) => scale(figure), ticks: scale.ticks(tickCount), low: from, high: to };
}

/** An interval as far as it lies on the axis, and past which ends it goes on; a figure is one that is a point. */
export function onAxis(
  { low, high }: Pick<Axis, 'low' | 'high'>,
  [from, to]: readonly [number, number],
): { from: number; to: number; goesOn: { below: boolean; above: boolean } } {
  const held = (figure: number) => Math.min(high, Math.max(low, figure));
  return { from: held(from), to: held(to), goesOn: { below: from < low, above: to > high } };
}

/** A share of the drawing as SVG takes it. */
export const percent = (share: number): string => `${(share * 100).toFixed(3)}%`;

/** A tick's words: as few decimals as tell it from its neighbours. */
export function tickWords(figure: number, ticks: readonly number[], format: MeasureFormat): string {
  const step = Math.abs((ticks[1] ?? 1) - (ticks[0] ?? 0)) || 1;
  if (format === 'count') return formatFigure(figure, 'count');
  const unit = format === 'percent' ? step * 100 : step;
  const decimals = Math.max(0, Math.min(4, Math.ceil(-Math.log10(unit) - 1e-9)));
  return `${formatFigure(figure, format, decimals)}${format === 'percent' ? '\u202f%' : ''}`;
}

/** Ticks between two whose words are written in a narrow chart: two or three equal steps, to the last tick where that goes. */
function narrowStep(count: number): number {
  const steps = count - 1;
  if (steps < 4) return 1;
  const even = [Math.ceil(steps / 3), Math.ceil(steps / 2)].find((step) => steps % step === 0);
  return even ?? Math.ceil(steps / 3);
}

/** Class of a tick's words: in a narrow chart only some are written, evenly spaced. */
export function sparse(index: number, count: number): string {
  return index % narrowStep(count) === 0 ? '' : 'hidden @sm:inline';
}
