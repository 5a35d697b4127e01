import { randomBytes } from 'node:crypto';
import { v5, v7, validate } from 'uuid';

/** A new time-ordered id (UUID v7, RFC 9562), made in the app so that the caller knows it before the insert. */
export function newId(): string {
  return v7();
}

/** Random bytes of one id. */
const RANDOM = 16;

/**
 * `count` ids in ascending order, for bulk loads whose order on disk matters. One instant, a counter from a random place, and
 * randomness for all of them at once: drawn id by id it was half of what a load cost the app.
 */
export function newIds(count: number): string[] {
  const random = randomBytes(RANDOM * (count + 1));
  const msecs = Date.now();
  const first = random.readUInt32BE(RANDOM * count) >>> 1;
  return Array.from({ length: count }, (_, i) =>
    v7({ random: random.subarray(i * RANDOM, (i + 1) * RANDOM), msecs, seq: first + i }),
  );
}

/** True when `value` is a UUID of any version. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && validate(value);
}

const NAMESPACE = '5b0a4b7e-52a4-5d53-9c0d-6e1d3f1f7c11';

/** The id of something that follows from another thing and may be made again: the same parts give the same id (UUID v5). */
export function derivedId(...parts: readonly string[]): string {
  return v5(parts.join('|'), NAMESPACE);
}
