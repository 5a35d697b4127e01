import { NICKNAMES } from './nicknames.ts';

const SUFFIX = /\s+(JR|SR|II|III|IV|V|MD|DO|PHD|RN|DDS|DMD|DPM|DC|OD|NP|PA)\.?$/;
const TITLE = /^(DR|MR|MRS|MS|PROF|PROFESSOR)\.?\s+/;

/** Upper case, without accents; letters that have no plain form (ß, ø, ł) by their usual spelling. */
function plain(name: string): string {
  if (/^[A-Z ]*$/.test(name)) return name;
  return name
    .toUpperCase()
    .replaceAll('Ø', 'O')
    .replaceAll('Ł', 'L')
    .replaceAll('Æ', 'AE')
    .replaceAll('Œ', 'OE')
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '');
}

/** A name as it is compared: letters only, upper case, without accents, titles and suffixes. "" when nothing is left. */
export function nameKey(name: string): string {
  let text = plain(name).trim();
  if (/^[A-Z]+$/.test(text)) return text;
  text = text.replaceAll(/[.,]/g, ' ').replace(TITLE, '').trim();
  while (SUFFIX.test(text)) text = text.replace(SUFFIX, '');
  return text.replaceAll(/[^\p{L}]/gu, '');
}

/** The words of a name, compared one by one; hyphens part them. */
function words(name: string): string[] {
  let text = plain(name).replaceAll(/[.]/g, ' ').trim();
  text = text.replace(TITLE, '');
  while (SUFFIX.test(text)) text = text.replace(SUFFIX, '').replace(/,\s*$/, '');
  return text.split(/[\s]+/).filter(Boolean);
}

export type PersonName = { first: string; middle: string; lasts: readonly string[] };

/**
 * Keys of a display name in one field: first word, last word, and last names of two and three words ("de la Cruz"), for a
 * person who has not given their legal name. "Last, First" is understood.
 */
export function splitName(name: string): PersonName {
  const comma = /^([^,]+),\s*(.+)$/.exec(name.trim());
  const isSuffix = comma?.[2] !== undefined && SUFFIX.test(` ${plain(comma[2])}`);
  const ordered = comma && !isSuffix ? `${comma[2]} ${comma[1]}` : (comma?.[1] ?? name);
  const parts = words(ordered);
  const first = parts[0] ?? '';
  const rest = parts.slice(1);
  const lasts = [1, 2, 3].filter((count) => count <= rest.length).map((count) => rest.slice(-count).join(''));
  const hyphened = (rest.at(-1) ?? '').split('-').filter((part) => part.length > 1);
  return {
    first: nameKey(first),
    middle: nameKey(rest.length > 1 ? (rest[0] ?? '') : ''),
    lasts: [...new Set([...lasts, ...(hyphened.length > 1 ? hyphened : [])].map(nameKey).filter(Boolean))],
  };
}

const CODES: Record<string, string> = Object.fromEntries(
  ['BFPV', 'CGJKQSXZ', 'DT', 'L', 'MN', 'R'].flatMap((letters, code) =>
    [...letters].map((letter) => [letter, String(code + 1)]),
  ),
);

/**
 * Soundex of a name's key (Russell and Odell 1918, the US National Archives' rules): a letter and three digits. Names that
 * sound alike have the same; it only chooses whom to compare.
 */
export function soundex(key: string): string {
  if (key === '') return '';
  let result = key.charAt(0);
  let before = CODES[result] ?? '';
  for (const letter of key.slice(1)) {
    const code = CODES[letter] ?? '';
    if (code !== '' && code !== before) result += code;
    // H and W do not part two letters of one sound; vowels do.
    if (letter !== 'H' && letter !== 'W') before = code;
    if (result.length === 4) break;
  }
  return result.padEnd(4, '0');
}

/** What a record is found by when its last name is misspelt: how it sounds, and the first letter of the first name. */
export function soundKey(lastKey: string, firstKey: string): string {
  return lastKey === '' || firstKey === '' ? '' : `${soundex(lastKey)}${firstKey.charAt(0)}`;
}

/**
 * Jaro–Winkler similarity of two keys, 0..1 (Winkler 1990; prefix weight 0.1 for up to four letters). MARTHA and MARHTA
 * give 0.961.
 */
export function jaroWinkler(a: string, b: string): number {
  if (a === b) return a === '' ? 0 : 1;
  if (a === '' || b === '') return 0;
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const taken = new Uint8Array(b.length);
  const ofA: string[] = [];
  for (let i = 0; i < a.length; i += 1) {
    const stop = Math.min(b.length, i + reach + 1);
    for (let j = Math.max(0, i - reach); j < stop; j += 1) {
      if (taken[j] || a[i] !== b[j]) continue;
      taken[j] = 1;
      ofA.push(a.charAt(i));
      break;
    }
  }
  const ofB = [...b].filter((_, j) => taken[j]);
  const matches = ofA.length;
  if (matches === 0) return 0;
  const swaps = ofA.filter((letter, i) => letter !== ofB[i]).length / 2;
  const jaro = (matches / a.length + matches / b.length + (matches - swaps) / matches) / 3;
  let prefix = 0;
  while (prefix < 4 && prefix < a.length && a[prefix] === b[prefix]) prefix += 1;
  return jaro + prefix * 0.1 * (1 - jaro);
}

const GROUP_OF = new Map<string, number[]>();
for (const [group, names] of NICKNAMES.entries()) {
  for (const name of names) GROUP_OF.set(name, [...(GROUP_OF.get(name) ?? []), group]);
}

/** True for two first names that are forms of one (BOB, ROBERT), or of which one is the other's initial. */
export function isFirstNameVariant(a: string, b: string): boolean {
  if (a === '' || b === '') return false;
  if (a === b) return true;
  if (a.length === 1 || b.length === 1) return a.charAt(0) === b.charAt(0);
  const groups = GROUP_OF.get(a);
  return groups !== undefined && (GROUP_OF.get(b) ?? []).some((group) => groups.includes(group));
}

/** The first letters that forms of a first name have: ROBERT and BOB give "RB". */
export function initialsOf(first: string): string {
  const forms = (GROUP_OF.get(first) ?? []).flatMap((group) => NICKNAMES[group] ?? []);
  return [...new Set([first, ...forms].map((form) => form.charAt(0)))].join('');
}
