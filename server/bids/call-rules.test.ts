import { describe, expect, test } from 'vitest';
import { DAY, plus } from '#server/core/clock.ts';
import {
  callStatusAt,
  endingProblem,
  extensionProblems,
  isSealedAt,
  mayBid,
  openingProblems,
  questionProblem,
  questionsEnd,
} from './call-rules.ts';

const now = new Date('2026-11-02T12:00:00Z');
const call = {
  status: 'open' as const,
  closesAt: plus(now, 7 * DAY),
  isSealed: true,
  questionsUntil: plus(now, 5 * DAY),
};
const codes = (problems: { code: string }[]) => problems.map((one) => one.code);

describe('calls', () => {
  test('an open call is closed, and its bids no longer sealed, from its end on, that instant included', () => {
    const before = plus(call.closesAt, -1);
    expect([callStatusAt(call, before), callStatusAt(call, call.closesAt)]).toEqual(['open', 'closed']);
    expect([isSealedAt(call, before), isSealedAt(call, call.closesAt)]).toEqual([true, false]);
    expect(isSealedAt({ ...call, status: 'closed' }, before)).toBe(false);
    expect(isSealedAt({ ...call, isSealed: false }, before)).toBe(false);
  });

  test.each([
    ['public', null, true],
    ['invited', null, false],
    ['invited', 'asked', false],
    ['invited', 'invited', true],
    ['invited', 'withdrawn', false],
    ['private', 'invited', true],
    ['private', 'declined', false],
  ] as const)('a %s call with invitation %s: may bid is %s', (visibility, invitation, expected) => {
    expect(mayBid(visibility, invitation)).toBe(expected);
  });

  test('the end of a call moves to later only, not past the deadline, and not once it has passed', () => {
    const to = (at: Date, over: object = {}) =>
      codes(extensionProblems({ call: { ...call, ...over }, to: at, deadline: '2026-12-31', now }));
    expect(to(plus(call.closesAt, 1))).toEqual([]);
    expect(to(call.closesAt)).toEqual(['extension_earlier']);
    expect(to(new Date('2027-01-01T00:00:00Z'))).toEqual(['closes_after_deadline']);
    expect(to(plus(call.closesAt, 1), { closesAt: now })).toEqual(['call_not_open']);
    expect(to(plus(call.closesAt, 1), { status: 'decided' })).toEqual(['call_not_open']);
  });

  test('questions end when the sponsor said, and with the call at the latest', () => {
    const until = plus(now, 5 * DAY);
    expect(questionsEnd(call)).toEqual(until);
    expect(questionsEnd({ ...call, questionsUntil: null })).toEqual(call.closesAt);
    expect(questionsEnd({ ...call, questionsUntil: plus(call.closesAt, 1) })).toEqual(call.closesAt);
    const ask = (at: Date, openOfAsker = 0) => questionProblem({ call, openOfAsker, now: at })?.code ?? null;
    expect([ask(plus(until, -1)), ask(until), ask(now, 19), ask(now, 20)]).toEqual([
      null,
      'questions_ended',
      null,
      'questions_many',
    ]);
  });

  test('what is wrong with a call’s times and guests is said at once', () => {
    const wrong = openingProblems({
      closesAt: now,
      questionsUntil: plus(now, DAY),
      deadline: '2026-11-01',
      visibility: 'private',
      invited: 0,
      now,
    });
    expect(codes(wrong)).toEqual([
      'closes_past',
      'closes_after_deadline',
      'questions_until',
      'nobody_invited',
    ]);
  });

  test('a sealed call that somebody has bid on ends by its time only', () => {
    expect(endingProblem(call, 0, now)).toBeNull();
    expect(endingProblem(call, 1, now)?.code).toBe('call_sealed');
    expect(endingProblem({ ...call, isSealed: false }, 1, now)).toBeNull();
  });
});
