import { describe, expect, test } from 'vitest';
import {
  type Availability,
  availabilityProblems,
  blockHours,
  hoursInWeek,
  mondayOf,
  sharedOfficeHours,
} from './availability-rules.ts';

const weekdays = (over: Partial<Availability> = {}): Availability => ({
  timezone: 'UTC',
  hoursPerWeek: 20,
  windows: [1, 2, 3, 4, 5].map((day) => ({ day, fromMinute: 9 * 60, toMinute: 17 * 60 })),
  ...over,
});

describe('when somebody can work', () => {
  test('the week starts on Monday, UTC', () => {
    expect(mondayOf(new Date('2026-12-06T23:59:59Z'))).toBe('2026-11-30');
    expect(mondayOf(new Date('2026-12-07T00:00:00Z'))).toBe('2026-12-07');
  });

  test('hours are what is offered, or what the windows hold on the days somebody is there', () => {
    expect(hoursInWeek(weekdays(), [], '2026-12-07')).toBe(20);
    const away = [{ fromOn: '2026-12-08', toOn: '2026-12-10' }];
    expect(hoursInWeek(weekdays(), away, '2026-12-07')).toBe(16);
    expect(hoursInWeek(weekdays(), [{ fromOn: '2026-12-01', toOn: '2027-01-31' }], '2026-12-07')).toBe(0);
    expect(hoursInWeek(weekdays(), away, '2026-12-14')).toBe(20);
  });

  test('blocks are six hours of the week in UTC, and none is lost at its ends', () => {
    const night = weekdays({
      timezone: 'Asia/Kolkata',
      windows: [
        { day: 1, fromMinute: 0, toMinute: 360 },
        { day: 7, fromMinute: 1_200, toMinute: 1_440 },
      ],
    });
    const blocks = blockHours(night, [], '2026-12-07');
    expect(blocks).toHaveLength(28);
    expect(blocks.reduce((a, b) => a + b, 0)).toBeCloseTo(10);
    // Monday midnight in Kolkata is Sunday 18:30 UTC: the last block of the week, full with what Sunday evening adds.
    expect(blocks[26]).toBeCloseTo(3.5);
    expect(blocks[27]).toBeCloseTo(6);
    expect(blocks[0]).toBeCloseTo(0.5);
  });

  test('hours shared with the sponsor’s office', () => {
    expect(sharedOfficeHours(weekdays(), 'UTC', '2026-12-07')).toBe(40);
    expect(sharedOfficeHours(weekdays({ timezone: 'America/New_York' }), 'UTC', '2026-12-07')).toBe(15);
    expect(sharedOfficeHours(weekdays({ timezone: 'Asia/Manila' }), 'America/New_York', '2026-12-07')).toBe(
      0,
    );
  });

  test('what cannot be is told in words: overlapping windows, more hours than windows, a zone that is none', () => {
    expect(availabilityProblems(weekdays())).toEqual([]);
    const codes = availabilityProblems({
      timezone: 'Nowhere',
      hoursPerWeek: 60,
      windows: [
        { day: 1, fromMinute: 540, toMinute: 720 },
        { day: 1, fromMinute: 700, toMinute: 800 },
        { day: 2, fromMinute: 700, toMinute: 600 },
      ],
    }).map((one) => one.code);
    expect(codes.sort()).toEqual([
      'hours_beyond_windows',
      'timezone_unknown',
      'window_empty',
      'window_overlap',
    ]);
  });
});
