import fc from 'fast-check';

/*
 * What people do with the slots of a batch, in what order or at once: the histories that the slot machine is held against the model by.
 */

/** People of the batch, its cases at first, and those that can be added to it. */
export const READERS = 3;
export const CASES = 5;
export const MORE_CASES = 2;
const who = fc.nat({ max: READERS - 1 });
const pick = fc.nat({ max: 50 });

/** What one person does with one lease, or with none. */
const ACTS = ['claim', 'claim', 'submit', 'submit', 'skip', 'release', 'extend', 'save'] as const;
const act = fc.record({ who, pick, what: fc.constantFrom(...ACTS) });
/**
 * The same of few leases, so that several often go for one; and protected information that is reported in a case (R24), or the gate that
 * takes what somebody holds (R27), at that very moment.
 */
const rival = fc.record({
  ...{ who, pick: fc.nat({ max: 3 }) },
  what: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...ACTS.slice(0, -1)) },
    { weight: 1, arbitrary: fc.constantFrom('report', 'take') },
  ),
});
export type Act = typeof rival extends fc.Arbitrary<infer T> ? T : never;

/** Takes one’s leases; one’s credential is revoked, or there again; one’s engagement ends, or begins anew; an agreement of all ends. */
const GATES = ['take', 'credential', 'credential', 'engagement', 'engagement', 'agreement'] as const;

export const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('act' as const), act }) },
  {
    weight: 8,
    arbitrary: fc.record({
      ...{ kind: fc.constant('other' as const), who, pick },
      what: fc.constantFrom('late', 'sleep', 'sleep', 'reclaim', 'prioritise', 'stand', 'grow'),
    }),
  },
  // The gate shuts: to a case, until the desk has looked into it, or to somebody, of whom something is missing until it is there again.
  {
    weight: 5,
    arbitrary: fc.record({
      ...{ kind: fc.constant('gate' as const), who, pick },
      what: fc.constantFrom('report', 'report', 'report late', 'desk', 'desk', 'desk', ...GATES),
    }),
  },
  // All at once; whoever is in it twice has two tabs.
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('race' as const),
      acts: fc.array(rival, { minLength: 4, maxLength: 8 }),
      isReclaimed: fc.boolean(),
    }),
  },
);
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** How the work is given out: whose reads they are, and how much one person may take. */
export const rules = fc.record({
  isShared: fc.boolean(),
  cap: fc.option(fc.integer({ min: 1, max: 4 }), { nil: null }),
});

/** How somebody can stand in the batch (R26). */
export const STANDINGS = ['paused', 'calibration_only', 'active'] as const;

const one = (who: number, what: (typeof ACTS)[number], pick = 0): Step => ({
  ...{ kind: 'act', act: { who, what, pick } },
});
const other = (what: 'sleep' | 'stand' | 'grow' | 'late', who = 0, pick = 0): Step => ({
  ...{ kind: 'other', who, pick, what },
});
const SLEEP = other('sleep');
const gate = (what: (typeof GATES)[number] | 'report' | 'report late' | 'desk', who = 0, pick = 0): Step => ({
  ...{ kind: 'gate', who, pick, what },
});
/**
 * Tried first, whatever the seed: everything is read that one may, then a cap is reached, then somebody is stopped, then the gate shuts to
 * people and to cases, at last while they go through it.
 */
export const EXAMPLES: [{ isShared: boolean; cap: number | null }, Step[]][] = [
  [
    { isShared: false, cap: null },
    [
      ...[one(0, 'claim', 2), one(0, 'claim', 2), one(0, 'claim', 2)],
      ...Array.from({ length: 5 }, () => one(0, 'submit')),
      ...[one(0, 'claim'), one(1, 'claim', 2), SLEEP, SLEEP, SLEEP],
      other('late', 1),
      { kind: 'race', acts: [one(1, 'skip'), one(2, 'claim', 2)].flatMap(actOf), isReclaimed: true },
      one(2, 'claim', 2),
      {
        kind: 'race',
        acts: [
          one(2, 'submit'),
          one(2, 'release'),
          one(2, 'skip'),
          one(2, 'extend'),
          one(1, 'claim'),
        ].flatMap(actOf),
        isReclaimed: true,
      },
    ],
  ],
  [{ isShared: false, cap: 1 }, [one(0, 'claim', 2), one(0, 'submit'), one(0, 'claim')]],
  [
    { isShared: false, cap: null },
    [
      ...[
        one(0, 'claim'),
        other('stand'),
        one(0, 'claim'),
        other('stand', 0, 1),
        one(0, 'claim'),
        one(0, 'submit'),
      ],
      ...[other('grow'), other('stand', 0, 2), one(0, 'claim', 2), one(0, 'claim', 2)],
      { kind: 'race', acts: [one(0, 'skip'), one(0, 'skip')].flatMap(actOf), isReclaimed: false },
    ],
  ],
  [
    { isShared: false, cap: null },
    [
      ...[one(0, 'claim', 2), one(1, 'claim', 2), one(1, 'save', 4), other('sleep'), one(0, 'save', 9)],
      ...[
        gate('report'),
        other('late', 1, 4),
        one(2, 'claim', 2),
        gate('report late', 1),
        gate('desk', 0, 1),
      ],
      ...[
        gate('desk', 0, 1),
        gate('credential', 1),
        one(1, 'claim'),
        other('late', 1),
        gate('credential', 1),
      ],
      ...[
        one(1, 'claim', 1),
        gate('engagement', 1),
        one(1, 'submit'),
        one(1, 'claim'),
        gate('engagement', 1),
      ],
      ...[gate('take', 2), one(2, 'claim', 2), gate('agreement'), one(0, 'claim', 1), one(1, 'claim', 1)],
      {
        kind: 'race',
        acts: [
          ...[one(0, 'submit'), one(1, 'submit'), one(2, 'claim', 2)].flatMap(actOf),
          ...[
            { who: 0, pick: 0, what: 'report' as const },
            { who: 1, pick: 1, what: 'take' as const },
          ],
        ],
        isReclaimed: false,
      },
    ],
  ],
];
function actOf(step: Step): Act[] {
  return step.kind === 'act' ? [step.act] : [];
}
