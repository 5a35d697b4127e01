import { expect, test } from 'vitest';
import { basisPointsOf } from './basis-points-of.ts';

test.each([
  ['100', 10_000],
  [' 33.33 ', 3333],
  ['0.5', 50],
  ['33.333', null],
  ['50,5', null],
  ['1e2', null],
  ['0', null],
  ['100.01', null],
  ['', null],
])('the share %j is %j basis points: what is signed is what is stored', (text, points) => {
  expect(basisPointsOf(text)).toBe(points);
});
