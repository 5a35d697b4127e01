import { expect, test } from 'vitest';
import { holidaysByDay } from './holidays-by-day.ts';

const day = (on: string, name: string) => ({ on, name });

test('each day once in order, with how many keep it; what two countries call otherwise has both names', () => {
  const us = [day('2026-11-26', 'Thanksgiving Day'), day('2026-12-25', 'Christmas Day')];
  const pl = [day('2026-11-11', 'Independence Day'), day('2026-12-25', 'First Day of Christmas')];
  expect(holidaysByDay([us, us, pl, []])).toEqual([
    { on: '2026-11-11', name: 'Independence Day', people: 1 },
    { on: '2026-11-26', name: 'Thanksgiving Day', people: 2 },
    { on: '2026-12-25', name: 'Christmas Day · First Day of Christmas', people: 3 },
  ]);
});
