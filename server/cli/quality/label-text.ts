import { decimalOf } from './numbers.ts';
import { quoted } from './problem.ts';

/** Taken as "no answer" unless `--missing` says otherwise; an empty label always is. */
export const missingWords: readonly string[] = [
  'NA',
  'N/A',
  'n/a',
  '#N/A',
  '<NA>',
  'NaN',
  'nan',
  'null',
  'NULL',
  'None',
];

/** How labels are told apart, for `--help` and the README. */
export const labelRule =
  'A label of white space only is missing, and so is a missing word with white space around it. Everything else is taken as it is ' +
  'written, with its white space; where labels are numbers (ordinal, interval, ratio, weights) equal numbers are one label.';

/**
 * Labels that probably mean the same and are counted as different: they differ only by white space at the ends, by capitals, or by the
 * spelling of a number. One sentence, or null.
 *
 * @example alikeLabels(['yes', 'Yes ', 'no']) // 'These labels … "yes", "Yes "…'
 */
export function alikeLabels(labels: readonly string[]): string | null {
  const groups = new Map<string, string[]>();
  for (const label of labels) {
    const key = `${decimalOf(label) ?? label.trim().normalize('NFC').toLowerCase()}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [label]);
    else group.push(label);
  }
  const alike = [...groups.values()].filter((group) => group.length > 1);
  if (alike.length === 0) return null;
  const shown = alike.slice(0, 3).map((group) => group.slice(0, 4).map(quoted).join(' and '));
  const more = alike.length > shown.length ? `; and ${alike.length - shown.length} more` : '';
  return `Labels that differ only by white space, capitals or the spelling of a number count as different: ${shown.join('; ')}${more}.`;
}

/** Ids that are another id with white space around it; one sentence, or null. */
export function paddedIds(column: string, ids: readonly string[]): string | null {
  const padded = ids.filter((id) => mayBePadded(id) && id.trim() !== id);
  if (padded.length === 0) return null;
  const trimmed = new Set(padded.map((id) => id.trim()));
  const bare = new Set(ids.filter((id) => trimmed.has(id)));
  const twice = padded.filter((id) => bare.has(id.trim()));
  if (twice.length === 0) return null;
  const example = `${quoted((twice[0] ?? '').trim())} and ${quoted(twice[0] ?? '')}`;
  return `${twice.length} ids of column ${column} differ from another only by white space and count as different, e.g. ${example}.`;
}

/** Cheap, for millions of ids; of control characters only some are white space. */
function mayBePadded(id: string): boolean {
  return isSpace(id.charCodeAt(0)) || isSpace(id.charCodeAt(id.length - 1));
}

function isSpace(code: number): boolean {
  return code <= 32 || code === 0xa0;
}
