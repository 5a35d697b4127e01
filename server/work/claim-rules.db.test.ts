import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { DAY, MINUTE } from '#server/core/clock.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { policyPreset } from '#server/projects/presets.ts';
import { amendLabel } from './amend-label.ts';
import { viewBatch } from './batch-views.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { cloneBatch } from './clone-batch.ts';
import { createBatch } from './create-batch.ts';
import { joinBatch } from './join-batch.ts';
import { previewBatch } from './preview-batch.ts';
import { prioritiseCases } from './prioritise-cases.ts';
import { listMyWork } from './reading-views.ts';
import { findReader, getBatch } from './reads.ts';
import { requestRepeats } from './request-repeats.ts';
import { submitLabel } from './submit-label.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

describe('caps, hours, gold and repeats', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
    const research = policyPreset('research');
    scene = await makeWorkScene(t.db, {
      cases: 60,
      gold: Object.fromEntries(Array.from({ length: 12 }, (_, i) => [i, { grade: ['2'] }])),
      project: { qualityPolicy: { ...research, gold: { ...research.gold, minAnswers: 3 } } },
    });
  });
  afterAll(() => t.drop());
  const claim = (who: OrgContext, batchId: string, limit = 1) =>
    claimNextTasks(who, { batchId, tier: 'label', limit });
  const submit = (who: OrgContext, batchId: string, leaseId: string, activeMs = 10) =>
    submitLabel(who, { batchId, leaseId, labelId: randomUUID(), answers: { grade: '2' }, activeMs });
  async function readAll(who: OrgContext, batchId: string, limit = 3): Promise<string> {
    for (;;) {
      const { leases, reasons } = await claim(who, batchId, limit);
      if (leases.length === 0) return reasons[0]?.code ?? '';
      for (const { leaseId } of leases) await submit(who, batchId, leaseId);
    }
  }
  const reader = async (who: OrgContext, batchId: string) =>
    (await findReader(t.db, { batchId, annotatorId: who.actor.personId, tier: 'label' }))!;

  test('nobody reads more than their cap, by number or by share, in three tabs at once, gold included', async () => {
    const rules = { maxReadsPerReader: 7, maxReaderShareBasisPoints: 9000 };
    const plain = await makeBatch(scene, { overlap: 2, claimRules: rules });
    const dealt = await makeBatch(scene, {
      overlap: 1,
      goldMode: 'dealt',
      goldShareBasisPoints: 5000,
      claimRules: { maxReaderShareBasisPoints: 1000 },
    });
    for (const [batchId, cap] of [
      [plain, 7],
      [dealt, 4],
    ] as const) {
      const [who] = await makeReaders(scene, batchId, 1);
      await Promise.all([1, 2, 3].map(() => readAll(who!, batchId)));
      expect((await reader(who!, batchId)).submitted).toBe(cap);
      expect((await claim(who!, batchId)).reasons).toMatchObject([
        { code: 'cap.reads', message: expect.stringContaining(`${cap} cases`) },
      ]);
    }
  });

  test('a returned label is corrected beyond the cap, and a cap that is raised holds within a minute', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, claimRules: { maxReadsPerReader: 2 } });
    const [who] = await makeReaders(scene, batchId, 1);
    await readAll(who!, batchId);
    await t.sql`update tasks set reads_done = 0, status = 'open' where batch_id = ${batchId}
      and id = (select task_id from slots where batch_id = ${batchId} and status = 'submitted' limit 1)`;
    await t.sql`update slots s set status = 'returned', lease_id = null, lease_until = null where batch_id = ${batchId}
      and status = 'submitted' and task_id in (select id from tasks where batch_id = ${batchId} and reads_done = 0)`;
    await t.sql`update readers set returned = 1 where batch_id = ${batchId}`;
    // R31: the list offers it, too.
    const [line] = (await listMyWork(who!)).filter((one) => one.batchId === batchId);
    expect(line).toMatchObject({ isAllowed: true, reasons: [], joined: { returned: 1 } });
    const { leases } = await claim(who!, batchId, 3);
    expect(leases).toMatchObject([{ isReturned: true }]);
    await submit(who!, batchId, leases[0]!.leaseId);
    expect((await claim(who!, batchId)).reasons[0]?.code).toBe('cap.reads');
    await t.sql`update batches set max_reads_per_reader = 5 where id = ${batchId}`;
    scene.clock.advance(2 * MINUTE);
    await readAll(who!, batchId);
    expect(await reader(who!, batchId)).toMatchObject({ submitted: 6, corrected: 1, readsCap: 5 });
  });

  test('after the active minutes of a day, in whatever batch, a person rests until midnight UTC', async () => {
    const [one, two] = [
      await makeBatch(scene, { leaseSeconds: 1800 }),
      await makeBatch(scene, { leaseSeconds: 1800, claimRules: { maxActiveMinutesPerDay: 30 } }),
    ];
    const [who] = await makeReaders(scene, one, 1);
    await joinBatch(who!, { batchId: two, tier: 'label' });
    for (const batchId of [one, two]) {
      const { leases } = await claim(who!, batchId);
      scene.clock.advance(15 * MINUTE);
      await submit(who!, batchId, leases[0]!.leaseId, 15 * MINUTE);
    }
    scene.clock.advance(2 * MINUTE);
    expect((await claim(who!, one)).leases).toHaveLength(1);
    expect((await claim(who!, two)).reasons).toMatchObject([
      { code: 'hours.spent', message: expect.stringContaining('30 active minutes today') },
    ]);
    scene.clock.advance(DAY);
    const { leases } = await claim(who!, two);
    scene.clock.advance(MINUTE);
    await submit(who!, two, leases[0]!.leaseId, MINUTE);
    expect(await reader(who!, two)).toMatchObject({ activeMs: 16 * MINUTE, dayActiveMs: MINUTE });
  });

  test('what is undone after midnight is time of the day on which it is undone', async () => {
    const batchId = await makeBatch(scene, { leaseSeconds: 1800 });
    const [who] = await makeReaders(scene, batchId, 1);
    const now = scene.clock.now().getTime();
    scene.clock.advance((Math.floor(now / DAY) + 1) * DAY - 6 * MINUTE - now);
    const [lease] = (await claim(who!, batchId)).leases;
    scene.clock.advance(5 * MINUTE);
    const labelId = await submit(who!, batchId, lease!.leaseId, 5 * MINUTE).then((one) => one.labelId);
    scene.clock.advance(4 * MINUTE);
    const newLabelId = randomUUID();
    await amendLabel(who!, { batchId, labelId, newLabelId, answers: { grade: '1' }, activeMs: 3 * MINUTE });
    expect(await reader(who!, batchId)).toMatchObject({ activeMs: 8 * MINUTE, dayActiveMs: 3 * MINUTE });
  });

  test('a gold case is shown to its limit of readers before others are used, and to more only when all have been', async () => {
    const batchId = await makeBatch(scene, {
      overlap: 1,
      goldMode: 'dealt',
      goldShareBasisPoints: 5000,
      claimRules: { goldExposureLimit: 1 },
    });
    const people = await makeReaders(scene, batchId, 5);
    const exposures = async () =>
      (await t.sql`select exposures from tasks where batch_id = ${batchId} and is_dealt_gold`).map(
        (row) => row.exposures as number,
      );
    for (let turn = 0; turn < 70; turn += 1) {
      const who = people[turn % people.length]!;
      const { leases } = await claim(who, batchId, 1);
      for (const { leaseId } of leases) await submit(who, batchId, leaseId);
      const shown = await exposures();
      if (shown.reduce((a, b) => a + b, 0) <= shown.length) expect(Math.max(...shown)).toBeLessThanOrEqual(1);
    }
    expect((await exposures()).filter((n) => n > 0)).toHaveLength(12);
  });

  test('gold met in one batch of the project is not dealt again in another, while enough is left', async () => {
    const dealt = () =>
      makeBatch(scene, { overlap: 1, goldMode: 'dealt', goldShareBasisPoints: 5000, caseIds: ids(12, 32) });
    const ids = (from: number, to: number) => scene.dataset.cases.slice(from, to).map((one) => one.id);
    const [one, two] = [await dealt(), await dealt()];
    const [who] = await makeReaders(scene, one, 1);
    await joinBatch(who!, { batchId: two, tier: 'label' });
    const met = async (batchId: string) =>
      (
        await t.sql`select k.case_id from slots s join tasks k on k.batch_id = s.batch_id and k.id = s.task_id
          where s.batch_id = ${batchId} and k.is_dealt_gold and s.annotator_id = ${who!.actor.personId}`
      ).map((row) => row.case_id as string);
    // How many of them are gold is drawn; three show what is meant.
    for (let turn = 0; turn < 20 && (await met(one)).length < 3; turn += 1) {
      const { leases } = await claim(who!, one);
      for (const { leaseId } of leases) await submit(who!, one, leaseId);
    }
    scene.clock.advance(2 * MINUTE);
    await readAll(who!, two);
    const first = new Set(await met(one));
    const second = await met(two);
    expect(first.size).toBeGreaterThan(1);
    expect(second.length).toBeGreaterThan(1);
    // Twelve gold cases, of which three must remain: up to nine are kept back.
    expect(second.filter((id) => first.has(id))).toHaveLength(Math.max(0, first.size - 9));
  });

  test('R23: repeats come after their days, for their share of the cases, and the task waits for them', async () => {
    const batchId = await makeBatch(scene, {
      overlap: 1,
      rounds: 2,
      goldMode: 'none',
      claimRules: { repeatAfterDays: 14, repeatShareBasisPoints: 3000 },
    });
    const [who] = await makeReaders(scene, batchId, 1);
    expect(await readAll(who!, batchId)).toBe('work.repeats_wait');
    const { repeats, submitted } = await reader(who!, batchId);
    expect(submitted).toBe(60);
    expect(repeats).toBeGreaterThan(5);
    expect(repeats).toBeLessThan(35);
    scene.clock.advance(13 * DAY);
    expect((await claim(who!, batchId)).reasons).toMatchObject([
      { message: expect.stringMatching(/once more, from \d{1,2} [A-Z][a-z]+ 20\d\d on/) },
    ]);
    scene.clock.advance(DAY + MINUTE);
    expect((await claim(who!, batchId)).leases).toMatchObject([{ round: 2 }]);
    await t.sql`update slots set lease_until = lease_until where batch_id = ${batchId}`;
    const [lease] = await t.sql`select lease_id from slots where batch_id = ${batchId} and status = 'leased'`;
    await submit(who!, batchId, lease!.lease_id);
    await readAll(who!, batchId);
    const [row] =
      await t.sql`select count(*)::int as n from tasks where batch_id = ${batchId} and status = 'labelled'`;
    expect(row?.n).toBe(60);
  });

  test('R23: repeats asked of one reader are of what they read, after their days, and go with a read that is rejected', async () => {
    const six = scene.dataset.cases.slice(20, 26).map((one) => one.id);
    const batchId = await makeBatch(scene, { overlap: 1, goldMode: 'none', caseIds: six });
    const [who, other] = await makeReaders(scene, batchId, 2);
    const annotatorId = who!.actor.personId;
    const first = await claim(who!, batchId, 2);
    for (const { leaseId } of first.leases) await submit(who!, batchId, leaseId);
    const ask = (rounds: number) =>
      requestRepeats(scene.sponsor, { batchId, annotatorId, rounds, afterDays: 5 });
    const before = await getBatch(t.db, batchId);
    expect(await ask(2)).toEqual({ added: 6 });
    expect(await ask(2)).toEqual({ added: 0 });
    // By alias, as the sponsor knows people; of nobody there is nothing to ask.
    const byAlias = (alias: string) =>
      requestRepeats(scene.sponsor, { batchId, alias, rounds: 2, afterDays: 5 });
    expect(await byAlias('R01')).toEqual({ added: 0 });
    await expect(byAlias('R99')).rejects.toMatchObject({ reason: 'repeats_refused' });
    expect((await getBatch(t.db, batchId)).reservedMinor - before.reservedMinor).toBe(6n * 138n);
    // A read before the question is settled (its task has all it asked for); of the next, each brings its repeat.
    for (const { leaseId } of (await claim(who!, batchId, 2)).leases) await submit(who!, batchId, leaseId);
    for (const { leaseId } of (await claim(other!, batchId, 3)).leases)
      await submit(other!, batchId, leaseId);
    expect(await reader(who!, batchId)).toMatchObject({ submitted: 4, repeats: 2, repeatRounds: 2 });
    expect(await reader(other!, batchId)).toMatchObject({ submitted: 2, repeats: 0 });
    const waiting = () => t.sql`select id, status, reads_needed as "readsNeeded" from tasks
      where batch_id = ${batchId} order by status, reads_needed, id`;
    expect((await waiting()).map((one) => [one.status, one.readsNeeded])).toEqual([
      ['labelled', 1],
      ['labelled', 1],
      ['labelled', 1],
      ['labelled', 1],
      ['open', 2],
      ['open', 2],
    ]);
    expect((await claim(who!, batchId)).reasons[0]?.code).toBe('work.repeats_wait');
    const [bad] = await t.sql<{ labelId: string }[]>`select s.label_id as "labelId" from slots s join tasks k
      on k.batch_id = s.batch_id and k.id = s.task_id
      where s.batch_id = ${batchId} and k.status = 'open' and s.status = 'submitted' limit 1`;
    await rejectLabel(scene.sponsor, {
      batchId,
      labelId: bad!.labelId,
      reason: 'no_effort',
      evidence: 'Four seconds.',
    });
    expect(await reader(who!, batchId)).toMatchObject({ rejected: 1, repeats: 1 });
    scene.clock.advance(5 * DAY);
    expect(await readAll(who!, batchId)).not.toBe('work.repeats_wait');
    expect(await readAll(other!, batchId)).toBe('work.none_left');
    expect((await waiting()).map((one) => [one.status, one.readsNeeded])).toEqual([
      ...Array.from({ length: 5 }, () => ['labelled', 1]),
      ['labelled', 2],
    ]);
  });

  test('rules that cannot be are refused, each in words', async () => {
    const codes = (claimRules: object, more: object = {}) =>
      makeBatch(scene, { claimRules, ...more }).then(
        () => [],
        (error: { details?: { code: string }[]; issues?: unknown[] }) =>
          error.details?.map((one) => one.code) ?? ['schema'],
      );
    expect(await codes({ dueAt: new Date(0) })).toEqual(['batch.due_past']);
    expect(await codes({ goldExposureLimit: 3 })).toEqual(['batch.exposure']);
    expect(await codes({ repeatAfterDays: 3 })).toEqual(['batch.repeats']);
    expect(await codes({ priority: 101 })).toEqual(['schema']);
    expect(await codes({ maxActiveMinutesPerDay: 1 })).toEqual(['schema']);
    for (const leastReadSeconds of [0, 2.5, 3601])
      expect(await codes({ leastReadSeconds })).toEqual(['schema']);
    const reference = await makeWorkScene(t.db, { cases: 2, project: { intendedUse: 'test_reference' } });
    const casePriorities = [{ caseId: reference.dataset.cases[0]!.id, priority: 1 }];
    await expect(makeBatch(reference, { claimRules: { casePriorities } })).rejects.toMatchObject({
      details: [{ code: 'batch.active_learning' }],
    });
  });

  test('a preview says what the making would refuse, and takes priorities by the sponsor’s own case ids', async () => {
    const of = {
      projectId: scene.project.id,
      datasetId: scene.dataset.id,
      name: 'Active learning',
      kind: 'production' as const,
      overlap: 1,
      pricePerReadMinor: 120n,
      goldMode: 'none' as const,
      seed: 5,
    };
    const named = (names: string[]) => ({
      casePriorities: names.map((externalId, i) => ({ externalId, priority: names.length - i })),
    });
    const preview = async (claimRules: object, more: object = {}) =>
      (await previewBatch(scene.sponsor, { ...of, ...more, claimRules })).faults.map((one) => [
        one.code,
        one.path,
      ]);
    expect(await preview(named(['nobody', '2']))).toEqual([
      ['batch.priorities', 'claimRules.casePriorities'],
    ]);
    expect(await preview({ goldExposureLimit: 3 }, { rounds: 2 })).toEqual([
      ['batch.exposure', 'claimRules.goldExposureLimit'],
    ]);
    expect(await preview(named(['7', '3', '5']))).toEqual([]);
    const { batchId } = await createBatch(scene.sponsor, { ...of, claimRules: named(['7', '3', '5']) });
    const first = await t.sql`select c.external_id as id from tasks k join cases c on c.id = k.case_id
      where k.batch_id = ${batchId} order by k.sort_key limit 3`;
    expect(first.map((row) => row.id)).toEqual(['7', '3', '5']);
  });

  test('cases with a priority are read first, the highest foremost', async () => {
    const cases = scene.dataset.cases.slice(12, 30);
    const casePriorities = [3, 9, 5].map((priority, i) => ({ caseId: cases[i]!.id, priority }));
    const batchId = await makeBatch(scene, {
      overlap: 1,
      caseIds: cases.map((one) => one.id),
      claimRules: { casePriorities },
    });
    const rows = await t.sql`select case_id from tasks where batch_id = ${batchId} order by sort_key limit 3`;
    expect(rows.map((row) => row.case_id)).toEqual([cases[1]!.id, cases[2]!.id, cases[0]!.id]);
    // A clone of the same cases keeps their order; others are in no list, so they come at random.
    const clone = (of: 'same' | 'others') =>
      cloneBatch(scene.sponsor, { batchId, name: of, cases: of }).then((made) => made.batchId);
    const order = (id: string) => t.sql`select case_id from tasks where batch_id = ${id} order by sort_key`;
    const [same, others] = [await clone('same'), await clone('others')];
    expect([...(await order(same))]).toEqual([...(await order(batchId))]);
    expect(await viewBatch(scene.sponsor, { batchId: same })).toMatchObject({
      caseOrder: 'priority',
      cloneRefusal: null,
    });
    expect(await viewBatch(scene.sponsor, { batchId: others })).toMatchObject({ caseOrder: 'shuffled' });
  });

  test('cases that are brought forward come next, in their pool, also while others read; unknown names change nothing', async () => {
    const batchId = await makeBatch(scene, { overlap: 2 });
    const people = await makeReaders(scene, batchId, 3);
    for (const who of people) {
      const { leases } = await claim(who, batchId);
      await submit(who, batchId, leases[0]!.leaseId);
    }
    // Of what nobody has met yet: the first case of each is drawn.
    const met = await t.sql`select case_id from tasks where batch_id = ${batchId} and reads_done > 0`;
    const wanted = [51, 44, 57, 40, 59, 47]
      .filter((at) => !met.some((row) => row.case_id === scene.dataset.cases[at]!.id))
      .slice(0, 3);
    const cases = wanted.map((at, i) => ({ name: scene.dataset.cases[at]!.externalId, priority: 10 - i }));
    await expect(
      prioritiseCases(scene.sponsor, { batchId, cases: [...cases, { name: 'no such case', priority: 1 }] }),
    ).rejects.toMatchObject({ reason: 'cases_unknown', message: expect.stringContaining('no such case') });
    const done = await prioritiseCases(scene.sponsor, { batchId, cases });
    expect(done.cases).toBe(3);
    const order: string[] = [];
    for (const who of [people[0]!, people[1]!, people[2]!]) {
      const { leases } = await claim(who, batchId);
      const [row] =
        await t.sql`select k.case_id from slots s join tasks k on k.batch_id = s.batch_id and k.id = s.task_id
        where s.batch_id = ${batchId} and s.lease_id = ${leases[0]!.leaseId}`;
      order.push(row!.case_id);
    }
    expect(order).toEqual(wanted.map((at) => scene.dataset.cases[at]!.id));
    const reference = await makeWorkScene(t.db, { cases: 2, project: { intendedUse: 'test_reference' } });
    const ofReference = await makeBatch(reference);
    await expect(
      prioritiseCases(reference.sponsor, { batchId: ofReference, cases: [{ name: '1', priority: 1 }] }),
    ).rejects.toMatchObject({ reason: 'active_learning_refused' });
  });
});
