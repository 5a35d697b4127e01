import type { Queryable } from '#db/client.ts';
import { zoneOffsetMinutes } from '#server/core/timezone.ts';
import { dayOf } from '#server/credentials/rules.ts';
import { wilsonInterval } from '#server/quality/wilson-interval.ts';
import type { PeopleIndex, PersonFacts } from './people-index.ts';
import {
  type CountingCredential,
  listCountingCredentials,
  listMedianPrices,
  listReadingPeople,
  listWorkDone,
  type PersonRow,
  type WorkDone,
} from './people-queries.ts';

const LOWEST_ID = '00000000-0000-0000-0000-000000000000';
/** People looked up at once: some tens of milliseconds of a server that also answers others. */
const PAGE = 10_000;

type Page = { people: PersonRow[]; credentials: CountingCredential[]; work: WorkDone[] };

/** Puts everybody who reads for somebody into the index, page by page: the database looks up the next people meanwhile. */
export async function loadEverybody(q: Queryable, index: PeopleIndex, now: Date): Promise<void> {
  const prices = await listMedianPrices(q);
  const peopleAfter = (after: string) => listReadingPeople(q, { after, limit: PAGE, today: dayOf(now) });
  let after = LOWEST_ID;
  for (let coming = peopleAfter(after); ; ) {
    const people = await coming;
    const upTo = people.at(-1)?.personId;
    if (upTo === undefined) return;
    coming = peopleAfter(upTo);
    // Should this page fail, nobody waits for the next, which then may fail too.
    coming.catch(() => {});
    const whom = { after, upTo };
    const [credentials, work] = await Promise.all([listCountingCredentials(q, whom), listWorkDone(q, whom)]);
    putAll(index, { people, credentials, work, prices, now });
    after = upTo;
  }
}

/** Brings these people up to date; who no longer reads for anybody stays known and passes no gate. */
export async function loadPeople(
  q: Queryable,
  index: PeopleIndex,
  input: { ids: readonly string[]; now: Date },
): Promise<void> {
  const { ids, now } = input;
  const people = await listReadingPeople(q, { ids, today: dayOf(now) });
  const found = new Set(people.map((person) => person.personId));
  const gone = ids.filter((id) => !found.has(id) && index.placeOf(id) !== undefined);
  const credentials = await listCountingCredentials(q, { ids });
  const work = await listWorkDone(q, { ids });
  const prices = await listMedianPrices(q);
  const left = gone.map((personId) => ({
    personId,
    orgIds: [],
    isVerified: false,
    isIndependent: false,
    country: null,
    timezone: null,
    isBarred: false,
    hoursFree: null,
  }));
  putAll(index, { people: [...people, ...left], credentials, work, prices, now });
}

function putAll(index: PeopleIndex, of: Page & { prices: ReadonlyMap<string, number>; now: Date }): void {
  const zones = new Map<string, number>();
  const offsetOf = (zone: string) => {
    const offset = zones.get(zone) ?? zoneOffsetMinutes(zone, of.now);
    zones.set(zone, offset);
    return offset;
  };
  const credentialsOf = Map.groupBy(of.credentials, (credential) => credential.personId);
  const workOf = Map.groupBy(of.work, (work) => work.personId);
  for (const person of of.people)
    index.put({
      ...factsOfPerson(person, of.prices),
      utcOffsetMinutes: offsetOf(person.timezone ?? 'UTC'),
      ...measuresOf(workOf.get(person.personId) ?? []),
      credentials: credentialsOf.get(person.personId) ?? [],
    });
}

function factsOfPerson(
  person: PersonRow,
  priceOf: ReadonlyMap<string, number>,
): Omit<PersonFacts, keyof ReturnType<typeof measuresOf> | 'credentials' | 'utcOffsetMinutes'> {
  const { personId, orgIds, isVerified, isIndependent, country, isBarred, hoursFree } = person;
  const prices = orgIds.map((orgId) => priceOf.get(orgId)).filter((price) => price !== undefined);
  return {
    personId,
    orgIds,
    isVerified,
    isIndependent,
    country,
    isBarred,
    hoursFree,
    priceMinor: prices.length === 0 ? null : Math.min(...prices),
  };
}

/** What the work done says of a person: bounds over all of it and by kind of work. */
function measuresOf(
  work: readonly WorkDone[],
): Pick<
  PersonFacts,
  'accuracyLower' | 'accuracyN' | 'reliability' | 'readsPerHour' | 'lastReadOn' | 'skills'
> {
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
