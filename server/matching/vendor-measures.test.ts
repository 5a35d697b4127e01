import { expect, test } from 'vitest';
import { type BatchScore, measuresOf } from './vendor-measures.ts';

let batches = 0;
const score = (over: Partial<BatchScore> = {}): BatchScore => ({
  batchId: over.batchId ?? `batch ${++batches}`,
  taskType: 'CT/chest',
  isSettled: true,
  metric: 'accuracy',
  value: 0.95,
  lower: 0.94,
  upper: 0.96,
  n: 2000,
  ...over,
});

test('accuracy is of like work where there is some, whatever other work was like', () => {
  const bad = score({ taskType: 'MR/knee', value: 0.3, lower: 0.28, upper: 0.32 });
  expect(measuresOf([score(), bad], 'CT/chest')).toMatchObject({
    accuracyLower: 0.94,
    accuracyN: 2000,
    isLike: true,
  });
  const others = measuresOf([score(), bad], 'US/breast');
  expect(others).toMatchObject({ accuracyN: 4000, isLike: false });
  expect(others.accuracyLower).toBeGreaterThan(0.28);
});

test('batches are pooled by their weight: one small bad one is not the vendor’s score', () => {
  const small = score({ value: 0.5, lower: 0.24, upper: 0.76, n: 10 });
  const { accuracyLower } = measuresOf([score(), small], 'CT/chest');
  expect(accuracyLower).toBeGreaterThan(0.93);
  expect(accuracyLower).toBeLessThan(0.94);
});

test('of a batch the field that was checked most counts, and each read once', () => {
  const rare = score({ batchId: 'one', n: 20, value: 1, lower: 0.84, upper: 1 });
  expect(measuresOf([rare, score({ batchId: 'one' })], 'CT/chest')).toMatchObject({
    accuracyLower: 0.94,
    accuracyN: 2000,
  });
});

test('R21: accuracy of a batch that is still read tells nothing; agreement and pace do', () => {
  const open = { isSettled: false };
  expect(
    measuresOf(
      [
        score(open),
        score({ ...open, metric: 'krippendorff_alpha', value: 0.8 }),
        score({ ...open, metric: 'throughput', value: 60 }),
      ],
      'CT/chest',
    ),
  ).toEqual({ accuracyLower: null, accuracyN: 0, isLike: false, reliability: 0.8, readsPerActiveHour: 60 });
});

test('without scores nothing is known', () => {
  expect(measuresOf([], 'CT/chest')).toMatchObject({ accuracyLower: null, accuracyN: 0, reliability: null });
});
