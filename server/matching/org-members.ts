import { type Bitmap, clearBit, hasBit, membersOf } from './bitmap.ts';
import { forgetOldest } from './forget-oldest.ts';
import { NOT_KNOWN } from './people-columns.ts';
import {
  addTo,
  clearTally,
  emptyTally,
  roomFor,
  type Tally,
  type TeamColumns,
  tallyFirst,
} from './team-tally.ts';

/** People of one organisation: how many, the quarter hours that all of them share with the sponsor, the newest day one of them read (or NOT_KNOWN). */
export type Team = { people: number; quarters: number; lastReadDay: number };

/** Which of a set counts for its organisations, and what is summed of them. */
export type TeamQuestion = TeamColumns & {
  /** Whom an organisation may not show data; null where all may be shown. */
  isKept: ((orgId: string, place: number) => boolean) | null;
  /** Stands for all that the set and `isKept` follow from; null for a question that is not worth keeping. */
  key: string | null;
};

const NOBODY = -1;

/** Tallies kept: of the questions asked last. */
const MOST_TALLIES = 8;
/** With more organisations changed, one pass over everybody is quicker than a chain for each. */
const MOST_RECOUNTED = 50;

/**
 * Who reads for which organisation, by places in a people index. The people of one are a chain through two columns, so that a question
 * about one organisation costs its people and not everybody.
 */
export class OrgMembers {
  private readonly numbers = new Map<string, number>();
  private readonly orgIds: string[] = [];
  private readonly sizes: number[] = [];
  /** By organisation: the person added last. */
  private readonly heads: number[] = [];
  /** By place: the number of the first organisation the person reads for; NOBODY for none. */
  private firstOrg: Int32Array;
  /** By place: the neighbours in the chain of that organisation. */
  private next: Int32Array;
  private previous: Int32Array;
  /** For the few who read for several organisations: those after the first. */
  private readonly moreOrgs = new Map<number, readonly number[]>();
  /** By question: what was counted, and the organisations whose people have changed since. */
  private readonly tallies = new Map<string, { tally: Tally; changed: Set<number> }>();

  constructor(capacity: number) {
    this.firstOrg = new Int32Array(capacity).fill(NOBODY);
    this.next = new Int32Array(capacity);
    this.previous = new Int32Array(capacity);
  }

  grow(capacity: number): void {
    const longer = (column: Int32Array) => {
      const copy = new Int32Array(capacity).fill(NOBODY);
      copy.set(column);
      return copy;
    };
    this.firstOrg = longer(this.firstOrg);
    this.next = longer(this.next);
    this.previous = longer(this.previous);
  }

  /** The organisations somebody reads for, in the order they were given. */
  of(place: number): string[] {
    return this.numbersAt(place).map((number) => this.orgIds[number] ?? '');
  }

  /** How many people an organisation has. */
  sizeOf(orgId: string): number {
    return this.sizes[this.numbers.get(orgId) ?? NOBODY] ?? 0;
  }

  /** Puts a person's organisations in place of those before. */
  put(place: number, orgIds: readonly string[]): void {
    const before = this.numbersAt(place);
    for (const number of before) this.sizes[number] = (this.sizes[number] ?? 0) - 1;
    this.unlink(place);
    const numbers = orgIds.map((orgId) => this.numberOf(orgId));
    for (const { changed } of this.tallies.values())
      for (const number of [...before, ...numbers]) changed.add(number);
    for (const number of numbers) this.sizes[number] = (this.sizes[number] ?? 0) + 1;
    const [first = NOBODY, ...more] = numbers;
    this.link(place, first);
    if (more.length > 0) this.moreOrgs.set(place, more);
    else this.moreOrgs.delete(place);
  }

  /** Calls with each person of an organisation, in no order. */
  each(orgId: string, call: (place: number) => void): void {
    const number = this.numbers.get(orgId);
    if (number === undefined) return;
    for (let place = this.heads[number] ?? NOBODY; place >= 0; place = this.next[place] as number)
      call(place);
    for (const [place, numbers] of this.moreOrgs) if (numbers.includes(number)) call(place);
  }

  /**
   * The people of a set by organisation, without those it keeps from an organisation. What was counted is kept under the question's key:
   * asked again, only the organisations are counted whose people have changed.
   */
  teamsOf(set: Bitmap, of: TeamQuestion): (orgId: string) => Team | undefined {
    const { counts, quarters, newest } = this.tallyOf(set, of);
    return (orgId) => {
      const number = this.numbers.get(orgId) ?? NOBODY;
      const people = counts[number] ?? 0;
      if (people === 0) return undefined;
      return { people, quarters: quarters[number] ?? 0, lastReadDay: newest[number] ?? NOT_KNOWN };
    };
  }

  private tallyOf(set: Bitmap, of: TeamQuestion): Tally {
    if (of.key === null) return this.countAll(set, of);
    const kept = this.tallies.get(of.key);
    this.tallies.delete(of.key);
    const isUsable = kept !== undefined && kept.changed.size <= MOST_RECOUNTED;
    const tally = isUsable ? roomFor(kept.tally, this.orgIds.length) : this.countAll(set, of);
    if (isUsable) for (const number of kept.changed) this.recount(number, set, of, tally);
    this.tallies.set(of.key, { tally, changed: new Set() });
    forgetOldest(this.tallies, MOST_TALLIES);
    return tally;
  }

  private countAll(set: Bitmap, of: TeamQuestion): Tally {
    const tally = emptyTally(this.orgIds.length);
    tallyFirst(of.isKept === null ? set : this.withoutKept(set, of.isKept), this.firstOrg, of, tally);
    for (const [place, numbers] of this.moreOrgs)
      if (hasBit(set, place))
        for (const number of numbers)
          if (!of.isKept?.(this.orgIds[number] ?? '', place)) addTo(tally, number, place, of);
    return tally;
  }

  private recount(number: number, set: Bitmap, of: TeamQuestion, tally: Tally): void {
    const orgId = this.orgIds[number] ?? '';
    clearTally(tally, number);
    this.each(orgId, (place) => {
      if (hasBit(set, place) && !of.isKept?.(orgId, place)) addTo(tally, number, place, of);
    });
  }

  /** The people of a set whom their first organisation may show data. */
  private withoutKept(set: Bitmap, isKept: (orgId: string, place: number) => boolean): Bitmap {
    const left = set.slice();
    for (const place of membersOf(set)) {
      const number = this.firstOrg[place] ?? NOBODY;
      if (number >= 0 && isKept(this.orgIds[number] ?? '', place)) clearBit(left, place);
    }
    return left;
  }

  private numbersAt(place: number): number[] {
    const first = this.firstOrg[place] ?? NOBODY;
    return first < 0 ? [] : [first, ...(this.moreOrgs.get(place) ?? [])];
  }

  private numberOf(orgId: string): number {
    const known = this.numbers.get(orgId);
    if (known !== undefined) return known;
    this.numbers.set(orgId, this.orgIds.length);
    this.heads.push(NOBODY);
    return this.orgIds.push(orgId) - 1;
  }

  private link(place: number, number: number): void {
    this.firstOrg[place] = number;
    if (number < 0) return;
    const after = this.heads[number] ?? NOBODY;
    this.next[place] = after;
    this.previous[place] = NOBODY;
    if (after >= 0) this.previous[after] = place;
    this.heads[number] = place;
  }

  private unlink(place: number): void {
    const number = this.firstOrg[place] ?? NOBODY;
    if (number < 0) return;
    const [before, after] = [this.previous[place] ?? NOBODY, this.next[place] ?? NOBODY];
    if (before >= 0) this.next[before] = after;
    else this.heads[number] = after;
    if (after >= 0) this.previous[after] = before;
  }
}
