import { describe, expect, test } from 'vitest';
import type { AdjudicationRule } from '#server/projects/schemas.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { settleByDawidSkene } from './consensus-of-batch.ts';
import {
  adjudicationReasons,
  countUncertain,
  distributionOf,
  isAmbiguous,
  settleByDecision,
  settleByMajority,
} from './rules.ts';

const option = (value: string) => ({ value, label: value });
const schema: LabelSchema = {
  fields: [
    {
      key: 'grade',
      label: 'Grade',
      type: 'ordinal',
      definition: 'd',
      required: true,
      options: ['0', '1', '2', '3', '4'].map(option),
    },
    {
      key: 'findings',
      label: 'F',
      type: 'multi_label',
      definition: 'd',
      required: false,
      options: ['x', 'y'].map(option),
    },
    { key: 'size', label: 'Size', type: 'number', definition: 'd', required: false },
    { key: 'note', label: 'Note', type: 'text', definition: 'd', required: false },
  ],
  rules: [],
  gatedFields: ['grade'],
};
const never: AdjudicationRule = {
  noMajority: false,
  anyDisagreement: false,
  ordinalSpreadAtLeast: null,
  posteriorBelow: null,
  classes: [],
  fields: [],
};

describe('settling a case', () => {
  const grades = (...values: string[]) => values.map((grade) => ({ grade }));

  test('unanimous, majority and a tie that nobody decides', () => {
    const of = (...values: string[]) => settleByMajority(schema, grades(...values)).grade;
    expect(of('2', '2', '2')).toMatchObject({ value: '2', path: 'unanimous', confidence: 1 });
    expect(of('2', '3', '2')).toMatchObject({ value: '2', path: 'majority', confidence: 2 / 3 });
    expect(of('2', '3')).toMatchObject({ value: null, path: 'undecided' });
    expect(of('4')).toMatchObject({ value: '4', path: 'single' });
    expect(countUncertain(schema, settleByMajority(schema, grades('2', '3')))).toBe(1);
  });

  test('sets are equal whatever their order, numbers take the median, text is never voted on or repeated', () => {
    const fields = settleByMajority(schema, [
      { grade: '1', findings: ['x', 'y'], size: 10, note: 'large' },
      { grade: '1', findings: ['y', 'x'], size: 14, note: 'small' },
      { grade: '1', findings: ['x'], size: 12 },
    ]);
    expect(fields.findings).toMatchObject({ path: 'majority', confidence: 2 / 3 });
    expect(fields.size).toMatchObject({ value: 12, path: 'median' });
    expect(fields.note).toEqual({ value: null, confidence: null, votes: [], path: 'undecided' });
    expect(countUncertain(schema, fields)).toBe(0);
  });

  test.each([
    ['noMajority', { noMajority: true }, ['0', '1', '2'], ['no_majority:grade']],
    ['a majority is enough', { noMajority: true }, ['0', '2', '2'], []],
    ['half is not a majority', { noMajority: true }, ['0', '0', '2', '2'], ['no_majority:grade']],
    ['anyDisagreement', { anyDisagreement: true }, ['2', '2', '3'], ['any_disagreement:grade']],
    ['spread reached', { ordinalSpreadAtLeast: 2 }, ['1', '1', '3'], ['ordinal_spread:grade']],
    ['spread not reached', { ordinalSpreadAtLeast: 2 }, ['1', '1', '2'], []],
    ['posterior', { posteriorBelow: 0.7 }, ['1', '1', '2'], ['posterior_below:grade']],
    ['named class', { classes: [{ field: 'grade', value: '4' }] }, ['1', '1', '4'], ['named_class:grade']],
    ['off', {}, ['0', '1', '2'], []],
  ] as const)('R25 %s', (_name, part, values, expected) => {
    const reads = grades(...values);
    const rule = { ...never, fields: ['grade'], ...part } as unknown as AdjudicationRule;
    expect(adjudicationReasons(rule, schema, reads, settleByMajority(schema, reads))).toEqual(expected);
  });

  test('a person’s decision replaces values and keeps the votes', () => {
    const fields = settleByDecision(schema, { grade: '4' }, grades('1', '2'), 'adjudication');
    expect(fields.grade).toMatchObject({ value: '4', path: 'adjudication', confidence: null });
    expect(fields.grade?.votes).toHaveLength(2);
    expect(fields.size).toMatchObject({ value: null, path: 'unanswered' });
  });

  test('Dawid–Skene weighs readers: two careless ones do not outvote who is always right', () => {
    const reads = Array.from({ length: 60 }, (_, i) => {
      const truth = String(i % 3);
      const wrong = String((i + 1) % 3);
      const read = (annotatorId: string, grade: string) => ({
        taskId: `t${String(i).padStart(2, '0')}`,
        annotatorId,
        round: 1,
        answers: { grade },
      });
      return [
        read('a', truth),
        read('b', truth),
        read('c', truth),
        read('d', i < 50 ? truth : wrong),
        read('e', i < 20 ? truth : wrong),
      ];
    }).flat();
    const settled = settleByDawidSkene(schema, reads, []);
    expect(settled.get('t59')?.grade).toMatchObject({ value: '2', path: 'dawid_skene' });
    expect(settled.get('t59')?.grade?.votes).toHaveLength(2);
  });

  test('gold anchors readers: of two who always differ the one who is right on gold is believed', () => {
    const reads = Array.from({ length: 40 }, (_, i) => i).flatMap((i) => {
      const [truth, wrong] = [String(i % 3), String((i + 1) % 3)];
      const read = (annotatorId: string, grade: string) => {
        const taskId = `t${String(i).padStart(2, '0')}`;
        return { taskId, annotatorId, round: 1, answers: { grade } };
      };
      return [read('a', wrong), read('b', truth)];
    });
    const gold = Array.from({ length: 12 }, (_, i) => ({
      taskId: `t${String(i).padStart(2, '0')}`,
      answers: { grade: [String(i % 3)] },
    }));
    const settled = settleByDawidSkene(schema, reads, gold);
    for (let i = 12; i < 40; i += 1)
      expect(settled.get(`t${i}`)?.grade).toMatchObject({ value: String(i % 3), path: 'dawid_skene' });
  });

  test('the gold of a case has no say in its own label, which can so be held against it (R8)', () => {
    const reads = Array.from({ length: 30 }, (_, i) => i).flatMap((i) =>
      ['a', 'b', 'c'].map((annotatorId) => ({
        taskId: `t${String(i).padStart(2, '0')}`,
        annotatorId,
        round: 1,
        answers: { grade: String(i % 3) },
      })),
    );
    // Everybody says 0 on t00, which is known to be 2.
    const gold = Array.from({ length: 10 }, (_, i) => ({
      taskId: `t${String(i).padStart(2, '0')}`,
      answers: { grade: [i === 0 ? '2' : String(i % 3)] },
    }));
    expect(settleByDawidSkene(schema, reads, gold).get('t00')?.grade).toMatchObject({ value: '0' });
  });
});

const votes = (...counts: number[]) => counts.map((n, at) => ({ value: String(at), n }));

describe('uncertainty is kept', () => {
  test.each([
    [votes(3), false],
    [votes(1), false],
    [votes(2, 1), true],
    [votes(3, 1), false],
    [votes(1, 1), true],
    [votes(4, 2), true],
    [votes(5, 2), false],
    [[], false],
  ])('%j is ambiguous: %s', (given, expected) => {
    expect(isAmbiguous({ path: 'majority', votes: given })).toBe(expected);
    // What the panel decided on a divided case is a label, not clarity.
    expect(isAmbiguous({ path: 'adjudication', votes: given })).toBe(expected);
  });

  test('what nobody could settle is ambiguous whatever the reads', () => {
    expect(isAmbiguous({ path: 'undecided', votes: votes(3) })).toBe(true);
  });

  test('the distribution of the reads keeps the dissent with its share', () => {
    expect(distributionOf({ votes: votes(3, 1) })).toEqual([
      { value: '0', n: 3, share: 0.75 },
      { value: '1', n: 1, share: 0.25 },
    ]);
    expect(distributionOf({ votes: [] })).toEqual([]);
  });
});
