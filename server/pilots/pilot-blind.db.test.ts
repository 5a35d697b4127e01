import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeCall, pilotTermsOf } from '#db/seed/factories/bids.ts';
import { type MadePilot, makePilot, readPilotBatch } from '#db/seed/factories/pilots.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { readSteps } from '#db/seed/factories/read-steps.ts';
import { makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { viewAnswerDays } from '#server/analytics/view-answer-days.ts';
import { viewQuality } from '#server/analytics/view-quality.ts';
import type { OrgContext } from '#server/command/context.ts';
import { newId } from '#server/core/ids.ts';
import { openExport } from '#server/interchange/open-export.ts';
import { viewFinalLabels, viewProvenance, viewReads } from '#server/labels/label-views.ts';
import { endAudit, orderAudit } from '#server/labels/order-audit.ts';
import { submitAudit } from '#server/labels/submit-audit.ts';
import { viewUndecided } from '#server/labels/undecided.ts';
import { viewAudits } from '#server/labels/view-checks.ts';
import { viewPairs } from '#server/labels/view-pairs.ts';
import { checksView } from '#server/labels/view-schemas.ts';
import { openFrame } from '#server/scores/open-frame.ts';
import { openRootCause } from '#server/scores/open-root-cause.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { closeBatch } from '#server/work/close-batch.ts';

/* What server/gold/panel-blind.db.test.ts is to a panel: everything that tells how good a pilot is waits for its end. */
describe('nothing of a pilot’s quality is shown while it is read (R15)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let pilot: MadePilot;
  let taskId: string;

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 10 });
    scene = await makeWorkScene(t.db, {
      cases: 6,
      fields: [gradeField()],
      gold: Object.fromEntries(Array.from({ length: 6 }, (_, at) => [at, { grade: ['1'] }])),
    });
    const terms = pilotTermsOf({ cases: 6, overlap: 2, goldMode: 'embedded' });
    const callId = await makeCall(t.db, { projectId: scene.project.id, terms, clock: scene.clock });
    pilot = await makePilot(scene, callId);
    const { batchId } = pilot;
    // Both read three cases of six, so that some have a final label while the pilot is open.
    await readPilotBatch(batchId, pilot.people, { most: 3 });
    const { settle } = readSteps(scene);
    await settle(batchId);
    const plan = { maxErrorRate: 0.3, expectedErrorRate: 0.01, confidence: 0.9 };
    await orderAudit(scene.sponsor, { batchId, plan });
    await settle(batchId);
    const [auditor] = (await makeReaders(scene, batchId, 1, 'audit')) as [OrgContext];
    const [lease] = (await claimNextTasks(auditor, { batchId, tier: 'audit', limit: 1 })).leases;
    await submitAudit(auditor, {
      batchId,
      leaseId: lease!.leaseId,
      labelId: newId(),
      activeMs: 900,
      outcome: 'disagree',
      answers: { grade: '4' },
      errorKind: 'mislabel',
      comment: 'It is a four, seen at once.',
    });
    const [task] = await t.sql<{ id: string }[]>`select id from tasks where batch_id = ${batchId} limit 1`;
    taskId = task!.id;
  });
  afterAll(() => t.drop());

  const looks = () => {
    const { sponsor } = scene;
    const { batchId } = pilot;
    return [
      () => viewReads(sponsor, { batchId, limit: 10, isWaiting: false }),
      () => viewFinalLabels(sponsor, { batchId, limit: 10 }),
      () => viewProvenance(sponsor, { batchId, taskId }),
      () => viewUndecided(sponsor, { batchId }),
      () => viewPairs(sponsor, { batchId }),
      () => viewQuality(sponsor, { batchId }),
      () => viewAnswerDays(sponsor, { batchId }),
      () => openFrame(sponsor, { batchId }),
      () => openRootCause(sponsor, { batchId, field: 'grade' }),
      () => openExport(sponsor, { batchId, what: 'reads', format: 'csv' }),
      () => openExport(sponsor, { batchId, what: 'final_labels', format: 'csv' }),
    ];
  };
  const checks = async () =>
    checksView.parse(await viewAudits(scene.sponsor, { projectId: scene.project.id }));

  test('no read, label, score or export', async () => {
    for (const look of looks())
      await expect(look()).rejects.toMatchObject({
        reason: 'pilot_withheld',
        details: [{ href: `/sponsor/projects/${scene.project.id}/pilots` }],
      });
  });

  test('no audit: only that it is ordered, how large it is and how much of it is left', async () => {
    const { batches, vendors } = await checks();
    expect(batches).toMatchObject([
      {
        batchId: pilot.batchId,
        audit: null,
        misses: null,
        mayOrder: true,
        withheld: {
          message: expect.stringMatching(/^The pilot is still being read.*R15/),
          href: `/sponsor/projects/${scene.project.id}/pilots`,
          audit: { sampleSize: 4, population: 6 },
        },
      },
    ]);
    const { waiting, open } = batches[0]!.withheld!.audit!;
    expect(waiting + open).toBe(3);
    expect(vendors).toEqual([]);
  });

  test('ending its checks tells no number where it would tell how many labels were to be read again', async () => {
    const { batchId } = pilot;
    await t.sql`insert into audit_samples (batch_id, purpose, task_id, status, drawn_at)
      values (${batchId}, 'reread', ${taskId}, 'waiting', now())`;
    const end = () => endAudit(scene.sponsor, { batchId, reason: 'Enough.' });
    expect(await end()).toEqual({ dropped: null, held: null });
    // Nothing is left: that tells nothing.
    expect(await end()).toEqual({ dropped: 0, held: 0 });
    const { batches } = await checks();
    expect(batches).toMatchObject([{ ended: { audit: expect.any(Date), rereads: null }, left: null }]);
  });

  test('why its checks were ended is told to whoever may know its vendor, whom the words may name', async () => {
    const { actor } = scene.sponsor;
    const capabilities = new Set([...actor.capabilities].filter((one) => one !== 'bid.compare'));
    const lead = { ...scene.sponsor, actor: { ...actor, capabilities } };
    expect((await checks()).batches).toMatchObject([{ ended: { reason: 'Enough.' } }]);
    expect((await viewAudits(lead, { projectId: scene.project.id })).batches).toMatchObject([
      { ended: { audit: expect.any(Date), reason: null } },
    ]);
  });

  test('when it is closed the audit is shown, of the batch and of its vendor', async () => {
    await closeBatch(scene.sponsor, { batchId: pilot.batchId, reason: 'Enough.' });
    const { batches, vendors } = await checks();
    expect(batches).toMatchObject([{ audit: { errors: 1, done: 1 }, withheld: null }]);
    expect(vendors).toMatchObject([{ batches: 1, errors: 1 }]);
  });

  test('pilots of a call are told apart by a name that stands on everybody’s screens, and tells no vendor', async () => {
    const other = await makePilot(scene, pilot.callId);
    const named = await t.sql<{ name: string }[]>`
      select name from batches where id in (${pilot.batchId}, ${other.batchId})`;
    expect(new Set(named.map((one) => one.name)).size).toBe(2);
    for (const { name } of named) expect(name).toMatch(/^Pilot [A-Z]$/);
  });
});
