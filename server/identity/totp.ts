import { createHmac, timingSafeEqual } from 'node:crypto';

/** Length of a step, in seconds, and of a code, in digits: what every authenticator app takes for granted (RFC 6238). */
const STEP_SECONDS = 30;
const DIGITS = 6;
/** How many steps a clock may be off, either way. */
const SKEW_STEPS = 1;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The step that holds at an instant. */
export function stepAt(now: Date): number {
  return Math.floor(now.getTime() / 1000 / STEP_SECONDS);
}

/** The code of a step: HOTP (RFC 4226) over HMAC-SHA-1, six digits. */
export function codeOf(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0x0f;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

/**
 * The step a code belongs to, one before or after now at most, or null. Every step is compared, in constant time, so
 * that the time it takes tells nothing.
 */
export function findStep(secret: Uint8Array, code: string, now: Date): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const given = Buffer.from(code);
  let found: number | null = null;
  for (let step = stepAt(now) - SKEW_STEPS; step <= stepAt(now) + SKEW_STEPS; step += 1) {
    if (timingSafeEqual(Buffer.from(codeOf(secret, step)), given)) found = step;
  }
  return found;
}

/** Base 32 (RFC 4648) without padding, as typed into an app. */
export function toBase32(bytes: Uint8Array): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => ALPHABET.charAt(Number.parseInt(group.padEnd(5, '0'), 2))).join('');
}

/** What the app reads from the picture: whose code it is, and the secret. */
export function enrolmentUri(secret: Uint8Array, email: string): string {
  const label = `Readroom:${email}`;
  return `otpauth://totp/${encodeURIComponent(label)}?secret=${toBase32(secret)}&issuer=Readroom`;
}
