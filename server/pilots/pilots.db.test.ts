import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ensureAgreement } from '#db/seed/factories/agreements.ts';
import { makeBid, makeCall, makeVendor, pilotTermsOf } from '#db/seed/factories/bids.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { viewDashboard } from '#server/analytics/view-dashboard.ts';
import { viewQuality } from '#server/analytics/view-quality.ts';
import { orderPilot } from '#server/bids/order-pilot.ts';
import type { OrgContext } from '#server/command/context.ts';
import { DAY } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { openExport } from '#server/interchange/open-export.ts';
import { viewFinalLabels, viewReads } from '#server/labels/label-views.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { openBatch } from '#server/work/open-batch.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { computeScorecard } from './compute-scorecard.ts';
import { viewComparison } from './view-comparison.ts';
import { pilotDetail, pilotsOfProject, recomputeScorecard } from './views.ts';

/** A call with two bidders; both pilots ordered over the same six cases, two readers each, time for two weeks. */
describe('several bidders, judged alike (R15)', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 10 });
  });
  afterAll(() => t.drop());

  type Ordered = { pilotId: string; batchId: string; people: OrgContext[] };
  async function tender(): Promise<{ scene: WorkScene; callId: string; order: () => Promise<Ordered> }> {
    const scene = await makeWorkScene(t.db, { cases: 6, fields: [gradeField()] });
    const { clock, project } = scene;
    const terms = pilotTermsOf({ cases: 6, overlap: 2 });
    const callId = await makeCall(t.db, { projectId: project.id, terms, clock });
    const order = async (): Promise<Ordered> => {
      const vendor = await makeVendor(t.db, { people: 2, clock });
      await ensureAgreement(t.db, {
        kind: 'services',
        org: { id: vendor.orgId, kind: 'vendor' },
        clock,
      });
      const bidId = await makeBid(t.db, { callId, project, vendor, status: 'shortlisted', clock });
      const made = await orderPilot(scene.sponsor, { bidId, datasetId: scene.dataset.id });
      await openBatch(scene.sponsor, { batchId: made.batchId });
      return { ...made, people: vendor.annotators };
    };
    return { scene, callId, order };
  }
  async function readAll({ batchId, people }: Ordered): Promise<void> {
    for (const who of people) {
      await joinBatch(who, { batchId, tier: 'label' });
      for (let i = 0; i < 6; i += 1) {
        const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
        const leaseId = leases[0]!.leaseId;
        const answers = { grade: String((i % 3) + 1) };
        await submitLabel(who, { batchId, leaseId, labelId: newId(), answers, activeMs: 1000 });
      }
    }
  }
  const reasonOf = (run: Promise<unknown>) =>
    run.then(
      () => null,
      (error: { reason: string }) => error.reason,
    );
  const looks = (sponsor: OrgContext, { batchId, pilotId }: Ordered) => [
    () => computeScorecard(sponsor, { pilotId }),
    () => recomputeScorecard(sponsor, pilotId),
    () => viewQuality(sponsor, { batchId }),
    () => viewReads(sponsor, { batchId, limit: 10, isWaiting: false }),
    () => viewFinalLabels(sponsor, { batchId, limit: 10 }),
    () => openExport(sponsor, { batchId, what: 'reads', format: 'csv' }),
  ];

  test('while one pilot is read nobody’s card, scores, reads or export are given; progress is', async () => {
    const { scene, order } = await tender();
    const { sponsor } = scene;
    const [first, second] = [await order(), await order()];
    await readAll(first);
    await closeBatch(sponsor, { batchId: first.batchId, reason: 'Every case is read.' });
    for (const pilot of [first, second])
      for (const look of looks(sponsor, pilot)) expect(await reasonOf(look())).toBe('pilot_withheld');
    await expect(computeScorecard(sponsor, { pilotId: first.pilotId })).rejects.toMatchObject({
      kind: 'precondition',
      message: expect.stringMatching(
        /^1 of the 2 pilots of this call is still being read, until 16 Nov 2026/,
      ),
    });
    expect(await pilotDetail(sponsor, first.pilotId)).toMatchObject({
      scorecard: null,
      withheld: { message: expect.stringMatching(/R15/) },
    });
    expect(await viewComparison(sponsor, scene.project.id)).toMatchObject({
      pilots: [],
      hidden: 2,
      lines: [],
    });
    const { batches } = await viewDashboard(sponsor, { projectId: scene.project.id });
    const line = batches.find((batch) => batch.batchId === first.batchId);
    expect(line).toMatchObject({ reads: 12, reliability: [], gold: { value: null, reason: 'withheld' } });

    await closeBatch(sponsor, { batchId: second.batchId, reason: 'Enough.' });
    for (const look of looks(sponsor, first)) expect(await reasonOf(look())).toBeNull();
    expect(await pilotDetail(sponsor, first.pilotId)).toMatchObject({
      withheld: null,
      scorecard: { verdict: expect.any(String) },
    });
    await computeScorecard(sponsor, { pilotId: second.pilotId });
    const comparison = await viewComparison(sponsor, scene.project.id);
    expect(comparison.pilots.map((one) => one.pilotId)).toEqual([first.pilotId, second.pilotId]);
    expect(comparison).toMatchObject({ hidden: 0, lines: [{ key: 'reliability.grade' }] });
    expect(comparison.lines[0]?.cells.map((cell) => cell.pilotId)).toEqual([first.pilotId, second.pilotId]);
  });

  test('when its time is up a pilot that is still open holds nobody’s card back', async () => {
    const { scene, order } = await tender();
    const [first, second] = [await order(), await order()];
    await readAll(first);
    await closeBatch(scene.sponsor, { batchId: first.batchId, reason: 'Every case is read.' });
    scene.clock.advance(13 * DAY);
    expect(await reasonOf(computeScorecard(scene.sponsor, { pilotId: first.pilotId }))).toBe(
      'pilot_withheld',
    );
    scene.clock.advance(DAY);
    for (const { pilotId } of [first, second])
      expect(await reasonOf(computeScorecard(scene.sponsor, { pilotId }))).toBeNull();
  });

  test('a card that was given stays in sight when the next bidder’s pilot is ordered (R16)', async () => {
    const { scene, order } = await tender();
    const first = await order();
    await readAll(first);
    await closeBatch(scene.sponsor, { batchId: first.batchId, reason: 'Every case is read.' });
    await computeScorecard(scene.sponsor, { pilotId: first.pilotId });
    const next = await order();
    expect(await pilotDetail(scene.sponsor, first.pilotId)).toMatchObject({ withheld: null });
    const rows = await pilotsOfProject(scene.sponsor, scene.project.id);
    expect(rows.find((row) => row.pilotId === first.pilotId)?.verdict).not.toBeNull();
    expect(rows.find((row) => row.pilotId === next.pilotId)).toMatchObject({ verdict: null });
    expect(await reasonOf(computeScorecard(scene.sponsor, { pilotId: next.pilotId }))).toBe('pilot_withheld');
  });
});
