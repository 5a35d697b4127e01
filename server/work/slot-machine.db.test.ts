import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { makePlatform } from '#db/seed/factories/agreements.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import { makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { modelRun } from '#db/testing/model-run.ts';
import { CREDENTIAL_RULE } from '#db/testing/slot-gates.ts';
import { EXAMPLES, rules, step } from '#db/testing/slot-histories.ts';
import { SlotWorld } from '#db/testing/slot-world.ts';
import type { OrgContext } from '#server/command/context.ts';

let t: TestDatabase;
/** One scene whose reads are anybody's, one of which half is kept for onshore readers. */
let scenes: { plain: WorkScene; shared: WorkScene };
let operator: OrgContext;
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  const plain = await makeWorkScene(t.db, { cases: 1, project: { credentialRule: CREDENTIAL_RULE } });
  const { clock, sponsorOrg, vendorOrg, sponsor } = plain;
  const shared = await makeWorkScene(t.db, {
    cases: 1,
    clock,
    parties: { sponsorOrg, vendorOrg, sponsor },
    project: {
      credentialRule: CREDENTIAL_RULE,
      locationPolicy: { allowedCountries: [], onshoreShareBasisPoints: 5000, onshoreCountry: 'US' },
    },
  });
  scenes = { plain, shared };
  const platform = await makePlatform(t.db, clock);
  operator = await makeMember(t.db, { org: platform, roles: ['operator'], clock });
});
afterAll(() => t.drop());

/** With the four that are told beforehand; all of them run. */
const RUN = modelRun({ seed: 20261121, histories: 16 });

/** How often something happened, so that the histories are known to hold what they are meant to. */
const happened = new Map<string, number>();
const note = (what: string) => happened.set(what, (happened.get(what) ?? 0) + 1);

test(
  'whatever readers do in whatever order, or at once, the slots do what a simple model of them says',
  async () => {
    let histories = 0;
    await fc.assert(
      fc.asyncProperty(rules, fc.array(step, { minLength: 10, maxLength: 40 }), async (rule, steps) => {
        const scene = rule.isShared ? scenes.shared : scenes.plain;
        const world = await SlotWorld.make({ t, scene, operator, note }, rule.cap);
        for (const one of steps) await world.take(one);
        await world.expectAsModelled();
        await world.readOut();
        histories += 1;
      }),
      { ...RUN.parameters, examples: EXAMPLES },
    );
    expect(histories).toBe(RUN.parameters.numRuns);
    const said = ['cap.reads', 'work.held', 'work.all_seen', 'reader.paused', 'reader.calibration_only'];
    const refused = ['engagement.missing', 'credential.not_in_force', 'lease_over', 'lease_revoked'];
    const gates = ['report', 'report late', 'desk', 'take', 'agreement', 'revoked in a race'];
    for (const what of ['claim', 'race', 'contended', 'grow', ...said, ...refused, ...gates])
      expect([what, (happened.get(what) ?? 0) > 0]).toEqual([what, true]);
  },
  RUN.timeoutMs,
);
