import type { ParsedCase } from './read-cases.ts';
import type { Composition, SafeHarborItem } from './schemas.ts';

/** Data classes that promise there are no identifiers, so that finding one is worth a warning. */
export const IDENTIFIER_CLASSES: ReadonlySet<string> = new Set([
  'deidentified_safe_harbor',
  'deidentified_expert',
]);

/** Patterns of identifiers that Safe Harbor removes (45 CFR 164.514(b)(2)(i)); hints, not proof either way. */
const PATTERNS: readonly { name: string; item: SafeHarborItem; pattern: RegExp }[] = [
  { name: 'an e-mail address', item: 'email', pattern: /[\w.+-]+@[\w-]+\.[a-z]{2,}/i },
  { name: 'a social security number', item: 'ssn', pattern: /\b\d{3}-\d{2}-\d{4}\b/ },
  {
    name: 'a telephone number',
    item: 'telephone',
    pattern: /(?:\+1[ .-]?)?\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b/,
  },
  {
    name: 'a full date',
    item: 'dates_and_ages',
    pattern: /\b(?:\d{4}-\d{2}-\d{2}|\d{1,2}\/\d{1,2}\/(?:19|20)\d{2})\b/,
  },
  { name: 'a web address', item: 'urls', pattern: /\bhttps?:\/\//i },
  { name: 'a network address', item: 'ip_addresses', pattern: /\b(?:\d{1,3}\.){3}\d{1,3}\b/ },
  {
    name: 'a record number',
    item: 'record_numbers',
    pattern: /\b(?:MRN|medical record (?:no|number))\b[ .:#]*\d{4,}/i,
  },
  { name: 'an age above 89', item: 'dates_and_ages', pattern: /\b(?:9\d|1[01]\d)[- ](?:year|yr|y\/?o)/i },
];

/** Columns that are named like an identifier, and which one. */
const NAMES: readonly { item: SafeHarborItem; pattern: RegExp }[] = [
  { item: 'names', pattern: /^(?:patient_?)?(?:name|surname|first_?name|last_?name)$/i },
  { item: 'record_numbers', pattern: /^(?:patient_?)?mrn$/i },
  { item: 'ssn', pattern: /^(?:patient_?)?ssn$/i },
  { item: 'dates_and_ages', pattern: /^(?:patient_?)?(?:dob|birth_?date)$/i },
  { item: 'geography', pattern: /^(?:patient_?)?(?:address|zip)$/i },
  { item: 'telephone', pattern: /^(?:patient_?)?phone$/i },
  { item: 'email', pattern: /^(?:patient_?)?e-?mail$/i },
];

/** Identifiers that a letter about an incident never needs; dates and addresses of pages it may. */
const NEVER_IN_WORDS: ReadonlySet<string> = new Set([
  'an e-mail address',
  'a social security number',
  'a telephone number',
  'a record number',
]);

/** What in somebody's words looks like an identifier of a person, named and not repeated. */
export function findIdentifiers(text: string): string[] {
  return PATTERNS.filter(({ name, pattern }) => NEVER_IN_WORDS.has(name) && pattern.test(text)).map(
    ({ name }) => name,
  );
}

/** Everything in a text that looks like an identifier, dates and addresses of pages included, named and not repeated. */
export function identifiersIn(text: string): string[] {
  return PATTERNS.filter(({ pattern }) => pattern.test(text)).map(({ name }) => name);
}

/** What in a text looks like an identifier, by its kind of the Safe Harbor list; the text itself is never given back. */
export function identifierKindsIn(text: string): { name: string; item: SafeHarborItem }[] {
  return PATTERNS.filter(({ pattern }) => pattern.test(text)).map(({ name, item }) => ({ name, item }));
}

/** Warnings about what looks like an identifier, by column and count; never the text itself. */
export function identifierHints(cases: readonly ParsedCase[]): Composition['warnings'] {
  const found = new Map<string, { item: SafeHarborItem; message: (n: number) => string; lines: number }>();
  const hit = (key: string, item: SafeHarborItem, message: (n: number) => string) => {
    const before = found.get(key);
    found.set(key, { item, message, lines: (before?.lines ?? 0) + 1 });
  };
  for (const one of cases) {
    for (const [column, text] of columnsOf(one)) {
      const bare = column.slice(column.indexOf(':') + 1);
      const named = NAMES.find(({ pattern }) => pattern.test(bare));
      if (named !== undefined) {
        hit(
          `${column} named`,
          named.item,
          () => `The column "${column}" is named like an identifier. Remove it unless it is none.`,
        );
      }
      for (const { name, item } of identifierKindsIn(text)) {
        hit(
          `${column} ${name}`,
          item,
          (n) =>
            `"${column}" holds what looks like ${name} in ${n} case${n === 1 ? '' : 's'}. Check that the data is what its class says.`,
        );
      }
    }
  }
  return [...found.values()].map(({ item, message, lines }) => ({
    code: 'possible_identifier',
    message: message(lines),
    item,
  }));
}

function columnsOf(one: ParsedCase): [string, string][] {
  return [
    ...one.assets.flatMap((asset): [string, string][] =>
      asset.kind === 'text' ? [[`text:${asset.name}`, asset.text]] : [],
    ),
    ...Object.entries(one.context).map(([name, text]): [string, string] => [`context:${name}`, text]),
    ...Object.entries(one.subgroups).map(([name, text]): [string, string] => [`subgroup:${name}`, text]),
    ['patient_key', one.patientKey],
    ['case_id', one.externalId],
  ];
}
