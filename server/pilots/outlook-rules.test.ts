import { describe, expect, test } from 'vitest';
import { pilotTermsOf } from '#db/seed/factories/bids.ts';
import type { PilotTermsInput } from '#server/bids/schemas.ts';
import { type OutlookFacts, pilotOutlook } from './outlook-rules.ts';

const none = { reliability: null, accuracy: null, perClass: [], throughput: null };
const facts = (gold: OutlookFacts['gold'], cases = 250): OutlookFacts => ({
  cases,
  gold,
  classesOf: () => ['0', '1'],
  labelOf: (field) => field,
  classLabelOf: (_, className) => className,
});
const outlook = (criteria: Partial<PilotTermsInput['criteria']>, at: OutlookFacts, overlap = 3) =>
  pilotOutlook(pilotTermsOf({ overlap, cases: at.cases, criteria: { ...none, ...criteria } }), at, 0.05);

describe('how likely a pilot is to decide, said before it (R10)', () => {
  test('to show 95 % against 90 % with 80 % power takes about 250 gold cases', () => {
    const accuracy = { field: 'grade', threshold: 0.9 };
    const [line] = outlook({ accuracy }, facts({ grade: { 0: 200, 1: 60 } }));
    expect(line).toMatchObject({ n: 260, of: 'gold cases', better: 0.95000000000000007, needed: null });
    expect(line?.passIfBetter).toBeGreaterThan(0.8);
    const [small] = outlook({ accuracy }, facts({ grade: { 0: 90, 1: 10 } }));
    expect(small?.passIfBetter).toBeLessThan(0.5);
    expect(small?.needed).toBeGreaterThan(220);
    expect(small?.needed).toBeLessThan(280);
  });

  test('a class rests on its own gold cases alone, and specificity on the others', () => {
    const perClass = [{ field: 'grade', className: '1', sensitivity: 0.85, specificity: 0.85 }];
    const [sensitivity, specificity] = outlook({ perClass }, facts({ grade: { 0: 190, 1: 12 } }));
    expect([sensitivity?.n, specificity?.n]).toEqual([12, 190]);
    expect(sensitivity?.passIfBetter).toBeLessThan(specificity?.passIfBetter ?? 0);
    expect(sensitivity?.needed).not.toBeNull();
  });

  test('without a known answer, or with a class that has none, it says that nothing will be decided', () => {
    const accuracy = { field: 'grade', threshold: 0.9 };
    expect(outlook({ accuracy }, facts({}))[0]).toMatchObject({
      passIfBetter: null,
      note: expect.stringMatching(/stays inconclusive/),
    });
    const balancedAccuracy = { field: 'grade', threshold: 0.8 };
    expect(outlook({ balancedAccuracy }, facts({ grade: { 0: 200 } }))[0]).toMatchObject({
      passIfBetter: null,
      note: 'No gold case of “1”: this stays inconclusive.',
    });
    // Ten and a thousand are worth about forty together: the mean is as weak as its weakest class.
    expect(outlook({ balancedAccuracy }, facts({ grade: { 0: 1000, 1: 10 } }))[0]?.n).toBe(39);
  });

  test('reliability: more cases decide more often; one read a case never', () => {
    const reliability = { field: 'grade', scale: 'nominal' as const, threshold: 0.8 };
    const [few] = outlook({ reliability }, facts({}, 40));
    const [many] = outlook({ reliability }, facts({}, 600));
    expect(many?.passIfBetter).toBeGreaterThan(0.8);
    expect(few?.passIfBetter).toBeLessThan(many?.passIfBetter ?? 0);
    expect(outlook({ reliability }, facts({}, 40), 1)[0]).toMatchObject({
      passIfBetter: null,
      note: expect.stringMatching(/nobody can agree/),
    });
    expect(outlook({ reliability }, facts({}, 40))[0]).toEqual(few);
  });

  test('a bound at the top can be missed but not passed', () => {
    const [line] = outlook({ accuracy: { field: 'grade', threshold: 1 } }, facts({ grade: { 0: 500 } }));
    expect(line).toMatchObject({ passIfBetter: 0, needed: null, note: expect.stringMatching(/lower it/) });
  });
});
