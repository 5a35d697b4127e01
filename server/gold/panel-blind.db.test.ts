import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { checkpoints } from '#db/schema/governance.ts';
import { makeBatch, makeWorker, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { viewAnswerDays } from '#server/analytics/view-answer-days.ts';
import { viewDashboard } from '#server/analytics/view-dashboard.ts';
import { viewQuality } from '#server/analytics/view-quality.ts';
import { ROLE_CAPABILITIES } from '#server/command/capabilities.ts';
import type { OrgContext } from '#server/command/context.ts';
import { newId } from '#server/core/ids.ts';
import { openExport } from '#server/interchange/open-export.ts';
import { viewFinalLabels, viewProvenance, viewReads } from '#server/labels/label-views.ts';
import { viewUndecided } from '#server/labels/undecided.ts';
import { viewPairs } from '#server/labels/view-pairs.ts';
import { openFrame } from '#server/scores/open-frame.ts';
import { openRootCause } from '#server/scores/open-root-cause.ts';
import { viewCheckpoint } from '#server/scores/view-checkpoints.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { batchesToShow } from '#server/work/plan-batch.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { proposeGoldFromPanel } from './propose-gold-from-panel.ts';
import { listGold, viewGold, viewGoldCase } from './view-gold.ts';

describe('a panel reads blind to its end (R7, R21)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let batchId: string;
  let taskId: string;
  let readers: OrgContext[];
  /** Reads on the panel, and leads the project: what the sponsor's pages show, they see. */
  let lead: OrgContext;
  let held: string[];
  /** Of a share that the batch was given before such were refused. */
  const checkpointId = newId();

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 1 });
    batchId = await makeBatch(scene, {
      kind: 'self_label',
      vendorOrgId: null,
      pricePerReadMinor: 0n,
      overlap: 3,
    });
    readers = [];
    held = [];
    for (let i = 0; i < 3; i += 1) {
      const reader = await makeWorker(scene, { role: 'panel' });
      await joinBatch(reader, { batchId, tier: 'label' });
      const { leases } = await claimNextTasks(reader, { batchId, tier: 'label', limit: 1 });
      held.push(leases[0]!.leaseId);
      readers.push(reader);
    }
    const [task] = await t.sql<{ id: string }[]>`select id from tasks where batch_id = ${batchId}`;
    taskId = task!.id;
    await t.db.insert(checkpoints).values({
      id: checkpointId,
      projectId: scene.project.id,
      batchId,
      trigger: 'share',
      shareBasisPoints: 1000,
      reachedAt: scene.clock.now(),
    });
    const both = new Set([...readers[2]!.actor.capabilities, ...ROLE_CAPABILITIES.clinical_lead]);
    lead = {
      ...readers[2]!,
      actor: { ...readers[2]!.actor, orgId: scene.sponsorOrg.id, capabilities: both },
    };
  });
  afterAll(() => t.drop());

  const submit = (index: number, grade: string) =>
    submitLabel(readers[index]!, {
      batchId,
      leaseId: held[index]!,
      labelId: newId(),
      answers: { grade },
      activeMs: 1000,
    });
  /** Everything that tells what was answered. */
  const looks = () => [
    () => viewReads(lead, { batchId, limit: 10, isWaiting: false }),
    () => viewFinalLabels(lead, { batchId, limit: 10 }),
    () => viewProvenance(lead, { batchId, taskId }),
    () => viewUndecided(lead, { batchId }),
    () => viewPairs(lead, { batchId }),
    () => viewQuality(lead, { batchId }),
    () => viewAnswerDays(lead, { batchId }),
    () => openFrame(lead, { batchId }),
    () => openRootCause(lead, { batchId, field: 'grade' }),
    () => openExport(lead, { batchId, what: 'reads', format: 'csv' }),
    () => openExport(lead, { batchId, what: 'final_labels', format: 'csv' }),
    () => proposeGoldFromPanel(lead, { batchId }),
    () => viewCheckpoint(lead, { checkpointId }),
  ];
  const expectNothingShown = async () => {
    for (const look of looks())
      await expect(look()).rejects.toMatchObject({
        reason: 'panel_reading',
        details: [{ href: `/sponsor/projects/${scene.project.id}/batches/${batchId}` }],
      });
    const { batches, readers: lines } = await viewDashboard(lead, { projectId: scene.project.id });
    expect(batches.find((line) => line.batchId === batchId)).toMatchObject({
      gold: { value: null, reason: 'withheld' },
      reliability: [],
      accuracy: [],
    });
    for (const line of lines) expect(line.gold).toMatchObject({ reason: 'withheld' });
    expect(await batchesToShow(t.db, scene.project.id, scene.clock.now())).not.toContain(batchId);
  };
  const waiting = async () =>
    (await viewGold(lead, { projectId: scene.project.id })).panelBatches[0]?.reading;

  test('while it is open nobody sees what others answered, who leads it neither', async () => {
    await submit(0, '2');
    await expectNothingShown();
    expect(await waiting()).toMatch(/closes when every case is read/);
  });

  test('closed, it waits for who holds a case: no gold is made without them', async () => {
    await submit(1, '2');
    await closeBatch(scene.sponsor, { batchId, reason: 'Enough.' });
    await expectNothingShown();
    expect(await waiting()).toMatch(/hold one more case/);
  });

  test('the last answer counts, and what was read is shown', async () => {
    await submit(2, '4');
    expect(await waiting()).toBeNull();
    expect(await proposeGoldFromPanel(lead, { batchId })).toMatchObject({ unanimous: 0, unresolved: 1 });
    const [item] = (await listGold(lead, { projectId: scene.project.id, limit: 5 })).items;
    expect((await viewGoldCase(lead, { goldItemId: item!.id })).reads).toHaveLength(3);
    expect(await viewReads(lead, { batchId, limit: 10, isWaiting: false })).toHaveLength(3);
    expect(await viewCheckpoint(lead, { checkpointId })).toMatchObject({ batchId });
    expect(await batchesToShow(t.db, scene.project.id, scene.clock.now())).toContain(batchId);
  });
});
