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
const ACTS = ['claim', 'claim', 'submit', 'submit', 'skip', 'release', 'extend'] as const;
const act = fc.record({ who, pick, what: fc.constantFrom(...ACTS) });
/** The same of few leases, so that several often go for one. */
const rival = fc.record({ who, pick: fc.nat({ max: 3 }), what: fc.constantFrom(...ACTS) });
export type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

export const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('act' as const), act }) },
  {
    weight: 8,
    arbitrary: fc.record({
      ...{ kind: fc.constant('other' as const), who, pick },
      what: fc.constantFrom('late', 'sleep', 'sleep', 'reclaim', 'prioritise', 'stand', 'grow'),
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

const one = (who: number, what: Act['what'], pick = 0): Step => ({ kind: 'act', act: { who, what, pick } });
const other = (what: 'sleep' | 'stand' | 'grow' | 'late', who = 0, pick = 0): Step => ({
  ...{ kind: 'other', who, pick, what },
});
const SLEEP = other('sleep');
/** Tried first, whatever the seed: everything is read that one may, then a cap is reached, then somebody is stopped. */
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
];
function actOf(step: Step): Act[] {
  return step.kind === 'act' ? [step.act] : [];
}
