import { createHash, randomBytes } from 'node:crypto';

/** A token of 256 random bits; it is in the mail only, the database keeps its hash. */
export function makeMailToken(): { token: string; hash: string } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashMailToken(token) };
}

/** The hash under which a token is kept. */
export function hashMailToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
