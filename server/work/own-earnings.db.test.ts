import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ensureAgreement } from '#db/seed/factories/agreements.ts';
import { makeOrganisation } from '#db/seed/factories/identity.ts';
import {
  makeBatch,
  makeReaders,
  makeWorker,
  makeWorkScene,
  type WorkScene,
} from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { DAY, MINUTE } from '#server/core/clock.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { postAccruals } from '#server/ledger/post-accruals.ts';
import { payeeStatement } from '#server/payouts/views.ts';
import { viewMargins } from '#server/staffing/view-margins.ts';
import { acceptAfterPeriod } from './accept-after-period.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { closeBatch } from './close-batch.ts';
import { joinBatch } from './join-batch.ts';
import { listOwnEarnings } from './own-earnings.ts';
import { listMyWork } from './reading-views.ts';
import { goldOrdinals } from './rules.ts';
import { submitLabel } from './submit-label.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

describe('own earnings', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 8 });
    scene = await makeWorkScene(t.db, { cases: 24, gold: { 0: { grade: ['2'] }, 1: { grade: ['3'] } } });
  });
  afterAll(() => t.drop());

  /** Claims and reads one case; returns the label's id. */
  async function readOne(who: OrgContext, batchId: string): Promise<string | null> {
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
    const [lease] = leases;
    if (!lease) return null;
    const labelId = randomUUID();
    scene.clock.advance(30_000);
    await submitLabel(who, {
      batchId,
      leaseId: lease.leaseId,
      labelId,
      answers: { grade: '2' },
      activeMs: 30_000,
    });
    return labelId;
  }
  const isGold = async (batchId: string, labelId: string) =>
    (
      await t.sql`select 1 from labels l join gold_answers g on g.batch_id = l.batch_id and g.task_id = l.task_id
        where l.batch_id = ${batchId} and l.id = ${labelId}`
    ).length === 1;
  const shown = async (who: OrgContext, batchId: string) => {
    const { lines } = await listOwnEarnings(who);
    const line = lines.find((one) => one.batchId === batchId);
    const [work] = (await listMyWork(who)).filter((one) => one.batchId === batchId && one.tier === 'label');
    return {
      acceptedMinor: line?.acceptedMinor,
      waitingReads: line?.waitingReads,
      waitingMinor: line?.waitingMinor,
      perActiveHourMinor: line?.perActiveHourMinor,
      work: work?.joined && {
        acceptedMinor: work.joined.acceptedMinor,
        waitingReads: work.joined.waitingReads,
        waitingMinor: work.joined.waitingMinor,
      },
    };
  };

  /** Makes exactly the reads `at` (from 1) of a person's first twelve gold: the draw depends on the secret alone. */
  function dealGoldAt(batchId: string, who: OrgContext, at: readonly number[]): void {
    const pool = { batchId, annotatorId: who.actor.personId, count: 1, shareBasisPoints: 3000 };
    for (let n = 0; ; n += 1) {
      const secret = `a-secret-of-the-tests-${n}`;
      const isGold = (read: number) => goldOrdinals({ ...pool, secret, dealt: read - 1 }) === 1;
      if (Array.from({ length: 12 }, (_, i) => i + 1).some((read) => isGold(read) !== at.includes(read)))
        continue;
      process.env.READROOM_GOLD_SECRET = secret;
      return;
    }
  }
  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  /** What the standing jobs do in the seconds after a read. */
  const runJobs = async (batchId: string) => {
    await settleTasks(system(), { batchId });
    await postAccruals(system(), { batchId });
  };
  const booked = async (who: OrgContext) => {
    const { balances, lines } = await payeeStatement(who, { before: null, limit: 200 });
    const { projects } = await viewMargins(who);
    return {
      reads: projects.reduce((sum, one) => sum + one.reads, 0),
      earnedMinor: projects.reduce((sum, one) => sum + one.earnedMinor, 0n),
      owedMinor: balances.reduce((sum, one) => sum + one.balanceMinor, 0n),
      lines: lines.map((line) => line.amountMinor),
    };
  };

  test.each([1, 3])(
    'R21: at overlap %i nothing a reader or payee is shown tells gold, whatever was accepted, settled and booked meanwhile',
    async (overlap) => {
      const batchId = await makeBatch(scene, {
        vendorOrgId: null,
        goldMode: 'dealt',
        goldShareBasisPoints: 3000,
        overlap,
        reviewPeriodDays: 5,
      });
      // The others come first, so that every ordinary read of this person makes its case final.
      for (const other of await makeIndependents(batchId, overlap - 1))
        while ((await readOne(other, batchId)) !== null) {}
      const [who] = await makeIndependents(batchId, 1);
      dealGoldAt(batchId, who!, [3, 6]);
      const gold: number[] = [];
      for (let n = 1; n <= 12; n += 1) {
        const labelId = (await readOne(who!, batchId))!;
        if (await isGold(batchId, labelId)) gold.push(n);
        await runJobs(batchId);
        const pay = { acceptedMinor: 0n, waitingReads: n, waitingMinor: BigInt(n) * 120n };
        // 30 s a read at USD 1.20: the rate is the same from the second read on.
        const perActiveHourMinor = n < 2 ? null : 14_400n;
        expect(await shown(who!, batchId)).toEqual({ ...pay, perActiveHourMinor, work: pay });
        expect(await booked(who!)).toEqual({ reads: 0, earnedMinor: 0n, owedMinor: 0n, lines: [] });
        const [line] = (await listMyWork(who!)).filter(
          (one) => one.batchId === batchId && one.tier === 'label',
        );
        expect(line?.isOpenRough).toBe(true);
        expect([10, 20, 50]).toContain(line?.openCount);
        scene.clock.advance(30_000);
      }
      expect(gold).toEqual([3, 6]);
      const [ledger] = await t.sql`select posted_minor::int as n, accepted from readers
        where batch_id = ${batchId} and annotator_id = ${who!.actor.personId}`;
      expect(ledger).toMatchObject({ n: 12 * 120, accepted: 12 });

      // The period of the first four is over, although the job that accepts has not come by since.
      scene.clock.advance(5 * DAY - 8 * MINUTE);
      expect(await shown(who!, batchId)).toMatchObject({ acceptedMinor: 480n, waitingReads: 8 });
      expect(await booked(who!)).toEqual({ reads: 4, earnedMinor: 480n, owedMinor: 480n, lines: [480n] });

      await closeBatch(scene.sponsor, { batchId, reason: 'Enough is read.' });
      for (let i = 0; i < 3; i += 1) await runJobs(batchId);
      const [batch] = await t.sql`select status from batches where id = ${batchId}`;
      expect(batch?.status).toBe('settled');
      expect(await shown(who!, batchId)).toMatchObject({ acceptedMinor: 1440n, waitingReads: 0 });
      expect(await booked(who!)).toEqual({ reads: 12, earnedMinor: 1440n, owedMinor: 1440n, lines: [1440n] });
    },
  );

  /** People with an organisation of one, who are their own payees and have joined. */
  async function makeIndependents(batchId: string, count: number): Promise<OrgContext[]> {
    const people: OrgContext[] = [];
    for (let i = 0; i < count; i += 1) {
      const org = await makeOrganisation(t.db, { kind: 'independent', clock: scene.clock });
      await ensureAgreement(t.db, { kind: 'services', org, clock: scene.clock });
      const person = await makeWorker(scene, { org });
      await joinBatch(person, { batchId, tier: 'label' });
      people.push(person);
    }
    return people;
  }

  test('R21: reads that hide gold are shown as accepted by their age, before and after the job that accepts them', async () => {
    const batchId = await makeBatch(scene, {
      goldMode: 'dealt',
      goldShareBasisPoints: 3000,
      overlap: 2,
      reviewPeriodDays: 5,
    });
    const [who] = await makeReaders(scene, batchId, 1);
    dealGoldAt(batchId, who!, [2]);
    for (let n = 1; n <= 4; n += 1) await readOne(who!, batchId);
    const [reader] = await t.sql`select accrued_minor::int as n from readers where batch_id = ${batchId}`;
    expect(reader?.n).toBe(120);
    scene.clock.advance(5 * DAY + MINUTE);
    const all = { acceptedMinor: 480n, waitingReads: 0, waitingMinor: 0n };
    expect(await shown(who!, batchId)).toMatchObject(all);
    await acceptAfterPeriod(system());
    expect(await shown(who!, batchId)).toMatchObject(all);
  });

  test('R30: where every read is accepted when it is handed in, it is shown so at once', async () => {
    const batchId = await makeBatch(scene, {
      kind: 'calibration',
      overlap: 1,
      caseIds: [scene.dataset.cases[2]!.id],
    });
    const [who] = await makeReaders(scene, batchId, 1);
    await readOne(who!, batchId);
    expect(await shown(who!, batchId)).toMatchObject({ acceptedMinor: 120n, waitingMinor: 0n });
  });
});
