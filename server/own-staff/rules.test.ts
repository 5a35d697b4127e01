import { describe, expect, test } from 'vitest';
import { nextOrderStatus, ownStaffBars, type SeatFacts, seatProblems } from './rules.ts';
import { ORDER_STATUSES } from './schemas.ts';

const facts = (over: Partial<SeatFacts> = {}): SeatFacts => ({
  role: 'annotator',
  hasReadingRole: true,
  elsewhere: [],
  credentialGap: null,
  ...over,
});
const codes = (of: SeatFacts) => seatProblems(of).map((one) => one.code);

describe('a sponsor’s own staff', () => {
  test('an order is answered once, and only an agreed one is replaced or ended', () => {
    const moves = (['accept', 'decline', 'withdraw', 'replace', 'end'] as const).map((event) => [
      event,
      ORDER_STATUSES.filter((from) => nextOrderStatus(from, event) !== null),
    ]);
    expect(moves).toEqual([
      ['accept', ['proposed']],
      ['decline', ['proposed']],
      ['withdraw', ['proposed']],
      ['replace', ['agreed']],
      ['end', ['agreed']],
    ]);
  });

  test('reads everything but a test reference (R7, R25)', () => {
    const barred = (['research', 'training', 'tuning', 'test_reference', 'post_market'] as const).filter(
      (use) => ownStaffBars(use).length > 0,
    );
    expect(barred).toEqual(['test_reference']);
  });

  test('who makes the gold, adjudicates, audits or reads through another organisation has no seat', () => {
    const through = (role: string, isThroughUnit = false) =>
      codes(facts({ elsewhere: [{ role, isThroughUnit }] }));
    expect(through('panel')).toEqual(['own_staff.on_panel']);
    expect(through('adjudicator')).toEqual(['own_staff.on_panel']);
    expect(through('auditor')).toEqual(['own_staff.audits']);
    expect(through('annotator')).toEqual(['own_staff.through_other']);
    expect(through('annotator', true)).toEqual([]);
  });

  test('everything that is wrong is said at once', () => {
    const gap = { code: 'credential.missing', message: 'No licence.' };
    expect(
      codes(
        facts({
          hasReadingRole: false,
          credentialGap: gap,
          elsewhere: [{ role: 'panel', isThroughUnit: false }],
        }),
      ),
    ).toEqual(['own_staff.no_reading_role', 'own_staff.on_panel', 'credential.missing']);
  });
});
