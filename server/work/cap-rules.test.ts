import { expect, test } from 'vitest';
import { spentCap, spentWords } from './cap-rules.ts';

const batch = (cap: number | null, taken: number, mostMinutes: number | null = null) => ({
  cap,
  taken,
  mostMinutes,
});

test('used up only where every running batch is: room in one, or a batch without caps, keeps a person in', () => {
  expect(spentCap([], 600)).toBeNull();
  expect(spentCap([batch(10, 9)], 0)).toBeNull();
  expect(spentCap([batch(10, 10)], 0)).toEqual({ kind: 'reads', cap: 10 });
  expect(spentCap([batch(10, 10), batch(20, 19)], 0)).toBeNull();
  expect(spentCap([batch(10, 12), batch(20, 20)], 0)).toEqual({ kind: 'reads', cap: 20 });
  expect(spentCap([batch(10, 10), batch(null, 0)], 600)).toBeNull();
});

test('the minutes of the day count for whole; where the day alone stands against one, midnight is what opens it', () => {
  expect(spentCap([batch(null, 5, 60)], 59.9)).toBeNull();
  expect(spentCap([batch(null, 5, 60)], 60.2)).toEqual({ kind: 'minutes', minutes: 60, most: 60 });
  expect(spentCap([batch(10, 10), batch(50, 3, 90), batch(null, 0, 60)], 100)).toEqual({
    kind: 'minutes',
    minutes: 100,
    most: 60,
  });
  expect(spentWords({ kind: 'minutes', minutes: 61, most: 60 }, 'you')).toContain('opens at midnight UTC');
  expect(spentWords({ kind: 'reads', cap: 1 }, 'this person')).toBe(
    'This person has read as much of every running batch as one person may: 1 case. A further batch of the project opens it, or a higher cap.',
  );
});
