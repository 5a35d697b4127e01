import { describe, expect, test } from 'vitest';
import { FIXED_OVERLAP, type OverlapRule, type ReviewRule } from '#server/projects/tier-schemas.ts';
import type { LabelField } from '#server/protocols/schemas.ts';
import { idleReviewRules } from './idle-review-rules.ts';
import type { Candidate } from './selection-rules.ts';

const ALL = { sampleRateBasisPoints: 10_000 };
const agreement: ReviewRule = { kind: 'low_agreement', agreementBelow: 0.5, ...ALL };
const subgroup = (column: string, value: string): ReviewRule => ({ kind: 'subgroup', column, value, ...ALL });
const rare = (field: string, value: string): ReviewRule => ({ kind: 'rare_class', field, value, ...ALL });

const inCity = (city: string): Candidate => ({
  id: city,
  externalId: city,
  patientKey: city,
  site: 'north',
  split: null,
  subgroups: { city },
  isGold: false,
  classes: {},
  final: null,
  readers: [],
  isAsked: false,
});
const field = (type: LabelField['type'], values?: string[]): LabelField => ({
  ...{ key: 'finding', label: 'Finding', definition: '', type, required: true },
  ...(values ? { options: values.map((value) => ({ value, label: value })) } : {}),
});
const cities = ['mumbai', 'Delhi'].map(inCity);
const idle = (rule: ReviewRule, more: Partial<Parameters<typeof idleReviewRules>[0]> = {}) =>
  idleReviewRules({
    rules: [rule],
    ofPolicy: [],
    isKept: false,
    overlap: 1,
    rounds: 1,
    overlapRule: FIXED_OVERLAP,
    schema: { fields: [field('categorical', ['n', 'm'])], rules: [], gatedFields: [] },
    frame: cities,
    chosen: cities,
    ...more,
  });
const NONE = { faults: [], warnings: [] };

describe('review rules that could never send a case', () => {
  test('low agreement where nobody reads twice, and where no answers are compared', () => {
    expect(idle(agreement).faults).toMatchObject([
      { code: 'batch.review_rule_idle', path: 'reviewRules.0.agreementBelow' },
    ]);
    expect(idle(agreement, { overlap: 2 })).toEqual(NONE);
    expect(idle(agreement, { rounds: 2 })).toEqual(NONE);
    const half = (overlapCoveragePercent: number): OverlapRule => ({ mode: 'share', overlapCoveragePercent });
    expect(idle(agreement, { overlap: 2, overlapRule: half(50) })).toEqual(NONE);
    expect(idle(agreement, { overlap: 2, overlapRule: half(1) }).faults).toHaveLength(1);
    const open = { fields: [field('number')], rules: [], gatedFields: [] };
    expect(idle(agreement, { overlap: 2, schema: open }).faults[0]?.message).toContain('not compared');
  });

  test('a subgroup that no case has is answered with those there are, what was likely meant first', () => {
    expect(idle(subgroup('city', 'mumbai'))).toEqual(NONE);
    const [typo] = idle(subgroup('city', 'Mumbai')).faults;
    expect(typo).toMatchObject({ path: 'reviewRules.0.value' });
    expect(typo?.message).toContain('They have “mumbai”, “Delhi”.');
    const [column] = idle(subgroup('town', 'mumbai')).faults;
    expect(column).toMatchObject({ path: 'reviewRules.0.column' });
    expect(column?.message).toContain('They have “city”.');
    const many = Array.from({ length: 20 }, (_, i) => inCity(`c${i}`));
    expect(idle(subgroup('city', 'C13'), { frame: many, chosen: many }).faults[0]?.message).toMatch(
      /They have “c13”, .* and 12 more\.$/,
    );
  });

  test('a subgroup that fits and was not drawn is only said', () => {
    const found = idle(subgroup('city', 'Delhi'), { chosen: cities.slice(0, 1) });
    expect(found.faults).toEqual([]);
    expect(found.warnings[0]?.message).toContain('1 of all that fit does');
  });

  test('a class that the protocol does not have', () => {
    expect(idle(rare('finding', 'm'))).toEqual(NONE);
    expect(idle(rare('finding', 'M')).faults[0]?.message).toContain('It has “m”, “n”.');
    expect(idle(rare('other', 'm')).faults[0]).toMatchObject({ path: 'reviewRules.0.field' });
    const open = { fields: [field('number')], rules: [], gatedFields: [] };
    expect(idle(rare('finding', '7'), { schema: open })).toEqual(NONE);
  });

  test('a rule of the policy or of the batch that is cloned keeps no batch from being made', () => {
    const rule = subgroup('city', 'Mumbai');
    for (const more of [{ ofPolicy: [rule] }, { isKept: true }]) {
      const found = idle({ ...rule }, more);
      expect(found.faults).toEqual([]);
      expect(found.warnings).toHaveLength(1);
    }
    expect(idle(rule, { ofPolicy: [subgroup('city', 'mumbai')] }).faults).toHaveLength(1);
    // Said once, however often it stands there; and nothing of a batch without cases, which is refused as such.
    expect(idle(rule, { rules: [rule, rule], ofPolicy: [rule] }).warnings).toHaveLength(1);
    expect(idle(rule, { frame: [], chosen: [] })).toEqual(NONE);
  });
});
