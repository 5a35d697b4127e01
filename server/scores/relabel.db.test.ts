import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { estimatesView, relabelView } from './relabel-schemas.ts';
import { viewEstimates, viewRelabel } from './view-relabel.ts';

/** 40 cases, of which the first ten are of women; women have grade 3, men grade 1. */
describe('relabels against what was before, and what a sample says of all', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 10 });
    scene = await makeWorkScene(t.db, {
      cases: 40,
      fields: [gradeField()],
      caseAt: (i) => ({ subgroups: { sex: i < 10 ? 'F' : 'M' } }),
    });
  });
  afterAll(() => t.drop());

  /** Reads everything there is, as `answer` says of the case's number. */
  async function readAll(who: OrgContext, batchId: string, answer: (n: number) => string): Promise<void> {
    for (;;) {
      const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 5 });
      if (leases.length === 0) return;
      for (const { leaseId } of leases) {
        const [row] = await t.sql<{ id: string }[]>`select c.external_id as id from slots s
          join tasks k on k.batch_id = s.batch_id and k.id = s.task_id join cases c on c.id = k.case_id
          where s.batch_id = ${batchId} and s.lease_id = ${leaseId}`;
        const answers = { grade: answer(Number(row!.id)) };
        await submitLabel(who, { batchId, leaseId, labelId: randomUUID(), answers, activeMs: 10 });
      }
    }
  }
  const settle = (batchId: string, { clock } = scene) =>
    settleTasks(systemContext({ db: t.db, clock, name: 'test', requestId: randomUUID() }), { batchId });
  const truth = (n: number) => (n <= 10 ? '3' : '1');
  const plain = { goldMode: 'none' as const, isAdjudicated: false, reviewShareBasisPoints: 0 };

  test('a sample that took women and men alike says by its weights how common each grade is among all', async () => {
    const batchId = await makeBatch(scene, {
      ...plain,
      overlap: 2,
      seed: 3,
      sampling: { kind: 'stratified', by: ['subgroup:sex'], allocation: { kind: 'equal', count: 16 } },
    });
    const people = await makeReaders(scene, batchId, 2);
    // The second reader differs on one man: readers are divided there.
    const [odd] = await t.sql<
      { id: string }[]
    >`select c.external_id as id from tasks k join cases c on c.id = k.case_id
      where k.batch_id = ${batchId} and c.subgroups ->> 'sex' = 'M' limit 1`;
    await readAll(people[0]!, batchId, truth);
    await readAll(people[1]!, batchId, (n) => (n === Number(odd!.id) ? '2' : truth(n)));
    await settle(batchId);
    const view = estimatesView.parse(await viewEstimates(scene.sponsor, { batchId }));
    expect(view.population).toBe(40);
    const of = (value: string) => view.classes.find((one) => one.value === value)!;
    // The divided case stays undecided: eight women and seven men have a grade.
    expect(view.settled).toBe(15);
    // Among all that were finished, the undecided one too: one of eight men, who are 30 of 40.
    expect(view.divided).toMatchObject({ n: 16, value: expect.closeTo((30 / 40) * (1 / 8)) });
    expect(of('3').plain.value).toBeCloseTo(8 / 15);
    expect(of('3').weighted.value).toBeCloseTo(10 / 40);
    expect(of('1').weighted.value).toBeCloseTo(30 / 40);
    const [low, high] = of('3').weighted.interval!;
    expect(low).toBeLessThan(0.25);
    expect(high).toBeGreaterThan(0.25);
    await expect(
      viewEstimates(scene.sponsor, { batchId: await makeBatch(scene, plain) }),
    ).rejects.toMatchObject({
      reason: 'no_sample',
    });
  });

  test('old stands against new: what changed, by class with its interval, how readers agreed, and on which cases', async () => {
    const first = await makeBatch(scene, { ...plain, overlap: 3 });
    const [ann, bob, cem] = await makeReaders(scene, first, 3);
    await readAll(ann!, first, truth);
    await readAll(bob!, first, truth);
    // The third often sees a 2 in men.
    await readAll(cem!, first, (n) => (n > 10 && n % 2 === 0 ? '2' : truth(n)));
    await settle(first);
    const again = await makeBatch(scene, {
      ...plain,
      kind: 'relabel',
      overlap: 2,
      excludePriorReaders: 'siblings',
      parentBatchId: first,
      filter: { work: { batchIds: [first] } },
    });
    const empty = relabelView.parse(await viewRelabel(scene.sponsor, { batchId: again }));
    expect(empty).toMatchObject({ cases: 40, settled: 0, compared: 0, changed: { value: null } });
    const people = await makeReaders(scene, again, 2);
    // Both now see a 2 in the twelve last men, and agree on everything.
    for (const who of people) await readAll(who, again, (n) => (n > 28 ? '2' : truth(n)));
    await settle(again);
    const view = relabelView.parse(await viewRelabel(scene.sponsor, { batchId: again }));
    expect(view).toMatchObject({ cases: 40, settled: 40, compared: 40, population: null });
    expect(view.changed.value).toBeCloseTo(12 / 40);
    const of = (value: string) => view.classes.find((one) => one.value === value)!;
    expect(of('1').shift.value).toBeCloseTo(-12 / 40);
    expect(of('2').shift.value).toBeCloseTo(12 / 40);
    expect(of('2').shift.interval![0]).toBeGreaterThan(0.1);
    expect(of('3').shift.value).toBe(0);
    expect(of('3').shift.interval![0]).toBeLessThan(0);
    expect(of('3').before).toMatchObject({ n: 40 });
    expect(view.moves[0]).toEqual({ before: '1', after: '1', n: 18 });
    expect(view.moves).toContainEqual({ before: '1', after: '2', n: 12 });
    expect(view.agreement.before.value!).toBeLessThan(0.9);
    expect(view.agreement.after.value).toBe(1);
    expect(view.changes).toMatchObject({ more: false });
    expect(view.changes.cases).toHaveLength(12);
    const even = view.changes.cases.find((one) => one.externalId === '30')!;
    expect(even).toMatchObject({
      before: {
        batchId: first,
        value: '1',
        votes: expect.arrayContaining([
          { value: '1', n: 2 },
          { value: '2', n: 1 },
        ]),
      },
      after: { value: '2', votes: [{ value: '2', n: 2 }] },
    });
    await expect(viewRelabel(scene.sponsor, { batchId: first })).rejects.toMatchObject({
      reason: 'no_relabel',
    });
  });

  test('R15: no label of a pilot that is still read stands as the earlier one', async () => {
    const fresh = await makeWorkScene(t.db, { cases: 4, fields: [gradeField()] });
    const before = await makeBatch(fresh, { ...plain, overlap: 1 });
    const [ann] = await makeReaders(fresh, before, 1);
    await readAll(ann!, before, () => '1');
    await settle(before, fresh);
    fresh.clock.advance(60_000);
    // A pilot has read two of them otherwise, and goes on.
    const pilot = await makeBatch(fresh, { ...plain, kind: 'pilot', overlap: 1, ofCall: 'one' });
    const [bob] = await makeReaders(fresh, pilot, 1);
    const { leases } = await claimNextTasks(bob!, { batchId: pilot, tier: 'label', limit: 2 });
    for (const { leaseId } of leases)
      await submitLabel(bob!, {
        batchId: pilot,
        leaseId,
        labelId: randomUUID(),
        answers: { grade: '4' },
        activeMs: 10,
      });
    await settle(pilot, fresh);
    const relabel = (more: object) => makeBatch(fresh, { ...plain, kind: 'relabel', overlap: 1, ...more });
    const named = await relabel({ parentBatchId: pilot });
    const links =
      await t.sql`select distinct prior_batch_id as id from relabel_links where batch_id = ${named}`;
    expect([...links]).toEqual([{ id: before }]);
    const again = await relabel({});
    const [cai] = await makeReaders(fresh, again, 1);
    await readAll(cai!, again, () => '2');
    await settle(again, fresh);
    const view = relabelView.parse(await viewRelabel(fresh.sponsor, { batchId: again }));
    expect(view.moves).toEqual([{ before: '1', after: '2', n: 4 }]);
  });
});
