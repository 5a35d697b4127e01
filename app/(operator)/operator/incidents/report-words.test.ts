import { describe, expect, test } from 'vitest';
import { badgeOf, closedWords, ifFalseAlarm, othersOf } from './report-words.ts';

const waiting = { outcome: null, isOverdue: false, shutBy: 'reported', openReports: 1 } as const;
const falseAlarm = { ...waiting, outcome: 'false_alarm', openReports: 0 } as const;

describe('words of the incident desk say what holds for the case, not for the report alone (R24)', () => {
  test('a false alarm says that the case is open again only where it is', () => {
    expect(badgeOf({ ...falseAlarm, shutBy: null }).says).toBe('False alarm, open again');
    expect(badgeOf({ ...falseAlarm, shutBy: 'confirmed' }).says).toMatch(/shut by another report/);
    expect(badgeOf({ ...falseAlarm, shutBy: 'reported' }).says).toMatch(/another report waits/);
  });

  test('before it is closed the desk reads what a false alarm would come to', () => {
    expect([ifFalseAlarm(waiting), othersOf(waiting)]).toEqual([
      'The case is open again, and is read on.',
      null,
    ]);
    const two = { ...waiting, openReports: 2 };
    expect(ifFalseAlarm(two)).toMatch(/stays shut until every other report/);
    expect(othersOf(two)).toBe('Another report of this case waits as well.');
    expect(othersOf({ ...waiting, openReports: 3 })).toBe('2 other reports of this case wait as well.');
    const confirmed = { ...waiting, shutBy: 'confirmed' } as const;
    expect(ifFalseAlarm(confirmed)).toMatch(/stays shut/);
    expect(othersOf(confirmed)).toMatch(/whatever this one comes to/);
  });

  test('closing says why the case stays shut', () => {
    expect(closedWords({ outcome: 'false_alarm', shutBy: null })).toMatch(/open again/);
    expect(closedWords({ outcome: 'confirmed', shutBy: 'confirmed' })).toMatch(/for good/);
    expect(closedWords({ outcome: 'false_alarm', shutBy: 'confirmed' })).toMatch(/was confirmed/);
    expect(closedWords({ outcome: 'false_alarm', shutBy: 'reported' })).toMatch(/another report of it waits/);
  });
});
