import { type ChainReach, reachIn } from '#server/agreements/chain-reach.ts';
import { countriesLeft, type LocationLimit } from '#server/agreements/location-limits.ts';
import { type Bitmap, clearBit, emptyBitmap, grown, setBit } from './bitmap.ts';
import { forgetOldest } from './forget-oldest.ts';

type Own = { country: string | null; limits: readonly LocationLimit[] };
type Kept = { chain: ChainReach; today: string; people: Bitmap };

/** Questions kept: of the kinds of data that were asked about last. */
const MOST_KEPT = 16;

/**
 * The few who read on their own account under agreements that say where data may be shown. Whom those keep out of a kind of data on a
 * day is kept, and brought up to date with each person, so that a question does not go through them.
 */
export class OwnLimits {
  private readonly byPlace = new Map<number, Own>();
  private readonly kept = new Map<string, Kept>();

  /** Puts what a person stands under in place of what was before. */
  put(place: number, own: Own): void {
    if (own.limits.length > 0) this.byPlace.set(place, own);
    else if (!this.byPlace.delete(place)) return;
    for (const { chain, today, people } of this.kept.values())
      if (isKeptOut(own, chain, today)) setBit(people, place);
      else clearBit(people, place);
  }

  grow(capacity: number): void {
    for (const kept of this.kept.values()) kept.people = grown(kept.people, capacity);
  }

  /** Whom their own agreements keep out; null for nobody. The index’s own set: copy it to change it. */
  keptOut(chain: ChainReach, today: string, capacity: number): Readonly<Bitmap> | null {
    if (this.byPlace.size === 0) return null;
    const key = [today, ...chain.elsewhere.carrying, 'eea', ...chain.inEea.carrying].join(' ');
    const kept = this.kept.get(key) ?? { chain, today, people: this.reckon(chain, today, capacity) };
    this.kept.delete(key);
    this.kept.set(key, kept);
    forgetOldest(this.kept, MOST_KEPT);
    return kept.people;
  }

  private reckon(chain: ChainReach, today: string, capacity: number): Bitmap {
    const people = emptyBitmap(capacity);
    for (const [place, own] of this.byPlace) if (isKeptOut(own, chain, today)) setBit(people, place);
    return people;
  }
}

function isKeptOut({ country, limits }: Own, chain: ChainReach, today: string): boolean {
  const left = countriesLeft(limits, reachIn(chain, country).carrying, today);
  return left !== null && (country === null || !left.includes(country));
}
