/** Where the dashes of a UUID stand in text. */
const DASHES = new Set([8, 13, 18, 23]);
const WORDS = 4;

/**
 * Places of people, numbered in the order they are added, by UUID. Held in typed arrays (about 28 bytes a person): a million ids as texts
 * in a map would be gone through by every full collection of the process, in the middle of somebody's question.
 */
export class PersonIds {
  size = 0;
  /** Four words of 32 bits an id. */
  private words: Uint32Array;
  /** Open addressing by `hash`: a place, or −1; never more than half full. */
  private table: Int32Array;
  /** The id that was parsed last. */
  private readonly asked = new Uint32Array(WORDS);

  constructor(expected: number) {
    this.words = new Uint32Array(WORDS * Math.max(16, expected));
    this.table = new Int32Array(tableSize(expected)).fill(-1);
  }

  /** The place of an id; undefined for an unknown one. */
  placeOf(id: string): number | undefined {
    if (!parseInto(this.asked, id)) return undefined;
    const place = this.table[this.slotOf(this.asked, 0)] as number;
    return place < 0 ? undefined : place;
  }

  /** Adds an id that is not known yet and returns its place. Throws for what is no UUID. */
  add(id: string): number {
    if (!parseInto(this.asked, id)) throw new RangeError('A person is known by a UUID.');
    const place = this.size;
    this.size += 1;
    if (this.size * WORDS > this.words.length) this.words = widened(this.words);
    this.words.set(this.asked, place * WORDS);
    if (this.size * 2 > this.table.length) this.rehash();
    else this.table[this.slotOf(this.asked, 0)] = place;
    return place;
  }

  /** The id at a place; empty for a place that nobody has. */
  idAt(place: number): string {
    if (place < 0 || place >= this.size) return '';
    const hex = Array.from(this.words.subarray(place * WORDS, (place + 1) * WORDS), (word) =>
      word.toString(16).padStart(8, '0'),
    ).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  /** 32 bits that stand for the id at a place where two score the same. */
  hashAt(place: number): number {
    return hash(this.words, place * WORDS);
  }

  /** Where in the table the id of four words is, or would go. */
  private slotOf(words: Uint32Array, from: number): number {
    const mask = this.table.length - 1;
    let slot = hash(words, from) & mask;
    for (;;) {
      const place = this.table[slot] as number;
      if (place < 0 || isSame(this.words, place * WORDS, words, from)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private rehash(): void {
    this.table = new Int32Array(tableSize(this.size * 2)).fill(-1);
    for (let place = 0; place < this.size; place += 1)
      this.table[this.slotOf(this.words, place * WORDS)] = place;
  }
}

/** A power of two of which `people` fill at most half. */
function tableSize(people: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(16, people) * 2));
}

function widened(words: Uint32Array): Uint32Array {
  const wider = new Uint32Array(words.length * 2);
  wider.set(words);
  return wider;
}

function isSame(a: Uint32Array, atA: number, b: Uint32Array, atB: number): boolean {
  for (let n = 0; n < WORDS; n += 1) if (a[atA + n] !== b[atB + n]) return false;
  return true;
}

/** Mixes all four words: ids of the same minute share the first. */
function hash(words: Uint32Array, from: number): number {
  let mixed = 0x811c9dc5;
  for (let n = 0; n < WORDS; n += 1) {
    mixed = Math.imul(mixed ^ (words[from + n] as number), 0x85ebca6b);
    mixed ^= mixed >>> 15;
  }
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** The four words of a UUID in text; false for what is none. */
function parseInto(words: Uint32Array, id: string): boolean {
  if (id.length !== 36) return false;
  let digits = 0;
  let word = 0;
  for (let at = 0; at < 36; at += 1) {
    if (DASHES.has(at)) continue;
    const digit = hexDigit(id.charCodeAt(at));
    if (digit < 0) return false;
    word = (word << 4) | digit;
    digits += 1;
    if ((digits & 7) === 0) words[(digits >>> 3) - 1] = word;
  }
  return true;
}

/** The value of a hexadecimal digit by its character code; −1 for another character. */
function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
