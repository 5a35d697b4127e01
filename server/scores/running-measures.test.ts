import { describe, expect, test } from 'vitest';
import { type CountedTask, type CountPlan, noCounts } from './counts.ts';
import type { MeasuredField } from './rules.ts';
import { keysOf, rowsOf, runningRows } from './running-rows.ts';
import { countTask } from './task-counts.ts';

const FIELDS: MeasuredField[] = [
  { key: 'grade', label: 'Grade', scale: 'ordinal', categories: ['0', '1', '2'] },
  { key: 'seen', label: 'Seen', scale: 'nominal', categories: ['false', 'true'] },
  { key: 'found', label: 'Found', scale: 'nominal', categories: [], isSet: true },
  { key: 'size', label: 'Size', scale: 'interval', categories: [] },
  { key: 'note', label: 'Note', scale: null, categories: [] },
];
const plan: CountPlan = {
  batchId: 'batch',
  fields: FIELDS,
  watched: new Set(FIELDS.map((field) => field.key)),
  gated: ['grade', 'size'],
  limits: new Map(),
};

/** A case read by some people, who all answer alike; null leaves every field blank. */
const caseOf = (taskId: string, readers: number, grade: string | null, gold = true): CountedTask => ({
  taskId,
  gold: gold ? { grade: ['1'], seen: ['true'], size: ['2'] } : undefined,
  final: { grade: '1' },
  reads: Array.from({ length: readers }, (_, n) => ({
    labelId: `${taskId} ${n}`,
    readerId: `reader ${n}`,
    teamId: 'team',
    at: new Date('2026-11-22T08:00:00Z'),
    activeMs: 0,
    confidence: null,
    values: grade === null ? {} : { grade, seen: 'true', size: '2' },
  })),
});

function scoresOf(tasks: readonly CountedTask[]) {
  const counts = noCounts();
  for (const task of tasks) countTask(counts, plan, task, 1);
  return runningRows(plan, keysOf(counts), rowsOf(counts));
}

describe('running scores where there is little or nothing to say', () => {
  const many = (n: number, make: (id: string) => CountedTask) =>
    Array.from({ length: n }, (_, at) => make(`task ${at}`));
  const situations: [string, CountedTask[]][] = [
    ['every answer is blank', many(30, (id) => caseOf(id, 3, null))],
    ['every answer is blank and there is no gold', many(30, (id) => caseOf(id, 3, null, false))],
    ['one reader', many(30, (id) => caseOf(id, 1, '1'))],
    ['one reader without gold', many(30, (id) => caseOf(id, 1, '1', false))],
    ['one case', many(1, (id) => caseOf(id, 3, '2'))],
    ['everybody always says the same', many(30, (id) => caseOf(id, 3, '1'))],
  ];

  test.each(situations)('%s: a number with its n, or null with its reason, and never NaN', (_, tasks) => {
    const rows = scoresOf(tasks);
    for (const row of rows) {
      const figures = [row.value, row.lower, row.upper].filter((figure) => figure !== null);
      expect([row.field, row.metric, figures.every(Number.isFinite)]).toEqual([row.field, row.metric, true]);
      expect([row.field, row.metric, row.value === null]).toEqual([
        row.field,
        row.metric,
        row.reason !== null,
      ]);
      if (row.value !== null) expect(row.n).toBeGreaterThan(0);
    }
  });

  test('blank on gold is not right; nobody agrees or is compared; alone, nobody can be compared', () => {
    const find = (tasks: readonly CountedTask[], metric: string, subjectKind = 'batch') =>
      scoresOf(tasks).find(
        (row) =>
          row.metric === metric &&
          row.subjectKind === subjectKind &&
          row.field === 'grade' &&
          row.day === 'all',
      );
    const blank = many(30, (id) => caseOf(id, 3, null));
    expect(find(blank, 'accuracy')).toMatchObject({ value: 0, n: 30 });
    expect(find(blank, 'consensus_agreement')).toMatchObject({ value: null, reason: 'no_overlap' });
    expect(
      find(
        many(9, (id) => caseOf(id, 2, null, false)),
        'accuracy',
      ),
    ).toMatchObject({
      value: null,
      reason: 'no_reference',
    });
    const alone = many(30, (id) => caseOf(id, 1, '1'));
    expect(find(alone, 'krippendorff_alpha')?.value ?? null).toBeNull();
    expect(find(alone, 'consensus_agreement', 'reader')).toMatchObject({ value: null, reason: 'no_overlap' });
    expect(find(alone, 'accuracy', 'reader')).toMatchObject({ value: 1, n: 30 });
  });
});
