import { isUsState, US_STATES } from '#server/credentials/us-states.ts';

/** Longest first, so that West Virginia is not Virginia. */
const NAMES = Object.keys(US_STATES).sort((a, b) => b.length - a.length);

/**
 * The US state that an issuer or title of a licence names ("State Medical Board of Ohio", "OH licence"), as its two
 * letters; null when it names none.
 */
export function stateNamed(text: string): string | null {
  const lower = text.toLowerCase();
  const name = NAMES.find((one) => new RegExp(`\\b${one.toLowerCase()}\\b`).test(lower));
  if (name !== undefined) return US_STATES[name] ?? null;
  return text.match(/\b[A-Z]{2}\b/g)?.find(isUsState) ?? null;
}
