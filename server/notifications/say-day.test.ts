import { expect, test } from 'vitest';
import { sayDay, sayMinute } from './say-day.ts';

test('a day is said in words, of an instant the day in UTC', () => {
  expect(sayDay('2026-11-21')).toBe('21 Nov 2026');
  expect(sayDay(new Date('2026-11-21T23:59:59Z'))).toBe('21 Nov 2026');
});

test('a minute names its zone and has 24 hours, midnight being 00', () => {
  expect(sayMinute(new Date('2026-11-21T14:05:59Z'))).toBe('21 Nov 2026, 14:05 UTC');
  expect(sayMinute(new Date('2026-11-22T00:00:00Z'))).toBe('22 Nov 2026, 00:00 UTC');
});
