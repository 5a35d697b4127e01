import type { Scheme } from './scheme.ts';
import { ELSEWHERE_SCHEMES, OTHER_SCHEMES } from './schemes-elsewhere.ts';
import { US_SCHEMES } from './schemes-us.ts';

/** Every register a claim can be in, in the order of the list people choose from. */
export const SCHEMES: readonly Scheme[] = [...US_SCHEMES, ...ELSEWHERE_SCHEMES, ...OTHER_SCHEMES];
const byCode = new Map(SCHEMES.map((one) => [one.code, one]));

/** The register of this code; null for none. */
export function findScheme(code: string | null): Scheme | null {
  return code === null ? null : (byCode.get(code) ?? null);
}

/**
 * Register and number as they are compared between people; null without a number. A register is told by its code; a claim
 * outside of any by kind and issuer.
 */
export function numberKeyOf(of: {
  scheme: Scheme | null;
  kind: string;
  issuer: string;
  region: string | null;
  identifier: string | null;
}): string | null {
  if (of.identifier === null) return null;
  const issuer = of.issuer.toLowerCase().replaceAll(/\s+/g, ' ');
  if (of.scheme === null || of.scheme.code.startsWith('other_') || of.scheme.issuer === null)
    return `${of.kind}:${of.region ?? issuer}:${of.identifier}`;
  return `${of.scheme.code}:${of.identifier}`;
}
