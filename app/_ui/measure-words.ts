/** Why a figure can't be given, in words; the codes are those the server stores with a null. */
const reasons: Record<string, string> = {
  no_reference: 'No gold or final labels yet, so accuracy can’t be said',
  no_data: 'No reads yet',
  not_started: 'Not started',
  too_few: 'Too few cases to say',
  one_category: 'Every read gave the same answer, so agreement beyond chance is undefined',
  no_overlap: 'No case has two reads yet',
  no_answers: 'Nobody answered this field',
  free_text: 'Free text is not measured',
  no_cost: 'Nothing has been spent yet',
  withheld: 'Not shown during the pilot',
};

/** The words for a null's reason; anything that is not a known code is already a sentence. */
export function reasonWords(reason: string | null | undefined): string {
  if (!reason) return 'Not known yet';
  const known = reasons[reason];
  if (known !== undefined) return known;
  return reason.includes(' ')
    ? reason
    : `${reason.charAt(0).toUpperCase()}${reason.slice(1).replaceAll('_', ' ')}`;
}

export type MeasureFormat = 'score' | 'percent' | 'count' | 'decimal';

const countWords = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/**
 * A figure as text: a score with two decimals, a share as a per cent with one, a count in groups of three.
 * A real minus sign stands before negatives.
 */
export function formatFigure(value: number, format: MeasureFormat, decimals?: number): string {
  const negative = value < 0;
  const size = Math.abs(value);
  const text =
    format === 'percent'
      ? (size * 100).toFixed(decimals ?? 1)
      : format === 'count'
        ? countWords.format(size)
        : size.toLocaleString('en-US', {
            minimumFractionDigits: decimals ?? (format === 'score' ? 2 : 1),
            maximumFractionDigits: decimals ?? (format === 'score' ? 2 : 1),
          });
  return `${negative && Number(text.replaceAll(',', '')) !== 0 ? '−' : ''}${text}`;
}
