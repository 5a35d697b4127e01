import type { Database, Queryable } from '#db/client.ts';
import { zoneOffsetMinutes } from '#server/core/timezone.ts';
import { dayOf } from '#server/credentials/rules.ts';
import { wilsonInterval } from '#server/quality/wilson-interval.ts';
import type { PersonFacts } from './people-facts.ts';
import type { PeopleIndex } from './people-index.ts';
import {
  credentialsOf,
  eachReadingPerson,
  listMedianPrices,
  listReadingPeople,
  type PersonRow,
  type WorkDone,
  workOf,
} from './people-queries.ts';

/** Puts everybody who reads for somebody into the index. */
export async function loadEverybody(db: Database, index: PeopleIndex, now: Date): Promise<void> {
  const prices = await listMedianPrices(db);
  const known = { prices, offsetOf: zoneOffsets(now) };
  await eachReadingPerson(db, { today: dayOf(now) }, (people) => {
    for (const person of people) putPerson(index, person, known);
  });
}

/** Brings these people up to date; who no longer reads for anybody stays known and passes no gate. */
export async function loadPeople(
  q: Queryable,
  index: PeopleIndex,
  input: { ids: readonly string[]; now: Date },
): Promise<void> {
  const { ids, now } = input;
  const people = await listReadingPeople(q, { ids, today: dayOf(now) });
  const prices = await listMedianPrices(q);
  const found = new Set(people.map((person) => person.personId));
  const gone = ids.filter((id) => !found.has(id) && index.placeOf(id) !== undefined);
  const known = { prices, offsetOf: zoneOffsets(now) };
  for (const person of people) putPerson(index, person, known);
  for (const personId of gone) putPerson(index, { ...READS_FOR_NOBODY, personId }, known);
}

const READS_FOR_NOBODY: Omit<PersonRow, 'personId'> = {
  orgIds: '',
  isVerified: false,
  isIndependent: false,
  isStaff: false,
  country: null,
  timezone: null,
  isBarred: false,
  hoursFree: null,
  credentials: null,
  work: null,
  ownLimits: null,
};

type Prices = Readonly<Record<string, number>>;
type Known = { prices: ReadonlyMap<string, Prices>; offsetOf: (zone: string) => number };

/** Minutes east of UTC of each time zone at an instant, looked up once. */
function zoneOffsets(now: Date): (zone: string) => number {
  const offsets = new Map<string, number>();
  return (zone) => {
    const offset = offsets.get(zone) ?? zoneOffsetMinutes(zone, now);
    offsets.set(zone, offset);
    return offset;
  };
}

/** One object each, without copies on the way: it is done a million times at a build. */
function putPerson(index: PeopleIndex, person: PersonRow, { prices, offsetOf }: Known): void {
  const { personId, isVerified, isIndependent, isStaff, country, isBarred, hoursFree } = person;
  const orgIds = person.orgIds === '' ? [] : person.orgIds.split(' ');
  const measured = person.work === null ? UNMEASURED : measuresOf(workOf(person));
  index.put({
    personId,
    orgIds,
    isVerified,
    isIndependent,
    isStaff,
    isBarred,
    country,
    utcOffsetMinutes: offsetOf(person.timezone ?? 'UTC'),
    hoursFree,
    accuracyLower: measured.accuracyLower,
    accuracyN: measured.accuracyN,
    reliability: measured.reliability,
    readsPerHour: measured.readsPerHour,
    prices: prices.size === 0 ? UNPRICED : lowestPrices(orgIds, prices),
    lastReadOn: measured.lastReadOn,
    skills: measured.skills,
    credentials: credentialsOf(person),
    ownLimits: person.ownLimits ?? [],
  });
}

const UNPRICED: Prices = {};

/** By currency; of one organisation, as most are, its own. */
function lowestPrices(orgIds: readonly string[], pricesOf: ReadonlyMap<string, Prices>): Prices {
  const [first = UNPRICED, ...more] = orgIds
    .map((orgId) => pricesOf.get(orgId))
    .filter((one) => one !== undefined);
  if (more.length === 0) return first;
  const lowest: Record<string, number> = { ...first };
  for (const [currency, price] of more.flatMap((one) => Object.entries(one)))
    lowest[currency] = Math.min(price, lowest[currency] ?? price);
  return lowest;
}

type Measures = Pick<
  PersonFacts,
  'accuracyLower' | 'accuracyN' | 'reliability' | 'readsPerHour' | 'lastReadOn' | 'skills'
>;

const UNMEASURED: Measures = {
  accuracyLower: null,
  accuracyN: 0,
  reliability: null,
  readsPerHour: null,
  lastReadOn: null,
  skills: [],
};

/** What the work done says of a person: bounds over all of it and by kind of work. */
function measuresOf(work: readonly WorkDone[]): Measures {
  const sum = (of: (one: WorkDone) => number) => work.reduce((total, one) => total + of(one), 0);
  const lower = (right: number, n: number) => wilsonInterval(right, n)?.[0] ?? null;
  const goldN = sum((one) => one.goldN);
  const othersN = sum((one) => one.othersN);
  const activeMs = sum((one) => one.activeMs);
  return {
    accuracyLower: lower(
      sum((one) => one.goldOk),
      goldN,
    ),
    accuracyN: goldN,
    reliability: othersN === 0 ? null : sum((one) => one.othersAgreed) / othersN,
    readsPerHour: activeMs === 0 ? null : (sum((one) => one.reads) * 3_600_000) / activeMs,
    lastReadOn: work.reduce<string | null>(
      (latest, { lastReadOn }) => (latest === null || lastReadOn > latest ? lastReadOn : latest),
      null,
    ),
    skills: work.flatMap((one) => {
      const accuracyLower = lower(one.goldOk, one.goldN);
      return accuracyLower === null ? [] : [{ taskType: one.taskType, accuracyLower, n: one.goldN }];
    }),
  };
}
