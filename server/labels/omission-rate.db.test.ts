import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { runDataSteps } from '#db/testing/data-steps.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { checkLedger } from '#server/ledger/reads.ts';
import { stratifiedShare } from '#server/quality/stratified-share.ts';
import { amendLabel } from '#server/work/amend-label.ts';
import { checkWorkInvariants } from '#server/work/check-invariants.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { getBatch } from '#server/work/reads.ts';
import { releaseLeases } from '#server/work/release-leases.ts';
import { isInShare, type Tier } from '#server/work/rules.ts';
import type { CreateBatchInput } from '#server/work/schemas.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { endAudit, orderAudit } from './order-audit.ts';
import { settleTasks } from './settle-tasks.ts';
import { submitAudit } from './submit-audit.ts';
import { viewAudits } from './view-checks.ts';
import { checksView } from './view-schemas.ts';

const MISSES = { field: 'grade', normalValue: '0', shareBasisPoints: 10_000 };
const CASES = 40;

describe('the omission rate counts what was held against a normal label (R22, R25)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 12 });
    scene = await makeWorkScene(t.db, {
      cases: CASES,
      fields: [gradeField()],
      caseAt: (i) => ({ subgroups: { sex: i % 4 === 0 ? 'F' : 'M' } }),
    });
  });
  afterAll(async () => {
    expect(await checkLedger(t.db)).toEqual({ ok: true, problems: [] });
    await t.drop();
  });

  const settle = async (batchId: string) => {
    const ctx = systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
    for (let i = 0; i < 2; i += 1) await settleTasks(ctx, { batchId });
  };
  const claim = async (who: OrgContext, batchId: string, tier: Tier) => {
    const [lease] = (await claimNextTasks(who, { batchId, tier, limit: 1 })).leases;
    if (lease === undefined) return null;
    const [row] = await t.sql<{ id: string }[]>`select task_id as id from slots
      where batch_id = ${batchId} and lease_id = ${lease.leaseId}`;
    return { leaseId: lease.leaseId, taskId: row!.id };
  };
  type Read = { taskId: string; labelId: string };
  const readSome = async (who: OrgContext, batchId: string, n: number, grade = '0'): Promise<Read[]> => {
    const reads: Read[] = [];
    while (reads.length < n) {
      const lease = await claim(who, batchId, 'label');
      if (lease === null) break;
      const labelId = randomUUID();
      const given = { batchId, leaseId: lease.leaseId, labelId, activeMs: 1000 };
      await submitLabel(who, { ...given, answers: { grade } });
      reads.push({ taskId: lease.taskId, labelId });
    }
    return reads;
  };
  const undo = (who: OrgContext, batchId: string, read: Read, grade: string) =>
    amendLabel(who, {
      batchId,
      labelId: read.labelId,
      newLabelId: randomUUID(),
      answers: { grade },
      activeMs: 1,
    });
  /** Reads everything again that is drawn, or no more than `most`; answers by case. */
  const rereadAll = async (batchId: string, answer: (taskId: string) => string, most = CASES) => {
    const [expert] = (await makeReaders(scene, batchId, 1, 'audit')) as [OrgContext];
    let n = 0;
    while (n < most) {
      const lease = await claim(expert, batchId, 'audit');
      if (lease === null) break;
      const given = { batchId, leaseId: lease.leaseId, labelId: randomUUID(), activeMs: 1 };
      await submitAudit(expert, { ...given, outcome: 'read', answers: { grade: answer(lease.taskId) } });
      n += 1;
    }
    return n;
  };
  const missesOf = async (batchId: string) => {
    const view = await viewAudits(scene.sponsor, { projectId: scene.project.id });
    return checksView.parse(view).batches.find((one) => one.batchId === batchId)!.misses!;
  };
  const samples = (batchId: string) => t.sql<{ id: string; status: string; normal: boolean }[]>`
    select task_id as id, status, is_normal as normal from audit_samples
    where batch_id = ${batchId} and purpose = 'reread' order by 1`;
  const openChecks = (batchId: string) => t.sql<{ id: string }[]>`
    select task_id as id from slots where batch_id = ${batchId} and tier = 'audit' and status = 'open' order by 1`;
  const make = (over: Partial<CreateBatchInput>) => makeBatch(scene, { overlap: 1, misses: MISSES, ...over });

  test('a label that is undone before its check is taken is drawn anew by what it says now', async () => {
    const batchId = await make({ caseLimit: 24 });
    const { seed } = await getBatch(t.db, batchId);
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const reads = await readSome(who, batchId, 22);
    await settle(batchId);
    expect(await openChecks(batchId)).toHaveLength(22);
    const undone = reads.slice(0, 20);
    for (const read of undone) await undo(who, batchId, read, '2');
    // Nobody gets a check of a label that is being settled anew.
    expect((await openChecks(batchId)).map((one) => one.id)).toEqual(
      reads
        .slice(20)
        .map((one) => one.taskId)
        .sort(),
    );
    await settle(batchId);
    const decoy = (taskId: string) => isInShare(seed, `reread|${taskId}`, 2000);
    const stay = undone.filter((one) => decoy(one.taskId)).map((one) => one.taskId);
    expect(stay.length).toBeLessThan(20);
    const drawn = [...(await samples(batchId))];
    expect(drawn.filter((one) => one.normal).map((one) => one.id)).toEqual(
      reads
        .slice(20)
        .map((one) => one.taskId)
        .sort(),
    );
    expect(drawn.filter((one) => !one.normal).map((one) => one.id)).toEqual([...stay].sort());
    expect(drawn.every((one) => one.status === 'open')).toBe(true);
    expect((await openChecks(batchId)).map((one) => one.id)).toEqual(drawn.map((one) => one.id));
    // The expert calls everything normal: nothing was overlooked, whatever the labels said once.
    expect(await rereadAll(batchId, () => '0')).toBe(2 + stay.length);
    expect(await missesOf(batchId)).toMatchObject({
      done: 2,
      omissions: 0,
      rate: { value: 0, n: 2 },
      others: { n: stay.length },
    });
    expect(await checkWorkInvariants(t.db)).toEqual([]);
  });

  test('and one that comes to be normal is drawn as the normal ones are', async () => {
    const batchId = await make({ caseLimit: 12 });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const reads = await readSome(who, batchId, 10, '2');
    await settle(batchId);
    for (const read of reads) await undo(who, batchId, read, '0');
    await settle(batchId);
    const drawn = [...(await samples(batchId))];
    expect(drawn).toHaveLength(10);
    expect(drawn.every((one) => one.normal && one.status === 'open')).toBe(true);
  });

  test('a finding counts by the label that it was held against, not by the one that was drawn', async () => {
    const batchId = await make({ caseLimit: 3 });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    await readSome(who, batchId, 3);
    await settle(batchId);
    const [expert] = (await makeReaders(scene, batchId, 1, 'audit')) as [OrgContext];
    const held = (await claim(expert, batchId, 'audit'))!;
    // Settled anew while the check is out, as an overturned rejection may have it.
    await t.sql`insert into final_labels select (jsonb_populate_record(f, jsonb_build_object('version', 2,
        'fields', jsonb_set(f.fields, '{grade,value}', '"2"')))).* from final_labels f
      where f.batch_id = ${batchId} and f.task_id = ${held.taskId}`;
    const given = { batchId, leaseId: held.leaseId, labelId: randomUUID(), activeMs: 1 };
    await submitAudit(expert, { ...given, outcome: 'read', answers: { grade: '0' } });
    expect(await missesOf(batchId)).toMatchObject({ drawn: 2, done: 0, omissions: 0, others: { n: 1 } });
    await rereadAll(batchId, () => '3');
    expect(await missesOf(batchId)).toMatchObject({ done: 2, omissions: 2, rate: { value: 1, n: 2 } });
  });

  test('checks that were ended stay ended: what becomes final later, or is let go, is given up with the rest', async () => {
    const batchId = await make({ caseLimit: 5 });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    await readSome(who, batchId, 3);
    await settle(batchId);
    const [expert] = (await makeReaders(scene, batchId, 1, 'audit')) as [OrgContext];
    const held = (await claim(expert, batchId, 'audit'))!;
    const end = { batchId, reason: 'Nobody is there to read again.' };
    expect(await endAudit(scene.sponsor, end)).toEqual({ dropped: 2, held: 1 });
    await readSome(who, batchId, 2);
    await settle(batchId);
    // What somebody holds is waited for, and nothing else.
    expect((await samples(batchId)).map((one) => one.status).sort()).toEqual([
      'dropped',
      'dropped',
      'dropped',
      'dropped',
      'open',
    ]);
    expect(await openChecks(batchId)).toEqual([]);
    expect((await getBatch(t.db, batchId)).status).not.toBe('settled');
    await releaseLeases(expert, { batchId, leaseIds: [held.leaseId] });
    await settle(batchId);
    expect(await missesOf(batchId)).toMatchObject({ drawn: 5, open: 0, done: 0 });
    expect(await openChecks(batchId)).toEqual([]);
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    expect(await checkWorkInvariants(t.db)).toEqual([]);
  });

  test('while somebody holds the last check, of whatever class its label is, the page says so, ends the checks and waits for it', async () => {
    const batchId = await make({ caseLimit: 2 });
    const left = async () =>
      checksView
        .parse(await viewAudits(scene.sponsor, { projectId: scene.project.id }))
        .batches.find((one) => one.batchId === batchId)!.left;
    expect(await left()).toBeNull();
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    await readSome(who, batchId, 2);
    await settle(batchId);
    expect(await left()).toEqual({ checks: 2, held: 0, isEnded: false });
    expect(await rereadAll(batchId, () => '0', 1)).toBe(1);
    // Drawn as one of those that are not normal, so that the work does not tell what was found.
    await t.sql`update audit_samples set is_normal = false where batch_id = ${batchId} and status = 'open'`;
    const [expert] = (await makeReaders(scene, batchId, 1, 'audit')) as [OrgContext];
    const { leaseId } = (await claim(expert, batchId, 'audit'))!;
    expect(await missesOf(batchId)).toMatchObject({ open: 0, done: 1 });
    expect(await left()).toEqual({ checks: 1, held: 1, isEnded: false });
    expect(await endAudit(scene.sponsor, { batchId, reason: 'Enough.' })).toEqual({ dropped: 0, held: 1 });
    expect(await left()).toEqual({ checks: 1, held: 1, isEnded: true });
    await settle(batchId);
    expect((await getBatch(t.db, batchId)).status).toBe('closing');
    await releaseLeases(expert, { batchId, leaseIds: [leaseId] });
    await settle(batchId);
    expect(await left()).toBeNull();
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
  });

  describe('ending the checks is kept, whether or not anything was left to give up (ADR 014)', () => {
    const end = (batchId: string) => endAudit(scene.sponsor, { batchId, reason: 'Nobody is there.' });
    const statuses = async (batchId: string) => (await samples(batchId)).map((one) => one.status).sort();
    /** The one check that is drawn is held; ended, and let go after that. */
    const letGoAfterEnd = async (batchId: string) => {
      const [expert] = (await makeReaders(scene, batchId, 1, 'audit')) as [OrgContext];
      const { leaseId } = (await claim(expert, batchId, 'audit'))!;
      expect(await end(batchId)).toEqual({ dropped: 0, held: 1 });
      await settle(batchId);
      expect(await statuses(batchId)).toEqual(['open']);
      await releaseLeases(expert, { batchId, leaseIds: [leaseId] });
      expect(await openChecks(batchId)).toHaveLength(1);
      await settle(batchId);
      expect(await openChecks(batchId)).toEqual([]);
      expect(await statuses(batchId)).toEqual(['dropped']);
    };

    test('the last check of a closing batch, let go by its holder, keeps the batch from its end no more', async () => {
      const batchId = await make({ caseLimit: 1 });
      const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
      await readSome(who, batchId, 1);
      await settle(batchId);
      await letGoAfterEnd(batchId);
      expect((await getBatch(t.db, batchId)).status).toBe('settled');
    });

    test('nor is one that is let go while the batch is still read given to anybody', async () => {
      const batchId = await make({ caseLimit: 3 });
      const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
      await readSome(who, batchId, 1);
      await settle(batchId);
      await letGoAfterEnd(batchId);
      expect((await getBatch(t.db, batchId)).status).toBe('open');
    });

    test('when only an audit is left, what becomes final later is not read again either; an audit ordered anew is looked at', async () => {
      const batchId = await make({ caseLimit: 4 });
      const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
      await readSome(who, batchId, 2);
      await settle(batchId);
      expect(await rereadAll(batchId, () => '0')).toBe(2);
      const plan = { maxErrorRate: 0.6, confidence: 0.9, expectedErrorRate: 0 };
      const { sampleSize } = await orderAudit(scene.sponsor, { batchId, plan });
      expect(await end(batchId)).toEqual({ dropped: sampleSize, held: 0 });
      // As the trail tells it of batches from before it was kept.
      const kept = await getBatch(t.db, batchId);
      await t.sql`update batches set audit_ended_at = null, rereads_ended_at = null where id = ${batchId}`;
      await runDataSteps(t.admin, '0095_ended_checks');
      const { auditEndedAt, rereadsEndedAt } = await getBatch(t.db, batchId);
      expect({ auditEndedAt, rereadsEndedAt }).toEqual({
        auditEndedAt: kept.rereadsEndedAt,
        rereadsEndedAt: kept.auditEndedAt,
      });
      expect(rereadsEndedAt).not.toBeNull();
      await readSome(who, batchId, 1);
      await settle(batchId);
      expect(await openChecks(batchId)).toEqual([]);
      expect(await statuses(batchId)).toEqual(['done', 'done', 'dropped']);
      await orderAudit(scene.sponsor, { batchId, plan: { ...plan, maxErrorRate: 0.3 } });
      await readSome(who, batchId, 1);
      await settle(batchId);
      expect((await openChecks(batchId)).length).toBeGreaterThan(sampleSize);
      expect(await statuses(batchId)).toEqual(['done', 'done', 'dropped', 'dropped']);
      expect(await getBatch(t.db, batchId)).toMatchObject({ auditEndedAt: null, rereadsEndedAt });
      await end(batchId);
      await settle(batchId);
      expect((await getBatch(t.db, batchId)).status).toBe('settled');
      expect(await checkWorkInvariants(t.db)).toEqual([]);
    });
  });

  test('in a batch that oversamples, it counts by sampling weight and says for how many cases', async () => {
    const batchId = await make({
      sampling: { kind: 'stratified', by: ['subgroup:sex'], allocation: { kind: 'equal', count: 16 } },
    });
    const strata = await t.sql<{ id: string; stratum: number; sex: string }[]>`
      select t.id, t.stratum, c.subgroups ->> 'sex' as sex from tasks t join cases c on c.id = t.case_id
      where t.batch_id = ${batchId}`;
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const reads = await readSome(who, batchId, 15);
    // One of the women says something else, and so is no normal label of its stratum.
    const women = strata.filter((one) => one.sex === 'F').map((one) => one.id);
    const read = new Set(reads.map((one) => one.taskId));
    const other = reads.find((one) => women.includes(one.taskId))!;
    await undo(who, batchId, other, '4');
    await settle(batchId);
    const overlooked = women.filter((id) => id !== other.taskId && read.has(id)).slice(0, 3);
    await rereadAll(batchId, (id) => (overlooked.includes(id) ? '3' : id === other.taskId ? '4' : '0'));
    const seen = women.filter((id) => read.has(id)).length;
    const expected = stratifiedShare([
      { population: (10 * (seen - 1)) / seen, n: seen - 1, successes: 3 },
      { population: 30, n: 15 - seen, successes: 0 },
    ]);
    const misses = await missesOf(batchId);
    expect(misses).toMatchObject({ done: 14, omissions: 3, population: 40, unseen: 0 });
    expect(misses.rate.value).toBeCloseTo(expected.value!, 10);
    expect(misses.rate.value).toBeLessThan(3 / 14);
    expect(misses.rate.interval![0]).toBeCloseTo(expected.ci![0], 10);
    expect(misses.rate.interval![1]).toBeCloseTo(expected.ci![1], 10);
    // A batch that is no sample speaks for its own cases.
    const whole = await make({ caseLimit: 1 });
    expect(await missesOf(whole)).toMatchObject({ population: null });
  });
});
