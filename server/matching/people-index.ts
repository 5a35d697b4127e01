import { reachIn } from '#server/agreements/chain-reach.ts';
import type { CredentialRequirement, CredentialRule, RuleNode } from '#server/credentials/schemas.ts';
import { type Bitmap, clearBit, emptyBitmap, grown, intersect, setBit, unite } from './bitmap.ts';
import { countLeftOut, type GateCount } from './count-left-out.ts';
import { CountrySets } from './country-sets.ts';
import {
  CredentialColumns,
  type CredentialFact,
  dayNumber,
  type EncodedRequirement,
} from './credential-columns.ts';
import { forgetOldest } from './forget-oldest.ts';
import { OrgMembers, type Team } from './org-members.ts';
import { OwnLimits } from './own-limits.ts';
import { NOT_KNOWN, PeopleColumns } from './people-columns.ts';
import {
  freshness,
  PEOPLE_GATES,
  type PeopleGate,
  type PeopleQuery,
  type PersonFacts,
  putFacts,
} from './people-facts.ts';
import { PersonIds } from './person-ids.ts';
import { PriceColumns } from './price-columns.ts';
import { maximaOf, updateMaximum } from './word-maxima.ts';
import { WorkingSets } from './working-sets.ts';

type LeftOut = Record<PeopleGate, GateCount>;

/** A column that follows from others, and the highest value in each of its words. */
export type Derived = { column: Float32Array; maxima: Float32Array };

type Cached = { requirement: EncodedRequirement; today: number; people: Bitmap };

/** What is asked for again and again is kept; the least recently asked goes. */
const MOST_CACHED = 64;
const MOST_DERIVED = 16;

/**
 * Everybody who may read, in memory: bitmaps for what is asked by yes or no, typed columns for what is weighed. About 330 bytes
 * a person with three credentials (`bench matching`). It answers who might; whoever grants something looks into the database.
 */
export class PeopleIndex {
  readonly columns: PeopleColumns;
  private readonly credentials = new CredentialColumns();
  private readonly ids: PersonIds;
  private readonly countries = new CountrySets();
  private readonly ownLimits = new OwnLimits();
  readonly prices = new PriceColumns();
  private readonly members: OrgMembers;
  private readonly cache = new Map<string, Cached>();
  /** By kind of work: the place's own bound, NOT_KNOWN where there is none. */
  private readonly skills = new Map<string, { lower: Float32Array; n: Map<number, number> }>();

  private readonly working = new WorkingSets();
  private readonly derivedColumns = new Map<string, Derived & { reckon(place: number): number }>();

  constructor(expected = 1024) {
    this.columns = new PeopleColumns(expected);
    this.ids = new PersonIds(expected);
    this.members = new OrgMembers(this.columns.capacity);
  }

  /** People known, also those who may no longer read. */
  get size(): number {
    return this.ids.size;
  }

  idAt(place: number): string {
    return this.ids.idAt(place);
  }

  placeOf(personId: string): number | undefined {
    return this.ids.placeOf(personId);
  }

  /** The organisations somebody reads for. */
  orgsAt(place: number): string[] {
    return this.members.of(place);
  }

  /** Every country somebody reads from; the empty one stands for those of whom none is known. */
  knownCountries(): string[] {
    return [...this.countries.known()];
  }

  /** How many people an organisation has. */
  sizeOfOrg(orgId: string): number {
    return this.members.sizeOf(orgId);
  }

  /** The people of an organisation. */
  peopleOfOrg(orgId: string): Bitmap {
    const people = emptyBitmap(this.columns.capacity);
    this.members.each(orgId, (place) => setBit(people, place));
    return people;
  }

  /**
   * The people of the set by organisation, with the quarter hours they share (`OrgMembers.teamsOf`), without those whom it may
   * not show data (`limits`: the countries that are left, `teamLimits`). `key` stands for what the set follows from (`keyOfQuery`), limits
   * apart; null for a set that is not asked for again.
   */
  teamsOf(
    set: Bitmap,
    of: { quartersOf: Uint8Array; limits: ReadonlyMap<string, readonly string[]>; key: string | null },
  ): (orgId: string) => Team | undefined {
    const { offset, lastReadDay, country } = this.columns;
    const { quartersOf, limits, key } = of;
    const allowed = new Map(
      [...limits].map(([orgId, countries]) => [
        orgId,
        new Set(countries.map((one) => this.countries.numberOf(one))),
      ]),
    );
    const isKept = (orgId: string, place: number) => allowed.get(orgId)?.has(country[place] ?? -1) === false;
    return this.members.teamsOf(set, {
      quartersOf,
      offset,
      lastReadDay,
      isKept: allowed.size > 0 ? isKept : null,
      key: key === null ? null : JSON.stringify([key, [...limits]]),
    });
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
    const known = this.ids.placeOf(facts.personId);
    const place = known ?? this.newPlace(facts.personId);
    putFacts(this.columns, place, facts);
    this.prices.put(place, facts.prices, this.columns.capacity);
    const { country } = facts;
    const { capacity, country: numbers } = this.columns;
    numbers[place] = this.countries.put(place, { before: numbers[place] ?? 0, country, capacity });
    this.ownLimits.put(place, { country, limits: facts.ownLimits });
    this.members.put(place, facts.orgIds);
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

  private within(countries: Iterable<string>): Bitmap {
    const found = this.workingSet().fill(0);
    this.countries.addTo(found, countries);
    return found;
  }

  /** Whom a chain of agreements could reach, those apart whom their own would keep out and who read for nobody else. */
  private reached({ chain, today, among }: PeopleQuery): Readonly<Bitmap> {
    const { capacity, isStaff, anybody } = this.columns;
    const isAnywhere = chain.inEea.countries === null && chain.elsewhere.countries === null;
    const keptOut = this.ownLimits.keptOut(chain, today, capacity);
    if (isAnywhere && keptOut === null) return anybody;
    const letsIn = (country: string) => {
      const { countries } = reachIn(chain, country);
      return countries === null || countries.includes(country);
    };
    const found = isAnywhere ? this.workingSet(anybody) : this.within(this.knownCountries().filter(letsIn));
    if (keptOut === null) return found;
    // Through a vendor they stand on its attestation (R19), whatever they have signed for themselves.
    for (let word = 0; word < found.length; word += 1) {
      const isStaffed = among === 'independents' ? 0 : (isStaff[word] as number);
      found[word] = (found[word] as number) & ~((keptOut[word] as number) & ~isStaffed);
    }
    return found;
  }

  private withoutConflict(orgIds: readonly string[]): Readonly<Bitmap> {
    if (orgIds.every((orgId) => this.members.sizeOf(orgId) === 0)) return this.columns.anybody;
    const found = this.workingSet(this.columns.anybody);
    for (const orgId of orgIds) this.members.each(orgId, (place) => clearBit(found, place));
    return found;
  }

  private withoutPeople(personIds: readonly string[]): Readonly<Bitmap> {
    if (personIds.length === 0) return this.columns.anybody;
    const found = this.workingSet(this.columns.anybody);
    for (const personId of personIds) {
      const place = this.ids.placeOf(personId);
      if (place !== undefined) clearBit(found, place);
    }
    return found;
  }

  /** People who meet the rule on the day; a set that holds until the next question. */
  meetingRule(rule: CredentialRule, today: string): Readonly<Bitmap> {
    this.working.start();
    return this.whoMeets(rule, today);
  }

  private whoMeets(rule: CredentialRule, today: string): Readonly<Bitmap> {
    if (rule.anyOf.length === 0) return this.columns.anybody;
    return this.meetingNode(rule, dayNumber(today));
  }

  /**
   * Who is asked about, who passes each gate, and who of those asked about passes all of them. They are the index’s own sets and hold
   * until the next question: copy one to change or to keep it.
   */
  gates(query: PeopleQuery): {
    asked: Readonly<Bitmap>;
    passing: Readonly<Bitmap>;
    byGate: Record<PeopleGate, Readonly<Bitmap>>;
  } {
    const { mayRead, isUnbarred, hasTime } = this.columns;
    this.working.start();
    const byGate = {
      verified: mayRead,
      credential_rule: this.whoMeets(query.rule, query.today),
      location: this.inCountries(query.countries),
      agreements: this.reached(query),
      exclusion: isUnbarred,
      conflict: this.withoutConflict(query.conflicting),
      capacity: hasTime,
      cap: this.withoutPeople(query.spent),
    };
    const asked = this.among(query.among);
    const passing = this.passing(asked, byGate, PEOPLE_GATES);
    return { asked, passing, byGate };
  }

  /** Who of those asked about passes these gates; a set that holds until the next question. */
  passing(
    asked: Readonly<Bitmap>,
    byGate: Record<PeopleGate, Readonly<Bitmap>>,
    gates: readonly PeopleGate[],
  ): Readonly<Bitmap> {
    const passing = this.workingSet(asked);
    for (const gate of gates) if (!this.isOpenToAll(byGate[gate])) intersect(passing, byGate[gate]);
    return passing;
  }

  /** How many fail each gate, and how many fail this one alone: what opening it would add. */
  countLeftOut(asked: Readonly<Bitmap>, byGate: Record<PeopleGate, Readonly<Bitmap>>): LeftOut {
    // Nobody is kept out by a gate that is not asked for, so it is not gone through.
    const gates = PEOPLE_GATES.map((gate) => (this.isOpenToAll(byGate[gate]) ? null : byGate[gate]));
    const counts = countLeftOut(asked, gates, [this.workingSet().fill(0), this.workingSet().fill(0)]);
    return Object.fromEntries(PEOPLE_GATES.map((gate, at) => [gate, counts[at]])) as LeftOut;
  }

  /** A gate that is not asked for keeps nobody out: there is nothing to go through. */
  private isOpenToAll(gate: Readonly<Bitmap>): boolean {
    return gate === this.columns.anybody;
  }

  /** A set to reckon this question with, begun with another's people. */
  private workingSet(from?: Readonly<Bitmap>): Bitmap {
    const set = this.working.take(this.columns.capacity);
    if (from) set.set(from);
    return set;
  }

  private among(whom: PeopleQuery['among']): Readonly<Bitmap> {
    if (whom === 'independents') return this.columns.isIndependent;
    if (whom === 'everybody') return this.columns.isKnown;
    const people = this.workingSet().fill(0);
    this.members.each(whom.orgId, (place) => setBit(people, place));
    return people;
  }

  /** Groups join the sets of their parts; a group of one is its part. */
  private meetingNode(node: RuleNode, today: number): Readonly<Bitmap> {
    if (!('allOf' in node || 'anyOf' in node)) return this.meeting(node, today);
    const parts = ('allOf' in node ? node.allOf : node.anyOf).map((part) => this.meetingNode(part, today));
    const [first, ...others] = parts;
    if (first === undefined) return this.workingSet().fill(0);
    if (others.length === 0) return first;
    const found = this.workingSet(first);
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
    const place = this.ids.add(personId);
    if (place === this.columns.capacity) this.grow();
    this.columns.idHash[place] = this.ids.hashAt(place);
    setBit(this.columns.isKnown, place);
    return place;
  }

  private grow(): void {
    this.columns.grow();
    this.derivedColumns.clear();
    const { capacity } = this.columns;
    this.members.grow(capacity);
    this.countries.grow(capacity);
    this.ownLimits.grow(capacity);
    this.prices.grow(capacity);
    for (const cached of this.cache.values()) cached.people = grown(cached.people, capacity);
    for (const skill of this.skills.values()) {
      const larger = new Float32Array(capacity).fill(NOT_KNOWN);
      larger.set(skill.lower);
      skill.lower = larger;
    }
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
