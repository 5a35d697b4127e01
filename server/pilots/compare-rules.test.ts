import { expect, test } from 'vitest';
import { type ComparedCard, compareCards, differenceOf } from './compare-rules.ts';

const card = (
  pilotId: string,
  value: number | null,
  ci: [number, number] | null,
  direction: 'at_least' | 'at_most' = 'at_least',
): ComparedCard => ({
  pilotId,
  criteria: [
    {
      key: 'accuracy.grade',
      label: 'Accuracy',
      direction,
      threshold: 0.8,
      unit: '',
      measurement: { value, ci, se: null, n: 40, nExcluded: 0, reason: null, method: 'x' },
      verdict: 'pass',
      itemsInAll: null,
    },
  ],
});

test('the interval of a difference comes from both intervals, skewed as they are', () => {
  const { difference, ci } = differenceOf({ value: 0.9, ci: [0.85, 0.94] }, { value: 0.8, ci: [0.74, 0.85] });
  expect(difference).toBeCloseTo(0.1);
  expect(ci[0]).toBeCloseTo(0.1 - Math.hypot(0.05, 0.05), 10);
  expect(ci[1]).toBeCloseTo(0.1 + Math.hypot(0.04, 0.06), 10);
});

test('a difference is decided only when its interval holds no 0, for the higher or the cheaper one', () => {
  const far = [card('a', 0.95, [0.92, 0.98]), card('b', 0.8, [0.74, 0.86])];
  expect(compareCards(far)[0]?.differences).toMatchObject([{ a: 'a', b: 'b', better: 'a' }]);
  const near = [card('a', 0.9, [0.84, 0.95]), card('b', 0.86, [0.8, 0.91])];
  expect(compareCards(near)[0]?.differences).toMatchObject([{ better: null }]);
  const dear = [card('a', 5, [4.8, 5.2], 'at_most'), card('b', 3, [2.9, 3.1], 'at_most')];
  expect(compareCards(dear)[0]?.differences).toMatchObject([{ better: 'b' }]);
});

test('what was not measured is shown and compared with nothing', () => {
  const [line] = compareCards([card('a', null, null), card('b', 0.8, [0.7, 0.9])]);
  expect(line?.cells).toHaveLength(2);
  expect(line?.differences).toEqual([]);
});
