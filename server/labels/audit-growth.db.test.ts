import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { balanceOf, checkLedger } from '#server/ledger/reads.ts';
import { auditEstimate, auditSampleSize } from '#server/quality/audit-sample.ts';
import { addTasks } from '#server/work/add-tasks.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import type { Tier } from '#server/work/rules.ts';
import { skipTask } from '#server/work/skip-task.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { endAudit, orderAudit } from './order-audit.ts';
import { settleTasks } from './settle-tasks.ts';
import { submitAudit } from './submit-audit.ts';
import { viewAudits } from './view-checks.ts';
import { checksView } from './view-schemas.ts';

const PLAN = { maxErrorRate: 0.2, confidence: 0.95, expectedErrorRate: 0 };
const [SMALL, LARGE] = [12, 60];
const NOBODY = randomUUID();
const sizeOf = (population: number) => auditSampleSize({ ...PLAN, population }).n;

describe('an audit of a batch that grows (R25, ADR 014)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 12 });
    scene = await makeWorkScene(t.db, { cases: LARGE, fields: [gradeField()] });
  });
  afterAll(async () => {
    expect(await checkLedger(t.db)).toEqual({ ok: true, problems: [] });
    await t.drop();
  });

  const settle = (batchId: string) =>
    settleTasks(systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() }), {
      batchId,
    });
  const claim = async (who: OrgContext, batchId: string, tier: Tier) =>
    (await claimNextTasks(who, { batchId, tier, limit: 1 })).leases[0];
  const caseOf = async (leaseId: string) =>
    (await t.sql<{ id: string }[]>`select task_id as id from slots where lease_id = ${leaseId}`)[0]!.id;
  const readAll = async (batchId: string) => {
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    for (let lease = await claim(who, batchId, 'label'); lease; lease = await claim(who, batchId, 'label')) {
      const given = { batchId, leaseId: lease.leaseId, labelId: randomUUID(), activeMs: 1000 };
      await submitLabel(who, { ...given, answers: { grade: '2' } });
    }
    await settle(batchId);
    await settle(batchId);
  };
  /** Looks at up to `n` cases; says that those of `wrong` are wrong. */
  const auditSome = async (batchId: string, n: number, wrong: readonly string[] = []) => {
    const [who] = (await makeReaders(scene, batchId, 1, 'audit')) as [OrgContext];
    for (let left = n; left > 0; left -= 1) {
      const lease = await claim(who, batchId, 'audit');
      if (!lease) return;
      const given = { batchId, leaseId: lease.leaseId, labelId: randomUUID(), activeMs: 900 };
      if (!wrong.includes(await caseOf(lease.leaseId)))
        await submitAudit(who, { ...given, outcome: 'agree' });
      else {
        const answers = { grade: '4' };
        await submitAudit(who, { ...given, outcome: 'disagree', errorKind: 'mislabel', answers });
      }
    }
  };
  const auditOf = async (batchId: string) => {
    const view = await viewAudits(scene.sponsor, { projectId: scene.project.id });
    return checksView.parse(view).batches.find((one) => one.batchId === batchId)!.audit!;
  };
  /** The cases of the batch in the order in which its audit draws them. */
  const inOrder = async (batchId: string) => {
    const rows = await t.sql<
      { id: string }[]
    >`select t.id from tasks t join audits a on a.batch_id = t.batch_id
      where t.batch_id = ${batchId} order by md5(a.id::text || t.id::text)`;
    return rows.map((row) => row.id);
  };
  const samples = async (batchId: string) => [
    ...(await t.sql<{ id: string; status: string; extra: boolean }[]>`
      select task_id as id, status, is_extra as extra from audit_samples
      where batch_id = ${batchId} and purpose = 'audit'`),
  ];
  const openSlots = async (batchId: string) =>
    (
      await t.sql`select task_id from slots where batch_id = ${batchId} and tier = 'audit' and status = 'open'`
    ).length;
  const started = async () => {
    const batchId = await makeBatch(scene, { caseLimit: SMALL, overlap: 1, audit: PLAN });
    await settle(batchId);
    expect(await auditOf(batchId)).toMatchObject({ population: SMALL, sampleSize: sizeOf(SMALL) });
    return batchId;
  };
  /** Nobody gets one case that is not in the sample, so that the batch is not read out and stays open. */
  const keepOpen = (
    batchId: string,
  ) => t.sql`update slots set reserved_for = ${NOBODY} where batch_id = ${batchId}
    and task_id = (select id from tasks where batch_id = ${batchId} and id not in (
      select task_id from audit_samples where batch_id = ${batchId}) limit 1)`;
  /**
   * A batch whose audit was ended with nothing looked at. Its first case lies so far in front that every larger sample holds it, whatever
   * ids the cases get that come to it.
   */
  async function endedWithOneInFront(): Promise<{ batchId: string; first: string }> {
    for (;;) {
      const batchId = await makeBatch(scene, { caseLimit: SMALL, overlap: 1 });
      await orderAudit(scene.sponsor, { batchId, plan: PLAN });
      const [first] = await inOrder(batchId);
      const [place] =
        await t.sql`select md5(id::text || ${first!}::text) < '1' as front from audits where batch_id = ${batchId}`;
      if (!place!.front) continue;
      await keepOpen(batchId);
      await readAll(batchId);
      await endAudit(scene.sponsor, { batchId, reason: 'Nobody is there to look.' });
      return { batchId, first: first! };
    }
  }
  const grow = (batchId: string) => addTasks(scene.sponsor, { batchId, limit: LARGE - SMALL });
  const funds = () => balanceOf(t.db, { code: 'project_funds', ownerId: scene.project.id, currency: 'USD' });
  /** What is reserved for 48 more reads and so many more cases looked at, each once more by the panel. */
  const costOf = (looks: number) => BigInt(LARGE - SMALL + 2 * looks) * 138n;

  test('before anything was looked at it is drawn anew from all cases, as if they had been there from the start', async () => {
    const batchId = await started();
    const before = await funds();
    const { reservedMinor } = await grow(batchId);
    const first = (await inOrder(batchId)).slice(0, sizeOf(LARGE));
    const drawn = await samples(batchId);
    expect(drawn.map((one) => one.id).sort()).toEqual([...first].sort());
    expect(drawn.every((one) => !one.extra && one.status === 'waiting')).toBe(true);
    expect(await auditOf(batchId)).toMatchObject({
      population: LARGE,
      sampleSize: sizeOf(LARGE),
      drawn: sizeOf(LARGE),
    });
    expect(reservedMinor).toBe(costOf(sizeOf(LARGE) - sizeOf(SMALL)));
    expect(before - (await funds())).toBe(reservedMinor);
  });

  test('after some results those outside the sample of the whole are extra: shown, and in no estimate', async () => {
    const batchId = await started();
    await keepOpen(batchId);
    await readAll(batchId);
    const old = await samples(batchId);
    await auditSome(
      batchId,
      4,
      old.map((one) => one.id),
    );
    const [holder] = (await makeReaders(scene, batchId, 1, 'audit')) as [OrgContext];
    const held = await caseOf((await claim(holder, batchId, 'audit'))!.leaseId);
    const done = (await samples(batchId)).filter((one) => one.status === 'done').map((one) => one.id);
    expect(done).toHaveLength(4);
    const { reservedMinor } = await grow(batchId);
    const first = (await inOrder(batchId)).slice(0, sizeOf(LARGE));
    const drawn = await samples(batchId);
    const counted = drawn.filter((one) => !one.extra).map((one) => one.id);
    expect([...counted].sort()).toEqual([...first].sort());
    const outgrown = [...done, held].filter((id) => !first.includes(id));
    expect(
      drawn
        .filter((one) => one.extra)
        .map((one) => one.id)
        .sort(),
    ).toEqual([...outgrown].sort());
    // What nobody had begun and is not in the sample any more is not looked at.
    const open = drawn.filter((one) => one.status === 'open');
    expect(await openSlots(batchId)).toBe(open.filter((one) => one.id !== held).length);
    expect(open.every((one) => !one.extra || one.id === held)).toBe(true);
    expect(reservedMinor).toBe(costOf(sizeOf(LARGE) - sizeOf(SMALL) + outgrown.length));
    const seen = done.filter((id) => first.includes(id)).length;
    const outside = done.length - seen;
    const audit = await auditOf(batchId);
    expect(audit).toMatchObject({ population: LARGE, done: seen, errors: seen });
    expect(audit.extra).toEqual({ done: outside, errors: outside });
    // All wrong so far: the far bound takes what is left at its worst as well.
    const estimate = auditEstimate({
      ...PLAN,
      population: LARGE,
      n: sizeOf(LARGE),
      errors: seen,
      unseen: sizeOf(LARGE) - seen,
    });
    expect(audit.verdict).toBe(estimate.verdict);
    if (seen > 0) expect(audit.rate.interval).toEqual([...estimate.ci!]);
    // What its auditor gives back is looked at by nobody: the batch does not wait for what the sample has outgrown.
    if (first.includes(held)) return;
    const [lease] = await t.sql<{ id: string }[]>`select lease_id as id from slots
      where batch_id = ${batchId} and task_id = ${held} and tier = 'audit'`;
    await skipTask(holder, { batchId, leaseId: lease!.id, reason: 'other', note: 'I know the patient.' });
    await settle(batchId);
    expect((await samples(batchId)).map((one) => one.id)).not.toContain(held);
  });

  test('a verdict is open again until the sample of the whole has been looked at', async () => {
    const batchId = await started();
    await keepOpen(batchId);
    await readAll(batchId);
    await auditSome(batchId, SMALL);
    expect(await auditOf(batchId)).toMatchObject({ population: SMALL, verdict: 'pass' });
    await grow(batchId);
    const after = await auditOf(batchId);
    expect(after).toMatchObject({ population: LARGE, errors: 0 });
    // Seven of 60 tell nothing, whichever of them count.
    expect(after.verdict).toBe('inconclusive');
    expect(after.done + after.extra.done).toBe(sizeOf(SMALL));
    await t.sql`update slots set reserved_for = null where batch_id = ${batchId} and reserved_for = ${NOBODY}`;
    await readAll(batchId);
    await auditSome(batchId, LARGE);
    expect(await auditOf(batchId)).toMatchObject({
      population: LARGE,
      done: sizeOf(LARGE),
      rate: { n: sizeOf(LARGE) },
      verdict: 'pass',
    });
  });

  test('a larger audit ordered later takes the first of the whole, those looked at before among them', async () => {
    const batchId = await started();
    await keepOpen(batchId);
    await readAll(batchId);
    await auditSome(batchId, SMALL);
    await grow(batchId);
    const { sampleSize, population } = await orderAudit(scene.sponsor, {
      batchId,
      plan: { ...PLAN, maxErrorRate: 0.08 },
    });
    expect(population).toBe(LARGE);
    const first = new Set((await inOrder(batchId)).slice(0, sampleSize));
    const drawn = await samples(batchId);
    for (const one of drawn) expect(one.extra).toBe(!first.has(one.id));
    expect(drawn.filter((one) => first.has(one.id))).toHaveLength(sampleSize);
    const audit = await auditOf(batchId);
    expect(audit.done).toBe(drawn.filter((one) => one.status === 'done' && !one.extra).length);
    expect(audit.verdict).toBe('inconclusive');
  });

  test('an audit that was ordered grows with its batch and reserves for it, and one that was ended is drawn again', async () => {
    const batchId = await makeBatch(scene, { caseLimit: SMALL, overlap: 1 });
    await orderAudit(scene.sponsor, { batchId, plan: PLAN });
    await endAudit(scene.sponsor, { batchId, reason: 'Nobody is there to look.' });
    expect(await auditOf(batchId)).toMatchObject({ dropped: sizeOf(SMALL), waiting: 0 });
    const { reservedMinor } = await grow(batchId);
    expect(reservedMinor).toBe(costOf(sizeOf(LARGE) - sizeOf(SMALL)));
    expect(await auditOf(batchId)).toMatchObject({ population: LARGE, dropped: 0, waiting: sizeOf(LARGE) });
  });

  test.each(['ordered anew', 'drawn from more cases'])(
    'an audit that was ended and is then %s is looked at, also when a case that was given up dropped out meanwhile',
    async (how) => {
      const { batchId, first: gone } = await endedWithOneInFront();
      await t.sql`update tasks set status = 'unusable' where batch_id = ${batchId} and id = ${gone}`;
      if (how === 'ordered anew')
        await orderAudit(scene.sponsor, { batchId, plan: { ...PLAN, maxErrorRate: 0.12 } });
      else await grow(batchId);
      await readAll(batchId);
      await settle(batchId);
      const audit = await auditOf(batchId);
      expect(audit.sampleSize).toBeGreaterThan(sizeOf(SMALL));
      // Nobody can look at the one that dropped out: it is neither right nor wrong, and in no estimate.
      expect(audit).toMatchObject({ dropped: 0, lost: 1 });
      expect(await openSlots(batchId)).toBe(audit.open);
      expect(audit.open).toBeGreaterThanOrEqual(audit.sampleSize - 1);
      expect(audit.open + audit.waiting).toBe(audit.sampleSize);
    },
  );

  test('what was given up counts at its worst: ending an audit early cannot make it pass', async () => {
    const batchId = await makeBatch(scene, { caseLimit: SMALL, overlap: 1, audit: PLAN });
    await settle(batchId);
    await readAll(batchId);
    await auditSome(batchId, sizeOf(SMALL) - 1);
    expect(await auditOf(batchId)).toMatchObject({ errors: 0, open: 1, verdict: 'inconclusive' });
    await endAudit(scene.sponsor, { batchId, reason: 'Enough.' });
    const audit = await auditOf(batchId);
    expect(audit).toMatchObject({ errors: 0, dropped: 1, verdict: 'inconclusive' });
    expect(audit.rate.interval![1]).toBeGreaterThan(PLAN.maxErrorRate);
  });

  test('a case that was shut by a false alarm is looked at after all (R24)', async () => {
    const batchId = await makeBatch(scene, { caseLimit: SMALL, overlap: 1 });
    await orderAudit(scene.sponsor, { batchId, plan: PLAN });
    const [shut] = await samples(batchId);
    await t.sql`update tasks set status = 'unusable' where batch_id = ${batchId} and id = ${shut!.id}`;
    await keepOpen(batchId);
    await readAll(batchId);
    await auditSome(batchId, SMALL);
    // Without a label it is neither right nor wrong.
    expect(await auditOf(batchId)).toMatchObject({ done: sizeOf(SMALL) - 1, lost: 1, dropped: 0 });
    await t.sql`update tasks set status = 'labelled' where batch_id = ${batchId} and id = ${shut!.id}`;
    await settle(batchId);
    await settle(batchId);
    expect(await auditOf(batchId)).toMatchObject({ open: 1, lost: 0 });
  });

  test('one that a false alarm gives back after the audit was ended is given up with the rest', async () => {
    const batchId = await makeBatch(scene, { caseLimit: SMALL, overlap: 1 });
    await orderAudit(scene.sponsor, { batchId, plan: PLAN });
    const [shut] = await samples(batchId);
    await t.sql`update tasks set status = 'unusable' where batch_id = ${batchId} and id = ${shut!.id}`;
    await keepOpen(batchId);
    await readAll(batchId);
    await settle(batchId);
    await endAudit(scene.sponsor, { batchId, reason: 'Nobody is there to look.' });
    expect(await auditOf(batchId)).toMatchObject({ lost: 1, dropped: sizeOf(SMALL) - 1 });
    await t.sql`update tasks set status = 'labelled' where batch_id = ${batchId} and id = ${shut!.id}`;
    await settle(batchId);
    await settle(batchId);
    expect(await auditOf(batchId)).toMatchObject({ lost: 0, dropped: sizeOf(SMALL), waiting: 0, open: 0 });
  });

  test('cases are added only when the larger audit is funded too, the cases that it outgrows included', async () => {
    const poor = await makeWorkScene(t.db, { cases: LARGE, fundsMinor: 138n * 76n, fields: [gradeField()] });
    const batchId = await makeBatch(poor, { caseLimit: SMALL, overlap: 1 });
    await orderAudit(poor.sponsor, { batchId, plan: PLAN });
    const left = 76n - BigInt(SMALL) - 2n * BigInt(sizeOf(SMALL));
    const reads = BigInt(LARGE - SMALL);
    // The reads are funded, what the audit grows by is not.
    expect(left).toBeGreaterThanOrEqual(reads);
    expect(left).toBeLessThan(reads + 2n * BigInt(sizeOf(LARGE) - sizeOf(SMALL)));
    await expect(addTasks(poor.sponsor, { batchId, limit: LARGE - SMALL })).rejects.toMatchObject({
      reason: 'funds_missing',
    });
  });
});
