import { foldCase } from '#server/credentials/rules.ts';
import {
  CREDENTIAL_KINDS,
  CREDENTIAL_LEVELS,
  type CredentialRequirement,
  PROFICIENCIES,
  type Proficiency,
} from '#server/credentials/schemas.ts';

/** A credential that counts (R19), as the index keeps it. */
export type CredentialFact = {
  kind: string;
  specialty: string | null;
  jurisdiction: string | null;
  region: string | null;
  taxonomyCode: string | null;
  proficiency: Proficiency | null;
  level: (typeof CREDENTIAL_LEVELS)[number];
  /** YYYY-MM-DD. */
  issuedOn: string | null;
  expiresOn: string | null;
};

/** A requirement with its words as numbers and its days as YYYYMMDD; a word is −1 for any, a proficiency 0. */
export type EncodedRequirement = {
  kind: number;
  specialty: number;
  jurisdiction: number;
  region: number;
  taxonomyCode: number;
  minProficiency: number;
  minLevel: number;
  minYears: number;
};

const NONE = -1;
const KIND_NUMBERS = new Map<string, number>(CREDENTIAL_KINDS.map((kind, number) => [kind, number]));

/** A calendar day as a whole number that compares as the day does; 0 for none. */
export function dayNumber(day: string | null): number {
  return day === null
    ? 0
    : Number(day.slice(0, 4)) * 10_000 + Number(day.slice(5, 7)) * 100 + Number(day.slice(8, 10));
}

const folded = (word: string | null | undefined) =>
  word === null || word === undefined ? null : foldCase(word);

/** 0 for none, so that nothing is known less well than the weakest level. */
const rankOf = (proficiency: Proficiency | null | undefined) =>
  proficiency === null || proficiency === undefined ? 0 : PROFICIENCIES.indexOf(proficiency) + 1;

const keyOf = (kind: number, specialty: number, taxonomyCode: number) =>
  `${kind}/${specialty}/${taxonomyCode}`;

/** Gives each text one small number. */
class Words {
  private readonly numbers = new Map<string, number>();

  of(word: string | null): number {
    if (word === null) return NONE;
    const known = this.numbers.get(word);
    if (known !== undefined) return known;
    this.numbers.set(word, this.numbers.size);
    return this.numbers.size - 1;
  }
}

/** Whole numbers in a row that grows. */
class Growing {
  length = 0;
  private values = new Int32Array(16);

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Int32Array(this.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length] = value;
    this.length += 1;
  }

  at(place: number): number {
    return this.values[place] ?? NONE;
  }
}

/**
 * Every counting credential of every person in typed columns: each person's form a chain, those of a kind and specialty a
 * list, so that a requirement looks at its own credentials only. Places of credentials that are gone are used again;
 * lists keep the old mention, which is told by its columns.
 */
export class CredentialColumns {
  private capacity = 1024;
  private used = 0;
  private free = NONE;
  private kind = new Int16Array(this.capacity);
  private specialty = new Int32Array(this.capacity);
  private jurisdiction = new Int32Array(this.capacity);
  private region = new Int16Array(this.capacity);
  private taxonomyCode = new Int16Array(this.capacity);
  private proficiency = new Uint8Array(this.capacity);
  private level = new Uint8Array(this.capacity);
  private issued = new Int32Array(this.capacity);
  private expires = new Int32Array(this.capacity);
  private next = new Int32Array(this.capacity);
  private person = new Int32Array(this.capacity);
  private readonly specialties = new Words();
  private readonly jurisdictions = new Words();
  private readonly regions = new Words();
  private readonly taxonomyCodes = new Words();
  /** By kind, by kind and specialty, by kind and taxonomy code. */
  private readonly lists = new Map<string, Growing>();

  encode(requirement: CredentialRequirement): EncodedRequirement {
    return {
      kind: CREDENTIAL_KINDS.indexOf(requirement.kind),
      specialty: this.specialties.of(folded(requirement.specialty)),
      jurisdiction: this.jurisdictions.of(requirement.jurisdiction ?? null),
      region: this.regions.of(requirement.region ?? null),
      taxonomyCode: this.taxonomyCodes.of(requirement.taxonomyCode ?? null),
      minProficiency: rankOf(requirement.minProficiency),
      minLevel: CREDENTIAL_LEVELS.indexOf(requirement.minLevel),
      minYears: requirement.minYears ?? 0,
    };
  }

  /** Puts a credential before the chain that starts at `first`; returns the new start. */
  add(person: number, first: number, fact: CredentialFact): number {
    const kind = KIND_NUMBERS.get(fact.kind) ?? NONE;
    const specialty = this.specialties.of(folded(fact.specialty));
    const taxonomyCode = this.taxonomyCodes.of(fact.taxonomyCode);
    const place = this.takePlace();
    this.kind[place] = kind;
    this.specialty[place] = specialty;
    this.jurisdiction[place] = this.jurisdictions.of(fact.jurisdiction);
    this.region[place] = this.regions.of(fact.region);
    this.taxonomyCode[place] = taxonomyCode;
    this.proficiency[place] = rankOf(fact.proficiency);
    this.level[place] = CREDENTIAL_LEVELS.indexOf(fact.level);
    this.issued[place] = dayNumber(fact.issuedOn);
    this.expires[place] = dayNumber(fact.expiresOn);
    this.person[place] = person;
    this.next[place] = first;
    this.listOf(keyOf(kind, NONE, NONE)).push(place);
    if (specialty !== NONE) this.listOf(keyOf(kind, specialty, NONE)).push(place);
    if (taxonomyCode !== NONE) this.listOf(keyOf(kind, NONE, taxonomyCode)).push(place);
    return place;
  }

  /** Takes the whole chain away. */
  drop(first: number): void {
    let place = first;
    while (place !== NONE) {
      const after = this.next[place] ?? NONE;
      this.person[place] = NONE;
      this.next[place] = this.free;
      this.free = place;
      place = after;
    }
  }

  /** True when a credential of the chain meets the requirement on the day (YYYYMMDD). */
  chainMeets(first: number, requirement: EncodedRequirement, today: number): boolean {
    for (let place = first; place !== NONE; place = this.next[place] ?? NONE)
      if (this.meets(place, requirement, today)) return true;
    return false;
  }

  /** Calls `each` with the people who meet the requirement, some of them more than once. */
  eachMeeting(requirement: EncodedRequirement, today: number, each: (person: number) => void): void {
    const { kind, specialty, taxonomyCode } = requirement;
    const list = this.lists.get(keyOf(kind, specialty, specialty === NONE ? taxonomyCode : NONE));
    for (let n = 0; list !== undefined && n < list.length; n += 1) {
      const place = list.at(n);
      const person = this.person[place] ?? NONE;
      if (person !== NONE && this.meets(place, requirement, today)) each(person);
    }
  }

  /** As `fault` of server/credentials/rules.ts; a property test holds them against each other. */
  private meets(place: number, wanted: EncodedRequirement, today: number): boolean {
    const expires = this.expires[place] ?? 0;
    const issued = this.issued[place] ?? 0;
    return (
      this.kind[place] === wanted.kind &&
      (wanted.specialty === NONE || this.specialty[place] === wanted.specialty) &&
      (wanted.taxonomyCode === NONE || this.taxonomyCode[place] === wanted.taxonomyCode) &&
      (wanted.jurisdiction === NONE || this.jurisdiction[place] === wanted.jurisdiction) &&
      (wanted.region === NONE || this.region[place] === wanted.region) &&
      (this.proficiency[place] ?? 0) >= wanted.minProficiency &&
      (this.level[place] ?? 0) >= wanted.minLevel &&
      (expires === 0 || expires >= today) &&
      (wanted.minYears === 0 || (issued !== 0 && issued <= today - wanted.minYears * 10_000))
    );
  }

  private listOf(key: string): Growing {
    const list = this.lists.get(key) ?? new Growing();
    if (list.length === 0) this.lists.set(key, list);
    return list;
  }

  private takePlace(): number {
    if (this.free !== NONE) {
      const place = this.free;
      this.free = this.next[place] ?? NONE;
      return place;
    }
    if (this.used === this.capacity) this.grow();
    this.used += 1;
    return this.used - 1;
  }

  private grow(): void {
    const to = this.capacity * 2;
    const copy = <Column extends Int16Array | Int32Array | Uint8Array>(
      larger: Column,
      column: Column,
    ): Column => {
      larger.set(column);
      return larger;
    };
    this.kind = copy(new Int16Array(to), this.kind);
    this.specialty = copy(new Int32Array(to), this.specialty);
    this.jurisdiction = copy(new Int32Array(to), this.jurisdiction);
    this.region = copy(new Int16Array(to), this.region);
    this.taxonomyCode = copy(new Int16Array(to), this.taxonomyCode);
    this.proficiency = copy(new Uint8Array(to), this.proficiency);
    this.level = copy(new Uint8Array(to), this.level);
    this.issued = copy(new Int32Array(to), this.issued);
    this.expires = copy(new Int32Array(to), this.expires);
    this.next = copy(new Int32Array(to), this.next);
    this.person = copy(new Int32Array(to), this.person);
    this.capacity = to;
  }
}
