import { hkdfSync, webcrypto } from 'node:crypto';
import { EncryptJWT, type JWTPayload, jwtDecrypt } from 'jose';
import { assert } from '#server/core/assert.ts';

/** What a token is for; one made for another use does not open. */
export type TokenUse = 'asset link' | 'case receipt';

/** The key of tokens that go through a reader's hands, derived from the app's secret (checked at start) for nothing else. */
export function caseTokenKey(secret: string = process.env.NEXTAUTH_SECRET ?? ''): Uint8Array<ArrayBuffer> {
  assert(secret.length >= 16, 'NEXTAUTH_SECRET must have at least 16 characters');
  if (derived?.secret !== secret)
    derived = { secret, key: new Uint8Array(hkdfSync('sha256', secret, '', 'readroom case tokens v2', 32)) };
  return derived.key;
}

// Every submit opens a receipt: deriving and importing the key each time would be most of what that costs.
let derived: { secret: string; key: Uint8Array<ArrayBuffer> } | null = null;
const imported = new WeakMap<Uint8Array, Promise<webcrypto.CryptoKey>>();

function importedKey(key: Uint8Array<ArrayBuffer>): Promise<webcrypto.CryptoKey> {
  const known = imported.get(key);
  if (known) return known;
  const made = webcrypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']);
  imported.set(key, made);
  return made;
}

/**
 * Encrypts claims (A256GCM) for their way through a client that must neither read nor change them: two tokens of the same
 * claims have nothing in common.
 */
export async function seal(
  use: TokenUse,
  claims: JWTPayload,
  at: { endsAt?: Date; key?: Uint8Array<ArrayBuffer> | undefined } = {},
): Promise<string> {
  const token = new EncryptJWT(claims).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).setAudience(use);
  if (at.endsAt) token.setExpirationTime(Math.ceil(at.endsAt.getTime() / 1000));
  return token.encrypt(await importedKey(at.key ?? caseTokenKey()));
}

/** The claims of a token; throws when it was tampered with, is not ours, is for another use, or has ended. */
export async function unseal(
  use: TokenUse,
  token: string,
  at: { now: Date; key?: Uint8Array<ArrayBuffer> | undefined; required?: string[] },
): Promise<JWTPayload> {
  const { payload } = await jwtDecrypt(token, await importedKey(at.key ?? caseTokenKey()), {
    audience: use,
    currentDate: at.now,
    keyManagementAlgorithms: ['dir'],
    contentEncryptionAlgorithms: ['A256GCM'],
    requiredClaims: at.required ?? [],
  });
  return payload;
}
