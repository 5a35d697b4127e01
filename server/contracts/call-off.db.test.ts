import { randomUUID } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { bids, contracts } from '#db/schema/bids.ts';
import { notifications } from '#db/schema/notifications.ts';
import { protocolVersions } from '#db/schema/protocols.ts';
import { makeBid, makeCall, makeContract } from '#db/seed/factories/bids.ts';
import { makeSignedProtocol } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeReaders } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type Deal, dealsIn, reasonOf, refusalOf, terms } from '#db/testing/deal-scene.ts';
import { storedPricing } from '#server/bids/pricing-schemas.ts';
import { transact } from '#server/command/transaction.ts';
import { HOUR } from '#server/core/clock.ts';
import { checkLedger } from '#server/ledger/reads.ts';
import { addTasks } from '#server/work/add-tasks.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { openBatch } from '#server/work/open-batch.ts';
import { getBatch } from '#server/work/reads.ts';
import { requestRepeats } from '#server/work/request-repeats.ts';
import { askRepricing } from './ask-repricing.ts';
import { callOffsOf } from './call-off.ts';
import { viewContract } from './views.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

describe('what batches call off of a contract', () => {
  let t: TestDatabase;
  const { makeDeal, jobOf, funds } = dealsIn(() => t.db);
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 12 });
  });
  afterAll(async () => {
    expect(await checkLedger(t.db)).toEqual({ ok: true, problems: [] });
    await t.drop();
  });

  test('batches call off a month’s volume to the last read; two opened at once cannot both have the rest', async () => {
    const { scene, contractId, agree } = await makeDeal(4);
    await agree(terms({ volume: { readsPerMonth: 30, firstMonth: '2026-11', months: 2 } }));
    await makeBatch(scene, { contractId });
    const drafts = await Promise.all(
      ['a', 'b'].map((name) => makeBatch(scene, { contractId, isDraft: true, name })),
    );
    const opened = await Promise.allSettled(drafts.map((batchId) => openBatch(scene.sponsor, { batchId })));
    expect(opened.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    const late = drafts[opened.findIndex((one) => one.status === 'rejected')]!;
    const refused = await refusalOf(openBatch(scene.sponsor, { batchId: late }));
    expect(refused.details).toEqual([
      expect.objectContaining({
        code: 'volume_exceeded',
        message: expect.stringContaining(
          '24 of 2026-11 are called off, and this asks for 12. Call off at most 6 now',
        ),
      }),
    ]);
    scene.clock.set(new Date('2026-12-01T00:00:00Z'));
    await openBatch(scene.sponsor, { batchId: late });
    scene.clock.set(new Date('2027-01-01T00:00:00Z'));
    const outside = await makeBatch(scene, { contractId, isDraft: true });
    expect((await refusalOf(openBatch(scene.sponsor, { batchId: outside }))).details?.[0]?.code).toBe(
      'volume_month',
    );
  });

  test('a bid by the hour or by milestones caps the whole work, share by share, until both agree on another limit', async () => {
    const { scene, contractId, agree } = await makeDeal(4);
    const [contract] = await t.db.select().from(contracts).where(eq(contracts.id, contractId));
    const priceMinor = contract!.pricePerReadMinor;
    // A cap of 20 reads for the whole work, of which the contract has its share.
    const capMinor = (20n * priceMinor * 10_000n) / BigInt(contract!.shareBasisPoints);
    await t.db
      .update(bids)
      .set({
        pricing: storedPricing({ model: 'hourly', ratePerHourMinor: 1000n, readsPerHour: 10, capMinor }),
      })
      .where(eq(bids.id, contract!.bidId));
    await makeBatch(scene, { contractId });
    const drafts = await Promise.all(
      ['a', 'b'].map((name) => makeBatch(scene, { contractId, isDraft: true, name })),
    );
    const opened = await Promise.allSettled(drafts.map((batchId) => openBatch(scene.sponsor, { batchId })));
    expect(opened.map((one) => one.status)).toEqual(['rejected', 'rejected']);
    const refused = await refusalOf(openBatch(scene.sponsor, { batchId: drafts[0]! }));
    expect(refused.details).toEqual([
      expect.objectContaining({
        code: 'ceiling_exceeded',
        message: expect.stringContaining('Call off at most 8 reads'),
      }),
    ]);
    await agree(
      terms({
        rateCard: [{ tier: 'standard', definition: 'Every case.', pricePerReadMinor: priceMinor }],
        ceilingMinor: 24n * priceMinor,
      }),
    );
    const again = await Promise.allSettled(drafts.map((batchId) => openBatch(scene.sponsor, { batchId })));
    expect(again.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  /** What the contract's page says was called off, oldest first, and of this month. */
  const calledOf = async ({ scene, contractId }: Deal) => {
    const { callOffs, month } = await viewContract(scene.sponsor, { contractId });
    return { reads: callOffs.map((one) => one.reads).toReversed(), inMonth: month?.calledOff };
  };

  test('R13: cases added to a batch are called off too: never beyond the month’s volume, in the month in which they are added', async () => {
    const deal = await makeDeal(20);
    const { scene, contractId, agree } = deal;
    await agree(terms({ volume: { readsPerMonth: 30, firstMonth: '2026-11', months: 2 } }));
    const batchId = await makeBatch(scene, { contractId, caseLimit: 4 });
    const had = await funds(deal);
    const refused = await refusalOf(addTasks(scene.sponsor, { batchId }));
    expect(refused).toMatchObject({
      reason: 'award_refuses',
      message: expect.stringContaining('16 more cases cannot be added'),
      details: [
        {
          code: 'volume_exceeded',
          message: expect.stringContaining(
            '12 of 2026-11 are called off, and this asks for 48. Call off at most 18 now',
          ),
          href: `/sponsor/projects/${scene.project.id}/contracts/${contractId}`,
        },
      ],
    });
    expect((await getBatch(t.db, batchId)).taskCount).toBe(4);
    expect(await funds(deal)).toBe(had);
    // Two at once cannot both have the rest.
    const both = await Promise.allSettled(
      [
        [5, 6, 7, 8],
        [9, 10, 11, 12],
      ].map((ids) => addTasks(scene.sponsor, { batchId, filter: { externalIds: ids.map(String) } })),
    );
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await addTasks(scene.sponsor, { batchId, limit: 2 })).toMatchObject({ added: 2 });
    expect(await calledOf(deal)).toEqual({ reads: [12, 12, 6], inMonth: 30 });
    expect(await reasonOf(addTasks(scene.sponsor, { batchId, limit: 1 }))).toBe('award_refuses');
    scene.clock.set(new Date('2026-12-01T00:00:00Z'));
    await addTasks(scene.sponsor, { batchId, limit: 10 });
    expect(await calledOf(deal)).toEqual({ reads: [12, 12, 6, 30], inMonth: 30 });
  });

  test('R13: what all reads cost at most holds for added cases, and for every read that a varying overlap can ask for', async () => {
    const deal = await makeDeal(20);
    const { scene, contractId, agree } = deal;
    await agree(terms({ ceilingMinor: 30n * 120n }));
    const varying = { mode: 'on_disagreement', agreementThreshold: 1, maxAdditionalAnnotators: 2 } as const;
    const input = { contractId, caseLimit: 8, overlap: 2, overlapRule: varying };
    const large = await makeBatch(scene, { ...input, isDraft: true });
    // Sixteen reads to begin with, thirty-two if every reader disagrees.
    expect((await refusalOf(openBatch(scene.sponsor, { batchId: large }))).details).toMatchObject([
      { code: 'ceiling_exceeded', message: expect.stringContaining('Call off at most 30 reads') },
    ]);
    const batchId = await makeBatch(scene, { ...input, caseLimit: 4 });
    expect((await calledOf(deal)).reads).toEqual([16]);
    expect(await refusalOf(addTasks(scene.sponsor, { batchId, limit: 4 }))).toMatchObject({
      reason: 'award_refuses',
      details: [{ code: 'ceiling_exceeded', message: expect.stringContaining('Call off at most 14 reads') }],
    });
    await addTasks(scene.sponsor, { batchId, limit: 3 });
    expect((await calledOf(deal)).reads).toEqual([16, 12]);
    expect(await reasonOf(addTasks(scene.sponsor, { batchId, limit: 1 }))).toBe('award_refuses');
    // All agree, so none of the extra reads is asked for; they go back once the batch reads no more.
    const fixed = await makeBatch(scene, { contractId, caseLimit: 8, overlap: 2, isDraft: true });
    expect(await reasonOf(openBatch(scene.sponsor, { batchId: fixed }))).toBe('batch_not_ready');
    await closeBatch(scene.sponsor, { batchId, reason: 'Enough' });
    expect((await calledOf(deal)).reads).toEqual([14, 0]);
    await openBatch(scene.sponsor, { batchId: fixed });
    expect((await calledOf(deal)).reads).toEqual([14, 0, 16]);
    expect(await reasonOf(addTasks(scene.sponsor, { batchId: fixed, limit: 1 }))).toBe('award_refuses');
  });

  test('R13, R23: repeats asked of one reader are not called off, and keep no reads that doubt never asked for', async () => {
    const deal = await makeDeal(4);
    const { scene, contractId } = deal;
    const overlapRule = {
      mode: 'on_disagreement',
      agreementThreshold: 1,
      maxAdditionalAnnotators: 2,
    } as const;
    const batchId = await makeBatch(scene, { contractId, caseLimit: 4, overlap: 2, overlapRule });
    const [who] = await makeReaders(scene, batchId, 1);
    const { personId: annotatorId } = who!.actor;
    await requestRepeats(scene.sponsor, { batchId, annotatorId, rounds: 3, afterDays: 14 });
    expect((await calledOf(deal)).reads).toEqual([16]);
    await closeBatch(scene.sponsor, { batchId, reason: 'Enough' });
    expect((await calledOf(deal)).reads).toEqual([8]);
  });

  test('R13: cases are added at a price that is still agreed alone; who asks is sent to a batch at the price of today', async () => {
    const { scene, contractId, agree } = await makeDeal(4);
    const batchId = await makeBatch(scene, { contractId, caseLimit: 2 });
    await agree(
      terms({ rateCard: [{ tier: 'standard', definition: 'Every case.', pricePerReadMinor: 150n }] }),
    );
    expect((await refusalOf(addTasks(scene.sponsor, { batchId, limit: 1 }))).details).toMatchObject([
      { code: 'price_of_contract', message: expect.stringContaining('Clone the batch for more cases') },
    ]);
  });

  test('a breaking protocol version stops new batches on it until both have agreed its prices, and tells both once', async () => {
    const { scene, contractId, vendor, agree } = await makeDeal(2);
    scene.clock.advance(HOUR);
    const next = await makeSignedProtocol(t.db, {
      projectId: scene.project.id,
      orgId: scene.sponsorOrg.id,
      createdBy: scene.sponsor.actor.personId,
      version: 2,
      clock: scene.clock,
    });
    await t.db
      .update(protocolVersions)
      .set({ changeClass: 'breaking' })
      .where(eq(protocolVersions.id, next.id));
    for (let i = 0; i < 2; i += 1)
      expect(await askRepricing(jobOf(scene), { protocolVersionId: next.id })).toBe(1);
    const told = await t.db
      .select()
      .from(notifications)
      .where(
        and(eq(notifications.personId, vendor.actor.personId), eq(notifications.kind, 'contract.repricing')),
      );
    expect(told).toHaveLength(1);
    const refused = await refusalOf(makeBatch(scene, { contractId, protocolVersionId: next.id }));
    expect(refused.message).toContain('Protocol version 2 changes what a label means');
    // Work on the version that is priced goes on.
    await t.db
      .update(protocolVersions)
      .set({ status: 'signed' })
      .where(eq(protocolVersions.id, scene.protocol.id));
    await makeBatch(scene, { contractId, protocolVersionId: scene.protocol.id });
    // The same prices are an answer too.
    await agree(terms());
    await makeBatch(scene, { contractId, protocolVersionId: next.id });
  });

  test('a vendor with two awards on one project: its part of a shared batch is called off once, from the award of its price', async () => {
    const { scene, contractId, vendor } = await makeDeal(1);
    const { project, clock } = scene;
    const bidder = { orgId: scene.vendorOrg.id, owner: vendor, annotators: [] };
    await t.sql`update calls set status = 'decided' where project_id = ${project.id}`;
    clock.advance(HOUR);
    const callId = await makeCall(t.db, { projectId: project.id, clock });
    const bidId = await makeBid(t.db, {
      callId,
      project,
      vendor: bidder,
      status: 'piloting',
      priceMinor: 200n,
      clock,
    });
    const second = await makeContract(t.db, { bidId, clock });
    const batch = {
      id: randomUUID(),
      projectId: project.id,
      kind: 'production',
      contractId: null,
      pricePerReadMinor: 120n,
      reads: 30,
    };
    const calledAt = (price: string) =>
      transact(scene.sponsor, (tx) =>
        callOffsOf(tx, batch, [
          { orgId: scene.vendorOrg.id, slots: 20, pricePerReadMinor: price },
          { orgId: null, slots: 10, pricePerReadMinor: null },
        ]),
      );
    expect(await calledAt('120')).toEqual([{ contractId, reads: 20, pricePerReadMinor: 120n }]);
    expect(await calledAt('200')).toEqual([{ contractId: second, reads: 20, pricePerReadMinor: 200n }]);
  });
});
