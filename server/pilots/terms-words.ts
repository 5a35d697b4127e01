import type { PilotTerms } from '#server/bids/schemas.ts';
import type { TermNames } from '#server/bids/term-names.ts';

const count = (n: number) => n.toLocaleString('en');
const share = (value: number) => value.toFixed(2);

const wordsOf = (names: TermNames | undefined) => ({
  nameOf: (field: string) => names?.fields[field] ?? field,
  classOf: (field: string, className: string) => names?.classes[field]?.[className] ?? className,
});

/** What a pilot is judged by, in words, one entry per bound; fields and classes by their names where these are known. */
export function describeCriteria(
  criteria: PilotTerms['criteria'],
  options: { names?: TermNames; money?: (minor: number) => string } = {},
): string[] {
  const { money = (minor) => (minor / 100).toFixed(2) } = options;
  const { nameOf, classOf } = wordsOf(options.names);
  const { reliability, accuracy, balancedAccuracy, withinOne, throughput, cost } = criteria;
  const lines: (string | null)[] = [
    reliability &&
      `Krippendorff’s α of ${nameOf(reliability.field)} at least ${share(reliability.threshold)}`,
    accuracy && `accuracy of ${nameOf(accuracy.field)} on gold at least ${share(accuracy.threshold)}`,
    balancedAccuracy &&
      `balanced accuracy of ${nameOf(balancedAccuracy.field)} at least ${share(balancedAccuracy.threshold)}`,
    withinOne && `${nameOf(withinOne.field)} within one level at least ${share(withinOne.threshold)}`,
    ...criteria.perClass.flatMap(({ field, className, sensitivity, specificity }) => [
      sensitivity === null
        ? null
        : `sensitivity for ${nameOf(field)} “${classOf(field, className)}” at least ${share(sensitivity)}`,
      specificity === null
        ? null
        : `specificity for ${nameOf(field)} “${classOf(field, className)}” at least ${share(specificity)}`,
    ]),
    throughput && `${throughput.readsPerActiveHour} reads per active hour or more`,
    cost &&
      `${money(cost.atMostMinor)} per ${cost.per === 'correct_label' ? 'correct' : 'final'} label at most, with the fee`,
  ];
  return lines.filter((line) => line !== null);
}

/** Which cases a pilot has, in words: how many, of which strata, and how many with a known answer of which class. */
export function describeCases(terms: PilotTerms, options: { names?: TermNames } = {}): string {
  const { nameOf, classOf } = wordsOf(options.names);
  const strata = Object.entries(terms.strata?.counts ?? {}).map(([key, n]) => `${count(n)} of ${key}`);
  const gold = terms.goldPerClass.map(
    ({ field, className, cases }) =>
      `${count(cases)} gold cases of ${nameOf(field)} “${classOf(field, className)}”`,
  );
  return [
    `${count(terms.cases)} cases${strata.length === 0 ? '' : ` (${strata.join(', ')})`}`,
    ...(gold.length === 0 ? [] : [`at least ${gold.join(', ')}`]),
  ].join('; ');
}

const GOLD_WORDS = {
  none: 'none: accuracy is not measured',
  embedded: 'among the cases, unmarked',
  dealt: 'dealt between the cases, unmarked',
} as const;

/** Pilot terms as label and words, in the order in which they are agreed. */
export function describeTerms(
  terms: PilotTerms,
  options: Parameters<typeof describeCriteria>[1] = {},
): [string, string][] {
  const asked = describeCriteria(terms.criteria, options);
  const gold = GOLD_WORDS[terms.goldMode];
  return [
    ['Cases', describeCases(terms, options)],
    ['Reads per case', count(terms.overlap)],
    ['Gold', terms.goldMode === 'dealt' ? `${gold}, ${terms.goldShareBasisPoints / 100} %` : gold],
    ['Time limit', `${terms.timeLimitDays} days`],
    [
      'Passes with',
      asked.length === 0 ? 'nothing to be measured by' : `${asked.join('; ')}: the near end of each interval`,
    ],
  ];
}
