const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/** Codes that the name table knows but that are no country one can live in or register at. */
const NOT_COUNTRIES = new Set([
  'AC',
  'CP',
  'CQ',
  'DG',
  'EA',
  'EU',
  'EZ',
  'IC',
  'QO',
  'TA',
  'UN',
  'XA',
  'XB',
  'ZZ',
]);
/** Codes ISO 3166-1 has withdrawn, which the table still resolves to their successors. */
const WITHDRAWN = new Set([
  'AN',
  'BU',
  'CS',
  'DD',
  'DY',
  'FX',
  'HV',
  'NH',
  'NT',
  'RH',
  'SU',
  'TP',
  'UK',
  'VD',
  'YD',
  'YU',
  'ZR',
]);

/** The English name of an ISO 3166-1 alpha-2 code, or null when there is no such country. */
export function countryName(code: string): string | null {
  if (!/^[A-Z]{2}$/.test(code) || NOT_COUNTRIES.has(code) || WITHDRAWN.has(code)) return null;
  return names.of(code) ?? null;
}

/** Every country by name, for choosing one. */
export function listCountries(): { code: string; name: string }[] {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  return letters
    .flatMap((a) => letters.map((b) => a + b))
    .flatMap((code) => {
      const name = countryName(code);
      return name === null ? [] : [{ code, name }];
    })
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
}
