import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { makePlatform } from '#db/seed/factories/agreements.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeReaders, makeWorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { newId } from '#server/core/ids.ts';
import { openExport } from '#server/interchange/open-export.ts';
import { viewFinalLabels } from '#server/labels/label-views.ts';
import { orderAudit } from '#server/labels/order-audit.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { submitAudit } from '#server/labels/submit-audit.ts';
import { finalLabelsView } from '#server/labels/view-schemas.ts';
import { measureBatch } from '#server/scores/measure-batch.ts';
import { viewCaseFlow } from '#server/work/case-flow.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { closeIncident } from '#server/work/close-incident.ts';
import { flagCase } from '#server/work/flag-case.ts';
import { previewBatch } from '#server/work/preview-batch.ts';
import { getBatch } from '#server/work/reads.ts';
import { listRelabelParts } from '#server/work/relabel-parts.ts';
import type { Tier } from '#server/work/rules.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { checkedOf } from './checked-finals.ts';
import { viewDashboard } from './view-dashboard.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'), { max: 10 });
});
afterAll(() => t.drop());

test('R24, R25: a label that was contradicted holds no longer, in the export, the flow of cases, the costs and what new batches are chosen by alike', async () => {
  const gold = { 0: { grade: ['2'] }, 1: { grade: ['2'] } };
  const scene = await makeWorkScene(t.db, { cases: 2, fields: [gradeField()], gold });
  const platform = await makePlatform(t.db, scene.clock);
  const operator = await makeMember(t.db, { org: platform, roles: ['operator'], clock: scene.clock });
  const batchId = await makeBatch(scene, { overlap: 1, goldMode: 'embedded' });
  const lease = async (who: OrgContext, tier: Tier) =>
    (await claimNextTasks(who, { batchId, tier, limit: 1 })).leases[0]!.leaseId;
  const settle = async () => {
    const ctx = systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: newId() });
    for (let n = 0; n < 3; n += 1) await settleTasks(ctx, { batchId });
  };
  /** How many cases are known by a final label: what a relabel batch is drawn from by it, and what is proposed for one. */
  const chosenBy = async () => {
    const { project, dataset, protocol } = scene;
    const { qualityPolicy } = project;
    const drawn = await previewBatch(scene.sponsor, {
      ...{ projectId: project.id, datasetId: dataset.id, name: 'Again', kind: 'relabel', goldMode: 'none' },
      ...{ vendorOrgId: scene.vendorOrg.id, overlap: 1, pricePerReadMinor: 120n },
      filter: { work: { batchIds: [batchId] } },
    });
    const { all } = await listRelabelParts(t.db, {
      // Its gold would stay out, being dealt.
      project: {
        ...project,
        qualityPolicy: { ...qualityPolicy, gold: { ...qualityPolicy.gold, mode: 'none' } },
      },
      ...{ protocolVersionId: protocol.id, datasetIds: [dataset.id], now: scene.clock.now() },
    });
    return [drawn.population, all.reduce((sum, one) => sum + one.cases, 0)];
  };
  /** How the cases stand and how many labels hold, by everybody who says so. */
  const said = async () => {
    const { chunks } = await openExport(scene.sponsor, { batchId, what: 'final_labels', format: 'jsonl' });
    let text = '';
    for await (const chunk of chunks) text += chunk;
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { case_status: string });
    const listed = finalLabelsView.parse(await viewFinalLabels(scene.sponsor, { batchId, limit: 10 }));
    const exported = lines.map((line) => line.case_status).sort();
    expect(listed.map((one) => one.caseStatus).sort()).toEqual(exported);
    const { final, unusable } = await viewCaseFlow(scene.sponsor, { datasetId: scene.dataset.id });
    const dashboard = await viewDashboard(scene.sponsor, { projectId: scene.project.id });
    const batch = await getBatch(t.db, batchId);
    const checked = await checkedOf(t.db, [{ batch, gatedFields: ['grade'] }]);
    const measured = await measureBatch(t.db, batchId);
    return {
      chosenBy: await chosenBy(),
      exported,
      flow: { final, unusable },
      holding: [dashboard.costs.finalLabels, checked.get(batchId)?.total, measured.costs.finalLabels],
    };
  };

  const [reader] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
  const read = async () => {
    const given = { batchId, leaseId: await lease(reader, 'label'), labelId: newId(), activeMs: 1 };
    await submitLabel(reader, { ...given, answers: { grade: '2' } });
    await settle();
  };
  await read();
  const plan = { maxErrorRate: 0.3, expectedErrorRate: 0.01, confidence: 0.9 };
  await orderAudit(scene.sponsor, { batchId, plan });
  await read();
  expect(await said()).toEqual({
    exported: ['final', 'final'],
    flow: { final: 2, unusable: 0 },
    holding: [2, 2, 2],
    chosenBy: [2, 2],
  });

  const [auditor] = (await makeReaders(scene, batchId, 1, 'audit')) as [OrgContext];
  await submitAudit(auditor, {
    batchId,
    leaseId: await lease(auditor, 'audit'),
    labelId: newId(),
    activeMs: 900,
    outcome: 'disagree',
    answers: { grade: '4' },
    errorKind: 'mislabel',
    comment: 'It is a four.',
  });
  expect(await said()).toEqual({
    exported: ['final', 'in_adjudication'],
    flow: { final: 1, unusable: 0 },
    holding: [1, 1, 1],
    chosenBy: [1, 1],
  });

  // The panel never decides: the case is shut, and what was contradicted stays so.
  const [member] = (await makeReaders(scene, batchId, 1, 'adjudicate')) as [OrgContext];
  const at = { batchId, leaseId: await lease(member, 'adjudicate') };
  const { flagId } = await flagCase(member, { ...at, kind: 'phi_seen', note: 'A name is burnt in.' });
  await closeIncident(operator, { batchId, flagId, outcome: 'confirmed', note: 'Looked into.' });
  await submitAudit(auditor, {
    batchId,
    leaseId: await lease(auditor, 'audit'),
    labelId: newId(),
    activeMs: 900,
    outcome: 'agree',
  });
  await settle();
  expect((await getBatch(t.db, batchId)).status).toBe('settled');
  expect(await said()).toEqual({
    exported: ['final', 'unusable'],
    flow: { final: 1, unusable: 1 },
    holding: [1, 1, 1],
    chosenBy: [1, 1],
  });
});
