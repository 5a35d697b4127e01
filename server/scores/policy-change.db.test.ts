import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { projects } from '#db/schema/projects.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { MINUTE } from '#server/core/clock.ts';
import { policyPreset } from '#server/projects/presets.ts';
import type { QualityPolicy } from '#server/projects/schemas.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { inboxView } from './governance-schemas.ts';
import { keepScores } from './jobs.ts';
import { listDueBatches } from './list-due.ts';
import { checkRunning } from './recount-batch.ts';
import { runningScoresOf } from './running-reads.ts';
import { viewInbox } from './view-inbox.ts';

const CASES = 36;
const SIZE = { key: 'size', label: 'Size', type: 'number' as const, unit: 'mm', definition: 'Its size.' };
const NOTHING: QualityPolicy = { ...policyPreset('training'), reliability: [], accuracy: [] };

describe('a policy that is changed while a batch is read', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let batchId: string;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, {
      cases: CASES,
      fields: [gradeField(), { ...SIZE, required: false }],
      project: { qualityPolicy: NOTHING },
    });
    batchId = await makeBatch(scene, { overlap: 2 });
    const people = await makeReaders(scene, batchId, 2);
    // Seventy-two different sizes, which have nothing to do with each other.
    for (const [index, who] of people.entries())
      for (let n = 0; n < CASES; n += 1) await read(who, 1 + ((n * (7 + 4 * index)) % CASES) + index / 10);
    scene.clock.advance(MINUTE);
  });
  afterAll(() => t.drop());

  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const isDue = async () => (await listDueBatches(t.db, scene.clock.now())).includes(batchId);
  const inbox = async () => inboxView.parse(await viewInbox(scene.sponsor, { projectId: scene.project.id }));
  async function read(who: OrgContext, size: number): Promise<void> {
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
    const label = { labelId: randomUUID(), answers: { grade: '1', size }, activeMs: 4000 };
    await submitLabel(who, { batchId, leaseId: leases[0]!.leaseId, ...label });
  }
  const setPolicy = (policy: QualityPolicy) =>
    t.db.update(projects).set({ qualityPolicy: policy }).where(eq(projects.id, scene.project.id));

  test('numbers have a running alpha with an interval, however many different ones there are', async () => {
    expect(await keepScores(system())).toBe(0);
    const rows = await runningScoresOf(t.db, { batchId, field: 'size', day: 'all', subjectKind: 'batch' });
    const alpha = rows.find((row) => row.metric === 'krippendorff_alpha')!;
    expect(alpha).toMatchObject({ n: CASES, reason: null, method: expect.stringMatching(/interval;gwet/) });
    expect(alpha.value).toBeLessThan(0.5);
    expect(alpha.lower).toBeLessThan(alpha.value!);
    expect(rows.find((row) => row.metric === 'gwet_ac')).toMatchObject({ reason: 'no_categories' });
    expect(await checkRunning(t.db, batchId)).toEqual([]);
    expect(await isDue()).toBe(false);
  });

  test('is looked at in the next run, without a new label, and once', async () => {
    const bound = { field: 'size', metric: 'krippendorff_alpha', threshold: 0.8, action: 'notify' } as const;
    await setPolicy({ ...NOTHING, reliability: [bound] });
    expect(await isDue()).toBe(true);
    expect(await keepScores(system())).toBe(1);
    expect((await inbox()).open).toMatchObject([
      { field: 'size', metric: 'krippendorff_alpha', done: 'told' },
    ]);
    expect(await isDue()).toBe(false);
    expect(await keepScores(system())).toBe(0);
  });

  test('and what it newly asks to be kept is kept of the labels there are', async () => {
    // Counted for other fields before, the batch is counted anew: right and wrong of sizes, read by read.
    expect(await checkRunning(t.db, batchId)).toEqual([]);
    const [kept] =
      await t.sql`select count(*)::int as n from score_trials where batch_id = ${batchId} and field = 'size'`;
    expect(kept!.n).toBe(2 * CASES);
  });

  test('a bound that cannot be watched is named to who decides, with why and what to do', async () => {
    const bound = { field: 'grade', metric: 'krippendorff_alpha', threshold: 0.8, action: 'notify' } as const;
    const accuracy = { field: 'size', measure: 'accuracy', threshold: 0.9, action: 'notify' } as const;
    await setPolicy({ ...NOTHING, reliability: [bound], accuracy: [accuracy] });
    await keepScores(system());
    const said = (await inbox()).unwatched.map((one) => [one.fieldLabel, one.metric, one.why]);
    expect(said).toEqual([
      [expect.any(String), 'krippendorff_alpha', expect.stringMatching(/same answer/)],
      ['Size', 'accuracy', expect.stringMatching(/No gold/)],
    ]);
  });

  test('a batch that was counted by a rule of old is counted anew, settled or not', async () => {
    await t.sql`update score_marks set counted_as = '1 grade' where batch_id = ${batchId}`;
    await t.sql`delete from score_cells where batch_id = ${batchId} and reference = 'others_case'`;
    expect(await checkRunning(t.db, batchId)).not.toEqual([]);
    expect(await isDue()).toBe(true);
    await keepScores(system());
    expect(await checkRunning(t.db, batchId)).toEqual([]);
    expect(await isDue()).toBe(false);
  });
});
