import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { makePlatform } from '#db/seed/factories/agreements.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { CASE_ACTS, type CaseAct, PEOPLE } from '#db/testing/case-desk.ts';
import { CaseWorld } from '#db/testing/case-world.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { modelRun } from '#db/testing/model-run.ts';
import type { OrgContext } from '#server/command/context.ts';
import { checkWorkInvariants } from '#server/work/check-invariants.ts';

/*
 * Cases through all tiers against a simple model: readers, reviewers, auditors and the panel, with the gate that shuts to cases and to
 * people at any moment. What becomes of returns, repeats, undo and gold is slot-life’s; what a claim gives whom is server/work/slot-machine’s.
 */
/** With the one that is told beforehand. */
const RUN = modelRun({ seed: 20261123, histories: 3, secondsEach: 40 });

let t: TestDatabase;
let scene: WorkScene;
let operator: OrgContext;
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'), { max: 12 });
  scene = await makeWorkScene(t.db, { cases: 1, fields: [gradeField()] });
  const platform = await makePlatform(t.db, scene.clock);
  operator = await makeMember(t.db, { org: platform, roles: ['operator'], clock: scene.clock });
});
afterAll(() => t.drop());

/** How often something happened, so that the histories are known to hold what they are meant to. */
const happened = new Map<string, number>();
const note = (what: string) => happened.set(what, (happened.get(what) ?? 0) + 1);

const act = fc.record({
  who: fc.nat({ max: PEOPLE.length - 1 }),
  what: fc.constantFrom(...CASE_ACTS),
  pick: fc.nat({ max: 50 }),
});
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('act' as const), act }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('act' as const),
      act: act.map((one) => ({ ...one, what: 'round' as const })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('race' as const),
      acts: fc.array(act, { minLength: 5, maxLength: 10 }),
    }),
  },
);
const steps = fc.array(step, { minLength: 15, maxLength: 30 });

const one = (what: CaseAct['what'], who = 0, pick = 1): CaseAct => ({ who, what, pick });
const alone = (what: CaseAct['what'], who = 0, pick = 1) => ({
  kind: 'act' as const,
  act: one(what, who, pick),
});
/** Tried first, whatever the seed: cases are shut and come back at each tier, and what people hold is taken, at last all at once. */
const EXAMPLE: [boolean, number, (typeof step extends fc.Arbitrary<infer T> ? T : never)[]] = [
  true,
  1,
  [
    ...[alone('report'), alone('round', 0, 2), alone('report', 4), alone('round', 0, 3), alone('desk')],
    ...[alone('desk'), alone('round', 0, 2), alone('report', 5), alone('desk'), alone('round', 0, 3)],
    ...[alone('claim', 7), alone('take', 7), alone('late', 7), alone('round'), alone('give back')],
    {
      kind: 'race',
      acts: [
        one('hand in', 0),
        one('report', 1),
        one('take', 2),
        one('settle'),
        one('claim', 8),
        one('desk'),
      ],
    },
  ],
];

test(
  'whatever happens to cases on their way through all tiers, they are where a simple model says, and come to their end',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.nat({ max: 3 }), steps, async (isReviewed, rounds, history) => {
        const world = await CaseWorld.make({ t, scene, operator, note }, isReviewed);
        for (let pick = 0; pick < rounds; pick += 1) await world.take({ who: 0, what: 'round', pick });
        for (const one of history) {
          if (await world.isOver()) break;
          if (one.kind === 'act') await world.take(one.act);
          else await world.race(one.acts);
        }
        expect(await checkWorkInvariants(t.db)).toEqual([]);
        await world.finish();
        expect(await checkWorkInvariants(t.db)).toEqual([]);
      }),
      { ...RUN.parameters, examples: [EXAMPLE] },
    );
    for (const what of [
      'claim review',
      'claim audit',
      'claim adjudicate',
      'report label',
      'desk',
      'take',
      'race',
    ])
      expect([what, (happened.get(what) ?? 0) > 0]).toEqual([what, true]);
  },
  RUN.timeoutMs,
);
