import { expect, test } from 'vitest';
import { isId, newId, newIds } from './ids.ts';

test('many ids at once are ids of version 7, ascend, and are all different', () => {
  const ids = [...newIds(20_000), ...newIds(20_000)];
  expect(new Set(ids).size).toBe(40_000);
  const [first, second] = [ids.slice(0, 20_000), ids.slice(20_000)];
  expect(first).toEqual([...first].sort());
  expect(second).toEqual([...second].sort());
  expect(ids.every((id) => isId(id) && id[14] === '7')).toBe(true);
});

test('they tell of the instant at which they were made, as a single one does', () => {
  const instant = (id = '') => Number.parseInt(id.replace('-', '').slice(0, 12), 16);
  const before = Date.now();
  const [id] = newIds(1);
  expect(instant(id)).toBeGreaterThanOrEqual(before);
  expect(instant(id)).toBeLessThanOrEqual(instant(newId()));
});

test('neighbours differ in more than their counter: who has one cannot count on to the next', () => {
  const tails = new Set(newIds(1000).map((id) => id.slice(-10)));
  expect(tails.size).toBe(1000);
});
