import { expect, test } from 'vitest';
import { figureOf, widthOf } from './criterion-figure.ts';

test('a share is a score, money has its two decimals, a pace one', () => {
  expect([figureOf(''), figureOf('USD'), figureOf('reads per active hour')]).toEqual([
    { format: 'score' },
    { format: 'decimal', decimals: 2 },
    { format: 'decimal' },
  ]);
});

test('a price that is fixed has no interval; what is measured keeps its own', () => {
  expect([widthOf([2.8, 2.8]), widthOf(null), widthOf([0.7, 0.9])]).toEqual([null, null, [0.7, 0.9]]);
});
