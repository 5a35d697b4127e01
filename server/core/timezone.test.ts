import { describe, expect, test } from 'vitest';
import { isTimezone, zoneOffsetMinutes } from './timezone.ts';

describe('time zones', () => {
  test('minutes ahead of UTC, by the season', () => {
    expect(zoneOffsetMinutes('America/New_York', new Date('2026-12-07T12:00:00Z'))).toBe(-300);
    expect(zoneOffsetMinutes('America/New_York', new Date('2026-07-06T12:00:00Z'))).toBe(-240);
    expect(zoneOffsetMinutes('Asia/Kolkata', new Date('2026-12-07T12:00:00Z'))).toBe(330);
    expect(zoneOffsetMinutes('UTC', new Date('2026-12-07T12:00:00Z'))).toBe(0);
  });

  test('a zone that nobody knows is none, and counts as UTC', () => {
    expect(isTimezone('Europe/Zurich')).toBe(true);
    expect(isTimezone('Mars/Olympus')).toBe(false);
    expect(zoneOffsetMinutes('Mars/Olympus', new Date())).toBe(0);
  });
});
