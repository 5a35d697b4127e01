import { type Bitmap, emptyBitmap } from './bitmap.ts';

/**
 * Sets to reckon with, the same at each question: what is thrown away by the megabyte keeps the collector busy, which stops
 * everybody's questions. What a question finds in them holds until the next.
 */
export class WorkingSets {
  private readonly sets: Bitmap[] = [];
  private taken = 0;

  /** A new question begins: all sets are free again. */
  start(): void {
    this.taken = 0;
  }

  /** A set with room for so many; whatever was in it before is still in it. */
  take(capacity: number): Bitmap {
    const at = this.taken;
    this.taken += 1;
    const kept = this.sets[at];
    if (kept !== undefined && kept.length === (capacity + 31) >>> 5) return kept;
    const fresh = emptyBitmap(capacity);
    this.sets[at] = fresh;
    return fresh;
  }
}
