import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { casesOf } from '#db/seed/factories/labels.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import type { ReadSteps } from '#db/seed/factories/read-steps.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import type { TestDatabase } from '#db/testing/database.ts';
import { openSettlingScene } from '#db/testing/read-scenes.ts';
import { systemContext } from '#server/command/context.ts';
import { checkLedger } from '#server/ledger/reads.ts';
import { amendLabel } from '#server/work/amend-label.ts';
import { viewBatch } from '#server/work/batch-views.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { getBatch, listReaders } from '#server/work/reads.ts';
import { requestRepeats } from '#server/work/request-repeats.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { batchDetailView } from '#server/work/view-schemas.ts';
import { viewDecisionCase } from './label-views.ts';
import { getProvenance, listFinalLabels } from './reads.ts';
import { settleTasks } from './settle-tasks.ts';
import { submitAdjudication } from './submit-adjudication.ts';

describe('what becomes of labels', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let at: ReadSteps;
  beforeAll(async () => {
    ({ t, scene, at } = await openSettlingScene(inject('adminUrl')));
  });
  afterAll(async () => {
    expect(await checkLedger(t.db)).toEqual({ ok: true, problems: [] });
    await t.drop();
  });

  test('a majority becomes the final label with its votes, path and cost, and accepts its reads', async () => {
    const batchId = await makeBatch(scene, { caseIds: casesOf(scene, 1), isAdjudicated: true });
    const people = await makeReaders(scene, batchId, 3);
    for (const [i, who] of people.entries()) await at.read(who, batchId, i === 0 ? '1' : '3');
    await at.settle(batchId);
    const [final] = await listFinalLabels(t.db, batchId, { limit: 10 });
    expect(final).toMatchObject({
      fields: {
        grade: {
          value: '3',
          path: 'majority',
          votes: [
            { value: '3', n: 2 },
            { value: '1', n: 1 },
          ],
        },
      },
      costMinor: 3n * 138n,
      uncertain: 0,
    });
    expect((await listReaders(t.db, batchId)).map((r) => r.accruedMinor)).toEqual([120n, 120n, 120n]);
    // All cases are done: the batch closes and settles by itself.
    await at.settle(batchId);
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
  });

  test('R25: without a majority the panel decides, blind to names, with a rationale; no reader may, nor twice', async () => {
    const batchId = await makeBatch(scene, { caseIds: casesOf(scene, 1), isAdjudicated: true });
    const people = await makeReaders(scene, batchId, 3);
    for (const [i, who] of people.entries()) await at.read(who, batchId, String(i));
    await at.settle(batchId);
    expect(await at.tasksOf(batchId)).toMatchObject([{ status: 'in_adjudication' }]);
    const [judge] = await makeReaders(scene, batchId, 1, 'adjudicate');
    const lease = await at.claim(judge!, batchId, 'adjudicate');
    const seen = await viewDecisionCase(judge!, { batchId, leaseId: lease!.leaseId });
    expect(seen.reads.map((r) => r.name)).toEqual(['Reader A', 'Reader B', 'Reader C']);
    expect(JSON.stringify(seen)).not.toContain(people[0]!.actor.personId);
    const decide = {
      batchId,
      leaseId: lease!.leaseId,
      labelId: randomUUID(),
      answers: { grade: '2' },
      rationale: 'Cribriform glands.',
      activeMs: 9000,
    };
    await submitAdjudication(judge!, decide);
    expect(await submitAdjudication(judge!, decide)).toMatchObject({ isReplay: true });
    const [final] = await listFinalLabels(t.db, batchId, { limit: 10 });
    // The panel is the sponsor's own staff: no price, no fee (R2).
    expect(final).toMatchObject({ fields: { grade: { value: '2', path: 'adjudication' } }, costMinor: 414n });
    const history = await getProvenance(t.db, { batchId, taskId: final!.taskId });
    expect(history!.steps.map((s) => [s.tier, s.alias])).toEqual([
      ['label', 'R01'],
      ['label', 'R02'],
      ['label', 'R03'],
      ['adjudicate', 'A01'],
    ]);
    expect(history!.steps[0]).toMatchObject({
      protocolVersion: 1,
      priceMinor: 120n,
      gateBasis: expect.any(String),
    });
  });

  test('R22: an undo after the case was settled settles it again as a new version', async () => {
    const batchId = await makeBatch(scene, { caseIds: casesOf(scene, 2), overlap: 1 });
    const [who] = await makeReaders(scene, batchId, 1);
    const labelId = await at.read(who!, batchId, '1');
    await at.settle(batchId);
    await amendLabel(who!, {
      batchId,
      labelId,
      newLabelId: randomUUID(),
      answers: { grade: '4' },
      activeMs: 100,
    });
    await at.settle(batchId);
    const [final] = await listFinalLabels(t.db, batchId, { limit: 10 });
    expect(final).toMatchObject({ version: 2, fields: { grade: { value: '4' } }, costMinor: 138n });
  });

  test('a tie that nobody adjudicates stays undecided; closing early takes the reads there are', async () => {
    const batchId = await makeBatch(scene, { caseIds: casesOf(scene, 2), overlap: 3 });
    const [one, other] = await makeReaders(scene, batchId, 2);
    await at.read(one!, batchId, '1');
    await at.read(other!, batchId, '3');
    await closeBatch(scene.sponsor, { batchId, reason: 'time is up' });
    await at.settle(batchId);
    await at.settle(batchId);
    const finals = await listFinalLabels(t.db, batchId, { limit: 10 });
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    // Both began at the head of their lanes, so they read the same case; the other was read by nobody.
    expect(finals.map((f) => [f.uncertain, f.fields.grade?.path])).toEqual([[1, 'undecided']]);
  });

  test('an automatic choice settles by what is most often right on gold, and keeps why; a test reference names its method (R5)', async () => {
    const many = await makeWorkScene(t.db, {
      cases: 30,
      fields: [gradeField()],
      gold: Object.fromEntries(Array.from({ length: 24 }, (_, n) => [n, { grade: [String(n % 4)] }])),
    });
    const made = { overlap: 3, goldMode: 'embedded', consensusMethod: 'auto', seed: 5 } as const;
    const batchId = await makeBatch(many, made);
    const people = await makeReaders(many, batchId, 3);
    for (const [index, who] of people.entries()) {
      for (;;) {
        const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 10 });
        if (leases.length === 0) break;
        const slots = await t.sql`select s.lease_id, k.case_id from slots s
          join tasks k on k.batch_id = s.batch_id and k.id = s.task_id
          where s.batch_id = ${batchId} and s.lease_id in ${t.sql(leases.map((one) => one.leaseId))}`;
        for (const slot of slots) {
          const n = many.dataset.cases.findIndex((one) => one.id === slot.case_id);
          // One is always right; two take every 3 for a 2, and outvote them.
          const grade = n % 4 === 3 && index > 0 ? '2' : String(n % 4);
          const label = { labelId: randomUUID(), answers: { grade }, activeMs: 1000 };
          await submitLabel(who, { batchId, leaseId: slot.lease_id, ...label });
        }
      }
    }
    const ctx = systemContext({ db: t.db, clock: many.clock, name: 'test', requestId: randomUUID() });
    await settleTasks(ctx, { batchId });
    const { consensusChoice: choice } = batchDetailView.parse(await viewBatch(many.sponsor, { batchId }));
    expect(choice).toMatchObject([{ field: 'grade' }]);
    const [{ method, reason, candidates }] = choice as [NonNullable<typeof choice>[number]];
    const of = (name: string) => candidates.find((one) => one.method === name)!.accuracy!;
    expect(of(method)).toBe(Math.max(...candidates.map((one) => one.accuracy ?? 0)));
    expect(of('majority')).toBeCloseTo(18 / 24, 9);
    expect(reason).toContain('of 24 gold items');
    const finals = await listFinalLabels(t.db, batchId, { limit: 50 });
    expect(finals).toHaveLength(30);
    expect(finals.every((final) => final.method === 'auto')).toBe(true);
    const right = finals.filter((final) => {
      const n = many.dataset.cases.findIndex((one) => one.id === final.caseId);
      return n < 24 && final.fields.grade?.value === String(n % 4);
    });
    expect(right.length / 24).toBeCloseTo(of(method), 9);
    const reference = await makeWorkScene(t.db, { cases: 2, project: { intendedUse: 'test_reference' } });
    await expect(makeBatch(reference, { ...made, goldMode: 'none' })).rejects.toMatchObject({
      details: [expect.objectContaining({ path: 'consensusMethod' })],
    });
  });

  test('R23: repeats asked of one reader come after the first reads and count as repeats in Dawid–Skene', async () => {
    const batchId = await makeBatch(scene, {
      kind: 'pilot',
      caseIds: casesOf(scene, 3),
      overlap: 2,
      consensusMethod: 'dawid_skene',
    });
    const [one, other] = await makeReaders(scene, batchId, 2);
    await requestRepeats(scene.sponsor, {
      batchId,
      annotatorId: one!.actor.personId,
      rounds: 3,
      afterDays: 0,
    });
    const rounds: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      const lease = await at.claim(one!, batchId);
      rounds.push(lease!.round);
      const submit = { labelId: randomUUID(), answers: { grade: '2' }, activeMs: 1000 };
      await submitLabel(one!, { batchId, leaseId: lease!.leaseId, ...submit });
    }
    expect(rounds).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
    expect(await at.claim(one!, batchId)).toBeUndefined();
    for (let i = 0; i < 3; i += 1) await at.read(other!, batchId, i === 0 ? '1' : '2');
    // What is to be read counts the repeats, so that progress ends at its end.
    expect(await viewBatch(scene.sponsor, { batchId })).toMatchObject({
      slotCount: 12,
      totals: { submitted: 12 },
    });
    await at.settle(batchId);
    const finals = await listFinalLabels(t.db, batchId, { limit: 10 });
    expect(finals.map((f) => [f.fields.grade?.value, f.fields.grade?.path])).toEqual([
      ['2', 'dawid_skene'],
      ['2', 'dawid_skene'],
      ['2', 'dawid_skene'],
    ]);
    // Pilot reads are accepted at submit (R30): four reads of every case.
    expect(finals.map((f) => f.costMinor)).toEqual([552n, 552n, 552n]);
  });
});
