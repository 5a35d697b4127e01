import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { HOUR } from '#server/core/clock.ts';
import { balanceOf, checkLedger } from '#server/ledger/reads.ts';
import { policyPreset } from '#server/projects/presets.ts';
import { tallyLabels } from '#server/scores/tally-labels.ts';
import { amendLabel } from '#server/work/amend-label.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { getBatch } from '#server/work/reads.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { listFinalLabels } from './reads.ts';
import { settleTasks } from './settle-tasks.ts';

const ADAPTIVE = { mode: 'adaptive', maxOverlap: 4, minConfidence: 0.9 } as const;

describe('reads that a case is given beyond the overlap', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
    scene = await makeWorkScene(t.db, { cases: 10, fields: [gradeField()] });
  });
  afterAll(async () => {
    expect(await checkLedger(t.db)).toEqual({ ok: true, problems: [] });
    await t.drop();
  });

  const job = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const settle = (batchId: string) => settleTasks(job(), { batchId });
  const cases = (n: number) => scene.dataset.cases.slice(0, n).map((one) => one.id);
  const lease = async (who: OrgContext, batchId: string) =>
    (await claimNextTasks(who, { batchId, tier: 'label', limit: 1 })).leases[0];
  const read = async (who: OrgContext, batchId: string, grade: string) => {
    const { leaseId } = (await lease(who, batchId))!;
    const label = { batchId, leaseId, labelId: randomUUID(), answers: { grade }, activeMs: 1000 };
    return (await submitLabel(who, label)).labelId;
  };
  const slots = async (batchId: string) =>
    (
      await t.sql`select slot_no, lane, status from slots where batch_id = ${batchId} and tier = 'label'
        order by task_id, slot_no`
    ).map((row) => `${row.slot_no} ${row.lane} ${row.status}`);
  const funds = () => balanceOf(t.db, { code: 'project_funds', ownerId: scene.project.id, currency: 'USD' });

  test('adaptive: divided readers get one more, agreeing ones do not; what was reserved for the most comes back', async () => {
    const before = await funds();
    const batchId = await makeBatch(scene, { caseIds: cases(2), overlap: 2, overlapRule: ADAPTIVE });
    // Two cases of at most four reads at 1.20 and 15 % fee.
    expect(before - (await funds())).toBe(8n * 138n);
    const [one, two, three] = (await makeReaders(scene, batchId, 3)) as [OrgContext, OrgContext, OrgContext];
    await read(one, batchId, '1');
    await read(one, batchId, '2');
    await read(two, batchId, '3');
    await read(two, batchId, '2');
    // Two processes at once ask for one read more, not two.
    await Promise.all([settle(batchId), settle(batchId)]);
    expect((await slots(batchId)).filter((slot) => slot.endsWith('open'))).toEqual(['2 0 open']);
    expect((await getBatch(t.db, batchId)).slotCount).toBe(5);
    // Nobody reads the case twice: only the third can take it.
    expect(await lease(one, batchId)).toBeUndefined();
    await read(three, batchId, '1');
    await settle(batchId);
    await settle(batchId);
    const finals = await listFinalLabels(t.db, batchId, { limit: 10 });
    expect(finals.map((f) => [f.fields.grade?.value, f.fields.grade?.path, f.method]).sort()).toEqual([
      ['1', 'weighted', 'weighted'],
      ['2', 'unanimous', 'weighted'],
    ]);
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    expect(before - (await funds())).toBe(5n * 138n);
  });

  test('adaptive: at the most the case takes what it has, and no read is asked for beyond', async () => {
    const batchId = await makeBatch(scene, { caseIds: cases(1), overlap: 2, overlapRule: ADAPTIVE });
    const people = await makeReaders(scene, batchId, 4);
    for (const [at, who] of people.entries()) {
      await read(who, batchId, String(at));
      await settle(batchId);
    }
    expect(await slots(batchId)).toHaveLength(4);
    const [final] = await listFinalLabels(t.db, batchId, { limit: 1 });
    expect(final).toMatchObject({ fields: { grade: { value: null, path: 'undecided' } }, uncertain: 1 });
  });

  test('R8: a known answer does not decide its own case, what other gold says of its readers does', async () => {
    const gold = { 0: { grade: ['3'] }, 1: { grade: ['3'] } };
    const known = await makeWorkScene(t.db, { cases: 3, clock: scene.clock, fields: [gradeField()], gold });
    const split = async (cases: number[]) => {
      const batchId = await makeBatch(known, {
        caseIds: cases.map((at) => known.dataset.cases[at]!.id),
        overlap: 2,
        goldMode: 'embedded',
        overlapRule: { mode: 'adaptive', maxOverlap: 3, minConfidence: 0.95 },
      });
      const people = (await makeReaders(known, batchId, 2)) as OrgContext[];
      for (const [at, who] of people.entries())
        while (
          await lease(who, batchId).then((one) => one && submit(who, batchId, one, at === 0 ? '3' : '1'))
        );
      scene.clock.advance(HOUR);
      await tallyLabels(job(), { batchId });
      await closeBatch(known.sponsor, { batchId, reason: 'time is up' });
      await settle(batchId);
      const finals = await listFinalLabels(t.db, batchId, { limit: 10 });
      const of = new Map(finals.map((one) => [one.caseId, one.fields.grade]));
      return cases.map((at) => {
        const field = of.get(known.dataset.cases[at]!.id);
        return [field?.value, field?.path];
      });
    };
    // One read said 3, one 1, and nothing else is known of either reader: a tie, though the gold says 3.
    expect(await split([0])).toEqual([[null, 'undecided']]);
    // Beside it, other gold tells who is right, and so it does of a case without gold.
    expect(await split([0, 1, 2])).toEqual([
      ['3', 'weighted'],
      ['3', 'weighted'],
      ['3', 'weighted'],
    ]);
  });

  test('once the batch closes nothing more is asked for', async () => {
    const batchId = await makeBatch(scene, { caseIds: cases(1), overlap: 2, overlapRule: ADAPTIVE });
    const [one, two] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    await read(one, batchId, '1');
    await read(two, batchId, '3');
    await closeBatch(scene.sponsor, { batchId, reason: 'time is up' });
    await settle(batchId);
    expect(await slots(batchId)).toHaveLength(2);
    expect(await listFinalLabels(t.db, batchId, { limit: 1 })).toHaveLength(1);
  });

  test('on disagreement: so many more at most', async () => {
    const overlapRule = {
      mode: 'on_disagreement',
      agreementThreshold: 0.6,
      maxAdditionalAnnotators: 1,
    } as const;
    const batchId = await makeBatch(scene, { caseIds: cases(2), overlap: 2, overlapRule });
    const [one, two, three] = (await makeReaders(scene, batchId, 3)) as [OrgContext, OrgContext, OrgContext];
    for (const grade of ['1', '2']) await read(one, batchId, grade);
    for (const grade of ['1', '3']) await read(two, batchId, grade);
    await settle(batchId);
    await read(three, batchId, '3');
    expect(await lease(three, batchId)).toBeUndefined();
    await settle(batchId);
    const finals = await listFinalLabels(t.db, batchId, { limit: 10 });
    expect(finals.map((f) => [f.fields.grade?.value, f.fields.grade?.path]).sort()).toEqual([
      ['1', 'unanimous'],
      ['3', 'majority'],
    ]);
  });

  test('R22: an undo takes back the read more that nobody has taken; it is asked for anew only if the reads still differ', async () => {
    const before = await funds();
    const batchId = await makeBatch(scene, { caseIds: cases(2), overlap: 2, overlapRule: ADAPTIVE });
    const [one, two, three] = (await makeReaders(scene, batchId, 3)) as [OrgContext, OrgContext, OrgContext];
    const undo = async (labelId: string, grade: string) => {
      const newLabelId = randomUUID();
      await amendLabel(two, { batchId, labelId, newLabelId, answers: { grade }, activeMs: 1 });
      return newLabelId;
    };
    for (const grade of ['1', '2']) await read(one, batchId, grade);
    const [first, second] = [await read(two, batchId, '3'), await read(two, batchId, '3')];
    await settle(batchId);
    expect((await slots(batchId)).filter((slot) => slot.endsWith('open'))).toHaveLength(2);
    const other = await undo(first, '2');
    expect((await slots(batchId)).filter((slot) => slot.endsWith('open'))).toHaveLength(1);
    expect((await getBatch(t.db, batchId)).slotCount).toBe(5);
    await settle(batchId);
    expect((await getBatch(t.db, batchId)).slotCount).toBe(6);
    await undo(other, '1');
    await settle(batchId);
    // Who holds the other one finishes it (R27), whatever is undone meanwhile.
    const held = (await lease(three, batchId))!;
    await undo(second, '2');
    await settle(batchId);
    await submit(three, batchId, held, '2');
    await settle(batchId);
    await settle(batchId);
    const finals = await listFinalLabels(t.db, batchId, { limit: 10 });
    expect(finals.map((f) => [f.fields.grade?.value, f.fields.grade?.path]).sort()).toEqual([
      ['1', 'unanimous'],
      ['2', 'unanimous'],
    ]);
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    expect(before - (await funds())).toBe(5n * 138n);
  });

  test('a share of the cases gets the overlap, the rest one read', async () => {
    const overlapRule = { mode: 'share', overlapCoveragePercent: 30 } as const;
    const batchId = await makeBatch(scene, { overlap: 3, overlapRule });
    const needed = await t.sql`select reads_needed from tasks where batch_id = ${batchId} order by sort_key`;
    expect(needed.map((row) => row.reads_needed)).toEqual([1, 1, 1, 3, 1, 1, 3, 1, 1, 3]);
    expect((await getBatch(t.db, batchId)).slotCount).toBe(16);
    const people = await makeReaders(scene, batchId, 3);
    let n = 0;
    for (const who of people)
      while (await lease(who, batchId).then((one) => one && submit(who, batchId, one))) n += 1;
    expect(n).toBe(16);
    await settle(batchId);
    const finals = await listFinalLabels(t.db, batchId, { limit: 20 });
    const paths = finals.map((final) => final.fields.grade?.path).sort();
    expect(paths).toEqual([...Array(7).fill('single'), ...Array(3).fill('unanimous')]);
  });
  const submit = async (who: OrgContext, batchId: string, { leaseId }: { leaseId: string }, grade = '2') => {
    await submitLabel(who, {
      batchId,
      leaseId,
      labelId: randomUUID(),
      answers: { grade },
      activeMs: 500,
    });
    return true;
  };

  test('R5: a test reference is refused anything but a fixed overlap', async () => {
    const reference = await makeWorkScene(t.db, {
      cases: 2,
      clock: scene.clock,
      fields: [gradeField()],
      project: { intendedUse: 'test_reference', qualityPolicy: policyPreset('test_reference') },
    });
    const made = makeBatch(reference, { overlap: 3, overlapRule: ADAPTIVE, isAdjudicated: true });
    await expect(made).rejects.toMatchObject({
      reason: 'batch_invalid',
      details: [{ code: 'batch.overlap_rule', path: 'overlapRule' }],
    });
  });
});
