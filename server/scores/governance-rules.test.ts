import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { policyPreset } from '#server/projects/presets.ts';
import { THRESHOLD_ACTIONS } from '#server/projects/schemas.ts';
import { proportion } from '#server/quality/proportion.ts';
import {
  askedOnGold,
  type Bound,
  boundsOf,
  decisionDue,
  decisionsFor,
  driftOf,
  driftPlan,
  effectVerdict,
  isCrossed,
  isNewEvidence,
  nextRootCauseStatus,
  responseTo,
  strongerFirst,
  suggestDiagnosis,
} from './governance-rules.ts';
import { DISAGREEMENTS, ERROR_KINDS, type ErrorKind } from './governance-schemas.ts';
import { routeOf } from './route-of.ts';

const bound: Bound = {
  field: 'grade',
  className: '',
  metric: 'accuracy',
  threshold: 0.9,
  action: 'calibration_only',
  fewest: 10,
};

describe('when a bound is crossed', () => {
  test('only when enough was counted and even the far end of the interval misses it (R10)', () => {
    expect(isCrossed(bound, proportion(12, 20))).toBe(true);
    expect(isCrossed(bound, proportion(17, 20))).toBe(false);
    expect(isCrossed(bound, proportion(2, 9))).toBe(false);
    expect(isCrossed(bound, proportion(0, 0))).toBe(false);
  });

  test('is raised again after a decision only on new evidence', () => {
    const decided = (n: number) => ({ n, threshold: bound.threshold, action: bound.action });
    expect(isNewEvidence(20, null, bound)).toBe(true);
    expect(isNewEvidence(29, decided(20), bound)).toBe(false);
    expect(isNewEvidence(30, decided(20), bound)).toBe(true);
    expect(isNewEvidence(110, decided(100), bound)).toBe(false);
    // What the policy asks for since, nobody has decided on.
    expect(isNewEvidence(20, { ...decided(20), threshold: 0.5 }, bound)).toBe(true);
    expect(isNewEvidence(20, { ...decided(20), action: 'checkpoint' }, bound)).toBe(true);
  });

  test('takes its bounds from the policy: reliability of the batch, accuracy of everybody', () => {
    const policy = {
      ...policyPreset('training'),
      reliability: [{ field: 'grade', metric: 'krippendorff_alpha', threshold: 0.8, action: 'notify' }],
      accuracy: [{ field: 'grade', measure: 'within_one_level', threshold: 0.95, action: 'notify' }],
    } as const;
    const names = (kind: 'batch' | 'reader') =>
      boundsOf(policy as unknown as Parameters<typeof boundsOf>[0], kind).map((one) => one.metric);
    expect(names('batch')).toEqual(['krippendorff_alpha', 'within_one']);
    expect(names('reader')).toEqual(['within_one']);
    expect(askedOnGold(policyPreset('training'), 'nothing')).toBe(0.9);
  });
});

describe('what is done (R26)', () => {
  test('no action of any policy pauses a person; at most they read paid calibration', () => {
    for (const action of THRESHOLD_ACTIONS)
      expect(['told', 'calibration_only']).toContain(responseTo(action, 'reader'));
    expect(responseTo('stop_claims', 'batch')).toBe('batch_paused');
    expect(responseTo('checkpoint', 'batch')).toBe('batch_paused');
    expect(responseTo('notify', 'batch')).toBe('told');
  });

  test('every proposal leaves a person something to decide', () => {
    for (const subjectKind of ['batch', 'reader'] as const)
      for (const action of THRESHOLD_ACTIONS)
        for (const status of ['open', 'paused', 'closing', 'settled'])
          expect(
            decisionsFor({ subjectKind, action, done: responseTo(action, subjectKind) }, { status }),
          ).not.toEqual([]);
  });

  test('a decision is due on a business day, within one', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2026-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
        (at) => {
          const due = decisionDue(at);
          const days = (due.getTime() - at.getTime()) / 86_400_000;
          expect([1, 2, 3, 4, 5]).toContain(due.getUTCDay());
          expect([1, 2, 3]).toContain(days);
          if (days > 1) expect([5, 6]).toContain(at.getUTCDay());
        },
      ),
      { seed: 26 },
    );
  });
});

describe('drift', () => {
  test('a reader as good as asked is left alone, one who halves their accuracy is found within some forty answers', () => {
    const plan = driftPlan(0.9);
    expect(plan).toMatchObject({ good: 0.9, bad: 0.75 });
    const steady = Array.from({ length: 200 }, (_, at) => at % 10 !== 9);
    expect(driftOf(steady, plan).isDrifting).toBe(false);
    const dropped = [...steady, ...Array.from({ length: 40 }, (_, at) => at % 2 === 0)];
    expect(driftOf(dropped, plan).isDrifting).toBe(true);
    expect(driftOf([], plan)).toEqual({ scores: [], isDrifting: false });
  });

  test('has a plan for whatever is normal', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (normal) => {
        const plan = driftPlan(Math.round(normal * 20) / 20);
        expect(plan.bad).toBeGreaterThan(0);
        expect(plan.bad).toBeLessThan(plan.good);
        expect(plan.limit).toBeGreaterThan(0);
      }),
      { numRuns: 20, seed: 3 },
    );
  });
});

describe('root causes', () => {
  test('go from evidence over a cause to an action to its effect, and nowhere else', () => {
    const table = (['open', 'diagnosed', 'acting', 'closed'] as const).map((status) =>
      (['diagnosed', 'planned', 'closed'] as const).map((event) => nextRootCauseStatus(status, event)),
    );
    expect(table).toEqual([
      ['diagnosed', null, null],
      ['diagnosed', 'acting', null],
      [null, 'acting', 'closed'],
      [null, null, null],
    ]);
  });

  test('the kind of disagreement and the kind of error together say where it is put right', () => {
    const protocol = 'protocol_change';
    // Rows: guideline_gap, perceptual_miss, boundary, image_quality, slip. Columns: mislabel, omission, extra, boundary, inconsistency.
    expect(DISAGREEMENTS.map((why) => ERROR_KINDS.map((what) => routeOf(why, what)))).toEqual([
      [protocol, protocol, protocol, protocol, protocol],
      ['training', 'training', 'training', 'adjudication', protocol],
      [protocol, protocol, protocol, protocol, protocol],
      ['adjudication', 'adjudication', 'adjudication', 'adjudication', protocol],
      ['training', protocol, 'training', 'training', protocol],
    ]);
  });

  test('the most frequent findings suggest the cause and its route', () => {
    expect(suggestDiagnosis([])).toBeNull();
    expect(
      suggestDiagnosis([
        { disagreement: 'slip', errorKind: 'mislabel' },
        { disagreement: 'guideline_gap', errorKind: 'omission' },
        { disagreement: 'guideline_gap', errorKind: 'mislabel' },
      ]),
    ).toEqual({
      disagreement: 'guideline_gap',
      errorKind: 'mislabel',
      route: 'protocol_change',
      share: 2 / 3,
    });
    // The same slip of the hand: a wrong answer is trained, one left out is asked for by the protocol.
    const slip = (errorKind: ErrorKind) => suggestDiagnosis([{ disagreement: 'slip', errorKind }])?.route;
    expect([slip('mislabel'), slip('omission')]).toEqual(['training', 'protocol_change']);
  });

  test('an action worked only when the whole interval of the difference is above nothing', () => {
    expect(effectVerdict({ value: 0.1, ci: [0.02, 0.2] })).toBe('effective');
    expect(effectVerdict({ value: 0.1, ci: [-0.02, 0.2] })).toBe('inconclusive');
    expect(effectVerdict({ value: -0.1, ci: [-0.2, -0.01] })).toBe('not_effective');
    expect(effectVerdict({ value: null, ci: null })).toBe('inconclusive');
  });
});

describe('which alarm is raised', () => {
  const alarm = (action: 'notify' | 'calibration_only' | 'checkpoint' | 'stop_claims') => ({
    bound: { action },
  });
  const order = (alarms: ReturnType<typeof alarm>[], asked: Parameters<typeof strongerFirst>[1] = []) =>
    strongerFirst(alarms, asked).map((one) => one.bound.action);

  test('is the one that asks for most, whatever the order of the policy', () => {
    expect(order([alarm('notify'), alarm('calibration_only')])).toEqual(['calibration_only', 'notify']);
    expect(order([alarm('calibration_only'), alarm('stop_claims'), alarm('checkpoint')])[0]).toBe(
      'stop_claims',
    );
  });

  test('what is asked already hides nothing stronger, and nothing that is as strong is asked twice', () => {
    const open = [{ action: 'notify' as const }];
    expect(order([alarm('notify'), alarm('calibration_only')], open)).toEqual(['calibration_only']);
    expect(order([alarm('calibration_only')], [{ action: 'calibration_only' }])).toEqual([]);
  });
});
