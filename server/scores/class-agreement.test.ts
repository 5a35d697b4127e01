import { describe, expect, test } from 'vitest';
import { fleissKappa } from '#server/quality/fleiss-kappa.ts';
import { gwetAc } from '#server/quality/gwet-ac.ts';
import { perLabelAgreement } from '#server/quality/multi-label-alpha.ts';
import { buildRatingTable } from '#server/quality/rating-table.ts';
import { wilsonInterval } from '#server/quality/wilson-interval.ts';
import { classAgreement } from './class-agreement.ts';

/** Answers per case as counted patterns. */
function patternsOf(cases: readonly (readonly string[])[]) {
  const found = new Map<string, number>();
  for (const answers of cases) {
    const votes = [...Map.groupBy(answers, (one) => one)].map(([value, own]) => [value, own.length]);
    const pattern = JSON.stringify(votes.sort());
    found.set(pattern, (found.get(pattern) ?? 0) + 1);
  }
  return [...found].map(([pattern, n]) => ({ pattern, n }));
}

describe('agreement on each class by itself', () => {
  test('Fleiss 1971: kappa of each of the five diagnoses is .245 .245 .520 .471 .566', () => {
    const rows =
      '444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 144444 224445 333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 111155 224444 133333 555555';
    const cases = rows.split(' ').map((row) => [...row]);
    const classes = ['1', '2', '3', '4', '5'];
    const field = { key: 'd', label: 'Diagnosis', scale: 'nominal' as const, categories: classes };
    const found = classAgreement(field, classes, patternsOf(cases));
    const published = [0.245, 0.245, 0.52, 0.471, 0.566];
    for (const [at, kappa] of published.entries()) expect(found[at]?.kappa.value).toBeCloseTo(kappa, 3);
    // 26 of 180 answers, of 30 patients: six psychiatrists on one patient are no six trials.
    const [share] = found.map((one) => one.share);
    expect(share).toMatchObject({ value: 26 / 180, n: 30 });
    const [low = 0, high = 0] = share?.interval ?? [];
    const plain = wilsonInterval(26, 180)!;
    expect(high - low).toBeGreaterThan(1.2 * (plain[1] - plain[0]));
  });

  test('of a field that takes several labels, each label as given or not, as from the reads', () => {
    const sets = [
      ['a + b', 'a', 'a + b'],
      ['(none)', 'b', '(none)'],
      ['c', 'a + c', 'a'],
      ['b', 'b', 'b + c'],
    ];
    const reads = sets.flatMap((answers, item) =>
      answers.map((answer, rater) => ({
        item: `${item}`,
        rater: `${rater}`,
        labels: answer === '(none)' ? [] : answer.split(' + '),
      })),
    );
    const classes = ['a', 'b', 'c', 'd'];
    const whole = perLabelAgreement(reads, classes, { interval: 'none' });
    const field = { key: 'f', label: 'F', scale: 'nominal' as const, categories: [], isSet: true };
    const found = classAgreement(field, classes, patternsOf(sets));
    for (const [at, one] of whole.entries()) {
      expect(found[at]).toMatchObject({ value: one.label, kappa: { reason: one.kappa.reason } });
      if (one.kappa.value !== null) expect(found[at]?.kappa.value).toBeCloseTo(one.kappa.value, 10);
      if (one.ac1.value !== null) expect(found[at]?.gwetAc.value).toBeCloseTo(one.ac1.value, 10);
      expect(found[at]?.share.value).toBeCloseTo(one.prevalence ?? 0, 10);
    }
    // Nobody gave d: there is nothing to agree on beyond chance.
    expect(found[3]?.kappa).toMatchObject({ value: null, reason: 'one_category' });
    const table = buildRatingTable(
      reads.map(({ item, rater, labels }) => ({ item, rater, value: Number(labels.includes('a')) })),
      { categories: [0, 1] },
    );
    expect(found[0]?.kappa.value).toBeCloseTo(fleissKappa(table).value!, 10);
    expect(found[0]?.gwetAc.value).toBeCloseTo(gwetAc(table).value!, 10);
  });
});
