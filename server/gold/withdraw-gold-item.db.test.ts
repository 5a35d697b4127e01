import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { measureAgain } from '#server/analytics/measure-again.ts';
import { viewQuality } from '#server/analytics/view-quality.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { HOUR } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { readsOfBatch } from '#server/labels/reads.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { listNotices } from '#server/notifications/reads.ts';
import { keepScores } from '#server/scores/jobs.ts';
import { checkRunning } from '#server/scores/recount-batch.ts';
import { runningScoresOf } from '#server/scores/running-reads.ts';
import { scoreBatch } from '#server/scores/score-batch.ts';
import { tallyLabels } from '#server/scores/tally-labels.ts';
import { amendLabel } from '#server/work/amend-label.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { concludeExam } from '#server/work/conclude-exam.ts';
import { getBatch, listReaders } from '#server/work/reads.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { listActiveGold } from './reads.ts';
import { resolveGoldItem } from './resolve-gold-item.ts';
import { takeBackGold } from './take-back-gold.ts';
import { disputeGoldItem, retireGoldItem } from './withdraw-gold-item.ts';

const REASON = 'The biopsy says something else.';

/** Gold that turns out to be doubtful (R7): from the dispute on as if it had never been gold, save what was paid. */
describe('a disputed gold item', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    process.env.READROOM_GOLD_SECRET ??= 'a secret for tests only';
    t = await createTestDatabase(inject('adminUrl'), { max: 12 });
  });
  afterAll(() => t.drop());

  /** Two readers who say 1 to everything; gold says 1 of the first case and 2 of the second. */
  const scene = (cases: number, gold: Record<number, { grade: string[] }>) =>
    makeWorkScene(t.db, { cases, fields: [gradeField()], gold });
  const itemOf = async ({ project, dataset }: WorkScene, position: number) =>
    (await listActiveGold(t.db, project.id)).find((item) => item.caseId === dataset.cases[position]?.id)!
      .goldItemId;
  const submit = (who: OrgContext, batchId: string, leaseId: string) =>
    submitLabel(who, { batchId, leaseId, labelId: newId(), answers: { grade: '1' }, activeMs: 1000 });
  async function readNext(who: OrgContext, batchId: string): Promise<string | null> {
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
    const leaseId = leases[0]?.leaseId;
    if (leaseId === undefined) return null;
    const [row] = await t.sql`select task_id from slots where lease_id = ${leaseId}`;
    await submit(who, batchId, leaseId);
    return row?.task_id;
  }
  /** What the job does after an answer was withdrawn, a few readers at a time. */
  const takeBack = (s: WorkScene, batchId: string, goldItemId: string, readersAtOnce = 2) =>
    takeBackGold(system(s), { batchId, goldItemId }, readersAtOnce);
  const counts = async (batchId: string) =>
    (await listReaders(t.db, batchId, 'label')).map(({ goldN, goldOk }) => [goldN, goldOk]);
  const system = (s: WorkScene) =>
    systemContext({ db: t.db, clock: s.clock, name: 'test', requestId: newId() });

  const of = async (batchId: string, people: readonly OrgContext[]) => {
    const rows = new Map((await listReaders(t.db, batchId, 'label')).map((row) => [row.annotatorId, row]));
    return Promise.all(
      people.map(async ({ actor: { personId } }) => ({
        gold: [rows.get(personId)!.goldN, rows.get(personId)!.goldOk],
        told: (await listNotices(t.db, personId, { limit: 20 })).items.filter(
          (one) => one.kind === 'gold.regraded',
        ).length,
      })),
    );
  };

  test('leaves the readers’ counts, the confusion and the scores, and what was read of it stays paid', async () => {
    const s = await scene(2, { 0: { grade: ['1'] }, 1: { grade: ['2'] } });
    const batchId = await makeBatch(s, { goldMode: 'embedded', overlap: 2 });
    const people = await makeReaders(s, batchId, 2);
    for (const who of people) while (await readNext(who, batchId));
    await scoreBatch(system(s), { batchId, resamples: 100 });
    const accuracy = async () => (await viewQuality(s.sponsor, { batchId })).figures.accuracy;
    expect([await counts(batchId), await accuracy()]).toMatchObject([
      [
        [2, 1],
        [2, 1],
      ],
      { value: 0.5, n: 2 },
    ]);
    const paid = (await listReaders(t.db, batchId, 'label')).map((row) => row.accruedMinor);
    const marked = async () => (await readsOfBatch(t.db, batchId)).filter((read) => read.isGold).length;
    expect(await marked()).toBe(4);

    const goldItemId = await itemOf(s, 1);
    expect(await disputeGoldItem(s.sponsor, { goldItemId, reason: REASON })).toEqual({ status: 'disputed' });
    const [asked] = await t.sql`select j.key from graphile_worker.jobs j
      where j.key = ${`gold.take-back-gold:${batchId}:${goldItemId}`}`;
    expect(asked).toBeDefined();
    // Exports, too, mark no read as gold that never was.
    expect(await marked()).toBe(2);
    await takeBack(s, batchId, goldItemId);
    expect(await counts(batchId)).toEqual([
      [1, 1],
      [1, 1],
    ]);
    // Everybody who read there is told the same, nobody which case it was (R21).
    const told = await Promise.all(
      people.map(async (who) => (await listNotices(t.db, who.actor.personId, { limit: 5 })).items),
    );
    const titles = told.map((items) =>
      items.filter((one) => one.kind === 'gold.regraded').map((one) => one.title),
    );
    expect(titles).toEqual([[expect.stringMatching(/was wrong and counts no more/)], titles[0]]);
    expect(JSON.stringify(told)).not.toContain(goldItemId);
    const sponsors = await listNotices(t.db, s.sponsor.actor.personId, { limit: 5 });
    expect(sponsors.items.some((one) => one.kind === 'gold.regraded')).toBe(true);
    await tallyLabels(system(s), { batchId });
    expect((await viewQuality(s.sponsor, { batchId })).confusion.cells).toEqual([
      { truth: '1', answer: '1', n: 2 },
    ]);
    const [job] = await t.sql`select j.key from graphile_worker.jobs j
      where j.key = ${`analytics.measure-again:${batchId}`}`;
    expect(job).toBeDefined();
    s.clock.advance(1000);
    await measureAgain(system(s), { batchId });
    expect(await accuracy()).toMatchObject({ value: 1, n: 1 });
    expect((await listReaders(t.db, batchId, 'label')).map((row) => row.accruedMinor)).toEqual(paid);
  });

  test('leaves the running counts of a settled batch too, which are followed by themselves no more', async () => {
    const s = await scene(2, { 0: { grade: ['1'] }, 1: { grade: ['2'] } });
    const batchId = await makeBatch(s, { goldMode: 'embedded', overlap: 2 });
    const people = await makeReaders(s, batchId, 2);
    for (const who of people) while (await readNext(who, batchId));
    for (let round = 0; round < 3; round += 1) await settleTasks(system(s), { batchId });
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    s.clock.advance(HOUR);
    await keepScores(system(s));
    expect(await checkRunning(t.db, batchId)).toEqual([]);
    s.clock.advance(HOUR);
    await disputeGoldItem(s.sponsor, { goldItemId: await itemOf(s, 1), reason: REASON });
    s.clock.advance(HOUR);
    await keepScores(system(s));
    await measureAgain(system(s), { batchId });
    expect(await checkRunning(t.db, batchId)).toEqual([]);
    const [accuracy] = await runningScoresOf(t.db, {
      batchId,
      day: 'all',
      subjectKind: 'batch',
      metric: 'accuracy',
    });
    expect(accuracy).toMatchObject({ value: 1, n: 1 });
  });

  test('is dealt to nobody any more, others still are, and a read that was under way is paid and not scored', async () => {
    const s = await scene(40, Object.fromEntries([0, 1, 2].map((at) => [at, { grade: ['1'] }])));
    const batchId = await makeBatch(s, { goldMode: 'dealt', goldShareBasisPoints: 5000, overlap: 2 });
    const [first, second] = await makeReaders(s, batchId, 2);
    const goldItemId = await itemOf(s, 0);
    const [task] = await t.sql`select task_id from gold_answers where gold_item_id = ${goldItemId}`;
    let held: string | null = null;
    while (held === null) {
      const { leases } = await claimNextTasks(first!, { batchId, tier: 'label', limit: 1 });
      const leaseId = leases[0]!.leaseId;
      const [row] = await t.sql`select task_id from slots where lease_id = ${leaseId}`;
      if (row?.task_id === task?.task_id) held = leaseId;
      else await submit(first!, batchId, leaseId);
    }
    const [before] = await counts(batchId);
    await disputeGoldItem(s.sponsor, { goldItemId, reason: REASON });
    await submit(first!, batchId, held);
    await takeBack(s, batchId, goldItemId);
    expect((await counts(batchId))[0]).toEqual(before);
    const [slot] = await t.sql`select status from slots where lease_id = ${held}`;
    expect(slot?.status).toBe('accepted');
    const seen: string[] = [];
    for (let next = await readNext(second!, batchId); next !== null; next = await readNext(second!, batchId))
      seen.push(next);
    expect(seen).not.toContain(task?.task_id);
    expect((await counts(batchId))[1]).toEqual([2, 2]);
    expect(seen).toHaveLength(37 + 2);
  });

  test('disputed while it is being submitted: it counts for nobody, whichever comes first', async () => {
    const s = await scene(1, { 0: { grade: ['1'] } });
    const batchId = await makeBatch(s, { goldMode: 'embedded', overlap: 6 });
    const people = await makeReaders(s, batchId, 6);
    const goldItemId = await itemOf(s, 0);
    const leases = await Promise.all(
      people.map(async (who) => (await claimNextTasks(who, { batchId, tier: 'label', limit: 1 })).leases[0]!),
    );
    await Promise.all([
      ...people.map((who, index) => submit(who, batchId, leases[index]!.leaseId)),
      disputeGoldItem(s.sponsor, { goldItemId, reason: REASON }).then(() =>
        takeBack(s, batchId, goldItemId, 1),
      ),
    ]);
    expect(await counts(batchId)).toEqual(people.map(() => [0, 0]));
  });

  test('is taken back from more readers than one transaction holds, and each is told once, whatever stops in between', async () => {
    const s = await scene(2, { 0: { grade: ['1'] }, 1: { grade: ['2'] } });
    const batchId = await makeBatch(s, { goldMode: 'embedded', overlap: 7 });
    const people = await makeReaders(s, batchId, 7);
    const byId = people.toSorted((a, b) => (a.actor.personId < b.actor.personId ? -1 : 1));
    // The first has met neither case, the last only the one that stays; nobody can tell by what they are told.
    for (const who of byId.slice(1, 6)) while (await readNext(who, batchId));
    const goldItemId = await itemOf(s, 0);
    await disputeGoldItem(s.sponsor, { goldItemId, reason: REASON });

    // The process ends after the first two.
    const stops = { ...system(s), clock: { ...s.clock, now: vi.fn(() => s.clock.now()) } };
    stops.clock.now
      .mockImplementationOnce(() => s.clock.now())
      .mockImplementationOnce(() => {
        throw new Error('killed');
      });
    await expect(takeBackGold(stops, { batchId, goldItemId }, 2)).rejects.toThrow('killed');
    expect((await of(batchId, byId)).map((row) => row.gold)).toEqual([
      [0, 0],
      [1, 0],
      ...byId.slice(2, 6).map(() => [2, 1]),
      [0, 0],
    ]);

    // Meanwhile one who was passed and one who was not take back their answer of it, and two who have not read it do.
    const amend = async (who: OrgContext) => {
      const [label] = await t.sql`select l.id from labels l join gold_answers g on g.task_id = l.task_id
        where l.batch_id = ${batchId} and g.gold_item_id = ${goldItemId} and l.annotator_id = ${who.actor.personId}`;
      await amendLabel(who, {
        batchId,
        labelId: label?.id,
        newLabelId: newId(),
        answers: { grade: '3' },
        activeMs: 1,
      });
    };
    for (const who of [byId[1]!, byId[4]!]) await amend(who);
    for (const who of [byId[0]!, byId[6]!]) while (await readNext(who, batchId));

    await Promise.all([1, 2, 3].map(() => takeBack(s, batchId, goldItemId)));
    await takeBack(s, batchId, goldItemId);
    const ended = await of(batchId, byId);
    expect(ended.map((row) => row.gold)).toEqual(byId.map(() => [1, 0]));
    // The first had not read anything when their turn came.
    expect(ended.map((row) => row.told)).toEqual([0, 1, 1, 1, 1, 1, 1]);
    const sponsors = await listNotices(t.db, s.sponsor.actor.personId, { limit: 20 });
    expect(sponsors.items.filter((one) => one.kind === 'gold.regraded')).toHaveLength(1);
  });

  test('holds back the end of an exam until its answer is taken back', async () => {
    const s = await scene(4, {
      0: { grade: ['1'] },
      1: { grade: ['1'] },
      2: { grade: ['2'] },
      3: { grade: ['2'] },
    });
    const batchId = await makeBatch(s, {
      kind: 'exam',
      goldMode: 'embedded',
      overlap: 1,
      claimRules: { passLevelBasisPoints: 100 },
    });
    const [who] = await makeReaders(s, batchId, 1);
    for (let i = 0; i < 3; i += 1) await readNext(who!, batchId);
    const { leases } = await claimNextTasks(who!, { batchId, tier: 'label', limit: 1 });
    const goldItemId = await itemOf(s, 2);
    await disputeGoldItem(s.sponsor, { goldItemId, reason: REASON });
    await submit(who!, batchId, leases[0]!.leaseId);
    const of = { batchId, annotatorId: who!.actor.personId };
    expect(await t.sql`select 1 from exam_attempts where batch_id = ${batchId}`).toHaveLength(0);
    await takeBack(s, batchId, goldItemId);
    expect(await concludeExam(system(s), of)).not.toBeNull();
    const [attempt] = await t.sql`select cases, correct from exam_attempts where batch_id = ${batchId}`;
    expect(attempt).toEqual({ cases: 3, correct: 2 });
  });

  test('ends as ambiguous or retired, never in force again; only items in force are disputed, by their own sponsor', async () => {
    const s = await scene(2, { 0: { grade: ['1'] }, 1: { grade: ['1'] } });
    const stranger = (await scene(1, {})).sponsor;
    const [one, two] = [await itemOf(s, 0), await itemOf(s, 1)];
    await expect(disputeGoldItem(stranger, { goldItemId: one, reason: REASON })).rejects.toMatchObject({
      kind: 'not_found',
    });
    for (const goldItemId of [one, two]) await disputeGoldItem(s.sponsor, { goldItemId, reason: REASON });
    await expect(disputeGoldItem(s.sponsor, { goldItemId: one, reason: REASON })).rejects.toMatchObject({
      reason: 'gold_state',
    });
    expect(
      await resolveGoldItem(s.sponsor, { outcome: 'ambiguous', goldItemId: one, rationale: REASON }),
    ).toEqual({ status: 'ambiguous' });
    expect(await retireGoldItem(s.sponsor, { goldItemId: two, reason: REASON })).toEqual({
      status: 'retired',
    });
    expect(await listActiveGold(t.db, s.project.id)).toEqual([]);
    const audit = await t.sql`select action, person_id from audit_events
      where subject_id in (${one}, ${two}) order by at, id`;
    expect(audit.map((row) => row.action)).toEqual([
      'gold.disputed',
      'gold.disputed',
      'gold.resolved',
      'gold.retired',
    ]);
    expect(audit.every((row) => row.person_id === s.sponsor.actor.personId)).toBe(true);
  });
});
