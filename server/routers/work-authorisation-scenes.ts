import { randomUUID } from 'node:crypto';
import { makeAlert } from '#db/seed/factories/alerts.ts';
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
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { policyPreset } from '#server/projects/presets.ts';
import { noAdjudication } from '#server/work/batch-rules.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { flagCase } from '#server/work/flag-case.ts';
import { pauseReader } from '#server/work/pause-reader.ts';
import type { Tier } from '#server/work/rules.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import type { World } from './authorisation-world.ts';

/* What the rows of the matrix about work and labels act on, each made once. */

export const answers = { grade: '2' };

/** A project of sponsor a, read by vendor a. */
export const sceneOf = (w: World): Promise<WorkScene> =>
  w.once('work scene', async () =>
    makeWorkScene(w.db, {
      cases: 16,
      gold: { 14: { grade: ['2'] }, 15: { grade: ['2'] } },
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
export const readingOf = (w: World) =>
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
export const examinee = (w: World) =>
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
export const trainedOf = (w: World) =>
  w.once('work training', async () => {
    const scene = await sceneOf(w);
    const batchId = await makeBatch(scene, {
      kind: 'training',
      goldMode: 'embedded',
      caseIds: [present(scene.dataset.cases[14], 'The known case').id],
    });
    const [who] = await makeReaders(scene, batchId, 1);
    const reader = present(who, 'The reader');
    return { who: reader, on: { batchId, labelId: await readOnce(reader, batchId, '1') } };
  });

export const lease =
  (n: number, more: object = {}) =>
  async (w: World) => {
    const { batchId, leaseIds } = await readingOf(w);
    return { batchId, leaseId: leaseIds[n], ...more };
  };
export const leasesAt = (n: number) => async (w: World) => {
  const { batchId, leaseIds } = await readingOf(w);
  return { batchId, leaseIds: [leaseIds[n]] };
};
export const inBatch = (more: object) => async (w: World) => ({
  batchId: (await readingOf(w)).batchId,
  ...more,
});
const reader = async (w: World) => (await readingOf(w)).who;
export const label = () => ({ labelId: randomUUID(), answers, activeMs: 1000 });
/** What a person was given when they opened the case of a lease. */
const receiptOf = (who: OrgContext, leaseId: string) =>
  sealReceipt({ leaseId, personId: who.actor.personId, assetIds: [], contextFields: [] });
export const opened =
  (n: number, more: object = {}) =>
  async (w: World) => {
    const { who, leaseIds } = await readingOf(w);
    return { ...(await lease(n, more)(w)), receipt: await receiptOf(who, leaseIds[n] ?? '') };
  };

/** A case that waits for a decision at a tier, leased to somebody who may decide. */
export const decisionOf = (w: World, tier: Exclude<Tier, 'label'>) =>
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

export const decision =
  (tier: Exclude<Tier, 'label'>, more?: (labels: string[]) => object) => async (w: World) => {
    const { batchId, who, leaseId, labels } = await decisionOf(w, tier);
    const receipt = more && { receipt: await receiptOf(who, leaseId) };
    return { batchId, leaseId, ...receipt, ...more?.(labels) };
  };
export const decider = (tier: Exclude<Tier, 'label'>) => async (w: World) => (await decisionOf(w, tier)).who;

export const draftOf = async (w: World, name: string) =>
  w.once(`work draft ${name}`, async () => ({
    batchId: await makeBatch(await sceneOf(w), { isDraft: true }),
  }));
export const openOf = async (w: World, name: string) =>
  w.once(`work open ${name}`, async () => ({ batchId: await makeBatch(await sceneOf(w)) }));
/** A reader who stands so in an open batch of sponsor a, and what to decide on them. */
export const standingOf = (w: World, status: 'active' | 'paused') =>
  w.once(`work standing ${status}`, async () => {
    const { batchId } = await openOf(w, `standing ${status}`);
    await makeReaders(await sceneOf(w), batchId, 1);
    const on = {
      batchId,
      tier: 'label' as const,
      alias: 'R01',
      reason: 'A talk about the form comes first.',
    };
    if (status === 'paused') await pauseReader(await w.holder('a', 'sponsor', 'quality.decide'), on);
    return on;
  });
export const ofProject = async (w: World) => ({ projectId: (await sceneOf(w)).project.id });

/** An edge case of a batch of sponsor a. */
export const alertOf = (w: World, name: string) =>
  w.once(`work alert ${name}`, async () => {
    const { batchId } = await openOf(w, `alert ${name}`);
    return makeAlert(w.db, { batchId, now: new Date() });
  });

/** A question about a case of an open batch of sponsor a. */
export const askedOf = (w: World) =>
  w.once('work asked', async () => {
    const { batchId } = await openOf(w, 'asked');
    const [who] = await makeReaders(await sceneOf(w), batchId, 1);
    const reader = present(who, 'The reader');
    const leaseId = await leaseAt(reader, batchId, 'label');
    return { batchId, ...(await flagCase(reader, { batchId, leaseId, kind: 'ask', note: 'Which side?' })) };
  });

/** A report of protected information in a project of its own, whose case is shut. */
export const incidentOf = (w: World) =>
  w.once('work incident', async () => {
    const scene = await makeWorkScene(w.db, { cases: 1, clock: manualClock(new Date()) });
    const batchId = await makeBatch(scene, { overlap: 1 });
    const [who] = await makeReaders(scene, batchId, 1);
    const leaseId = await leaseAt(present(who, 'The reader'), batchId, 'label');
    const said = { batchId, leaseId, kind: 'phi_seen' as const, note: 'A name.' };
    return { batchId, flagId: (await flagCase(present(who, 'The reader'), said)).flagId };
  });

export const read = { can: 'task.claim', as: 'vendor', by: reader } as const;
