import { type Bitmap, clearBit, emptyBitmap, grown, setBit, unite } from './bitmap.ts';

/** Who reads from which country: one set each, and the number of each person's country for columns. */
export class CountrySets {
  private readonly numbers = new Map<string, number>();
  private readonly sets: Bitmap[] = [];

  /** The number of a country; −1 where nobody reads from. */
  numberOf(country: string): number {
    return this.numbers.get(country) ?? -1;
  }

  /** Every country somebody reads from; the empty one stands for those of whom none is known. */
  known(): Iterable<string> {
    return this.numbers.keys();
  }

  /** Moves a person; returns the number of the country. */
  put(place: number, of: { before: number; country: string | null; capacity: number }): number {
    const before = this.sets[of.before];
    if (before) clearBit(before, place);
    const name = of.country ?? '';
    const number = this.numbers.get(name) ?? this.numbers.size;
    this.numbers.set(name, number);
    const people = this.sets[number] ?? emptyBitmap(of.capacity);
    this.sets[number] = people;
    setBit(people, place);
    return number;
  }

  /** Adds everybody in these countries to a set. */
  addTo(found: Bitmap, countries: Iterable<string>): void {
    for (const country of countries) {
      const people = this.sets[this.numberOf(country)];
      if (people) unite(found, people);
    }
  }

  grow(capacity: number): void {
    for (const [number, people] of this.sets.entries()) this.sets[number] = grown(people, capacity);
  }
}
