/** What a wrong number should have been, by the end of its field's name. */
const NUMBERS: readonly [RegExp, string][] = [
  [/overlapCoveragePercent$/, 'The share with full overlap is above 0 % and at most 100 %.'],
  [/maxOverlap$/, 'The most reads of a case are a whole number above its reads to begin with.'],
  [/minConfidence$/, 'How sure is a number from 0.5 to below 1, for example 0.95.'],
  [/agreementThreshold$|agreementBelow$/, 'Agreement is a number above 0 and up to 1.'],
  [/maxAdditionalAnnotators$/, 'More reads are a whole number of at least 1.'],
  [/confidenceAtMost$/, 'How sure is a whole number from 1 to 4.'],
  [/firstReads$/, 'First reads are a whole number of at least 1.'],
  [/sampleRateBasisPoints$/, 'The share of them is above 0 % and at most 100 %.'],
  [/checkpointBasisPoints/, 'Checkpoints are rising per cents below 100, such as 5, 25, 50.'],
  [/audit\./, 'A share in per cent.'],
  [/misses\.shareBasisPoints$/, 'The share read again is above 0 % and at most 100 %.'],
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
