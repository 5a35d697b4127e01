import { createHash } from 'node:crypto';
import {
  isFirstNameVariant,
  jaroWinkler,
  nameKey,
  type PersonName,
  soundex,
  soundKey,
  splitName,
} from './names.ts';
import type { Comparison, ExclusionRecord, ScreenedComparison, ScreenedPerson } from './schemas.ts';

/** A name that is spelt almost the same; less so when it sounds the same (SMITH, SMYTH). */
const NEAR_NAME = 0.9;
const NEAR_SOUND = 0.87;
/** A name that is not the same, and nothing speaks against it, is looked at from this score on. */
const FUZZY_SCORE = 0.85;
/** A name that this many records of the lists have is common: a differing birth date or NPI then rules a record out. */
const COMMON = 3;

/** What a person is compared by. */
export type Subject = {
  personId: string;
  names: readonly PersonName[];
  npis: readonly string[];
  birthDate: string | null;
  /** US states of their licences. */
  places: readonly string[];
  /** Of everything above; another one asks again. */
  version: string;
};

/** A record with the keys it is searched by. */
export type Candidate = { record: ExclusionRecord; lastKey: string; firstKey: string };

export type Match = {
  basis: 'npi' | 'name_birth_date' | 'name';
  /** 0..1; orders the work and decides nothing. */
  score: number;
  comparison: ScreenedComparison;
};

/** Whether a date of the list and one the person gave can be one with a slip: a digit, or day and month swapped. */
export function compareDays(ours: string | null, theirs: string | null): Comparison {
  if (ours === null || theirs === null) return 'unknown';
  if (ours === theirs) return 'agree';
  const [year, month, day] = ours.split('-');
  if (theirs === `${year}-${day}-${month}`) return 'near';
  return [...ours].filter((digit, at) => digit !== theirs[at]).length === 1 ? 'near' : 'differ';
}

/** A person as they are compared: the legal name they gave, else the name of their account; a former last name too. */
export function subjectOf(
  person: ScreenedPerson & { legalGivenName: string | null; legalFamilyName: string | null },
): Subject {
  const shown = splitName(person.name);
  const names: PersonName[] = [shown];
  if (person.legalFamilyName !== null) {
    const given = (person.legalGivenName ?? '').trim().split(/\s+/);
    names.unshift({
      first: nameKey(given[0] ?? '') || shown.first,
      middle: nameKey(given[1] ?? ''),
      lasts: [nameKey(person.legalFamilyName)].filter(Boolean),
    });
  }
  if (person.formerFamilyName !== null) {
    names.push({ ...(names[0] ?? shown), lasts: [nameKey(person.formerFamilyName)].filter(Boolean) });
  }
  const { personId, npis, birthDate, places } = person;
  const version = createHash('sha256')
    .update(JSON.stringify([personId, names, [...npis].sort(), birthDate, [...places].sort()]))
    .digest('hex')
    .slice(0, 32);
  return { personId, names, npis, birthDate, places, version };
}

/** What to look for in a list: NPIs; last names with the first letters that a form of the first name can have; sounds. */
export function keysOf(subject: Subject, initialsOf: (first: string) => string) {
  const lasts = subject.names.flatMap((name) =>
    name.lasts.map((last) => ({ last, initials: initialsOf(name.first), sound: soundKey(last, name.first) })),
  );
  return { npis: subject.npis, lasts };
}

/**
 * Compares a person with a record: the same NPI, else the same name and birth date, else the name. Null when it is
 * not them; `set_aside` when the name is common and a differing birth date or NPI rules the record out. A name that is
 * rare is shown to a person even then, because what somebody says of themselves must not make them pass.
 *
 * @param sameName how many records of the lists in use have this first and last name
 */
export function compareWithRecord(
  subject: Subject,
  candidate: Candidate,
  sameName: number,
): Match | 'set_aside' | null {
  const { record } = candidate;
  const name = bestName(subject, candidate);
  const npi = compareNpis(subject, record);
  const birth = compareDays(subject.birthDate, record.birthDate);
  const place = comparePlaces(subject, record);
  const middle = compareMiddles(name.middle, nameKey(record.middleName ?? ''));
  const comparison: ScreenedComparison = [
    { element: 'npi', result: npi },
    { element: 'last_name', result: name.last },
    { element: 'first_name', result: name.first },
    { element: 'middle_name', result: middle },
    { element: 'birth_date', result: birth },
    { element: 'place', result: place },
  ];
  if (npi === 'agree') return { basis: 'npi', score: name.last === 'differ' ? 0.9 : 1, comparison };
  if (name.last === 'differ' || name.first === 'differ') return null;
  if (name.last === 'agree' && birth === 'agree')
    return { basis: 'name_birth_date', score: 0.97, comparison };

  const isRuledOut = birth === 'differ' || npi === 'differ';
  const isSameName = name.last === 'agree' && name.first === 'agree';
  if (isRuledOut && (!isSameName || sameName >= COMMON)) return isSameName ? 'set_aside' : null;
  const score = weigh(name.similarity, { birth, npi, place, middle }, sameName);
  return isSameName || score >= FUZZY_SCORE ? { basis: 'name', score, comparison } : null;
}

function weigh(
  similarity: number,
  by: { birth: Comparison; npi: Comparison; place: Comparison; middle: Comparison },
  sameName: number,
): number {
  const steps: [Comparison, Partial<Record<Comparison, number>>][] = [
    [by.birth, { agree: 0.1, near: 0.04, differ: -0.2 }],
    [by.npi, { differ: -0.15 }],
    [by.place, { agree: 0.04, differ: -0.04 }],
    [by.middle, { agree: 0.02, differ: -0.06 }],
  ];
  const moved = steps.reduce((sum, [result, points]) => sum + (points[result] ?? 0), 0.92 * similarity);
  const commonness = 0.03 * Math.log2(Math.max(1, sameName));
  return Math.min(0.96, Math.max(0, Number((moved - commonness).toFixed(3))));
}

function bestName(subject: Subject, { lastKey, firstKey }: Candidate) {
  let best = { last: 'differ' as Comparison, first: 'differ' as Comparison, similarity: 0, middle: '' };
  for (const name of subject.names) {
    for (const own of name.lasts) {
      const ofLast = jaroWinkler(own, lastKey);
      const isVariant = isFirstNameVariant(name.first, firstKey);
      const ofFirst = name.first === firstKey ? 1 : isVariant ? 0.95 : jaroWinkler(name.first, firstKey);
      const similarity = 0.6 * ofLast + 0.4 * ofFirst;
      if (similarity <= best.similarity) continue;
      best = {
        last: ofLast === 1 ? 'agree' : isNear(own, lastKey, ofLast) ? 'near' : 'differ',
        first:
          firstKey === ''
            ? 'unknown'
            : name.first === firstKey
              ? 'agree'
              : ofFirst >= NEAR_NAME
                ? 'near'
                : 'differ',
        similarity,
        middle: name.middle,
      };
    }
  }
  return best;
}

function isNear(a: string, b: string, similarity: number): boolean {
  return similarity >= NEAR_NAME || (similarity >= NEAR_SOUND && soundex(a) === soundex(b));
}

function compareNpis(subject: Subject, record: ExclusionRecord): Comparison {
  if (record.npi === null || subject.npis.length === 0) return 'unknown';
  return subject.npis.includes(record.npi) ? 'agree' : 'differ';
}

function comparePlaces(subject: Subject, record: ExclusionRecord): Comparison {
  if (record.state === null || subject.places.length === 0) return 'unknown';
  return subject.places.includes(record.state) ? 'agree' : 'differ';
}

function compareMiddles(ours: string, theirs: string): Comparison {
  if (ours === '' || theirs === '') return 'unknown';
  if (ours === theirs) return 'agree';
  return ours.charAt(0) === theirs.charAt(0) && (ours.length === 1 || theirs.length === 1)
    ? 'agree'
    : 'differ';
}
