import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeMember } from '#db/seed/factories/identity.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { MINUTE } from '#server/core/clock.ts';
import { exportReadsWithProvenance } from '#server/interchange/export-reads.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { sponsorMoney } from '#server/payouts/views.ts';
import { measureBatch } from '#server/scores/measure-batch.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { batchSpend } from '#server/work/reads.ts';
import { revokeLeases } from '#server/work/revoke-leases.ts';
import { saveDraft } from '#server/work/save-draft.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { postAccruals } from './post-accruals.ts';
import { balanceOf, checkLedger } from './reads.ts';

describe('what readers have earned reaches the ledger', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let finance: OrgContext;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 12 });
    scene = await makeWorkScene(t.db, { cases: 4, fields: [gradeField()] });
    finance = await makeMember(t.db, {
      org: scene.sponsorOrg,
      roles: ['sponsor_finance'],
      clock: scene.clock,
    });
  });
  afterAll(async () => {
    expect(await checkLedger(t.db)).toEqual({ ok: true, problems: [] });
    await t.drop();
  });
  const job = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const post = (batchId: string) => postAccruals(job(), { batchId });
  const claim = async (who: OrgContext, batchId: string) =>
    (await claimNextTasks(who, { batchId, tier: 'label', limit: 1 })).leases[0];
  const read = async (who: OrgContext, batchId: string) => {
    const lease = await claim(who, batchId);
    if (!lease) return;
    const { leaseId } = lease;
    scene.clock.advance(4000);
    await submitLabel(who, {
      batchId,
      leaseId,
      labelId: randomUUID(),
      answers: { grade: '2' },
      activeMs: 4000,
    });
  };
  const feesOnMoneyPage = async () => (await sponsorMoney(finance))[0]?.feeMinor ?? -1n;
  /** The fee of a batch wherever it is told, by who tells it. */
  async function feesOf(batchId: string) {
    const [row] = await t.sql<Record<'terms' | 'accruals' | 'income' | 'finals', string>[]>`
      select (select sum(t.fee_minor) from slots s join terms t on t.batch_id = s.batch_id and t.annotator_id = s.annotator_id
          and t.tier = s.tier and t.terms_no = s.terms_no
        where s.batch_id = ${batchId} and s.status = 'accepted')::text as terms,
        (select sum(a.fee_minor) from ledger.accruals a where a.batch_id = ${batchId})::text as accruals,
        (select coalesce(sum(e.amount_minor), 0) from ledger.entries e join ledger.accounts a on a.id = e.account_id
          join ledger.transfers x on x.id = e.transfer_id
        where a.code = 'fee_income' and x.ref_id = ${batchId})::text as income,
        (select sum(f.cost_minor) from final_labels f where f.batch_id = ${batchId})::text as finals`;
    let csv = '';
    for await (const chunk of exportReadsWithProvenance(t.db, { batchId, format: 'csv', isGoldShown: true }))
      csv += chunk;
    const lines = parse(csv, { columns: true, bom: true }) as { price_minor: string; fee_minor: string }[];
    const sum = (key: 'price_minor' | 'fee_minor') => lines.reduce((n, line) => n + BigInt(line[key]), 0n);
    const spend = await batchSpend(t.db, batchId);
    return {
      work: spend.paidMinor,
      fees: {
        terms: BigInt(row?.terms ?? '0'),
        accruals: BigInt(row?.accruals ?? '0'),
        income: BigInt(row?.income ?? '0'),
        'final labels': BigInt(row?.finals ?? '0') - spend.paidMinor,
        export: sum('fee_minor'),
        dashboard: spend.feeMinor,
        scorecard: (await measureBatch(t.db, batchId, { resamples: 1 })).costs.feeMinor,
      },
    };
  }

  test('R2: whatever the price and the share, however often it is posted, every place tells the same fee to the cent', async () => {
    const funds = () =>
      balanceOf(t.db, { code: 'project_funds', ownerId: scene.project.id, currency: 'USD' });
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          price: fc.bigInt({ min: 1n, max: 999n }),
          basisPoints: fc.integer({ min: 0, max: 3000 }),
          overlap: fc.integer({ min: 1, max: 2 }),
          postsAfter: fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 4 }),
        }),
        async ({ price, basisPoints, overlap, postsAfter }) => {
          const before = await funds();
          const feesBefore = await feesOnMoneyPage();
          const batchId = await makeBatch(scene, {
            overlap,
            pricePerReadMinor: price,
            feeBasisPoints: basisPoints,
          });
          const readers = await makeReaders(scene, batchId, overlap);
          for (let n = 0; n < 4 * overlap; n += 1) {
            await read(readers[n % overlap]!, batchId);
            if (!postsAfter.includes(n)) continue;
            await settleTasks(job(), { batchId });
            await post(batchId);
          }
          await settleTasks(job(), { batchId });
          await post(batchId);
          const { work, fees } = await feesOf(batchId);
          const each = (price * BigInt(basisPoints) + 5000n) / 10_000n;
          const expected = each * BigInt(4 * overlap);
          expect(work).toBe(price * BigInt(4 * overlap));
          expect(fees).toEqual(Object.fromEntries(Object.keys(fees).map((key) => [key, expected])));
          expect((await feesOnMoneyPage()) - feesBefore).toBe(expected);
          // Read to the end, so settled: what was not spent has gone back.
          expect(before - (await funds())).toBe(work + expected);
        },
      ),
      { numRuns: 8, endOnFailure: true },
    );
  }, 120_000);

  test('R27: part of a price carries that part of its fee, rounded once, and the ledger takes both', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, pricePerReadMinor: 110n, feeBasisPoints: 1500 });
    const [reader, other] = await makeReaders(scene, batchId, 2);
    await read(other!, batchId);
    const lease = await claim(reader!, batchId);
    scene.clock.advance(1000);
    await saveDraft(reader!, { batchId, leaseId: lease!.leaseId, answers: {}, activeMs: 1000 });
    const personIds = [reader!.actor.personId];
    await transact(job(), (tx) => revokeLeases(tx, { personIds, reason: 'agreement_ended' }));
    // A quarter of the median's 4 s: 27 of 110, and of the fee of 17 (16.5 rounded) 4.17.
    const [release] = await t.sql`select paid_minor::int as paid, fee_minor::int as fee from slot_releases
      where batch_id = ${batchId}`;
    expect(release).toEqual({ paid: 27, fee: 4 });
    await post(batchId);
    const [booked] = await t.sql`select amount_minor::int as paid, fee_minor::int as fee from ledger.accruals
      where batch_id = ${batchId}`;
    expect(booked).toEqual({ paid: 27, fee: 4 });
    scene.clock.advance(MINUTE);
  });

  test('books from before fees were counted slot by slot are taken over as they were charged', async () => {
    const batchId = await makeBatch(scene, { overlap: 2, pricePerReadMinor: 110n });
    const [reader, second] = await makeReaders(scene, batchId, 2);
    for (const who of [reader!, second!]) for (let n = 0; n < 2; n += 1) await read(who, batchId);
    await settleTasks(job(), { batchId });
    await post(batchId);
    const counters = async () =>
      (
        await t.sql`select accrued_fee_minor::int as accrued, posted_fee_minor::int as posted from readers
        where batch_id = ${batchId} order by reader_no`
      ).map((row) => ({ ...row }));
    const before = await counters();
    await t.admin`update readers set accrued_fee_minor = 0, posted_fee_minor = 0`;
    expect((await checkLedger(t.db)).ok).toBe(false);
    const file = new URL('../../db/migrations/0014_fees_as_charged.sql', import.meta.url);
    await t.admin.unsafe(await readFile(file, 'utf8'));
    expect(await counters()).toEqual(before);
    // What had not been posted yet: 110 with the rule of that time, 15 % rounded down on the sum.
    await t.admin`update readers set accrued_minor = accrued_minor + 110 where batch_id = ${batchId} and reader_no = 1`;
    await t.admin.unsafe(await readFile(file, 'utf8'));
    expect((await counters())[0]?.accrued).toBe(before[0]?.accrued + 16);
    await t.admin`update readers set accrued_minor = accrued_minor - 110, accrued_fee_minor = posted_fee_minor
      where batch_id = ${batchId} and reader_no = 1`;
  });
});
