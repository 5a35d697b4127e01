import { expect, test } from 'vitest';
import { inTurns } from './in-turns.ts';

test('goes through every item in order, and others come between', async () => {
  const items = Array.from({ length: 2500 }, (_, index) => index);
  const seen: number[] = [];
  const between: number[] = [];
  const look = () => {
    between.push(seen.length);
    if (seen.length < items.length) setImmediate(look);
  };
  setImmediate(look);
  await inTurns(items, (item) => seen.push(item));
  expect(seen).toEqual(items);
  expect(between.filter((n) => n > 0 && n < items.length)).toEqual([1000, 2000]);
});
