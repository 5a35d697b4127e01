import type { Bitmap } from './bitmap.ts';
import { NOT_KNOWN } from './people-columns.ts';

/** What is counted of each person, by place in a people index. */
export type TeamColumns = {
  /** By quarter hours east of UTC + 128: quarter hours of the working day that are the sponsor's too (`sharedQuarters`). */
  quartersOf: Uint8Array;
  offset: Int8Array;
  lastReadDay: Float32Array;
};

/**
 * By number of an organisation: its people, the quarter hours they share, the newest day one of them read (or NOT_KNOWN). Whole numbers,
 * so that the order they are counted in does not show.
 */
export type Tally = { counts: Int32Array; quarters: Int32Array; newest: Float32Array };

export const emptyTally = (organisations: number): Tally => ({
  counts: new Int32Array(organisations),
  quarters: new Int32Array(organisations),
  newest: new Float32Array(organisations).fill(NOT_KNOWN),
});

/** The tally with room for so many organisations, and some to come. */
export function roomFor(tally: Tally, organisations: number): Tally {
  if (tally.counts.length >= organisations) return tally;
  const wider = emptyTally(organisations + (organisations >>> 4));
  wider.counts.set(tally.counts);
  wider.quarters.set(tally.quarters);
  wider.newest.set(tally.newest);
  return wider;
}

export function clearTally(tally: Tally, number: number): void {
  tally.counts[number] = 0;
  tally.quarters[number] = 0;
  tally.newest[number] = NOT_KNOWN;
}

/** Counts the person at a place for an organisation. */
export function addTo(tally: Tally, number: number, place: number, of: TeamColumns): void {
  const { counts, quarters, newest } = tally;
  counts[number] = (counts[number] as number) + 1;
  quarters[number] =
    (quarters[number] as number) + (of.quartersOf[(of.offset[place] as number) + 128] as number);
  const day = of.lastReadDay[place] as number;
  if (day > (newest[number] as number)) newest[number] = day;
}

/** Counts a set by the first organisation of each. A function of its own, with nothing but typed arrays in it: it may count a million. */
export function tallyFirst(set: Bitmap, firstOrg: Int32Array, of: TeamColumns, into: Tally): void {
  const { quartersOf, offset, lastReadDay } = of;
  const { counts, quarters, newest } = into;
  for (let word = 0; word < set.length; word += 1) {
    let bits = (set[word] as number) | 0;
    while (bits !== 0) {
      const place = (word << 5) + 31 - Math.clz32(bits & -bits);
      bits &= bits - 1;
      const number = firstOrg[place] as number;
      if (number < 0) continue;
      counts[number] = (counts[number] as number) + 1;
      quarters[number] =
        (quarters[number] as number) + (quartersOf[(offset[place] as number) + 128] as number);
      const day = lastReadDay[place] as number;
      if (day > (newest[number] as number)) newest[number] = day;
    }
  }
}
