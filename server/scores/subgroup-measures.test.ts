import { describe, expect, test } from 'vitest';
import { clusteredProportion } from '#server/quality/clustered-proportion.ts';
import type { GoldTruth, MeasuredField, MeasuredRead } from './rules.ts';
import { LEAST_SUBGROUP_CASES, measureSubgroups } from './subgroup-measures.ts';

const field: MeasuredField = {
  key: 'finding',
  label: 'Finding',
  scale: 'nominal',
  categories: ['no', 'yes'],
  categoryLabels: ['Absent', 'Present'],
};
const note: MeasuredField = { key: 'note', label: 'Note', scale: null, categories: [] };

/** `n` cases of a group, read twice each; of those of the class `yes` so many are missed by the second reader. */
function scene(groups: { sex: string; n: number; missed: number }[]) {
  const reads: MeasuredRead[] = [];
  const gold = new Map<string, Record<string, string[]>>();
  const groupsOf = new Map<string, Record<string, string>>();
  for (const { sex, n, missed } of groups)
    for (let i = 0; i < n; i += 1) {
      const taskId = `${sex}-${i}`;
      const truth = i % 2 === 0 ? 'yes' : 'no';
      gold.set(taskId, { finding: [truth] });
      groupsOf.set(taskId, { sex, centre: 'one' });
      const isMissed = truth === 'yes' && i / 2 < missed;
      for (const readerId of ['r1', 'r2'])
        reads.push({
          taskId,
          readerId,
          round: 1,
          values: { finding: readerId === 'r2' && isMissed ? 'no' : truth, note: null },
        });
    }
  return { reads, gold: gold as GoldTruth, groupsOf };
}

describe('subgroups of a pilot’s card', () => {
  test('each value of a column has its own n, agreement, sensitivity and specificity, with intervals by case', () => {
    const { reads, gold, groupsOf } = scene([
      { sex: 'F', n: 40, missed: 6 },
      { sex: 'M', n: 60, missed: 0 },
    ]);
    const { groups, leftOut } = measureSubgroups([field, note], reads, gold, groupsOf);
    expect(leftOut).toEqual([]);
    // One value says nothing that the card does not: `centre` is left out. Most cases first.
    expect(groups.map(({ dimension, value, cases, reads: n }) => [dimension, value, cases, n])).toEqual([
      ['sex', 'M', 60, 120],
      ['sex', 'F', 40, 80],
    ]);
    const [men, women] = groups.map((group) => group.fields[0]!);
    expect(women?.classes[1]).toMatchObject({ className: 'yes', classLabel: 'Present' });
    // 20 cases with the finding, two reads each, six of them half right.
    const expected = clusteredProportion([
      { compared: 2, right: 2, n: 14 },
      { compared: 2, right: 1, n: 6 },
    ]);
    expect(women?.classes[1]?.sensitivity).toMatchObject({
      value: 34 / 40,
      ci: expected.ci,
      n: 20,
    });
    expect(women?.classes[1]?.specificity).toMatchObject({ value: 1, n: 20 });
    expect(men?.classes[1]?.sensitivity.value).toBe(1);
    expect(men?.alpha.value).toBe(1);
    expect(women?.alpha.value).toBeLessThan(0.8);
    expect(groups[0]?.fields).toHaveLength(1);
  });

  test('what rests on fewer cases than the least is null with the reason and its n; what has its own reason keeps it', () => {
    const { reads, gold, groupsOf } = scene([
      { sex: 'F', n: 12, missed: 1 },
      { sex: 'M', n: LEAST_SUBGROUP_CASES - 1, missed: 0 },
    ]);
    const { groups, leastCases } = measureSubgroups([field], reads, gold, groupsOf);
    expect(leastCases).toBe(10);
    const [women, men] = groups.map((group) => group.fields[0]!);
    // Twelve cases are enough for the accuracy, six of a class are not for its sensitivity.
    expect(women?.accuracy.value).not.toBeNull();
    expect(women?.classes[1]?.sensitivity).toMatchObject({
      value: null,
      ci: null,
      n: 6,
      reason: 'small_subgroup',
    });
    expect(men?.alpha).toMatchObject({ value: null, ci: null, n: 9, reason: 'small_subgroup' });
    const without = measureSubgroups([field], reads, new Map(), groupsOf);
    expect(without.groups[0]?.fields[0]?.accuracy.reason).toBe('no_reference');
  });

  test('the order in which reads came changes nothing; a case without a value stands apart; a long column says what it left out', () => {
    const { reads, gold, groupsOf } = scene([
      { sex: 'F', n: 15, missed: 2 },
      { sex: '', n: 11, missed: 0 },
    ]);
    const whole = measureSubgroups([field], reads, gold, groupsOf);
    expect(whole.groups.map((group) => group.value)).toEqual(['F', 'not given']);
    expect(measureSubgroups([field], reads.toReversed(), gold, groupsOf)).toEqual(whole);
    const many = scene(
      Array.from({ length: 25 }, (_, i) => ({ sex: `g${String(i).padStart(2, '0')}`, n: 2, missed: 0 })),
    );
    const detail = measureSubgroups([field], many.reads, many.gold, many.groupsOf);
    expect(detail.groups).toHaveLength(20);
    expect(detail.leftOut).toEqual([{ dimension: 'sex', values: 5 }]);
  });
});
