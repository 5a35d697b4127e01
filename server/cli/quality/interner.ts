/** Whole numbers below this are looked up without hashing. */
const smallIds = 1 << 20;
/** A little under what a `Map` can hold. */
export const mostIds = 16_000_000;

/** More different texts than can be told apart in memory. */
export class TooManyIds extends Error {}

/**
 * Gives every text one number, in order of appearance; copies the text so that no file chunk is kept alive by it. Throws `TooManyIds`
 * beyond 16 million texts.
 */
export class Interner {
  readonly ids: string[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly bySmallId = new Int32Array(smallIds).fill(-1);
  private lastText = '';
  private lastNumber = -1;

  numberOf(text: string): number {
    if (text === this.lastText && this.lastNumber >= 0) return this.lastNumber;
    const number = this.find(text) ?? this.add(text);
    this.lastText = this.ids[number] as string;
    this.lastNumber = number;
    return number;
  }

  find(text: string): number | undefined {
    const small = smallIdOf(text);
    if (small < 0) return this.numbers.get(text);
    const number = this.bySmallId[small] as number;
    return number < 0 ? undefined : number;
  }

  private add(text: string): number {
    if (this.ids.length >= mostIds) throw new TooManyIds();
    const copy = Buffer.from(text).toString();
    const number = this.ids.push(copy) - 1;
    const small = smallIdOf(text);
    if (small < 0) this.numbers.set(copy, number);
    else this.bySmallId[small] = number;
    return number;
  }
}

/** The number that `text` spells in the one canonical way ("0", "42"; not "042"), −1 for anything else or larger. */
function smallIdOf(text: string): number {
  const { length } = text;
  if (length === 0 || length > 6) return -1;
  let value = 0;
  for (let at = 0; at < length; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return length > 1 && text.charCodeAt(0) === 48 ? -1 : value;
}

type Integers = Int32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

/** A column of integers that grows where it is: ten million rows are never held twice. */
export class Column<Values extends Integers> {
  private values: Values;
  private readonly view: (buffer: ArrayBuffer) => Values;
  length = 0;

  constructor(view: (buffer: ArrayBuffer) => Values) {
    this.view = view;
    this.values = view(new ArrayBuffer(1 << 18));
  }

  push(value: number): void {
    if (this.length === this.values.length) this.resize(this.values.byteLength * 2);
    this.values[this.length] = value;
    this.length += 1;
  }

  /** The values as new numbers, `to[old]`; the column is theirs from then on. */
  mapped(to: Int32Array): Values {
    this.resize(this.length * this.values.BYTES_PER_ELEMENT);
    const { values } = this;
    for (let row = 0; row < values.length; row += 1) values[row] = to[values[row] as number] as number;
    return values;
  }

  private resize(bytes: number): void {
    this.values = this.view(this.values.buffer.transfer(bytes));
  }
}

export const int32Column = () => new Column((buffer) => new Int32Array(buffer));
export const uint16Column = () => new Column((buffer) => new Uint16Array(buffer));
