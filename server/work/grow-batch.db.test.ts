import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import type { AppError } from '#server/core/errors.ts';
import { quarantineCase } from '#server/datasets/quarantine-case.ts';
import { exportFinalLabels } from '#server/interchange/export-final-labels.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { balanceOf } from '#server/ledger/reads.ts';
import { addTasks } from './add-tasks.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { cloneBatch } from './clone-batch.ts';
import { closeBatch } from './close-batch.ts';
import { joinBatch } from './join-batch.ts';
import { listTaskIds } from './load-queries.ts';
import { openBatch } from './open-batch.ts';
import { pauseBatch } from './pause-batch.ts';
import { getBatch, samplingWeights } from './reads.ts';
import { selection } from './selection-schemas.ts';
import { skipTask } from './skip-task.ts';
import { submitLabel } from './submit-label.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

const refusalOf = (promise: Promise<unknown>) =>
  promise.then(
    () => ({ reason: 'none', message: 'no refusal' }),
    (error: AppError) => error,
  );

describe('growing, cloning and relabelling batches', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 16 });
    scene = await makeWorkScene(t.db, {
      cases: 40,
      caseAt: (i) => ({ subgroups: { sex: i % 4 === 0 ? 'F' : 'M' } }),
      gold: { 39: { grade: ['2'] } },
    });
  });
  afterAll(() => t.drop());

  /** Reads until nothing comes; returns the external ids of what was read. */
  async function readAll(who: OrgContext, batchId: string, grade = '2'): Promise<string[]> {
    const leases: string[] = [];
    for (;;) {
      const { leases: got } = await claimNextTasks(who, { batchId, tier: 'label', limit: 5 });
      if (got.length === 0) break;
      for (const { leaseId } of got) {
        leases.push(leaseId);
        await submitLabel(who, {
          batchId,
          leaseId,
          labelId: randomUUID(),
          answers: { grade },
          activeMs: 1000,
        });
      }
    }
    const rows = await t.sql<{ id: string }[]>`select c.external_id as id from labels l
      join tasks k on k.batch_id = l.batch_id and k.id = l.task_id
      join cases c on c.id = k.case_id
      where l.batch_id = ${batchId} and l.lease_id = any(${leases})`;
    return rows.map((row) => row.id);
  }
  const casesOf = async (batchId: string) => {
    const rows = await t.sql<{ id: string }[]>`select c.external_id as id from tasks k
      join cases c on c.id = k.case_id
      where k.batch_id = ${batchId} and not k.is_dealt_gold order by c.position`;
    return rows.map((row) => Number(row.id));
  };
  const settle = (batchId: string) =>
    settleTasks(systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() }), {
      batchId,
    });
  const funds = () => balanceOf(t.db, { code: 'project_funds', ownerId: scene.project.id, currency: 'USD' });

  test('cases added to a running batch are read after the old ones by readers who had finished, and count and reservation grow together', async () => {
    const batchId = await makeBatch(scene, {
      overlap: 2,
      caseLimit: 6,
      goldMode: 'dealt',
      goldShareBasisPoints: 0,
    });
    const [one, two] = await makeReaders(scene, batchId, 2);
    expect(await readAll(one!, batchId)).toHaveLength(6);
    const before = await getBatch(t.db, batchId);
    const fundsBefore = await funds();
    const added = await addTasks(scene.sponsor, {
      batchId,
      filter: { externalIds: ['1', '7', '8', '9', '40'] },
    });
    expect(added).toMatchObject({ added: 3, goldLeftOut: 0 });
    const after = await getBatch(t.db, batchId);
    expect(after).toMatchObject({ taskCount: 9, slotCount: 18 });
    expect(after.reservedMinor - before.reservedMinor).toBe(added.reservedMinor);
    expect(fundsBefore - (await funds())).toBe(added.reservedMinor);
    expect(added.reservedMinor).toBe(3n * 2n * (120n + 18n));
    expect((await readAll(one!, batchId)).sort()).toEqual(['7', '8', '9']);
    expect(await readAll(two!, batchId)).toHaveLength(9);
  });

  test('two people who add the same cases at once add them once', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, caseLimit: 2 });
    const add = () => addTasks(scene.sponsor, { batchId, filter: { externalIds: ['10', '11', '12'] } });
    const results = await Promise.all([add(), add()].map((one) => refusalOf(one)));
    expect(await casesOf(batchId)).toEqual([1, 2, 10, 11, 12]);
    expect((await getBatch(t.db, batchId)).taskCount).toBe(5);
    expect(results).toHaveLength(2);
  });

  test('nothing is added that is not funded, to a batch that is closed, or that is there already', async () => {
    const poor = await makeWorkScene(t.db, { cases: 20, fundsMinor: 138n * 5n });
    const batchId = await makeBatch(poor, { overlap: 1, caseLimit: 4 });
    expect(await refusalOf(addTasks(poor.sponsor, { batchId }))).toMatchObject({
      reason: 'funds_missing',
      message: expect.stringContaining('fund USD 20.70 more'),
    });
    expect(await getBatch(t.db, batchId)).toMatchObject({ taskCount: 4 });
    expect(await addTasks(poor.sponsor, { batchId, limit: 1 })).toMatchObject({ added: 1 });
    await pauseBatch(poor.sponsor, { batchId, reason: 'A question' });
    const full = await refusalOf(addTasks(poor.sponsor, { batchId, filter: { externalIds: ['1'] } }));
    expect(full.message).toContain('No case that fits is missing');
    await closeBatch(poor.sponsor, { batchId, reason: 'Enough' });
    expect((await refusalOf(addTasks(poor.sponsor, { batchId, limit: 1 }))).message).toContain('is closing');
  });

  test('an exam, a training, a pilot and a calibration take no more cases: what people are measured or taught by stays (R7, R15)', async () => {
    const known = await makeWorkScene(t.db, {
      cases: 30,
      gold: Object.fromEntries(Array.from({ length: 24 }, (_, i) => [i, { grade: ['2'] }])),
    });
    const caseIds = known.dataset.cases.slice(0, 12).map((one) => one.id);
    const gold = { overlap: 1, goldMode: 'embedded', claimRules: { passLevelBasisPoints: 5000 } } as const;
    const exam = await makeBatch(known, { ...gold, kind: 'exam', caseIds });
    const taught = known.dataset.cases.slice(12, 24).map((one) => one.id);
    const training = await makeBatch(known, { ...gold, kind: 'training', caseIds: taught });
    const add = (batchId: string) =>
      addTasks(known.sponsor, { batchId, filter: { externalIds: ['28', '29'] } });
    const refused = async (batchId: string, words: string) => {
      const refusal = await refusalOf(add(batchId));
      expect(refusal).toMatchObject({ reason: 'batch_invalid', details: [{ code: 'batch.kind_fixed' }] });
      expect(refusal.message).toContain(words);
      expect(await casesOf(batchId)).toHaveLength(12);
    };
    await refused(exam, 'An exam is of known cases alone');
    await refused(training, 'A training is of known cases alone');
    // A pilot and a calibration come from an order and a finding; what refuses them looks at the kind alone.
    await t.admin`update batches set kind = 'pilot' where id = ${exam}`;
    await refused(exam, 'one frozen set that all bidders of the call read (R15)');
    await t.admin`update batches set kind = 'calibration' where id = ${training}`;
    await refused(training, 'A calibration is of known cases');
    const reading = await makeBatch(known, { overlap: 1, caseIds });
    expect(await add(reading)).toMatchObject({ added: 2 });
  });

  test('a sample grows by more of the same draw, and its weights stay true', async () => {
    const batchId = await makeBatch(scene, {
      overlap: 1,
      seed: 5,
      sampling: {
        kind: 'stratified',
        by: ['subgroup:sex'],
        allocation: { kind: 'counts', counts: { F: 4, M: 8 } },
      },
    });
    expect((await refusalOf(addTasks(scene.sponsor, { batchId, limit: 2 }))).message).toContain(
      'is a sample with weights',
    );
    expect(await addTasks(scene.sponsor, { batchId, more: 6 })).toMatchObject({ added: 6 });
    const { strata } = selection.parse((await getBatch(t.db, batchId)).selection);
    expect(strata).toEqual([
      { key: 'F', population: 10, drawn: 6 },
      { key: 'M', population: 30, drawn: 12 },
    ]);
    const rows =
      await t.sql`select stratum, count(*)::int as n from tasks where batch_id = ${batchId} group by 1 order by 1`;
    expect([...rows]).toEqual([
      { stratum: 0, n: 6 },
      { stratum: 1, n: 12 },
    ]);
    expect((await refusalOf(addTasks(scene.sponsor, { batchId, more: 15 }))).message).toContain(
      '“F” has 4 cases left of the 5',
    );
    // The export carries the weights, and they add up to the population.
    const [reader] = await makeReaders(scene, batchId, 1);
    await readAll(reader!, batchId);
    await settle(batchId);
    let text = '';
    for await (const part of exportFinalLabels(t.db, { batchId, format: 'jsonl', isGoldShown: true }))
      text += part;
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { stratum: string; sampling_weight: number });
    expect(new Set(lines.map((one) => `${one.stratum} ${one.sampling_weight}`))).toEqual(
      new Set([`F ${10 / 6}`, 'M 2.5']),
    );
    expect(lines.reduce((sum, one) => sum + one.sampling_weight, 0)).toBeCloseTo(40, 6);
    // As if eighteen had been drawn at once.
    const atOnce = await makeBatch(scene, {
      overlap: 1,
      seed: 5,
      isDraft: true,
      sampling: {
        kind: 'stratified',
        by: ['subgroup:sex'],
        allocation: { kind: 'counts', counts: { F: 6, M: 12 } },
      },
    });
    expect(await casesOf(batchId)).toEqual(await casesOf(atOnce));
  });

  test('a clone has the same settings and cases, or others, and strata with them', async () => {
    const of = await makeBatch(scene, {
      overlap: 2,
      seed: 9,
      prefetch: 7,
      sampling: { kind: 'stratified', by: ['subgroup:sex'], allocation: { kind: 'equal', count: 8 } },
    });
    const same = await cloneBatch(scene.sponsor, {
      batchId: of,
      name: 'Again',
      cases: 'same',
      excludePriorReaders: 'siblings',
    });
    expect(await casesOf(same.batchId)).toEqual(await casesOf(of));
    expect(await getBatch(t.db, same.batchId)).toMatchObject({
      name: 'Again',
      status: 'draft',
      overlap: 2,
      prefetch: 7,
      parentBatchId: of,
      excludePriorReaders: 'siblings',
      selection: (await getBatch(t.db, of)).selection,
    });
    const [row] = await t.sql`select count(*)::int as n from tasks a join tasks b on b.case_id = a.case_id
      and b.batch_id = ${of} and a.stratum = b.stratum where a.batch_id = ${same.batchId}`;
    expect(row?.n).toBe(8);
    const others = await cloneBatch(scene.sponsor, { batchId: of, name: 'Others', cases: 'others' });
    const had = new Set(await casesOf(of));
    const fresh = await casesOf(others.batchId);
    expect(fresh).toHaveLength(8);
    expect(fresh.some((id) => had.has(id))).toBe(false);
  });

  test('a clone that leaves out what is quarantined weighs those that it has (R24)', async () => {
    const fresh = await makeWorkScene(t.db, { cases: 12 });
    const of = await makeBatch(fresh, {
      overlap: 1,
      goldMode: 'none',
      sampling: { kind: 'random', count: 6 },
    });
    const [shut] = await casesOf(of);
    const [row] = await t.sql<{ id: string }[]>`select id from cases where dataset_id = ${fresh.dataset.id}
      and external_id = ${String(shut)}`;
    await transact(fresh.sponsor, (tx) =>
      quarantineCase(tx, { datasetId: fresh.dataset.id, caseId: row!.id }),
    );
    const { batchId } = await cloneBatch(fresh.sponsor, { batchId: of, name: 'Again', cases: 'same' });
    const batch = await getBatch(t.db, batchId);
    expect(batch).toMatchObject({ taskCount: 5, selection: { strata: [{ population: 12, drawn: 5 }] } });
    const weights = await (await samplingWeights(t.db, batch, { isGoldShown: true }))!(
      await listTaskIds(t.db, { batchId, after: null, limit: 10 }),
    );
    expect([...weights.values()].reduce((sum, one) => sum + (one.weight ?? 0), 0)).toBeCloseTo(12);
  });

  test('a clone over other cases deals the gold of the first again, and opens', async () => {
    const fresh = await makeWorkScene(t.db, {
      cases: 12,
      gold: { 10: { grade: ['2'] }, 11: { grade: ['2'] } },
    });
    const dealt = { goldMode: 'dealt', goldShareBasisPoints: 2000 } as const;
    const of = await makeBatch(fresh, { overlap: 1, caseLimit: 4, ...dealt });
    const goldIn = async (batchId: string) => {
      const rows = await t.sql<{ id: string }[]>`select c.external_id as id from tasks k
        join cases c on c.id = k.case_id where k.batch_id = ${batchId} and k.is_dealt_gold order by c.position`;
      return rows.map((row) => Number(row.id));
    };
    expect(await goldIn(of)).toEqual([11, 12]);
    const asked = { batchId: of, name: 'Others', cases: 'others' } as const;
    const { batchId } = await cloneBatch(fresh.sponsor, asked);
    expect(await casesOf(batchId)).toEqual([5, 6, 7, 8]);
    expect(await goldIn(batchId)).toEqual([11, 12]);
    expect(await getBatch(t.db, batchId)).toMatchObject({ ...dealt, goldCount: 2 });
    await openBatch(fresh.sponsor, { batchId });
    expect(await getBatch(t.db, batchId)).toMatchObject({ status: 'open' });
    // What is gold no more was read there, so it is no other case.
    await t.sql`update gold_items set status = 'retired' where case_id in
      (select id from cases where dataset_id = ${fresh.dataset.id} and external_id = '12')`;
    const later = await cloneBatch(fresh.sponsor, { ...asked, name: 'Later' });
    expect(await casesOf(later.batchId)).toEqual([5, 6, 7, 8]);
    expect(await goldIn(later.batchId)).toEqual([11]);
  });

  test('a relabel chooses by what earlier batches made of a case, keeps its earlier readers away, and leaves the earlier labels', async () => {
    const fresh = await makeWorkScene(t.db, { cases: 8 });
    const first = await makeBatch(fresh, { overlap: 2, isAdjudicated: false });
    const [ann, bob] = await makeReaders(fresh, first, 2);
    await readAll(ann!, first, '2');
    // Bob differs on some and leaves the last three to another.
    for (let i = 0; i < 5; i += 1) {
      const { leases } = await claimNextTasks(bob!, { batchId: first, tier: 'label', limit: 1 });
      await submitLabel(bob!, {
        batchId: first,
        leaseId: leases[0]!.leaseId,
        labelId: randomUUID(),
        answers: { grade: i < 2 ? '3' : '2' },
        activeMs: 1,
      });
    }
    const { leases } = await claimNextTasks(bob!, { batchId: first, tier: 'label', limit: 1 });
    await skipTask(bob!, { batchId: first, leaseId: leases[0]!.leaseId, reason: 'unreadable' });
    await settle(first);
    const final = (more: object) => ({
      kind: 'relabel' as const,
      excludePriorReaders: 'siblings' as const,
      isDraft: true,
      ...more,
    });
    const chosen = async (work: object) => {
      const batchId = await makeBatch(fresh, final({ filter: { work } }));
      return (await getBatch(t.db, batchId)).taskCount;
    };
    expect(await chosen({ batchIds: [first] })).toBe(5);
    expect(await chosen({ isDisputed: true })).toBe(2);
    expect(await chosen({ readers: [{ batchId: first, alias: 'R02' }] })).toBe(5);
    expect(await chosen({ protocolVersionIds: [fresh.protocol.id] })).toBe(5);
    const earlier = await t.sql`select * from final_labels where batch_id = ${first} order by task_id`;

    const again = await makeBatch(
      fresh,
      final({ isDraft: false, overlap: 1, parentBatchId: first, filter: { finalLabel: 'has' } }),
    );
    const wide = await makeBatch(fresh, final({ isDraft: false, overlap: 1 }));
    // Ann has read all eight; Bob read five and gave one back. What he could still be given there is his here once it is closed.
    await expect(joinBatch(bob!, { batchId: wide, tier: 'label' })).rejects.toMatchObject({
      details: [{ code: 'prior_reading.under_way' }],
    });
    await closeBatch(fresh.sponsor, { batchId: first, reason: 'No longer needed.' });
    const left = async (who: OrgContext, batchId: string) => {
      await joinBatch(who, { batchId, tier: 'label' });
      return (await claimNextTasks(who, { batchId, tier: 'label', limit: 5 })).leases.length;
    };
    expect(await left(ann!, again)).toBe(0);
    expect(await left(bob!, wide)).toBe(2);
    const [cai] = await makeReaders(fresh, again, 1);
    expect(await readAll(cai!, again, '1')).toHaveLength(5);
    await settle(again);
    const links =
      await t.sql`select l.prior_batch_id, f.version, n.task_id is not null as settled from relabel_links l
      join final_labels f on f.batch_id = l.prior_batch_id and f.task_id = l.prior_task_id and f.version = l.prior_version
      left join final_labels n on n.batch_id = l.batch_id and n.task_id = l.task_id where l.batch_id = ${again}`;
    expect([...links]).toHaveLength(5);
    expect(links.every((one) => one.prior_batch_id === first && one.settled === true)).toBe(true);
    expect([...(await t.sql`select * from final_labels where batch_id = ${first} order by task_id`)]).toEqual(
      [...earlier],
    );
  });
});
