import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ensureAgreement } from '#db/seed/factories/agreements.ts';
import { makeBid, makeCall, makeContract } from '#db/seed/factories/bids.ts';
import { makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeBatch, makeWorker, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { balanceOf } from '#server/ledger/reads.ts';
import { joinBatch } from './join-batch.ts';
import { type Calibration, openCalibration } from './open-calibration.ts';
import { getBatch, listTerms } from './reads.ts';

/** What a read of either vendor costs with its fee of 15 %, and of the calibration's cases there are three. */
const READ = { cheap: 115n, dear: 173n };
const CASES = 3n;

let t: TestDatabase;
let scene: WorkScene;
let batchId: string;
const readers = {} as Record<'cheap' | 'dear', OrgContext>;
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'), { max: 8 });
  // What is left once the shared batch is open pays for a calibration of the cheaper vendor's reader, and for no other.
  scene = await makeWorkScene(t.db, {
    cases: 10,
    gold: Object.fromEntries([7, 8, 9].map((i) => [i, { grade: ['2'] }])),
    fundsMinor: 14n * READ.dear + CASES * READ.cheap,
  });
  const { clock, project } = scene;
  const other = await makeOrganisation(t.db, { kind: 'vendor', legalName: 'Dear Ltd', clock });
  await ensureAgreement(t.db, { kind: 'services', org: other, clock });
  const callId = await makeCall(t.db, { projectId: project.id, clock });
  const contractIds: string[] = [];
  for (const [org, shareBasisPoints, priceMinor] of [
    [scene.vendorOrg, 6000, 100n],
    [other, 4000, 150n],
  ] as const) {
    const vendor = { orgId: org.id, owner: scene.sponsor, annotators: [] };
    const bidId = await makeBid(t.db, { callId, project, vendor, priceMinor, clock });
    contractIds.push(await makeContract(t.db, { bidId, shareBasisPoints, clock }));
  }
  batchId = await makeBatch(scene, {
    vendorOrgId: undefined,
    overlap: 2,
    caseIds: scene.dataset.cases.slice(0, 7).map((one) => one.id),
    claimRules: { contractIds },
  });
  for (const [name, org] of [
    ['cheap', scene.vendorOrg],
    ['dear', other],
  ] as const) {
    readers[name] = await makeWorker(scene, { org });
    await joinBatch(readers[name], { batchId, tier: 'label' });
  }
});
afterAll(() => t.drop());

const calibrate = (who: OrgContext): Promise<Calibration> =>
  transact(scene.sponsor, async (tx) =>
    openCalibration(tx, {
      batch: await getBatch(t.db, batchId),
      personId: who.actor.personId,
      alias: 'R01',
    }),
  );
const funds = () =>
  balanceOf(t.db, { code: 'project_funds', ownerId: scene.project.id, currency: scene.project.currency });

test('R13: a calibration in a shared batch costs what its reader’s own vendor agreed, not the dearest of them', async () => {
  expect(await getBatch(t.db, batchId)).toMatchObject({ pricePerReadMinor: 150n, vendorOrgId: null });
  expect(await funds()).toBe(CASES * READ.cheap);
  expect(await calibrate(readers.dear)).toEqual({ refused: 'funds_missing' });

  const made = await calibrate(readers.cheap);
  if ('refused' in made) throw new Error(made.refused);
  expect(await getBatch(t.db, made.batchId)).toMatchObject({
    pricePerReadMinor: 100n,
    reservedMinor: CASES * READ.cheap,
    vendorOrgId: scene.vendorOrg.id,
  });
  expect(await funds()).toBe(0n);
  expect(await joinBatch(readers.cheap, { batchId: made.batchId, tier: 'label' })).toMatchObject({
    priceMinor: 100n,
  });
  expect(await listTerms(t.db, made.batchId)).toMatchObject([{ priceMinor: 100n, feeMinor: 15n }]);
});
