import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { assert } from '#server/core/assert.ts';

/** The key of authenticator secrets, derived from the app's secret (checked at start) for nothing else. */
function keyOf(secret: string): Buffer {
  assert(secret.length >= 16, 'NEXTAUTH_SECRET must have at least 16 characters');
  return Buffer.from(hkdfSync('sha256', secret, '', 'readroom authenticator secrets v1', 32));
}

/** Encrypts an authenticator's secret (AES-256-GCM) for one account: copied into another's row it does not open. */
export function sealSecret(
  secret: Uint8Array,
  at: { userId: string; appSecret?: string | undefined },
): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyOf(at.appSecret ?? process.env.NEXTAUTH_SECRET ?? ''), iv);
  cipher.setAAD(Buffer.from(at.userId));
  const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** The secret again; throws when it was changed, is another account's, or the app's secret is another. */
export function openSecret(
  sealed: string,
  at: { userId: string; appSecret?: string | undefined },
): Uint8Array {
  const whole = Buffer.from(sealed, 'base64url');
  const key = keyOf(at.appSecret ?? process.env.NEXTAUTH_SECRET ?? '');
  const decipher = createDecipheriv('aes-256-gcm', key, whole.subarray(0, 12), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(at.userId));
  decipher.setAuthTag(whole.subarray(12, 28));
  return Buffer.concat([decipher.update(whole.subarray(28)), decipher.final()]);
}
