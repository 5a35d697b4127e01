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
  withheld: 'Not shown while it is read',
  no_categories: 'Needs a list of answers to choose from; numbers have none',
  too_many_categories: 'More than 256 different answers were given, too many to compare pair by pair',
  one_class: 'Gold knows one class only, so classes can’t be balanced',
  small_subgroup: 'Too few cases to compare',
};

/** Why something was left out of a figure, in words; the codes are those the server stores. */
const exclusions: Record<string, string> = {
  fewer_than_two_answers: 'with one read only',
  others_tied: 'where the others are tied',
  alone: 'that nobody else read',
  no_truth_or_answer: 'without a known or given answer',
  class_without_cases: 'classes that gold does not have',
  no_reference: 'without a reference',
  blank: 'left blank',
};

/** What a figure leaves out and why: "12 where the others are tied, 3 that nobody else read"; undefined when nothing. */
export function leftOutWords(excluded: Readonly<Record<string, number>> | undefined): string | undefined {
  const parts = Object.entries(excluded ?? {}).map(
    ([code, n]) => `${countWords.format(n)} ${exclusions[code] ?? code.replaceAll('_', ' ')}`,
  );
  return parts.length === 0 ? undefined : parts.join(', ');
}

/** The words for a null's reason; anything that is not a known code is already a sentence. */
export function reasonWords(reason: string | null | undefined): string {
  if (!reason) return 'Not known yet';
  const known = reasons[reason];
  if (known !== undefined) return known;
  return reason.includes(' ')
    ? reason
    : `${reason.charAt(0).toUpperCase()}${reason.slice(1).replaceAll('_', ' ')}`;
}

/** The same where a line of a chart has room for a few words only. */
const fewWords: Record<string, string> = {
  no_reference: 'No gold read',
  one_category: 'One answer only',
  no_overlap: 'No case with two reads',
  no_categories: 'Has no classes',
  too_many_categories: 'Too many answers',
  one_class: 'Gold of one class',
};

/** Why a figure can't be given, in at most 32 letters; the whole sentence belongs in the title. */
export function fewReasonWords(reason: string | null | undefined): string {
  const said = fewWords[reason ?? ''] ?? reasonWords(reason);
  return said.length > 32 ? `${said.slice(0, 31)}…` : said;
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
