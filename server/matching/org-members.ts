import { type Bitmap, clearBit, hasBit, membersOf } from './bitmap.ts';
import { NOT_KNOWN } from './people-columns.ts';

/** People of one organisation: how many, the sum of their shares, the newest day one of them read (or NOT_KNOWN). */
export type Team = { people: number; share: number; lastReadDay: number };

const NOBODY = -1;

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
    for (const number of this.numbersAt(place)) this.sizes[number] = (this.sizes[number] ?? 0) - 1;
    this.unlink(place);
    const numbers = orgIds.map((orgId) => this.numberOf(orgId));
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
   * The people of a set by organisation, without those `isKept` keeps from an organisation: how many, the sum of `shareOf` their time
   * zones (by quarter hours east of UTC + 128), and the newest day that one of them has read; organisations with none are left out. One
   * pass over the set.
   */
  teamsOf(
    set: Bitmap,
    of: {
      shareOf: Float64Array;
      offset: Int8Array;
      lastReadDay: Float32Array;
      isKept: ((orgId: string, place: number) => boolean) | null;
    },
  ): Map<string, Team> {
    const { isKept } = of;
    const tally = {
      counts: new Int32Array(this.orgIds.length),
      shares: new Float64Array(this.orgIds.length),
      newest: new Float32Array(this.orgIds.length).fill(NOT_KNOWN),
    };
    const among = isKept === null ? set : this.withoutKept(set, isKept);
    tallyFirst(among, this.firstOrg, of, tally);
    const { counts, shares, newest } = tally;
    for (const [place, numbers] of this.moreOrgs) {
      if (!hasBit(set, place)) continue;
      for (const number of numbers) {
        if (isKept?.(this.orgIds[number] ?? '', place)) continue;
        counts[number] = (counts[number] ?? 0) + 1;
        shares[number] = (shares[number] ?? 0) + (of.shareOf[(of.offset[place] ?? 0) + 128] ?? 0);
        newest[number] = Math.max(newest[number] ?? NOT_KNOWN, of.lastReadDay[place] ?? NOT_KNOWN);
      }
    }
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

/** The people of a set by their first organisation. A function of its own, with nothing but typed arrays in it: a million times per question. */
function tallyFirst(
  set: Bitmap,
  firstOrg: Int32Array,
  of: { shareOf: Float64Array; offset: Int8Array; lastReadDay: Float32Array },
  into: { counts: Int32Array; shares: Float64Array; newest: Float32Array },
): void {
  const { shareOf, offset, lastReadDay } = of;
  const { counts, shares, newest } = into;
  for (let word = 0; word < set.length; word += 1) {
    let bits = (set[word] as number) | 0;
    while (bits !== 0) {
      const place = (word << 5) + 31 - Math.clz32(bits & -bits);
      bits &= bits - 1;
      const number = firstOrg[place] as number;
      if (number < 0) continue;
      counts[number] = (counts[number] as number) + 1;
      shares[number] = (shares[number] as number) + (shareOf[(offset[place] as number) + 128] as number);
      const day = lastReadDay[place] as number;
      if (day > (newest[number] as number)) newest[number] = day;
    }
  }
}
