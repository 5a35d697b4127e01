import type { CredentialRequirement, CredentialRule, RuleNode } from '#server/credentials/schemas.ts';
import {
  type Bitmap,
  clearBit,
  countWord,
  emptyBitmap,
  grown,
  hasBit,
  intersect,
  membersOf,
  setBit,
  subtract,
  unite,
} from './bitmap.ts';
import {
  CredentialColumns,
  type CredentialFact,
  dayNumber,
  type EncodedRequirement,
} from './credential-columns.ts';
import { NOT_KNOWN, PeopleColumns } from './people-columns.ts';
import { maximaOf, updateMaximum } from './word-maxima.ts';

/** What is known of one person; null where nothing is. */
export type PersonFacts = {
  personId: string;
  /** Organisations the person reads for, and whether one of them is verified (R0). */
  orgIds: readonly string[];
  isVerified: boolean;
  /** Works on their own account (R17). */
  isIndependent: boolean;
  /** On an exclusion list, confirmed by a person. */
  isBarred: boolean;
  country: string | null;
  utcOffsetMinutes: number;
  /** Hours a week that nobody has booked. */
  hoursFree: number | null;
  /** Lower bound of the accuracy on known answers over all work, and on how many. */
  accuracyLower: number | null;
  accuracyN: number;
  reliability: number | null;
  readsPerHour: number | null;
  priceMinor: number | null;
  /** YYYY-MM-DD. */
  lastReadOn: string | null;
  /** The same bound by kind of work, e.g. `CT/chest`. */
  skills: readonly { taskType: string; accuracyLower: number; n: number }[];
  /** Those that count (R19): claimed, being verified, verified. */
  credentials: readonly CredentialFact[];
};

/** People of one organisation: how many, the sum of their shares, the newest day one of them read (or NOT_KNOWN). */
export type Team = { people: number; share: number; lastReadDay: number };

/** Who is asked for; an empty list of countries takes everywhere. */
export type PeopleQuery = {
  rule: CredentialRule;
  countries: readonly string[];
  /** Countries that a chain of agreements could reach (`chainReach`); null for everywhere. */
  chainCountries: readonly string[] | null;
  /** Organisations whose people have an interest in the result: the sponsor's own (R7, R25). */
  conflicting: readonly string[];
  /** Everybody, those on their own account, or the people of one organisation. */
  among: 'everybody' | 'independents' | { orgId: string };
  /** YYYY-MM-DD. */
  today: string;
};

export const PEOPLE_GATES = [
  'verified',
  'credential_rule',
  'location',
  'agreements',
  'exclusion',
  'conflict',
  'capacity',
] as const;
export type PeopleGate = (typeof PEOPLE_GATES)[number];

/** A column that follows from others, and the highest value in each of its words. */
export type Derived = { column: Float32Array; maxima: Float32Array };

type Cached = { requirement: EncodedRequirement; today: number; people: Bitmap };

/** Reads an hour and free hours a week for full marks, and days after which freshness has fallen to 1/e. */
export const FULL_SPEED = 120;
export const FULL_HOURS = 20;
const FRESH_DAYS = 90;

/** 1 on the day of the newest read, 1/e after 90 days; NOT_KNOWN without any. */
export const freshness = (lastReadDay: number, day: number): number =>
  lastReadDay < 0 ? NOT_KNOWN : Math.exp(Math.min(0, lastReadDay - day) / FRESH_DAYS);

/** Days since 1970. */
export const daysOf = (day: string): number =>
  Date.UTC(+day.slice(0, 4), +day.slice(5, 7) - 1, +day.slice(8, 10)) / 86_400_000;

/** With fewer known answers a person counts as not measured yet. */
export const MEASURED_FROM = 20;

/** What is asked for again and again is kept; the least recently asked goes. */
const MOST_CACHED = 64;
const MOST_DERIVED = 16;

function forgetOldest(map: Map<string, unknown>, most: number): void {
  const oldest = map.keys().next().value;
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}

/**
 * Everybody who may read, in memory: bitmaps for what is asked by yes or no, typed columns for what is weighed. About 330 bytes
 * a person with three credentials (`bench matching`). It answers who might; whoever grants something looks into the database.
 */
export class PeopleIndex {
  readonly columns: PeopleColumns;
  private readonly credentials = new CredentialColumns();
  private readonly places = new Map<string, number>();
  private readonly ids: string[] = [];
  private readonly countryNumbers = new Map<string, number>();
  private readonly byCountry: Bitmap[] = [];
  private readonly orgNumbers = new Map<string, number>();
  private readonly orgIds: string[] = [];
  private readonly orgSizes: number[] = [];
  /** For the few who read for several organisations: those after the first. */
  private readonly moreOrgs = new Map<number, readonly number[]>();
  private readonly cache = new Map<string, Cached>();
  /** By kind of work: the place's own bound, NOT_KNOWN where there is none. */
  private readonly skills = new Map<string, { lower: Float32Array; n: Map<number, number> }>();

  private counting: readonly [Bitmap, Bitmap] = [emptyBitmap(0), emptyBitmap(0)];
  private readonly derivedColumns = new Map<string, Derived & { reckon(place: number): number }>();

  constructor(expected = 1024) {
    this.columns = new PeopleColumns(expected);
  }

  /** People known, also those who may no longer read. */
  get size(): number {
    return this.ids.length;
  }

  idAt(place: number): string {
    return this.ids[place] ?? '';
  }

  placeOf(personId: string): number | undefined {
    return this.places.get(personId);
  }

  /** The organisations somebody reads for. */
  orgsAt(place: number): string[] {
    return this.orgNumbersAt(place).map((number) => this.orgIds[number] ?? '');
  }

  /** How many people an organisation has. */
  sizeOfOrg(orgId: string): number {
    return this.orgSizes[this.orgNumbers.get(orgId) ?? -1] ?? 0;
  }

  /**
   * The people of the set by organisation, without those where its own agreements do not let data be shown (`limits`): how many, the sum of `shareOf` their time zones (by quarter hours east of UTC + 128), and the
   * newest day that one of them has read; organisations with none are left out.
   */
  teamsOf(
    set: Bitmap,
    shareOf: Float64Array,
    limits: ReadonlyMap<string, readonly string[]> = new Map(),
  ): Map<string, Team> {
    const { firstOrg, offset, lastReadDay, country } = this.columns;
    const allowed = new Map(
      [...limits].map(([orgId, countries]) => [
        this.orgNumbers.get(orgId) ?? -1,
        new Set(countries.map((one) => this.countryNumbers.get(one) ?? -1)),
      ]),
    );
    const counts = new Int32Array(this.orgIds.length);
    const shares = new Float64Array(this.orgIds.length);
    const newest = new Float32Array(this.orgIds.length).fill(NOT_KNOWN);
    const add = (number: number, place: number) => {
      if (allowed.size > 0 && allowed.get(number)?.has(country[place] ?? -1) === false) return;
      counts[number] = (counts[number] ?? 0) + 1;
      shares[number] = (shares[number] ?? 0) + (shareOf[(offset[place] ?? 0) + 128] ?? 0);
      const day = lastReadDay[place] ?? NOT_KNOWN;
      if (day > (newest[number] ?? NOT_KNOWN)) newest[number] = day;
    };
    for (const place of membersOf(set)) {
      const first = firstOrg[place] ?? -1;
      if (first >= 0) add(first, place);
    }
    for (const [place, numbers] of this.moreOrgs)
      if (hasBit(set, place)) for (const number of numbers) add(number, place);
    const teams = new Map<string, Team>();
    for (const [number, people] of counts.entries())
      if (people > 0)
        teams.set(this.orgIds[number] ?? '', {
          people,
          share: shares[number] ?? 0,
          lastReadDay: newest[number] ?? NOT_KNOWN,
        });
    return teams;
  }

  /** The people of an organisation. */
  peopleOfOrg(orgId: string): Bitmap {
    const people = emptyBitmap(this.columns.capacity);
    const number = this.orgNumbers.get(orgId);
    if (number === undefined) return people;
    const { firstOrg } = this.columns;
    for (let place = 0; place < this.size; place += 1) if (firstOrg[place] === number) setBit(people, place);
    for (const [place, numbers] of this.moreOrgs) if (numbers.includes(number)) setBit(people, place);
    return people;
  }

  /** The person's bound on a kind of work, else over all work, or NOT_KNOWN; and what it rests on. */
  skillAt(place: number, taskType: string): { lower: number; n: number; isLike: boolean } {
    const skill = this.skills.get(taskType);
    const own = skill?.lower[place] ?? NOT_KNOWN;
    if (own >= 0) return { lower: own, n: skill?.n.get(place) ?? 0, isLike: true };
    const { accuracy, accuracyN } = this.columns;
    return { lower: accuracy[place] ?? NOT_KNOWN, n: accuracyN[place] ?? 0, isLike: false };
  }

  /** How lately a person has read by the day (of `daysOf`): 1 on it, 1/e after 90 days, or NOT_KNOWN. */
  freshnessAt(place: number, day: number): number {
    return freshness(this.columns.lastReadDay[place] ?? NOT_KNOWN, day);
  }

  /**
   * A column that follows from others, kept under its key and brought up to date with each person. `first` fills it where that is
   * quicker, from another such column for instance.
   */
  derived(key: string, reckon: (place: number) => number, first = reckon): Derived {
    const kept = this.derivedColumns.get(key);
    this.derivedColumns.delete(key);
    const derived = kept ?? this.derive(first);
    this.derivedColumns.set(key, { ...derived, reckon });
    forgetOldest(this.derivedColumns, MOST_DERIVED);
    return derived;
  }

  private derive(reckon: (place: number) => number): Derived {
    const column = new Float32Array(this.columns.capacity);
    for (let place = 0; place < column.length; place += 1) column[place] = reckon(place);
    return { column, maxima: maximaOf(column) };
  }

  /** Adds a person, or puts new facts in place of the old ones. */
  put(facts: PersonFacts): void {
    const known = this.places.get(facts.personId);
    const place = known ?? this.newPlace(facts.personId);
    this.putColumns(place, facts);
    this.putCountry(place, facts.country);
    this.putOrgs(place, facts.orgIds);
    this.putSkills(place, facts.skills, known !== undefined);
    this.putCredentials(place, facts.credentials);
    for (const { column, maxima, reckon } of this.derivedColumns.values()) {
      column[place] = reckon(place);
      updateMaximum(maxima, column, place);
    }
  }

  private inCountries(countries: readonly string[]): Readonly<Bitmap> {
    return countries.length === 0 ? this.columns.anybody : this.within(countries);
  }

  private within(countries: readonly string[]): Bitmap {
    const found = emptyBitmap(this.columns.capacity);
    for (const country of countries) {
      const people = this.byCountry[this.countryNumbers.get(country) ?? -1];
      if (people) unite(found, people);
    }
    return found;
  }

  private withoutConflict(orgIds: readonly string[]): Readonly<Bitmap> {
    if (orgIds.length === 0) return this.columns.anybody;
    const found = this.columns.anybody.slice();
    for (const orgId of orgIds) subtract(found, this.peopleOfOrg(orgId));
    return found;
  }

  /** People who meet the rule on the day. */
  meetingRule(rule: CredentialRule, today: string): Readonly<Bitmap> {
    if (rule.anyOf.length === 0) return this.columns.anybody;
    return this.meetingNode(rule, dayNumber(today));
  }

  /**
   * Who is asked about, who passes each gate, and who of those asked about passes all of them. All but the last are the index’s own
   * sets: copy one before you change it.
   */
  gates(query: PeopleQuery): {
    asked: Readonly<Bitmap>;
    passing: Bitmap;
    byGate: Record<PeopleGate, Readonly<Bitmap>>;
  } {
    const { mayRead, isUnbarred, hasTime } = this.columns;
    const byGate = {
      verified: mayRead,
      credential_rule: this.meetingRule(query.rule, query.today),
      location: this.inCountries(query.countries),
      agreements: query.chainCountries === null ? this.columns.anybody : this.within(query.chainCountries),
      exclusion: isUnbarred,
      conflict: this.withoutConflict(query.conflicting),
      capacity: hasTime,
    };
    const asked = this.among(query.among);
    const passing = asked.slice();
    for (const gate of PEOPLE_GATES) if (!this.isOpenToAll(byGate[gate])) intersect(passing, byGate[gate]);
    return { asked, passing, byGate };
  }

  /** How many fail each gate, and how many fail this one alone: what opening it would add. */
  countLeftOut(
    asked: Readonly<Bitmap>,
    byGate: Record<PeopleGate, Readonly<Bitmap>>,
  ): Record<PeopleGate, { failing: number; onlyThis: number }> {
    const gates = PEOPLE_GATES.map((gate) => byGate[gate]);
    // Who fails one gate at least, and who fails two.
    const [once, twice] = this.failures();
    for (const gate of gates) {
      if (this.isOpenToAll(gate)) continue;
      for (let word = 0; word < asked.length; word += 1) {
        const fails = (asked[word] as number) & ~(gate[word] as number);
        twice[word] = (twice[word] as number) | ((once[word] as number) & fails);
        once[word] = (once[word] as number) | fails;
      }
    }
    const failing = new Uint32Array(gates.length);
    const onlyThis = new Uint32Array(gates.length);
    for (const [at, gate] of gates.entries()) {
      if (this.isOpenToAll(gate)) continue;
      let all = 0;
      let alone = 0;
      for (let word = 0; word < asked.length; word += 1) {
        const fails = (asked[word] as number) & ~(gate[word] as number);
        if (fails === 0) continue;
        all += countWord(fails);
        alone += countWord(fails & ~(twice[word] as number));
      }
      failing[at] = all;
      onlyThis[at] = alone;
    }
    const counts = PEOPLE_GATES.map((gate, at) => [
      gate,
      { failing: failing[at] ?? 0, onlyThis: onlyThis[at] ?? 0 },
    ]);
    return Object.fromEntries(counts) as Record<PeopleGate, { failing: number; onlyThis: number }>;
  }

  /** A gate that is not asked for keeps nobody out: there is nothing to go through. */
  private isOpenToAll(gate: Readonly<Bitmap>): boolean {
    return gate === this.columns.anybody;
  }

  /** Two empty sets to count with, the same each time: what is thrown away a megabyte a question keeps the collector busy. */
  private failures(): readonly [Bitmap, Bitmap] {
    const [once, twice] = this.counting;
    if (once.length === this.columns.anybody.length) {
      once.fill(0);
      twice.fill(0);
    } else this.counting = [emptyBitmap(this.columns.capacity), emptyBitmap(this.columns.capacity)];
    return this.counting;
  }

  private among(whom: PeopleQuery['among']): Readonly<Bitmap> {
    if (whom === 'independents') return this.columns.isIndependent;
    return whom === 'everybody' ? this.columns.isKnown : this.peopleOfOrg(whom.orgId);
  }

  private orgNumbersAt(place: number): number[] {
    const first = this.columns.firstOrg[place] ?? -1;
    return first < 0 ? [] : [first, ...(this.moreOrgs.get(place) ?? [])];
  }

  /** Groups join the sets of their parts; a group of one is its part. */
  private meetingNode(node: RuleNode, today: number): Readonly<Bitmap> {
    if (!('allOf' in node || 'anyOf' in node)) return this.meeting(node, today);
    const parts = ('allOf' in node ? node.allOf : node.anyOf).map((part) => this.meetingNode(part, today));
    const [first, ...others] = parts;
    if (first === undefined) return emptyBitmap(this.columns.capacity);
    if (others.length === 0) return first;
    const found = first.slice();
    const join = 'allOf' in node ? intersect : unite;
    for (const other of others) join(found, other);
    return found;
  }

  private meeting(requirement: CredentialRequirement, today: number): Bitmap {
    const encoded = this.credentials.encode(requirement);
    const key = Object.values(encoded).join('/');
    const kept = this.cache.get(key);
    this.cache.delete(key);
    if (kept && kept.today === today) {
      this.cache.set(key, kept);
      return kept.people;
    }
    const people = emptyBitmap(this.columns.capacity);
    this.credentials.eachMeeting(encoded, today, (person) => setBit(people, person));
    this.cache.set(key, { requirement: encoded, today, people });
    forgetOldest(this.cache, MOST_CACHED);
    return people;
  }

  private newPlace(personId: string): number {
    const place = this.ids.length;
    if (place === this.columns.capacity) this.grow();
    this.ids.push(personId);
    this.places.set(personId, place);
    this.columns.idHash[place] = hashOf(personId);
    setBit(this.columns.isKnown, place);
    return place;
  }

  private grow(): void {
    this.columns.grow();
    this.derivedColumns.clear();
    const { capacity } = this.columns;
    for (const [number, people] of this.byCountry.entries()) this.byCountry[number] = grown(people, capacity);
    for (const cached of this.cache.values()) cached.people = grown(cached.people, capacity);
    for (const skill of this.skills.values()) {
      const larger = new Float32Array(capacity).fill(NOT_KNOWN);
      larger.set(skill.lower);
      skill.lower = larger;
    }
  }

  private putColumns(place: number, facts: PersonFacts): void {
    const { columns } = this;
    columns.offset[place] = Math.round(facts.utcOffsetMinutes / 15);
    columns.accuracy[place] = facts.accuracyLower ?? NOT_KNOWN;
    columns.accuracyN[place] = facts.accuracyN;
    columns.reliability[place] = facts.reliability === null ? NOT_KNOWN : Math.max(0, facts.reliability);
    columns.speed[place] =
      facts.readsPerHour === null ? NOT_KNOWN : Math.min(1, facts.readsPerHour / FULL_SPEED);
    columns.time[place] = facts.hoursFree === null ? NOT_KNOWN : Math.min(1, facts.hoursFree / FULL_HOURS);
    columns.inversePrice[place] = facts.priceMinor === null ? NOT_KNOWN : 1 / Math.max(1, facts.priceMinor);
    updateMaximum(columns.inversePriceMaxima, columns.inversePrice, place);
    columns.lastReadDay[place] = facts.lastReadOn === null ? NOT_KNOWN : daysOf(facts.lastReadOn);
    const put = (bitmap: Bitmap, is: boolean) => (is ? setBit(bitmap, place) : clearBit(bitmap, place));
    put(columns.mayRead, facts.isVerified && facts.orgIds.length > 0);
    put(columns.isIndependent, facts.isIndependent);
    put(columns.isNewcomer, facts.accuracyN < MEASURED_FROM);
    put(columns.isUnbarred, !facts.isBarred);
    put(columns.hasTime, facts.hoursFree === null || facts.hoursFree > 0);
  }

  private putCountry(place: number, country: string | null): void {
    const before = this.byCountry[this.columns.country[place] ?? 0];
    if (before) clearBit(before, place);
    const number = this.numberOf(country ?? '');
    this.columns.country[place] = number;
    const people = this.byCountry[number] ?? emptyBitmap(this.columns.capacity);
    this.byCountry[number] = people;
    setBit(people, place);
  }

  private numberOf(country: string): number {
    const known = this.countryNumbers.get(country);
    if (known !== undefined) return known;
    this.countryNumbers.set(country, this.countryNumbers.size);
    return this.countryNumbers.size - 1;
  }

  private putOrgs(place: number, orgIds: readonly string[]): void {
    const count = (number: number, by: number) => {
      this.orgSizes[number] = (this.orgSizes[number] ?? 0) + by;
    };
    for (const number of this.orgNumbersAt(place)) count(number, -1);
    const numbers = orgIds.map((orgId) => this.orgNumberOf(orgId));
    for (const number of numbers) count(number, 1);
    const [first = -1, ...more] = numbers;
    this.columns.firstOrg[place] = first;
    if (more.length > 0) this.moreOrgs.set(place, more);
    else this.moreOrgs.delete(place);
  }

  private orgNumberOf(orgId: string): number {
    const known = this.orgNumbers.get(orgId);
    if (known !== undefined) return known;
    this.orgNumbers.set(orgId, this.orgIds.length);
    return this.orgIds.push(orgId) - 1;
  }

  private putSkills(place: number, skills: PersonFacts['skills'], isKnown: boolean): void {
    if (isKnown)
      for (const skill of this.skills.values()) {
        skill.lower[place] = NOT_KNOWN;
        skill.n.delete(place);
      }
    for (const { taskType, accuracyLower, n } of skills) {
      const skill = this.skills.get(taskType) ?? {
        lower: new Float32Array(this.columns.capacity).fill(NOT_KNOWN),
        n: new Map<number, number>(),
      };
      this.skills.set(taskType, skill);
      skill.lower[place] = accuracyLower;
      skill.n.set(place, n);
    }
  }

  private putCredentials(place: number, facts: readonly CredentialFact[]): void {
    const { firstCredential } = this.columns;
    this.credentials.drop(firstCredential[place] ?? -1);
    let first = -1;
    for (const fact of facts) first = this.credentials.add(place, first, fact);
    firstCredential[place] = first;
    for (const { requirement, today, people } of this.cache.values()) {
      if (this.credentials.chainMeets(first, requirement, today)) setBit(people, place);
      else clearBit(people, place);
    }
  }
}

/** 32 bits that stand for an id where two score the same. */
function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
