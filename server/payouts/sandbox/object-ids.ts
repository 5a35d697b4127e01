import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A random text of `length` letters and digits; the bias of the remainder does not matter for ids. */
export function randomText(length: number): string {
  return Array.from(randomBytes(length), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

/** A new id in Stripe's form: a prefix and 24 letters and digits, e.g. `tr_1Q…`. */
export function objectId(prefix: string): string {
  return `${prefix}_1${randomText(23)}`;
}
