import { createHash, randomBytes } from 'node:crypto';

/** A token of 256 random bits; it is in the mail only, the database keeps its hash. */
export function makeInvitationToken(): { token: string; hash: string } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashInvitationToken(token) };
}

/** The hash under which a token is kept. */
export function hashInvitationToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
