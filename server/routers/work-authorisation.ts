import { randomUUID } from 'node:crypto';
import { makeBatch } from '#db/seed/factories/work.ts';
import { present } from '#server/core/assert.ts';
import { flagCase } from '#server/work/flag-case.ts';
import type { AuthorisationRow } from './authorisation-matrix.ts';
import {
  alertOf,
  answers,
  askedOf,
  draftOf,
  examinee,
  inBatch,
  incidentOf,
  label,
  lease,
  leasesAt,
  ofProject,
  opened,
  openOf,
  read,
  readingOf,
  sceneOf,
  standingOf,
  trainedOf,
} from './work-authorisation-scenes.ts';

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
  { path: 'work.batchesElsewhere', can: 'project.read', input: ofProject, otherOrg: 'not_found' },
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
    // A question is for the clinical lead; others with the right keep other desks (R24).
    by: (w) => w.member('a', 'sponsor', ['clinical_lead']),
    input: async (w) => {
      const { batchId, leaseIds, who } = await readingOf(w);
      const flag = { batchId, leaseId: leaseIds[7] ?? '', kind: 'ask' as const, note: 'Which side?' };
      return { batchId, flagId: (await flagCase(who, flag)).flagId, note: 'The left.' };
    },
    otherOrg: 'not_found',
  },
  { path: 'work.alerts', can: 'project.read', input: ofProject, otherOrg: 'not_found' },
  {
    path: 'work.clarifyFlag',
    can: 'protocol.sign_clinical',
    input: async (w) => {
      const { batchId, flagId } = await askedOf(w);
      const edgeCase = { title: 'A mix of grades', description: 'Give the higher one.' };
      return { batchId, flagId, edgeCase, changeClass: 'clarifying' };
    },
    otherOrg: 'not_found',
  },
  { path: 'work.changeImpact', can: 'project.read', input: inBatch({}), otherOrg: 'not_found' },
  {
    path: 'work.dismissAlert',
    can: 'protocol.sign_clinical',
    input: async (w) => ({ ...(await alertOf(w, 'dismiss')), note: 'The guideline says it.' }),
    otherOrg: 'not_found',
  },
  {
    path: 'work.clarifyAlert',
    can: 'protocol.sign_clinical',
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
    path: 'work.moveToProtocol',
    can: 'batch.manage',
    input: (w) => draftOf(w, 'move to protocol'),
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
  {
    path: 'work.keepApart',
    can: 'batch.manage',
    input: async (w) => ({
      ...(await draftOf(w, 'keep apart')),
      apartFromBatchIds: [(await openOf(w, 'kept apart')).batchId],
    }),
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
  {
    path: 'work.pauseReader',
    can: 'quality.decide',
    input: (w) => standingOf(w, 'active'),
    otherOrg: 'not_found',
  },
  {
    path: 'work.resumeReader',
    can: 'quality.decide',
    input: (w) => standingOf(w, 'paused'),
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
  {
    path: 'work.nameExpert',
    can: 'batch.manage',
    input: async (w) => {
      const { batchId } = await readingOf(w);
      return { batchId, technician: 'R01', expert: null };
    },
    otherOrg: 'not_found',
  },
];
