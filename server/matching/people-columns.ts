import { type Bitmap, emptyBitmap } from './bitmap.ts';

/** What stands in a column for a number that nobody knows. */
export const NOT_KNOWN = -1;

/** Typed columns of the people in an index, one place per person. */
export class PeopleColumns {
  capacity: number;
  /** 32 bits of the id, for ties. */
  idHash: Uint32Array;
  country: Uint16Array;
  /** Quarter hours east of UTC. */
  offset: Int8Array;
  /** Parts of the score, 0 … 1, or NOT_KNOWN. */
  accuracy: Float32Array;
  accuracyN: Uint32Array;
  reliability: Float32Array;
  speed: Float32Array;
  time: Float32Array;
  /** Days since 1970 of the newest read. */
  lastReadDay: Float32Array;
  /** The person's first credential in the credential columns; −1 for none. */
  firstCredential: Int32Array;
  /** Read for a verified organisation; on no exclusion list in force; has hours left or has said nothing of hours. */
  mayRead: Bitmap;
  /** Everybody in the index. */
  isKnown: Bitmap;
  isIndependent: Bitmap;
  /** Reads for a vendor. */
  isStaff: Bitmap;
  /** Has too few known answers behind them to count as measured. */
  isNewcomer: Bitmap;
  isUnbarred: Bitmap;
  /** Everybody there is room for: what a gate that is not asked for lets through. */
  readonly anybody: Readonly<Bitmap>;
  hasTime: Bitmap;

  constructor(capacity: number) {
    this.capacity = Math.max(64, capacity);
    const n = this.capacity;
    this.idHash = new Uint32Array(n);
    this.country = new Uint16Array(n);
    this.offset = new Int8Array(n);
    this.accuracy = new Float32Array(n);
    this.accuracyN = new Uint32Array(n);
    this.reliability = new Float32Array(n);
    this.time = new Float32Array(n);
    this.speed = new Float32Array(n);
    this.lastReadDay = new Float32Array(n);
    this.firstCredential = new Int32Array(n).fill(-1);
    this.isIndependent = emptyBitmap(n);
    this.isStaff = emptyBitmap(n);
    this.isNewcomer = emptyBitmap(n);
    this.mayRead = emptyBitmap(n);
    this.isKnown = emptyBitmap(n);
    this.isUnbarred = emptyBitmap(n);
    this.anybody = emptyBitmap(n).fill(0xffffffff);
    this.hasTime = emptyBitmap(n);
  }

  grow(): void {
    const larger = new PeopleColumns(this.capacity * 2);
    larger.idHash.set(this.idHash);
    larger.country.set(this.country);
    larger.offset.set(this.offset);
    larger.accuracy.set(this.accuracy);
    larger.accuracyN.set(this.accuracyN);
    larger.reliability.set(this.reliability);
    larger.time.set(this.time);
    larger.speed.set(this.speed);
    larger.lastReadDay.set(this.lastReadDay);
    larger.firstCredential.set(this.firstCredential);
    larger.isIndependent.set(this.isIndependent);
    larger.isStaff.set(this.isStaff);
    larger.isNewcomer.set(this.isNewcomer);
    larger.mayRead.set(this.mayRead);
    larger.isKnown.set(this.isKnown);
    larger.isUnbarred.set(this.isUnbarred);
    larger.hasTime.set(this.hasTime);
    Object.assign(this, larger);
  }
}
