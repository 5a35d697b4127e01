import { createHash } from 'node:crypto';
import { ApiError } from './api-error.ts';
import type { KeptAnswer, Tx } from './store.ts';

/** v1 forgets a key after a day, v2 after thirty. */
const KEEP_SECONDS = { v1: 24 * 3600, v2: 30 * 24 * 3600 };
const MAX_KEY_LENGTH = 255;

/** Keys of requests being worked on right now. */
export type KeysInUse = Set<string>;

/** What identifies a keyed request: its account and key, and a digest of everything it asks for. */
export type KeyedRequest = { slot: string; fingerprint: string; version: 'v1' | 'v2' };

/** Null for a request without a key. Refuses a key above 255 characters. */
export function keyedRequest(input: {
  key: string | null;
  owner: string;
  method: string;
  path: string;
  body: string;
}): KeyedRequest | null {
  if (input.key === null || input.method === 'GET') return null;
  if (input.key === '' || input.key.length > MAX_KEY_LENGTH) {
    const message = `Idempotency keys have 1 to ${MAX_KEY_LENGTH} characters.`;
    throw new ApiError(400, { type: 'idempotency_error', message });
  }
  const fingerprint = createHash('sha256')
    .update(`${input.method} ${input.path}\n${input.body}`)
    .digest('hex');
  const version = input.path.startsWith('/v2/') ? 'v2' : 'v1';
  return { slot: `${version} ${input.owner} ${input.key}`, fingerprint, version };
}

/**
 * The answer given before under this key, or null when the request is to be carried out. Refuses the same key
 * with other parameters (400) and a key that another request is using at this moment (409); neither is stored.
 */
export function findAnswer(tx: Tx, inUse: KeysInUse, keyed: KeyedRequest): KeptAnswer | null {
  const kept = tx.get('answers', keyed.slot);
  if (kept && tx.now - kept.at < KEEP_SECONDS[keyed.version]) {
    if (kept.fingerprint === keyed.fingerprint) return kept;
    const message =
      'Keys for idempotent requests can only be used with the same parameters they were first used with.';
    throw new ApiError(400, { type: 'idempotency_error', message });
  }
  if (inUse.has(keyed.slot)) {
    const message = 'There is currently another in-progress request using this Idempotency Key.';
    throw new ApiError(409, { type: 'idempotency_error', code: 'idempotency_key_in_use', message });
  }
  return null;
}

/**
 * Keeps the first answer of a carried-out request. v1 keeps failures too, so that a retry replays them; v2 keeps
 * only successes, so that a failed operation can be tried again under its key.
 */
export function keepAnswer(tx: Tx, keyed: KeyedRequest, answer: { status: number; body: unknown }): void {
  if (keyed.version === 'v2' && answer.status >= 400) return;
  tx.put('answers', keyed.slot, { fingerprint: keyed.fingerprint, ...answer, at: tx.now });
}
