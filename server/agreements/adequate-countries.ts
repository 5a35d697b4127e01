/** European Economic Area. */
const EEA = new Set(
  'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO'.split(' '),
);
/** Found adequate as a whole by the European Commission; not the US, where only certified firms are (GDPR 45). */
const ADEQUATE = new Set('AD AR CA FO GB GG IL IM JE JP KR NZ CH UY'.split(' '));

/** Countries where personal data from the EU may be shown without further safeguards. */
export const ADEQUATE_COUNTRIES: readonly string[] = [...EEA, ...ADEQUATE];

/** True for the countries in which EU law on personal data applies by establishment. */
export function isInEea(country: string | null): boolean {
  return country !== null && EEA.has(country);
}

/** True where personal data from the EU may be shown without further safeguards. */
export function hasAdequateProtection(country: string | null): boolean {
  return country !== null && (EEA.has(country) || ADEQUATE.has(country));
}
