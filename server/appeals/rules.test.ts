import { describe, expect, test } from 'vitest';
import { DAY, plus } from '#server/core/clock.ts';
import { appealState, reminderStage } from './rules.ts';

const at = new Date('2026-11-02T09:00:00Z');
const never = { appealedAt: null, outcome: null };

describe('R31: how a rejection stands', () => {
  test.each([
    ['may be appealed to the last instant of the seventh day', never, 7 * DAY, 'open_to_appeal'],
    ['may not a millisecond later', never, 7 * DAY + 1, 'too_late'],
    ['waits however long the answer takes', { appealedAt: at, outcome: null }, 40 * DAY, 'appealed'],
    ['stands', { appealedAt: at, outcome: 'upheld' }, DAY, 'upheld'],
    ['is overturned', { appealedAt: at, outcome: 'overturned' }, DAY, 'overturned'],
  ] as const)('it %s', (_, one, after, state) => {
    expect(appealState({ rejectedAt: at, ...one }, plus(at, after))).toBe(state);
  });
});

test.each([
  [3 * DAY, null],
  [2 * DAY, 'due'],
  [1, 'due'],
  [0, 'overdue'],
  [-9 * DAY, 'overdue'],
])('%d ms before the answer is due: %s', (before, stage) => {
  expect(reminderStage(plus(at, before), at)).toBe(stage);
});
