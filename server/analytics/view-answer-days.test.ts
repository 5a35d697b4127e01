import { describe, expect, test } from 'vitest';
import type { LabelField } from '#server/protocols/schemas.ts';
import { classesOf } from './view-answer-days.ts';

const field: LabelField = {
  key: 'finding',
  label: 'Finding',
  type: 'categorical',
  definition: 'd',
  required: true,
  options: ['none', 'nodule', 'effusion', 'mass', 'other'].map((value) => ({ value, label: `The ${value}` })),
};
const row = (day: string, answer: string, n: number) => ({ day, answer, n });

describe('answers by class and day', () => {
  test('shares are of the day, every class has every day, the most frequent comes first', () => {
    const classes = classesOf(field, [
      row('2026-11-02', 'none', 6),
      row('2026-11-02', 'nodule', 2),
      row('2026-11-01', 'nodule', 3),
    ]);
    expect(
      classes.map((one) => [one.label, one.n, one.days.map((day) => [day.day, day.n, day.of, day.share])]),
    ).toEqual([
      [
        'The none',
        6,
        [
          ['2026-11-01', 0, 3, 0],
          ['2026-11-02', 6, 8, 0.75],
        ],
      ],
      [
        'The nodule',
        5,
        [
          ['2026-11-01', 3, 3, 1],
          ['2026-11-02', 2, 8, 0.25],
        ],
      ],
    ]);
    const [low, high] = classes[0]!.days[1]!.interval!;
    // Wilson's interval of 6 in 8.
    expect(low).toBeCloseTo(0.409, 3);
    expect(high).toBeCloseTo(0.929, 3);
  });

  test('what is beyond four lines is taken together, and nothing is lost', () => {
    const classes = classesOf(
      field,
      ['none', 'nodule', 'effusion', 'mass', 'other'].map((answer, i) => row('2026-11-01', answer, 10 - i)),
    );
    expect(classes.map((one) => [one.label, one.n])).toEqual([
      ['The none', 10],
      ['The nodule', 9],
      ['The effusion', 8],
      ['2 other answers', 13],
    ]);
    expect(classes.reduce((sum, one) => sum + (one.days[0]?.share ?? 0), 0)).toBeCloseTo(1);
  });

  test('nothing counted is nothing shown', () => {
    expect(classesOf(field, [])).toEqual([]);
  });
});
