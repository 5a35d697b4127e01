import { randomUUID } from 'node:crypto';
import { makeBatch, makeReaders } from '#db/seed/factories/work.ts';
import { appealRejection } from '#server/appeals/appeal-rejection.ts';
import { present } from '#server/core/assert.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import type { AuthorisationRow } from './authorisation-matrix.ts';
import type { World } from './authorisation-world.ts';
import { answers, sceneOf } from './work-authorisation-scenes.ts';

/** A read of vendor a that was rejected, appealed or not. */
const rejectedOf = (w: World, name: 'rejected' | 'appealed') =>
  w.once(`appeals ${name}`, async () => {
    const scene = await sceneOf(w);
    const batchId = await makeBatch(scene, {
      caseIds: [present(scene.dataset.cases[0], 'A case').id],
      overlap: 1,
    });
    const who = present((await makeReaders(scene, batchId, 1))[0], 'The reader');
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
    const labelId = randomUUID();
    const { leaseId } = present(leases[0], 'A lease');
    await submitLabel(who, { batchId, leaseId, labelId, answers, activeMs: 1000 });
    const read = { batchId, labelId };
    await rejectLabel(scene.sponsor, { ...read, reason: 'no_effort', evidence: 'In 0.2 s.' });
    if (name === 'appealed') await appealRejection(who, { ...read, reason: 'I looked at it.' });
    return { who, read };
  });

export const appealsRows: AuthorisationRow[] = [
  {
    path: 'appeals.rejections',
    can: 'self',
    by: async (w) => (await rejectedOf(w, 'appealed')).who,
    input: () => ({}),
    otherOrg: 'own-data-only',
  },
  {
    path: 'appeals.appeal',
    can: 'self',
    by: async (w) => (await rejectedOf(w, 'rejected')).who,
    input: async (w) => ({ ...(await rejectedOf(w, 'rejected')).read, reason: 'I looked at it.' }),
    otherOrg: 'not_found',
  },
  { path: 'appeals.desk', can: 'operator.appeals', input: () => ({}), otherOrg: 'forbidden' },
  {
    path: 'appeals.openCase',
    can: 'operator.appeals',
    input: async (w) => (await rejectedOf(w, 'appealed')).read,
    otherOrg: 'forbidden',
  },
  {
    path: 'appeals.decide',
    can: 'operator.appeals',
    input: async (w) => ({
      ...(await rejectedOf(w, 'appealed')).read,
      outcome: 'overturned',
      reason: 'The answer fits the case.',
    }),
    otherOrg: 'forbidden',
  },
];
