import { describe, expect, test } from 'vitest';
import { hoursInWeek } from './availability-rules.ts';
import { calendarOf, holidaysAway, shareAway } from './holiday-rules.ts';
import { calendarCountries, calendarRegions, isCalendar, publicHolidays } from './public-holidays.ts';

describe('whose public holidays count', () => {
  const own = { keeps: true, country: null, region: null };
  test('the person’s choice before the vendor’s, and nobody’s where nobody said anything', () => {
    expect(calendarOf(null, null, 'DE')).toBeNull();
    expect(calendarOf(null, { country: null, region: null }, 'DE')).toEqual({ country: 'DE', region: null });
    expect(calendarOf(null, { country: 'PH', region: null }, 'DE')).toEqual({ country: 'PH', region: null });
    expect(calendarOf(own, { country: 'PH', region: null }, 'DE')).toEqual({ country: 'DE', region: null });
    expect(calendarOf({ keeps: true, country: 'DE', region: 'BY' }, null, null)).toEqual({
      country: 'DE',
      region: 'BY',
    });
    expect(calendarOf({ ...own, keeps: false }, { country: 'PH', region: null }, 'DE')).toBeNull();
    expect(calendarOf(own, null, null)).toBeNull();
  });
});

describe('public holidays', () => {
  test('of a country, and those that a region alone keeps; substitutes and moving feasts on their own day', async () => {
    const days = async (region: string | null) =>
      (await publicHolidays({ country: 'DE', region }, '2026-01-01', '2026-12-31')).map((one) => one.on);
    const whole = await days(null);
    // Good Friday and Whit Monday move with Easter, 5 April in 2026.
    expect(whole).toEqual(
      expect.arrayContaining(['2026-01-01', '2026-04-03', '2026-05-25', '2026-10-03', '2026-12-26']),
    );
    expect(whole).not.toContain('2026-06-04');
    expect(await days('BY')).toEqual(
      expect.arrayContaining([...whole, '2026-01-06', '2026-06-04', '2026-11-01']),
    );
    // 26 December 2026 is a Saturday: Britain takes the Monday after.
    const british = await publicHolidays({ country: 'GB', region: 'ENG' }, '2026-12-20', '2026-12-31');
    expect(british.map((one) => one.on)).toContain('2026-12-28');
  });

  test('of several days count each, across the year’s end too; a country without a calendar has none', async () => {
    const eid = await publicHolidays({ country: 'EG', region: null }, '2026-03-19', '2026-03-23');
    expect(eid.map((one) => one.on)).toEqual(['2026-03-20', '2026-03-21', '2026-03-22']);
    const turn = await publicHolidays({ country: 'US', region: null }, '2026-12-24', '2027-01-02');
    expect(turn.map((one) => one.on)).toEqual(expect.arrayContaining(['2026-12-25', '2027-01-01']));
    expect(await publicHolidays({ country: 'XX', region: null }, '2026-01-01', '2026-12-31')).toEqual([]);
    expect((await calendarCountries()).length).toBeGreaterThan(150);
    expect((await calendarRegions('DE')).find((one) => one.code === 'BY')?.name).toBe('Bayern');
    expect(await isCalendar({ country: 'DE', region: 'XX' })).toBe(false);
    expect(await isCalendar({ country: 'DE', region: 'BY' })).toBe(true);
    expect(await isCalendar({ country: 'XX', region: null })).toBe(false);
  });

  test('a day on which somebody works is no day away; hours of a week go down by the windows of the others', () => {
    const windows = [1, 2, 3, 4, 5].map((day) => ({ day, fromMinute: 480, toMinute: 960 }));
    const week = { timezone: 'UTC', hoursPerWeek: 40, windows };
    const kept = [{ on: '2026-12-25' }, { on: '2026-12-24' }];
    expect(hoursInWeek(week, holidaysAway(kept, new Set()), '2026-12-21')).toBe(24);
    expect(hoursInWeek(week, holidaysAway(kept, new Set(['2026-12-24'])), '2026-12-21')).toBe(32);
    // A holiday on a day that is away already is taken off once.
    const away = [...holidaysAway(kept, new Set()), { fromOn: '2026-12-25', toOn: '2026-12-26' }];
    expect(hoursInWeek(week, away, '2026-12-21')).toBe(24);
  });

  test('the share of working days that is away leaves out weekends', () => {
    const days = holidaysAway([{ on: '2026-12-25' }, { on: '2026-12-26' }], new Set());
    expect(shareAway(days, '2026-12-21', '2026-12-27')).toBe(1 / 5);
    expect(shareAway(days, '2026-12-26', '2026-12-27')).toBe(0);
    expect(shareAway([], '2026-12-21', '2026-12-25')).toBe(0);
  });
});
