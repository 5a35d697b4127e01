import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { DAY, MINUTE } from '#server/core/clock.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { acceptAfterPeriod } from './accept-after-period.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { listOwnEarnings } from './own-earnings.ts';
import { listMyWork } from './reading-views.ts';
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

  test('R21: what a reader is shown moves by the same step after a gold read as after any other, until reads of its age are accepted', async () => {
    const batchId = await makeBatch(scene, {
      goldMode: 'dealt',
      goldShareBasisPoints: 3000,
      overlap: 2,
      reviewPeriodDays: 5,
    });
    const [who] = await makeReaders(scene, batchId, 1);
    let gold = 0;
    for (let n = 1; ; n += 1) {
      const labelId = await readOne(who!, batchId);
      if (labelId === null) break;
      if (await isGold(batchId, labelId)) gold += 1;
      const pay = { acceptedMinor: 0n, waitingReads: n, waitingMinor: BigInt(n) * 120n };
      // 30 s a read at USD 1.20: the rate is the same from the second read on.
      expect(await shown(who!, batchId)).toEqual({
        ...pay,
        perActiveHourMinor: n < 2 ? null : 14_400n,
        work: pay,
      });
    }
    expect(gold).toBe(2);
    const [reader] = await t.sql`select accrued_minor::int as n from readers where batch_id = ${batchId}`;
    expect(reader?.n).toBe(240);
    const reads = 24;
    scene.clock.advance(5 * DAY + MINUTE);
    const system = systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
    await acceptAfterPeriod(system);
    expect(await shown(who!, batchId)).toMatchObject({
      acceptedMinor: BigInt(reads) * 120n,
      waitingReads: 0,
      waitingMinor: 0n,
    });
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

  test('R31: a rejected read is named to its author alone, with reason, evidence and whom to write to', async () => {
    const batchId = await makeBatch(scene, {
      overlap: 1,
      caseIds: scene.dataset.cases.slice(3, 5).map((one) => one.id),
    });
    const [author, other] = await makeReaders(scene, batchId, 2);
    const labelId = (await readOne(author!, batchId))!;
    await readOne(other!, batchId);
    await rejectLabel(scene.sponsor, {
      batchId,
      labelId,
      reason: 'wrong_case',
      evidence: 'The answer describes the case before.',
    });
    const earnings = await listOwnEarnings(author!);
    expect(earnings.rejections).toMatchObject([
      { labelId, reason: 'wrong_case', evidence: 'The answer describes the case before.' },
    ]);
    expect(earnings.appealTo).toMatchObject({ legalName: expect.any(String) });
    expect(earnings.lines.find((line) => line.batchId === batchId)).toMatchObject({
      rejected: 1,
      waitingReads: 0,
      acceptedMinor: 0n,
    });
    expect(await listOwnEarnings(other!)).toMatchObject({ rejections: [], appealTo: null });
  });
});
