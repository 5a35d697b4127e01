const STATES: Record<string, string> = {
  Alabama: 'AL',
  Alaska: 'AK',
  Arizona: 'AZ',
  Arkansas: 'AR',
  California: 'CA',
  Colorado: 'CO',
  Connecticut: 'CT',
  Delaware: 'DE',
  'District of Columbia': 'DC',
  Florida: 'FL',
  Georgia: 'GA',
  Hawaii: 'HI',
  Idaho: 'ID',
  Illinois: 'IL',
  Indiana: 'IN',
  Iowa: 'IA',
  Kansas: 'KS',
  Kentucky: 'KY',
  Louisiana: 'LA',
  Maine: 'ME',
  Maryland: 'MD',
  Massachusetts: 'MA',
  Michigan: 'MI',
  Minnesota: 'MN',
  Mississippi: 'MS',
  Missouri: 'MO',
  Montana: 'MT',
  Nebraska: 'NE',
  Nevada: 'NV',
  'New Hampshire': 'NH',
  'New Jersey': 'NJ',
  'New Mexico': 'NM',
  'New York': 'NY',
  'North Carolina': 'NC',
  'North Dakota': 'ND',
  Ohio: 'OH',
  Oklahoma: 'OK',
  Oregon: 'OR',
  Pennsylvania: 'PA',
  'Puerto Rico': 'PR',
  'Rhode Island': 'RI',
  'South Carolina': 'SC',
  'South Dakota': 'SD',
  Tennessee: 'TN',
  Texas: 'TX',
  Utah: 'UT',
  Vermont: 'VT',
  'West Virginia': 'WV',
  Virginia: 'VA',
  Washington: 'WA',
  Wisconsin: 'WI',
  Wyoming: 'WY',
};
const CODES = new Set(Object.values(STATES));
/** Longest first, so that West Virginia is not Virginia. */
const NAMES = Object.keys(STATES).sort((a, b) => b.length - a.length);

/**
 * The US state that an issuer or title of a licence names ("State Medical Board of Ohio", "OH licence"), as its two
 * letters; null when it names none.
 */
export function stateNamed(text: string): string | null {
  const lower = text.toLowerCase();
  const name = NAMES.find((one) => new RegExp(`\\b${one.toLowerCase()}\\b`).test(lower));
  if (name !== undefined) return STATES[name] ?? null;
  return text.match(/\b[A-Z]{2}\b/g)?.find((word) => CODES.has(word)) ?? null;
}
