import { describe, expect, it } from 'vitest';
import { fleissKappa } from './fleiss-kappa.ts';
import { gwetAc } from './gwet-ac.ts';
import { perCategoryAgreement } from './per-category-agreement.ts';
import { diagnosesReads, readsOf } from './published-reads.fixture.ts';
import { buildRatingTable } from './rating-table.ts';

describe('agreement on each category by itself', () => {
  it('has the kappas of Fleiss 1971 (psychiatric diagnoses), and those of the answers made yes or no', () => {
    const categories = [1, 2, 3, 4, 5];
    const found = perCategoryAgreement(buildRatingTable(diagnosesReads, { categories }));
    const published = ['0.245', '0.245', '0.520', '0.471', '0.566'];
    expect(found.map(({ kappa }) => kappa.value!.toFixed(3))).toEqual(published);
    for (const [k, { kappa, ac1, nReads, prevalence }] of found.entries()) {
      const reads = diagnosesReads.map((read) => ({ ...read, value: Number(Number(read.value) === k + 1) }));
      const binary = buildRatingTable(reads, { categories: [0, 1] });
      expect(kappa).toEqual(fleissKappa(binary));
      expect(ac1).toEqual(gwetAc(binary));
      expect(nReads).toBe(reads.filter(({ value }) => value === 1).length);
      expect(prevalence).toBeCloseTo(nReads / 180, 12);
    }
  });

  it('specific agreement is 2a/(2a + b + c) of two raters (Cicchetti & Feinstein 1990), and null where nobody used the category', () => {
    // Both yes on 3, both no on 2, apart on 2.
    const table = buildRatingTable(readsOf(['yyynnyn', 'yyynnny']), { categories: ['n', 'y', 'z'] });
    const [no, yes, unused] = perCategoryAgreement(table);
    expect(yes!.specificAgreement).toBeCloseTo(6 / 8, 12);
    expect(no!.specificAgreement).toBeCloseTo(4 / 6, 12);
    expect(unused).toMatchObject({ nReads: 0, prevalence: 0, specificAgreement: null });
    expect(unused!.kappa).toMatchObject({ value: null, reason: 'one_category' });
  });
});
