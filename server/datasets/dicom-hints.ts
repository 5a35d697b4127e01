import type { DataSet, Element } from 'dicom-parser';
import profile from './confidentiality-profile.json' with { type: 'json' };
import { identifierKindsIn } from './identifier-hints.ts';
import type { DicomHeader } from './read-dicom-header.ts';
import { type HEADER_FINDINGS, SAFE_HARBOR_ITEMS, type SafeHarborItem } from './schemas.ts';

export type HeaderFinding = (typeof HEADER_FINDINGS)[number];

/** One thing to look at in a header: where, and of which of the eighteen kinds; never what is written there. */
export type HeaderHint = { item: SafeHarborItem; tag: string; name: string; finding: HeaderFinding };

type Rule = { action: string; item: SafeHarborItem; name: string };

/**
 * The Basic Application Level Confidentiality Profile (DICOM PS3.15, Table E.1-1): tag → what becomes of the element. X
 * remove, Z empty or a stand-in, D a stand-in, U another UID. The kinds of identifiers beside them are ours.
 */
const RULES: ReadonlyMap<string, Rule> = new Map(
  SAFE_HARBOR_ITEMS.flatMap((item) =>
    ((profile as Partial<Record<SafeHarborItem, string[]>>)[item] ?? []).map((line): [string, Rule] => {
      const [tag = '', action = '', ...name] = line.split(' ');
      return [tag.toLowerCase(), { action, item, name: name.join(' ') }];
    }),
  ),
);

/** Characteristics of a patient that stay under the option of that name (CID 7050, 113108); none is on the list of eighteen. */
const CHARACTERISTICS = new Set(
  '00100040 00101010 00101020 00101030 00102110 00102160 001021a0 001021c0 00102203 00380050 00380500 00400012'.split(
    ' ',
  ),
);
/** Kinds of images that often have text in their pixels: ultrasound, secondary captures, angiography, endoscopy. */
const BURNING = new Set(['US', 'SC', 'OT', 'XA', 'RF', 'ES', 'GM', 'XC', 'OP', 'DOC', 'SR']);
const WORDS = new Set(['LO', 'SH', 'ST', 'LT', 'UT', 'UC', 'UR', 'PN', 'AE']);
/** Sequences deeper than this are not looked into; the standard's own go less than half as deep. */
const DEPTH = 16;
const TEXT_BYTES = 20_000;

/**
 * What in a header should not be there when the profile was followed, or has to be looked at by a person. Hints, not proof: a
 * stand-in cannot be told from a name, and pixels are not looked at.
 */
export function dicomHints(header: DicomHeader & { ok: true }): HeaderHint[] {
  const { dataSet } = header;
  const hints = new Map<string, HeaderHint>();
  const add: Add = (tag, hint) => {
    const key = `${hint.item} ${tag} ${hint.finding}`;
    if (!hints.has(key)) hints.set(key, { tag: shownTag(tag), ...hint });
  };
  if (header.hasPreamble)
    add('', { item: 'other_codes', name: 'Preamble before the header', finding: 'preamble' });
  lookAtDeclarations(dataSet, add);
  walk(dataSet, { add, keepsCharacteristics: methodCodes(dataSet).has('113108') }, 0);
  return [...hints.values()];
}

type Add = (tag: string, hint: Omit<HeaderHint, 'tag'>) => void;
type Walk = { add: Add; keepsCharacteristics: boolean };

/** What the file says of its own de-identification: (0012,0062), (0028,0301), (0028,0302), (0028,0303). */
function lookAtDeclarations(dataSet: DataSet, add: Add): void {
  if (dataSet.string('x00120062') !== 'YES')
    add('00120062', { item: 'other_codes', name: 'Patient Identity Removed', finding: 'not_declared' });
  const burned = dataSet.string('x00280301');
  const burnedIn = { item: 'names', name: 'Burned In Annotation' } as const;
  if (burned === 'YES') add('00280301', { ...burnedIn, finding: 'burned_in' });
  else if (burned !== 'NO' && BURNING.has(dataSet.string('x00080060') ?? ''))
    add('00280301', { ...burnedIn, finding: 'burned_in_unsaid' });
  if (dataSet.string('x00280302') === 'YES')
    add('00280302', { item: 'faces', name: 'Recognizable Visual Features', finding: 'recognisable' });
  if (dataSet.string('x00280303') === 'UNMODIFIED')
    add('00280303', {
      item: 'dates_and_ages',
      name: 'Longitudinal Temporal Information Modified',
      finding: 'dates_unmodified',
    });
}

function methodCodes(dataSet: DataSet): Set<string> {
  const items = dataSet.elements.x00120064?.items ?? [];
  return new Set(items.flatMap((item) => item.dataSet?.string('x00080100') ?? []));
}

function walk(dataSet: DataSet, at: Walk, depth: number): void {
  for (const element of Object.values(dataSet.elements)) {
    const tag = element.tag.slice(1);
    // The method of de-identification, whose codes have names of their own.
    if (tag === '00120063' || tag === '00120064') continue;
    if (!isEmpty(element)) judge(dataSet, element, tag, at);
    if (depth < DEPTH)
      for (const item of element.items ?? []) if (item.dataSet) walk(item.dataSet, at, depth + 1);
  }
}

const isEmpty = (element: Element) =>
  element.length === 0 || (element.items !== undefined && element.items.length === 0);

function judge(dataSet: DataSet, element: Element, tag: string, { add, keepsCharacteristics }: Walk): void {
  if (isPrivate(tag)) {
    add(`${tag.slice(0, 4)}xxxx`, { item: 'other_codes', name: 'Private group', finding: 'private' });
    return;
  }
  const value = textOf(dataSet, element);
  const rule = RULES.get(tag) ?? RULES.get(repeatingTag(tag));
  if (rule === undefined || rule.action.includes('U')) {
    if (isOwnUid(tag, value))
      add(tag, { item: 'other_codes', name: rule?.name ?? 'UID', finding: 'own_uid' });
    for (const { item } of identifierKindsIn(value)) {
      if (/^[\d.\\ ]*$/.test(value)) continue;
      add(tag, { item, name: rule?.name ?? 'Element of no listed kind', finding: 'looks_like' });
    }
    return;
  }
  if (tag === '00101010' && Number.parseInt(value, 10) > 89 && value.includes('Y'))
    add(tag, { ...named(rule), finding: 'age_over_89' });
  else if (!(keepsCharacteristics && CHARACTERISTICS.has(tag)))
    add(tag, { ...named(rule), finding: findingOf(rule, value) });
}

const named = ({ item, name }: Rule) => ({ item, name });

function findingOf({ action, item }: Rule, value: string): HeaderFinding {
  if (item === 'dates_and_ages' && /^(?:18|19|20)\d{6}/.test(value)) return 'full_date';
  if (action === 'X') return 'not_removed';
  return action.includes('D') ? 'stand_in' : 'not_emptied';
}

/** Odd groups are a maker's own, except those that may not be used. */
const isPrivate = (tag: string) =>
  Number.parseInt(tag.slice(0, 4), 16) % 2 === 1 && !/^000[1357]|^ffff/.test(tag);

/** Curves and overlays are in groups 50xx and 60xx. */
const repeatingTag = (tag: string) =>
  /^50/.test(tag) ? '50xxxxxx' : /^60/.test(tag) ? `60xx${tag.slice(4)}` : tag;

/** A study, series or image UID that was not made from a random number; whether another root is the archive's own nobody can tell. */
const isOwnUid = (tag: string, value: string) =>
  ['0020000d', '0020000e', '00080018'].includes(tag) && value !== '' && !value.startsWith('2.25.');

/** The words of an element; empty for pixels, numbers and what is too long for words. */
function textOf(dataSet: DataSet, element: Element): string {
  const { vr, length, tag, items } = element;
  const isText =
    vr === undefined || vr === 'UN' || WORDS.has(vr) || ['DA', 'DT', 'TM', 'AS', 'UI'].includes(vr);
  if (!isText || items !== undefined || length > TEXT_BYTES) return '';
  return dataSet.text(tag)?.trim() ?? '';
}

function shownTag(tag: string): string {
  return tag.length === 8 ? `(${tag.slice(0, 4)},${tag.slice(4)})` : '';
}

/** The hints of several files together, each with the number of files that have it; most files first. */
export function sumHints(files: readonly (readonly HeaderHint[])[]): (HeaderHint & { files: number })[] {
  const sums = new Map<string, HeaderHint & { files: number }>();
  for (const hint of files.flat()) {
    const key = `${hint.item} ${hint.tag} ${hint.finding}`;
    sums.set(key, { ...hint, files: (sums.get(key)?.files ?? 0) + 1 });
  }
  return [...sums.values()].sort((a, b) => b.files - a.files || (a.tag < b.tag ? -1 : 1));
}
