import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { creditPostings, slaResults } from '#db/schema/contracts.ts';
import { scores } from '#db/schema/scores.ts';
import { batches } from '#db/schema/work-batches.ts';
import { ensureAgreement, makePlatform } from '#db/seed/factories/agreements.ts';
import { makeBid, makeCall, makeContract } from '#db/seed/factories/bids.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { nameSignatory } from '#db/seed/factories/signing-world.ts';
import { makeBatch, makeWorker, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type Deal, dealsIn, reasonOf, terms } from '#db/testing/deal-scene.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY, HOUR } from '#server/core/clock.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { postTransfer } from '#server/ledger/post-transfer.ts';
import { balanceOf, checkLedger } from '#server/ledger/reads.ts';
import { startPayoutRun } from '#server/payouts/start-payout-run.ts';
import { tallyLabels } from '#server/scores/tally-labels.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { settleBatch } from '#server/work/settle-batch.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { decideCredit, disputeCredit, waiveCredit } from './decide-credit.ts';
import { measureSettled } from './measure-sla.ts';
import { proposeAmendment } from './propose-amendment.ts';
import type { ContractTerms } from './schemas.ts';
import { lockCreditsToTake } from './service-level-queries.ts';
import { takeCredits } from './take-credits.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

describe('service levels of a contract and their credits', () => {
  let t: TestDatabase;
  const { makeDeal, today, sign, readAndSettle, jobOf, payable, funds, resultOf } = dealsIn(() => t.db);
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 12 });
  });
  afterAll(async () => {
    expect(await checkLedger(t.db)).toEqual({ ok: true, problems: [] });
    await t.drop();
  });

  const levels: ContractTerms['serviceLevels'] = {
    turnaroundDays: 5,
    accuracy: { field: 'grade', atLeast: 0.9 },
    readsPerDay: null,
    creditBasisPoints: 1000,
    capBasisPoints: 2000,
  };

  test('a missed service level is credited once, after 7 days, from the vendor’s balance to the project, before a payout', async () => {
    const deal = await makeDeal(4);
    const { scene, contractId, agree } = deal;
    await agree(terms({ serviceLevels: levels }));
    const batchId = await makeBatch(scene, { contractId });
    await readAndSettle(deal, batchId, 6);
    const earned = await payable(deal);
    expect(earned).toBe(12n * 120n);
    for (let i = 0; i < 2; i += 1) await measureSettled(jobOf(scene));
    expect(await resultOf(batchId)).toMatchObject({
      status: 'proposed',
      workMinor: 1440n,
      creditMinor: 144n,
      targets: [
        expect.objectContaining({ target: 'turnaround', verdict: 'missed', value: 6 }),
        expect.objectContaining({ target: 'accuracy', verdict: 'undecided' }),
      ],
    });
    expect(await takeCredits(jobOf(scene))).toBe(0);
    scene.clock.advance(7 * DAY);
    const had = await funds(deal);
    await Promise.all([startPayoutRun(jobOf(scene)), takeCredits(jobOf(scene))]);
    expect(await payable(deal)).toBe(earned - 144n);
    expect(await funds(deal)).toBe(had + 144n);
    expect(await resultOf(batchId)).toMatchObject({ status: 'posted', postedMinor: 144n });
    expect(await takeCredits(jobOf(scene))).toBe(0);
    expect(await t.db.select().from(creditPostings)).toHaveLength(1);
  });

  test('accuracy counts with its interval; both targets missed give back the cap and no more', async () => {
    const deal = await makeDeal(4);
    const { scene, contractId, agree } = deal;
    await agree(terms({ serviceLevels: { ...levels, capBasisPoints: 1500 } }));
    const batchId = await makeBatch(scene, { contractId });
    await readAndSettle(deal, batchId, 6);
    await t.db.insert(scores).values({
      id: randomUUID(),
      projectId: scene.project.id,
      batchId,
      subjectKind: 'batch',
      subjectId: batchId,
      field: 'grade',
      metric: 'accuracy',
      value: 0.8,
      lower: 0.75,
      upper: 0.85,
      n: 300,
      method: 'test',
      methodVersion: '1',
      computedAt: new Date(scene.clock.now().getTime() + DAY),
    });
    await measureSettled(jobOf(scene));
    expect(await resultOf(batchId)).toMatchObject({ creditMinor: 216n, status: 'proposed' });
    expect((await resultOf(batchId)).targets).toEqual([
      expect.anything(),
      expect.objectContaining({ verdict: 'missed', interval: [0.75, 0.85], n: 300 }),
    ]);
  });

  test('a disputed credit waits for an operator; given up it is never taken, upheld it is; the sponsor may give it up', async () => {
    const deal = await makeDeal(2);
    const { scene, contractId, vendor, agree } = deal;
    const platform = await makePlatform(t.db, scene.clock);
    const operator = await makeMember(t.db, { org: platform, roles: ['operator'], clock: scene.clock });
    await agree(terms({ serviceLevels: levels }));
    const ids: string[] = [];
    for (let i = 0; i < 3; i += 1) {
      const batchId = await makeBatch(scene, { contractId, name: `Late ${i}` });
      await readAndSettle(deal, batchId, 6);
      ids.push(batchId);
    }
    await measureSettled(jobOf(scene));
    const [one, two, three] = await Promise.all(ids.map(resultOf));
    const reason = 'The images of eleven cases could not be opened for two days.';
    await disputeCredit(vendor, { resultId: one!.id, reason });
    await disputeCredit(vendor, { resultId: two!.id, reason });
    expect(await reasonOf(waiveCredit(vendor, { resultId: three!.id, reason }))).toBe('credit_not_found');
    await waiveCredit(scene.sponsor, { resultId: three!.id, reason: 'A goodwill' });
    expect(
      await reasonOf(decideCredit(scene.sponsor, { resultId: one!.id, decision: 'uphold', reason })),
    ).toBe('credit_not_found');
    const before = await payable(deal);
    scene.clock.advance(8 * DAY);
    await takeCredits(jobOf(scene));
    expect(await payable(deal)).toBe(before);
    await decideCredit(operator, { resultId: one!.id, decision: 'waive', reason: 'The log agrees.' });
    await decideCredit(operator, {
      resultId: two!.id,
      decision: 'uphold',
      reason: 'The log says otherwise.',
    });
    expect(await takeCredits(jobOf(scene))).toBe(1);
    expect(await payable(deal)).toBe(before - two!.creditMinor);
    expect(await reasonOf(disputeCredit(vendor, { resultId: two!.id, reason }))).toBe('credit_state');
  });

  test('a balance is never taken below zero: the rest waits for what is earned next', async () => {
    const deal = await makeDeal(2);
    const { scene, contractId, agree } = deal;
    await agree(
      terms({ serviceLevels: { ...levels, accuracy: null, creditBasisPoints: 5000, capBasisPoints: 5000 } }),
    );
    const first = await makeBatch(scene, { contractId });
    await readAndSettle(deal, first, 6);
    await measureSettled(jobOf(scene));
    scene.clock.advance(8 * DAY);
    // Most of it was paid out before the credit fell due.
    const all = await payable(deal);
    await transact(jobOf(scene), (tx) =>
      postTransfer(tx, {
        id: randomUUID(),
        kind: 'payout',
        ref: { kind: 'payout', id: randomUUID() },
        legs: [
          {
            code: 'payable',
            ownerId: scene.vendorOrg.id,
            currency: 'USD',
            direction: 'debit',
            amountMinor: all - 100n,
          },
          {
            code: 'payout_in_transit',
            ownerId: scene.vendorOrg.id,
            currency: 'USD',
            direction: 'credit',
            amountMinor: all - 100n,
          },
        ],
      }),
    );
    await takeCredits(jobOf(scene));
    expect(await payable(deal)).toBe(0n);
    expect(await resultOf(first)).toMatchObject({ status: 'due', postedMinor: 100n, creditMinor: 360n });
    const second = await makeBatch(scene, { contractId });
    await readAndSettle(deal, second, 1);
    await takeCredits(jobOf(scene));
    expect(await resultOf(first)).toMatchObject({ status: 'posted', postedMinor: 360n });
    expect(await payable(deal)).toBe(720n - 260n);
  });

  test('a batch that two vendors share: each is measured over its own reads and credited by its own contract, once', async () => {
    const deal = await makeDeal(4);
    const { scene, contractId: first, agree } = deal;
    const { clock, project } = scene;
    const org = await makeOrganisation(t.db, { kind: 'vendor', clock });
    await ensureAgreement(t.db, { kind: 'services', org, clock });
    const owner = await makeMember(t.db, { org, roles: ['vendor_owner'], clock });
    await nameSignatory(t.db, owner);
    await t.sql`update calls set status = 'decided' where project_id = ${project.id}`;
    const callId = await makeCall(t.db, { projectId: project.id, clock });
    const vendor = { orgId: org.id, owner, annotators: [] };
    const bidId = await makeBid(t.db, {
      callId,
      project,
      vendor,
      status: 'piloting',
      priceMinor: 150n,
      clock,
    });
    const second = await makeContract(t.db, { bidId, clock });
    await agree(terms({ serviceLevels: { ...levels, accuracy: null } }));
    const rateCard = [{ tier: 'standard', definition: 'Every case.', pricePerReadMinor: 150n }];
    const made = await proposeAmendment(owner, {
      contractId: second,
      terms: terms({ rateCard, serviceLevels: levels }),
      effectiveOn: today(scene),
      reason: 'As agreed',
    });
    await sign(owner, made.versionId, scene);
    await sign(scene.sponsor, made.versionId, scene);
    const batchId = await makeBatch(scene, {
      vendorOrgId: null,
      overlap: 2,
      pricePerReadMinor: 150n,
      claimRules: { contractIds: [first, second] },
    });
    const readAs = async (of: WorkScene['vendorOrg']) => {
      const who = await makeWorker(scene, { org: of });
      await joinBatch(who, { batchId, tier: 'label' });
      for (let read = 0; read < 4; ) {
        const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 4 });
        if (leases.length === 0) break;
        for (const { leaseId } of leases) {
          const on = { batchId, leaseId, labelId: randomUUID() };
          await submitLabel(who, { ...on, answers: { grade: '1' }, activeMs: 1000 });
          read += 1;
        }
      }
    };
    clock.advance(DAY);
    await readAs(scene.vendorOrg);
    clock.advance(5 * DAY);
    await readAs(org);
    await settleTasks(jobOf(scene), { batchId });
    const [batch] = await t.db.select().from(batches).where(eq(batches.id, batchId));
    if (batch?.status === 'open') await closeBatch(scene.sponsor, { batchId, reason: 'Done' });
    expect(await settleBatch(jobOf(scene), { batchId })).toBe(true);
    const results = () => t.db.select().from(slaResults).where(eq(slaResults.batchId, batchId));
    // Whose people were how right is counted to the end first.
    await measureSettled(jobOf(scene));
    expect(await results()).toEqual([]);
    clock.advance(HOUR);
    await tallyLabels(jobOf(scene), { batchId });
    await t.sql`insert into running_scores (batch_id, subject_kind, subject_id, field, day, metric, class_name, value, lower, upper,
      n, excluded, exclusions, reason, method, method_version, computed_at)
      values (${batchId}, 'team', ${org.id}, 'grade', 'all', 'accuracy', '', 0.8, 0.75, 0.85, 300, 0, '{}', null, 'test', '1', now())
      on conflict (batch_id, subject_kind, subject_id, field, day, metric, class_name) do update
        set value = 0.8, lower = 0.75, upper = 0.85, n = 300, reason = null`;
    for (let i = 0; i < 2; i += 1) await measureSettled(jobOf(scene));
    const found = new Map((await results()).map((row) => [row.contractId, row]));
    expect(found.size).toBe(2);
    // Read on the first day, and the other's lateness is not its own.
    expect(found.get(first)).toMatchObject({
      status: 'met',
      workMinor: 4n * 120n,
      creditMinor: 0n,
      targets: [expect.objectContaining({ target: 'turnaround', verdict: 'met', value: 1, n: 4 })],
    });
    expect(found.get(second)).toMatchObject({
      status: 'proposed',
      workMinor: 4n * 150n,
      creditMinor: 120n,
      targets: [
        expect.objectContaining({ target: 'turnaround', verdict: 'missed', value: 6, n: 4 }),
        expect.objectContaining({ target: 'accuracy', verdict: 'missed', interval: [0.75, 0.85], n: 300 }),
      ],
    });
    clock.advance(7 * DAY);
    const owed = (ownerId: string) => balanceOf(t.db, { code: 'payable', ownerId, currency: 'USD' });
    const [before, had] = [await owed(scene.vendorOrg.id), await owed(org.id)];
    await takeCredits(jobOf(scene));
    expect(await owed(scene.vendorOrg.id)).toBe(before);
    expect(await owed(org.id)).toBe(had - 120n);
  });

  test('credits of a vendor that is owed nothing keep no younger one waiting, and a part ends at no credit', async () => {
    const offer = terms({
      serviceLevels: { ...levels, accuracy: null, creditBasisPoints: 5000, capBasisPoints: 5000 },
    });
    const late = async (deal: Deal) => {
      const batchId = await makeBatch(deal.scene, { contractId: deal.contractId });
      await readAndSettle(deal, batchId, 6);
      await measureSettled(jobOf(deal.scene));
      return batchId;
    };
    const poor = await makeDeal(2);
    await poor.agree(offer);
    const waiting = await late(poor);
    poor.scene.clock.advance(8 * DAY);
    const vendorOrgId = poor.scene.vendorOrg.id;
    const all = { ownerId: vendorOrgId, currency: 'USD', amountMinor: await payable(poor) };
    await transact(jobOf(poor.scene), (tx) =>
      postTransfer(tx, {
        id: randomUUID(),
        kind: 'payout',
        ref: { kind: 'payout', id: randomUUID() },
        legs: [
          { code: 'payable', direction: 'debit', ...all },
          { code: 'payout_in_transit', direction: 'credit', ...all },
        ],
      }),
    );
    await takeCredits(jobOf(poor.scene));
    expect(await resultOf(waiting)).toMatchObject({ status: 'due', postedMinor: 0n });
    const rich = await makeDeal(2);
    rich.scene.clock.set(poor.scene.clock.now());
    await rich.agree(offer);
    const younger = [await late(rich), await late(rich)];
    rich.scene.clock.advance(8 * DAY);
    const [next] = await transact(jobOf(rich.scene), (tx) =>
      lockCreditsToTake(tx.db, { now: tx.now, limit: 1 }),
    );
    expect(younger).toContain(next?.batchId);
    expect(await takeCredits(jobOf(rich.scene), 1)).toBe(2);
    for (const batchId of younger) expect(await resultOf(batchId)).toMatchObject({ status: 'posted' });
    expect(await resultOf(waiting)).toMatchObject({ status: 'due', postedMinor: 0n });
  });
});
