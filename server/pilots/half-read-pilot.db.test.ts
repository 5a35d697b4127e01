import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeCall, pilotTermsOf } from '#db/seed/factories/bids.ts';
import { makePilot, readPilotBatch } from '#db/seed/factories/pilots.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { readSteps } from '#db/seed/factories/read-steps.ts';
import { makeWorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { DAY } from '#server/core/clock.ts';
import { listFinalLabels } from '#server/labels/reads.ts';
import { balanceOf } from '#server/ledger/reads.ts';
import { policyPreset } from '#server/projects/presets.ts';
import { getBatch } from '#server/work/reads.ts';
import { closeOverduePilots } from './close-batches.ts';

/* A pilot whose agreed time is up before everything is read. */
describe('half-read pilot', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
  });
  afterAll(() => t.drop());

  test.each(['majority', 'dawid_skene', 'auto'] as const)(
    'R15, R27, R29: by %s it settles with what is read, and gives back what it has not used',
    async (consensusMethod) => {
      const scene = await makeWorkScene(t.db, {
        cases: 6,
        fields: [gradeField()],
        gold: Object.fromEntries(Array.from({ length: 6 }, (_, at) => [at, { grade: ['1'] }])),
        project: {
          qualityPolicy: { ...policyPreset('training'), reviewShareBasisPoints: 0, consensusMethod },
        },
      });
      const { project, clock } = scene;
      const criteria = { reliability: null, accuracy: null, perClass: [], throughput: null };
      const terms = pilotTermsOf({ cases: 6, overlap: 2, goldMode: 'embedded', criteria, timeLimitDays: 14 });
      const callId = await makeCall(t.db, { projectId: project.id, terms, clock });
      const { batchId, people } = await makePilot(scene, callId);
      await readPilotBatch(batchId, people, { most: 2 });
      const at = readSteps(scene);
      clock.advance(14 * DAY);
      await closeOverduePilots(at.system());
      for (let pass = 0; pass < 3; pass += 1) await at.settle(batchId);
      expect(await getBatch(t.db, batchId)).toMatchObject({ status: 'settled', consensusMethod });
      const finals = await listFinalLabels(t.db, batchId, { limit: 10 });
      expect(finals.map(({ fields }) => fields.grade?.value)).toEqual(['1', '1']);
      expect(await balanceOf(t.db, { code: 'project_funds', ownerId: project.id, currency: 'USD' })).toBe(
        100_000_000n - 4n * 138n,
      );
    },
  );
});
