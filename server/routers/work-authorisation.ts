import { randomUUID } from 'node:crypto';
import { makeAlert } from '#db/seed/factories/alerts.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import { makeRecall } from '#db/seed/factories/recalls.ts';
import {
  makeBatch,
  makeReaders,
  makeWorker,
  makeWorkScene,
  type WorkScene,
} from '#db/seed/factories/work.ts';
import { sealReceipt } from '#server/agreements/case-receipt.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { present } from '#server/core/assert.ts';
import { manualClock } from '#server/core/clock.ts';
import { defineExam } from '#server/credentials/define-exam.ts';
import { readsOfBatch } from '#server/labels/reads.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { policyPreset } from '#server/projects/presets.ts';
import { noAdjudication } from '#server/work/batch-rules.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { flagCase } from '#server/work/flag-case.ts';
import type { Tier } from '#server/work/rules.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import type { AuthorisationRow } from './authorisation-matrix.ts';
import type { World } from './authorisation-world.ts';

const answers = { grade: '2' };

/** A project of sponsor a, read by vendor a. */
const sceneOf = (w: World): Promise<WorkScene> =>
  w.once('work scene', async () =>
    makeWorkScene(w.db, {
      cases: 16,
      gold: { 15: { grade: ['2'] } },
      clock: manualClock(new Date()),
      project: {
        qualityPolicy: {
          ...policyPreset('research'),
          adjudication: { ...noAdjudication, anyDisagreement: true },
        },
      },
      parties: {
        sponsorOrg: await w.org('a', 'sponsor'),
        vendorOrg: await w.org('a', 'vendor'),
        sponsor: await w.holder('a', 'sponsor', 'batch.manage'),
      },
    }),
  );

/** An open batch, a reader of vendor a with leases to use up, one of them submitted, and somebody who could join. */
const readingOf = (w: World) =>
  w.once('work reading', async () => {
    const scene = await sceneOf(w);
    const batchId = await makeBatch(scene, { prefetch: 12 });
    const [reader] = await makeReaders(scene, batchId, 1);
    const who = present(reader, 'The reader');
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 10 });
    const leaseIds = leases.map((lease) => lease.leaseId);
    const labelId = randomUUID();
    await submitLabel(who, { batchId, leaseId: leaseIds[9] ?? '', labelId, answers, activeMs: 1000 });
    const rejectable = randomUUID();
    await submitLabel(who, {
      batchId,
      leaseId: leaseIds[8] ?? '',
      labelId: rejectable,
      answers,
      activeMs: 1000,
    });
    return { batchId, who, leaseIds, labelId, rejectable, newcomer: await makeWorker(scene) };
  });

/** An exam of the sponsor with a sitting, and somebody engaged in its project who has not begun it. */
const examinee = (w: World) =>
  w.once('work examinee', async () => {
    const scene = await sceneOf(w);
    const { examId } = await defineExam(scene.sponsor, {
      title: 'For one case',
      subjectKind: 'anatomy',
      subject: 'Chest',
      passLevelBasisPoints: 1000,
      retryAfterDays: 7,
      maxAttempts: 2,
      validMonths: 12,
      entryRule: { anyOf: [] },
      pricePerReadMinor: 100n,
      currency: scene.project.currency,
    });
    await makeBatch(scene, {
      kind: 'exam',
      generalExamId: examId,
      vendorOrgId: null,
      caseIds: [present(scene.dataset.cases[15], 'The known case').id],
    });
    return { examId, who: await makeWorker(scene) };
  });

/** A training of one known case, which its reader has read. */
const trainedOf = (w: World) =>
  w.once('work training', async () => {
    const scene = await sceneOf(w);
    const batchId = await makeBatch(scene, {
      kind: 'training',
      goldMode: 'embedded',
      caseIds: [present(scene.dataset.cases[15], 'The known case').id],
    });
    const [who] = await makeReaders(scene, batchId, 1);
    const reader = present(who, 'The reader');
    return { who: reader, on: { batchId, labelId: await readOnce(reader, batchId, '1') } };
  });

const lease =
  (n: number, more: object = {}) =>
  async (w: World) => {
    const { batchId, leaseIds } = await readingOf(w);
    return { batchId, leaseId: leaseIds[n], ...more };
  };
const leasesAt = (n: number) => async (w: World) => {
  const { batchId, leaseIds } = await readingOf(w);
  return { batchId, leaseIds: [leaseIds[n]] };
};
const inBatch = (more: object) => async (w: World) => ({ batchId: (await readingOf(w)).batchId, ...more });
const reader = async (w: World) => (await readingOf(w)).who;
const label = () => ({ labelId: randomUUID(), answers, activeMs: 1000 });
/** What a person was given when they opened the case of a lease. */
const receiptOf = (who: OrgContext, leaseId: string) =>
  sealReceipt({ leaseId, personId: who.actor.personId, assetIds: [], contextFields: [] });
const opened =
  (n: number, more: object = {}) =>
  async (w: World) => {
    const { who, leaseIds } = await readingOf(w);
    return { ...(await lease(n, more)(w)), receipt: await receiptOf(who, leaseIds[n] ?? '') };
  };

/** A case that waits for a decision at a tier, leased to somebody who may decide. */
const decisionOf = (w: World, tier: Exclude<Tier, 'label'>) =>
  w.once(`work ${tier}`, async () => {
    const scene = await sceneOf(w);
    const batchId = await makeBatch(scene, {
      caseIds: [present(scene.dataset.cases[0], 'A case').id],
      overlap: 2,
      reviewShareBasisPoints: tier === 'review' ? 10_000 : 0,
      isAdjudicated: tier === 'adjudicate',
      audit: tier === 'audit' ? { maxErrorRate: 0.5, confidence: 0.9, expectedErrorRate: 0 } : null,
    });
    const labels: string[] = [];
    for (const [i, who] of (await makeReaders(scene, batchId, 2)).entries())
      labels.push(await readOnce(who, batchId, String(i)));
    const clock = scene.clock;
    await settleTasks(systemContext({ db: w.db, clock, name: 'test', requestId: randomUUID() }), { batchId });
    const [decider] = await makeReaders(scene, batchId, 1, tier);
    const who = present(decider, 'The decider');
    return { batchId, who, leaseId: await leaseAt(who, batchId, tier), labels };
  });

async function leaseAt(who: OrgContext, batchId: string, tier: Tier): Promise<string> {
  const { leases } = await claimNextTasks(who, { batchId, tier, limit: 1 });
  return present(leases[0], 'A lease').leaseId;
}

async function readOnce(who: OrgContext, batchId: string, grade: string): Promise<string> {
  const labelId = randomUUID();
  const leaseId = await leaseAt(who, batchId, 'label');
  await submitLabel(who, { batchId, leaseId, labelId, answers: { grade }, activeMs: 1000 });
  return labelId;
}

const decision = (tier: Exclude<Tier, 'label'>, more?: (labels: string[]) => object) => async (w: World) => {
  const { batchId, who, leaseId, labels } = await decisionOf(w, tier);
  const receipt = more && { receipt: await receiptOf(who, leaseId) };
  return { batchId, leaseId, ...receipt, ...more?.(labels) };
};
const decider = (tier: Exclude<Tier, 'label'>) => async (w: World) => (await decisionOf(w, tier)).who;

const draftOf = async (w: World, name: string) =>
  w.once(`work draft ${name}`, async () => ({
    batchId: await makeBatch(await sceneOf(w), { isDraft: true }),
  }));
const openOf = async (w: World, name: string) =>
  w.once(`work open ${name}`, async () => ({ batchId: await makeBatch(await sceneOf(w)) }));
const ofProject = async (w: World) => ({ projectId: (await sceneOf(w)).project.id });

/** An edge case of a batch of sponsor a. */
const alertOf = (w: World, name: string) =>
  w.once(`work alert ${name}`, async () => {
    const { batchId } = await openOf(w, `alert ${name}`);
    return makeAlert(w.db, { batchId, now: new Date() });
  });

/** A report of protected information in a project of its own, whose case is shut. */
const incidentOf = (w: World) =>
  w.once('work incident', async () => {
    const scene = await makeWorkScene(w.db, { cases: 1, clock: manualClock(new Date()) });
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [who] = await makeReaders(scene, batchId, 1);
    const leaseId = await leaseAt(present(who, 'The reader'), batchId, 'label');
    const said = { batchId, leaseId, kind: 'phi_seen' as const, note: 'A name.' };
    return { batchId, flagId: (await flagCase(present(who, 'The reader'), said)).flagId };
  });

const read = { can: 'task.claim', as: 'vendor', by: reader } as const;

export const workRows: AuthorisationRow[] = [
  { ...read, path: 'work.listMine', otherOrg: 'own-data-only' },
  {
    ...read,
    path: 'work.join',
    input: inBatch({}),
    by: async (w) => (await readingOf(w)).newcomer,
    otherOrg: 'own-data-only',
  },
  { ...read, path: 'work.joinMostNeeded', otherOrg: 'refused' },
  { ...read, path: 'work.myExams', otherOrg: 'own-data-only' },
  {
    ...read,
    path: 'work.feedback',
    by: async (w) => (await trainedOf(w)).who,
    input: async (w) => (await trainedOf(w)).on,
    otherOrg: 'not_found',
  },
  { ...read, path: 'work.reading', input: inBatch({}), otherOrg: 'not_found' },
  { ...read, path: 'work.progress', input: inBatch({}), otherOrg: 'own-data-only' },
  { ...read, path: 'work.leases', input: inBatch({}), otherOrg: 'own-data-only' },
  { ...read, path: 'work.claim', input: inBatch({ limit: 1 }), otherOrg: 'own-data-only' },
  { ...read, path: 'work.case', input: lease(0), otherOrg: 'not_found' },
  { ...read, path: 'work.submit', input: opened(1, label()), otherOrg: 'forbidden' },
  { ...read, path: 'work.submitAndNext', input: opened(2, label()), otherOrg: 'forbidden' },
  { ...read, path: 'work.saveDraft', input: lease(3, { answers, activeMs: 10 }), otherOrg: 'own-data-only' },
  { ...read, path: 'work.extendLease', input: leasesAt(3), otherOrg: 'own-data-only' },
  { ...read, path: 'work.release', input: leasesAt(4), otherOrg: 'own-data-only' },
  { ...read, path: 'work.skip', input: lease(5, { reason: 'unreadable' }), otherOrg: 'own-data-only' },
  {
    ...read,
    path: 'work.flag',
    input: lease(6, { kind: 'ask', note: 'Which side?' }),
    otherOrg: 'own-data-only',
  },
  {
    ...read,
    path: 'work.amend',
    input: async (w) => {
      const { batchId, labelId } = await readingOf(w);
      return { batchId, labelId, newLabelId: randomUUID(), answers, activeMs: 1 };
    },
    otherOrg: 'not_found',
  },
  { path: 'work.batches', can: 'project.read', input: ofProject, otherOrg: 'not_found' },
  { path: 'work.batch', can: 'project.read', input: inBatch({}), otherOrg: 'not_found' },
  { path: 'work.vendorBatches', can: 'vendor.read', as: 'vendor', otherOrg: 'own-data-only' },
  {
    path: 'work.vendorBatch',
    can: 'vendor.read',
    as: 'vendor',
    input: inBatch({}),
    otherOrg: 'not_found',
  },
  { path: 'work.flags', can: 'project.read', input: ofProject, otherOrg: 'not_found' },
  {
    path: 'work.answerFlag',
    can: 'gold.manage',
    input: async (w) => {
      const { batchId, leaseIds, who } = await readingOf(w);
      const flag = { batchId, leaseId: leaseIds[7] ?? '', kind: 'ask' as const, note: 'Which side?' };
      return { batchId, flagId: (await flagCase(who, flag)).flagId, note: 'The left.' };
    },
    otherOrg: 'not_found',
  },
  { path: 'work.alerts', can: 'project.read', input: ofProject, otherOrg: 'not_found' },
  {
    path: 'work.alertImpact',
    can: 'project.read',
    input: (w) => alertOf(w, 'impact'),
    otherOrg: 'not_found',
  },
  {
    path: 'work.dismissAlert',
    can: 'gold.manage',
    input: async (w) => ({ ...(await alertOf(w, 'dismiss')), note: 'The guideline says it.' }),
    otherOrg: 'not_found',
  },
  {
    path: 'work.clarifyAlert',
    can: 'gold.manage',
    input: async (w) => ({
      ...(await alertOf(w, 'clarify')),
      edgeCase: { title: 'A mix of grades', description: 'Give the higher one.' },
      changeClass: 'clarifying',
    }),
    otherOrg: 'not_found',
  },
  { path: 'work.incidents', can: 'operator.health', otherOrg: 'forbidden' },
  {
    path: 'work.closeIncident',
    can: 'operator.health',
    input: async (w) => ({ ...(await incidentOf(w)), outcome: 'confirmed', note: 'A name was there.' }),
    otherOrg: 'forbidden',
  },
  { path: 'work.mySkill', can: 'task.claim', otherOrg: 'own-data-only' },
  { path: 'work.generalExams', can: 'task.claim', otherOrg: 'own-data-only' },
  { path: 'work.ownExams', can: 'batch.manage', otherOrg: 'own-data-only' },
  {
    path: 'work.sitExam',
    can: 'task.claim',
    by: async (w) => (await examinee(w)).who,
    input: async (w) => ({ examId: (await examinee(w)).examId }),
    as: 'vendor',
    otherOrg: 'not_found',
  },
  {
    path: 'work.createBatch',
    can: 'batch.manage',
    input: async (w) => {
      const { project, dataset } = await sceneOf(w);
      const of = { projectId: project.id, datasetId: dataset.id };
      return { ...of, name: 'Another', kind: 'production', pricePerReadMinor: 100n, goldMode: 'none' };
    },
    otherOrg: 'not_found',
  },
  {
    path: 'work.caseFlow',
    can: 'project.read',
    input: async (w) => ({ datasetId: (await sceneOf(w)).dataset.id }),
    otherOrg: 'not_found',
  },
  {
    path: 'work.previewBatch',
    can: 'batch.manage',
    input: async (w) => {
      const { project, dataset } = await sceneOf(w);
      const of = { projectId: project.id, datasetId: dataset.id };
      return { ...of, name: 'Another', kind: 'production', pricePerReadMinor: 100n, goldMode: 'none' };
    },
    otherOrg: 'not_found',
  },
  {
    path: 'work.discardBatch',
    can: 'batch.manage',
    input: (w) => draftOf(w, 'discard'),
    otherOrg: 'not_found',
  },
  {
    path: 'work.cloneBatch',
    can: 'batch.manage',
    input: inBatch({ name: 'A clone', cases: 'same' }),
    otherOrg: 'not_found',
  },
  {
    path: 'work.addTasks',
    can: 'batch.manage',
    input: async (w) =>
      w.once('work small', async () => ({
        batchId: await makeBatch(await sceneOf(w), { caseLimit: 3 }),
        limit: 1,
      })),
    otherOrg: 'not_found',
  },
  { path: 'work.allowable', can: 'batch.manage', input: inBatch({}), otherOrg: 'not_found' },
  {
    path: 'work.allowReaders',
    can: 'batch.manage',
    input: inBatch({ engagementIds: null }),
    otherOrg: 'not_found',
  },
  { path: 'work.openBatch', can: 'batch.manage', input: (w) => draftOf(w, 'open'), otherOrg: 'not_found' },
  {
    path: 'work.pauseBatch',
    can: 'batch.manage',
    input: async (w) => ({ ...(await openOf(w, 'pause')), reason: 'A question' }),
    otherOrg: 'not_found',
  },
  { path: 'work.resumeBatch', can: 'batch.manage', input: (w) => openOf(w, 'pause'), otherOrg: 'not_found' },
  {
    path: 'work.closeBatch',
    can: 'batch.manage',
    input: async (w) => ({ ...(await openOf(w, 'close')), reason: 'Enough' }),
    otherOrg: 'not_found',
  },
  { path: 'work.claimRules', can: 'project.read', input: inBatch({}), otherOrg: 'not_found' },
  {
    path: 'work.setClaimRules',
    can: 'batch.manage',
    input: async (w) => ({ ...(await openOf(w, 'rules')), priority: 50 }),
    otherOrg: 'not_found',
  },
  {
    path: 'work.prioritise',
    can: 'batch.manage',
    input: async (w) => ({
      ...(await openOf(w, 'rules')),
      cases: [{ name: present((await sceneOf(w)).dataset.cases[3], 'A case').externalId, priority: 1 }],
    }),
    otherOrg: 'not_found',
  },
  {
    path: 'work.requestRepeats',
    can: 'batch.manage',
    input: async (w) => {
      const { batchId } = await readingOf(w);
      return { batchId, alias: 'R01', rounds: 2 };
    },
    otherOrg: 'not_found',
  },
];

const inDecided = async (w: World) => ({ batchId: (await decisionOf(w, 'review')).batchId });

export const labelsRows: AuthorisationRow[] = [
  {
    path: 'labels.reviewCase',
    can: 'task.review',
    as: 'vendor',
    by: decider('review'),
    input: decision('review'),
    otherOrg: 'not_found',
  },
  {
    path: 'labels.submitReview',
    can: 'task.review',
    as: 'vendor',
    by: decider('review'),
    input: decision('review', (ids) => ({
      labelId: randomUUID(),
      activeMs: 1,
      decisions: ids.map((labelId) => ({ labelId, outcome: 'accept' })),
    })),
    otherOrg: 'forbidden',
  },
  {
    path: 'labels.adjudicationCase',
    can: 'task.adjudicate',
    by: decider('adjudicate'),
    input: decision('adjudicate'),
    otherOrg: 'not_found',
  },
  {
    path: 'labels.submitAdjudication',
    can: 'task.adjudicate',
    by: decider('adjudicate'),
    input: decision('adjudicate', () => ({
      labelId: randomUUID(),
      activeMs: 1,
      answers,
      rationale: 'Clear.',
    })),
    otherOrg: 'forbidden',
  },
  {
    path: 'labels.auditCase',
    can: 'task.audit',
    as: 'vendor',
    by: decider('audit'),
    input: decision('audit'),
    otherOrg: 'not_found',
  },
  {
    path: 'labels.submitAudit',
    can: 'task.audit',
    as: 'vendor',
    by: decider('audit'),
    input: decision('audit', () => ({ labelId: randomUUID(), activeMs: 1, outcome: 'agree' })),
    otherOrg: 'forbidden',
  },
  {
    path: 'labels.pairs',
    can: 'quality.read',
    input: async (w) => ({ batchId: (await readingOf(w)).batchId }),
    otherOrg: 'not_found',
  },
  {
    path: 'labels.vendorPairs',
    can: 'vendor.read',
    input: async (w) => ({ batchId: (await readingOf(w)).batchId }),
    otherOrg: 'not_found',
  },
  { path: 'labels.audits', can: 'quality.read', input: ofProject, otherOrg: 'not_found' },
  {
    path: 'labels.orderAudit',
    can: 'batch.manage',
    input: async (w) => ({
      ...(await openOf(w, 'audit')),
      plan: { maxErrorRate: 0.2, confidence: 0.9, expectedErrorRate: 0 },
    }),
    otherOrg: 'not_found',
  },
  {
    path: 'labels.endAudit',
    can: 'batch.manage',
    input: async (w) => ({ ...(await openOf(w, 'audit')), reason: 'Enough.' }),
    otherOrg: 'not_found',
  },
  {
    path: 'labels.reject',
    can: 'batch.manage',
    input: async (w) => {
      const { batchId, rejectable } = await readingOf(w);
      return { batchId, labelId: rejectable, reason: 'no_effort', evidence: 'In 0.2 s.' };
    },
    otherOrg: 'not_found',
  },
  {
    path: 'labels.provenance',
    can: 'project.read',
    input: async (w) => {
      const { batchId } = await decisionOf(w, 'review');
      return { batchId, taskId: present((await readsOfBatch(w.db, batchId))[0], 'A read').taskId };
    },
    otherOrg: 'not_found',
  },
  { path: 'work.recalls', can: 'quality.read', input: ofProject, otherOrg: 'not_found' },
  {
    path: 'work.decideRecall',
    can: 'quality.decide',
    input: async (w) => {
      const { projectId } = await ofProject(w);
      const { batchId } = await readingOf(w);
      const personId = (
        await w.org('a', 'sponsor').then((org) => makeMember(w.db, { org, roles: ['panel_reader'] }))
      ).actor.personId;
      const recallId = await makeRecall(w.db, { projectId, batchId, personId, now: new Date() });
      return { recallId, decision: 'kept', reason: 'Two others read the same.' };
    },
    otherOrg: 'not_found',
  },
  { path: 'labels.finals', can: 'quality.read', input: inDecided, otherOrg: 'not_found' },
  { path: 'labels.reads', can: 'quality.read', input: inDecided, otherOrg: 'not_found' },
];
