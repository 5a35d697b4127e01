/** What a wrong number should have been, by the end of its field's name. */
const NUMBERS: readonly [RegExp, string][] = [
  [/overlap$/, 'Reads per case are a whole number of at least 1.'],
  [/reviewPeriodDays$/, 'The review period is a whole number of days, from 1 to 21.'],
  [/reviewShareBasisPoints$/, 'The reviewed share is between 0 % and 100 %.'],
  [/gold\.shareBasisPoints$/, 'The share of gold is between 0 % and 50 %.'],
  [/onshoreShareBasisPoints$/, 'The onshore share is between 0 % and 100 %.'],
  [/minAnswers$/, 'Gold answers before acting are a whole number.'],
  [/minYears$/, 'Years of practice are a whole number.'],
  [/threshold$/, 'A bound is a number between 0 and 1, for example 0.80.'],
  [
    /ordinalSpreadAtLeast$/,
    'Levels apart are a whole number of at least 1; leave it empty if not looked at.',
  ],
  [/posteriorBelow$/, 'Certainty is a number between 0 and 1; leave it empty if not looked at.'],
];

/** A problem in our own words where the schema can only say that a number is wrong. */
export function problemWords(name: string, message: string): string {
  if (!/^(Invalid input|This must be)/.test(message)) return message;
  return NUMBERS.find(([field]) => field.test(name))?.[1] ?? 'Give a number.';
}

/** The fields from top to bottom, so that the list of problems reads like the form. */
const ORDER = [
  'title',
  'intendedUse',
  'dataClass',
  'budgetMinor',
  'currency',
  'deadline',
  'summary',
  'modality',
  'anatomy',
  'reviewPeriodDays',
  'credentialRule',
  'locationPolicy',
  'qualityPolicy',
];

/** Where a field stands in the form; unknown ones come last. */
export function placeOf(name = ''): number {
  const at = ORDER.indexOf(name.split('.')[0] ?? '');
  return at === -1 ? ORDER.length : at;
}
