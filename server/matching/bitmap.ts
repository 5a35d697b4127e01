/** A set of small whole numbers, one bit each; all bitmaps of an index have the same length in words. */
export type Bitmap = Uint32Array;

/** An empty set that can hold 0 … `capacity` − 1. */
export function emptyBitmap(capacity: number): Bitmap {
  return new Uint32Array((capacity + 31) >>> 5);
}

export function setBit(bitmap: Bitmap, at: number): void {
  const word = at >>> 5;
  bitmap[word] = (bitmap[word] ?? 0) | (1 << (at & 31));
}

export function clearBit(bitmap: Bitmap, at: number): void {
  const word = at >>> 5;
  bitmap[word] = (bitmap[word] ?? 0) & ~(1 << (at & 31));
}

export function hasBit(bitmap: Bitmap, at: number): boolean {
  return ((bitmap[at >>> 5] ?? 0) & (1 << (at & 31))) !== 0;
}

/** `into` ∩= `other`. */
export function intersect(into: Bitmap, other: Bitmap): void {
  for (let word = 0; word < into.length; word += 1)
    into[word] = (into[word] as number) & (other[word] as number);
}

/** `into` ∪= `other`. */
export function unite(into: Bitmap, other: Bitmap): void {
  for (let word = 0; word < into.length; word += 1)
    into[word] = (into[word] as number) | (other[word] as number);
}

/** How many bits of a word are set. */
export function countWord(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** How many there are. */
export function countBits(bitmap: Bitmap): number {
  let count = 0;
  for (let word = 0; word < bitmap.length; word += 1) count += countWord(bitmap[word] as number);
  return count;
}

/** The members in order. */
export function membersOf(bitmap: Bitmap): Int32Array {
  const members = new Int32Array(countBits(bitmap));
  let n = 0;
  for (let word = 0; word < bitmap.length; word += 1) {
    let bits = bitmap[word] ?? 0;
    while (bits !== 0) {
      members[n] = (word << 5) + 31 - Math.clz32(bits & -bits);
      n += 1;
      bits &= bits - 1;
    }
  }
  return members;
}

/** The same set with room for 0 … `capacity` − 1. */
export function grown(bitmap: Bitmap, capacity: number): Bitmap {
  const larger = emptyBitmap(capacity);
  larger.set(bitmap);
  return larger;
}
