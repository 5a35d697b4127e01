import type { ParsedCase } from './read-cases.ts';
import type { Composition } from './schemas.ts';

/** Data classes that promise there are no identifiers, so that finding one is worth a warning. */
export const IDENTIFIER_CLASSES: ReadonlySet<string> = new Set([
  'deidentified_safe_harbor',
  'deidentified_expert',
]);

/** Patterns of identifiers that Safe Harbor removes (45 CFR 164.514(b)(2)(i)); hints, not proof either way. */
const PATTERNS: readonly { name: string; pattern: RegExp }[] = [
  { name: 'an e-mail address', pattern: /[\w.+-]+@[\w-]+\.[a-z]{2,}/i },
  { name: 'a social security number', pattern: /\b\d{3}-\d{2}-\d{4}\b/ },
  { name: 'a telephone number', pattern: /(?:\+1[ .-]?)?\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b/ },
  { name: 'a full date', pattern: /\b(?:\d{4}-\d{2}-\d{2}|\d{1,2}\/\d{1,2}\/(?:19|20)\d{2})\b/ },
  { name: 'a web or network address', pattern: /\bhttps?:\/\/|\b(?:\d{1,3}\.){3}\d{1,3}\b/i },
  { name: 'a record number', pattern: /\b(?:MRN|medical record (?:no|number))\b[ .:#]*\d{4,}/i },
  { name: 'an age above 89', pattern: /\b(?:9\d|1[01]\d)[- ](?:year|yr|y\/?o)/i },
];

const NAMES =
  /^(?:patient_?)?(?:name|surname|first_?name|last_?name|mrn|ssn|dob|birth_?date|address|zip|phone|e-?mail)$/i;

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

/** Warnings about what looks like an identifier, by column and count; never the text itself. */
export function identifierHints(cases: readonly ParsedCase[]): Composition['warnings'] {
  const found = new Map<string, { message: (n: number) => string; lines: number }>();
  const hit = (key: string, message: (n: number) => string) => {
    const before = found.get(key);
    found.set(key, { message, lines: (before?.lines ?? 0) + 1 });
  };
  for (const one of cases) {
    for (const [column, text] of columnsOf(one)) {
      const bare = column.slice(column.indexOf(':') + 1);
      if (NAMES.test(bare)) {
        hit(
          `${column} named`,
          () => `The column "${column}" is named like an identifier. Remove it unless it is none.`,
        );
      }
      for (const { name, pattern } of PATTERNS) {
        if (!pattern.test(text)) continue;
        hit(
          `${column} ${name}`,
          (n) =>
            `"${column}" holds what looks like ${name} in ${n} case${n === 1 ? '' : 's'}. Check that the data is what its class says.`,
        );
      }
    }
  }
  return [...found.values()].map(({ message, lines }) => ({
    code: 'possible_identifier',
    message: message(lines),
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
