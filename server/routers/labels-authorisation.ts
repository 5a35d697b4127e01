import { randomUUID } from 'node:crypto';
import { makePassInDoubt } from '#db/seed/factories/exams.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import { makeRecall } from '#db/seed/factories/recalls.ts';
import { present } from '#server/core/assert.ts';
import { readsOfBatch } from '#server/labels/reads.ts';
import type { AuthorisationRow } from './authorisation-matrix.ts';
import type { World } from './authorisation-world.ts';
import {
  answers,
  decider,
  decision,
  decisionOf,
  ofProject,
  openOf,
  readingOf,
} from './work-authorisation-scenes.ts';

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
  { path: 'work.heldPasses', can: 'quality.read', input: ofProject, otherOrg: 'not_found' },
  {
    path: 'work.decideHeldPass',
    can: 'quality.decide',
    input: async (w) => {
      const { batchId } = await readingOf(w);
      const alias = await makePassInDoubt(w.db, { batchId });
      return { batchId, alias, revision: 1, decision: 'kept', reason: 'One case less does not tell.' };
    },
    otherOrg: 'not_found',
  },
  { path: 'labels.finals', can: 'quality.read', input: inDecided, otherOrg: 'not_found' },
  { path: 'labels.undecided', can: 'quality.read', input: inDecided, otherOrg: 'not_found' },
  { path: 'labels.reads', can: 'quality.read', input: inDecided, otherOrg: 'not_found' },
];
