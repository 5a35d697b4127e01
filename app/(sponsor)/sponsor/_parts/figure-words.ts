import { formatMoney } from '#app/_ui/format-money.ts';
import { formatFigure, type MeasureFormat } from '#app/_ui/measure-words.ts';
import type { Figure } from '#server/analytics/schemas.ts';

/** "0.82 [0.79, 0.85]" or "25.0 % [4.6, 69.9]", for sentences; null when there is no value. */
export function figureWords(figure: Figure | undefined, format: MeasureFormat = 'score'): string | null {
  if (!figure || figure.value === null) return null;
  const unit = format === 'percent' ? ' %' : '';
  const range = figure.interval
    ? ` [${formatFigure(figure.interval[0], format)}, ${formatFigure(figure.interval[1], format)}]`
    : '';
  return `${formatFigure(figure.value, format)}${unit}${range}`;
}

/** A cost that is a quotient, rounded to the minor unit for reading: 517.5 USD → "$5.18 USD". */
export function costWords(minor: number, currency: string): string {
  return formatMoney({ amountMinor: BigInt(Math.round(minor)), currency }).full;
}

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' });

/** "14 March". */
export const dayWords = (at: Date): string => day.format(at);

/** "1 case", "3 cases". */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

/** " 2 quarantined cases stay out.", to follow what was made (R24: never silently dropped); empty when there are none. */
export function quarantinedWords(cases: number): string {
  if (cases === 0) return '';
  return ` ${counted(cases, 'quarantined case')} ${cases === 1 ? 'stays' : 'stay'} out.`;
}

export const BATCH_KIND_WORDS: Record<string, string> = {
  self_label: 'Panel',
  pilot: 'Pilot',
  production: 'Production',
  relabel: 'Relabelling',
  calibration: 'Calibration',
  exam: 'Exam',
  training: 'Training',
};
