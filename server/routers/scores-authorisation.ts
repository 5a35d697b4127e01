import { randomUUID } from 'node:crypto';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeCheckpoint, makeProposal, makeRootCause } from '#db/seed/factories/scores.ts';
import { makeBatch, makeWorkScene } from '#db/seed/factories/work.ts';
import { manualClock } from '#server/core/clock.ts';
import type { AuthorisationRow } from './authorisation-matrix.ts';
import type { World } from './authorisation-world.ts';

/** A project of sponsor a with an open batch. */
const runningOf = (w: World) =>
  w.once('scores running', async () => {
    const scene = await makeWorkScene(w.db, {
      cases: 3,
      fields: [gradeField()],
      clock: manualClock(new Date()),
      parties: {
        sponsorOrg: await w.org('a', 'sponsor'),
        vendorOrg: await w.org('a', 'vendor'),
        sponsor: await w.holder('a', 'sponsor', 'batch.manage'),
      },
    });
    return { scene, batchId: await makeBatch(scene, {}) };
  });
const ofProject = async (w: World) => ({ projectId: (await runningOf(w)).scene.project.id });
const ofBatch = async (w: World) => ({ batchId: (await runningOf(w)).batchId });

const relabelOf = (w: World) =>
  w.once('scores relabel', async () => ({
    batchId: await makeBatch((await runningOf(w)).scene, { kind: 'relabel' }),
  }));
const sampleOf = (w: World) =>
  w.once('scores sample', async () => ({
    batchId: await makeBatch((await runningOf(w)).scene, { sampling: { kind: 'random', count: 2 } }),
  }));

/** A proposal of its own for every row that decides on one. */
const proposal =
  (name: string, isPaused = false) =>
  async (w: World) => {
    const { scene, batchId } = await runningOf(w);
    return w.once(`scores proposal ${name}`, async () => ({
      proposalId: await makeProposal(w.db, { projectId: scene.project.id, batchId, field: name, isPaused }),
    }));
  };

/** A root-cause case of its own in the state that the row needs. */
const rootCause = (name: string, status: 'open' | 'diagnosed' | 'acting') => async (w: World) => {
  const { scene, batchId } = await runningOf(w);
  return w.once(`scores root cause ${name}`, () =>
    makeRootCause(w.db, {
      projectId: scene.project.id,
      batchId,
      field: name,
      status,
      taskId: randomUUID(),
      ownerId: scene.sponsor.actor.personId,
    }),
  );
};
/** A checkpoint of its own for every row. */
const checkpoint = (name: string, shareBasisPoints: number) => async (w: World) => {
  const { scene, batchId } = await runningOf(w);
  const { id: projectId } = scene.project;
  return w.once(`scores checkpoint ${name}`, () =>
    makeCheckpoint(w.db, { projectId, batchId, shareBasisPoints }),
  );
};
const words = 'For a test of who may do this.';
const kinds = { disagreement: 'slip', errorKind: 'mislabel' } as const;

export const scoresRows: AuthorisationRow[] = [
  { path: 'scores.continuous', can: 'quality.read', input: ofBatch, otherOrg: 'not_found' },
  { path: 'scores.confusion', can: 'quality.read', input: ofBatch, otherOrg: 'not_found' },
  { path: 'scores.relabel', can: 'quality.read', input: relabelOf, otherOrg: 'not_found' },
  { path: 'scores.estimates', can: 'quality.read', input: sampleOf, otherOrg: 'not_found' },
  { path: 'scores.inbox', can: 'quality.read', input: ofProject, otherOrg: 'not_found' },
  { path: 'scores.checks', can: 'quality.read', input: ofProject, otherOrg: 'not_found' },
  { path: 'scores.checkpoints', can: 'project.read', input: ofProject, otherOrg: 'not_found' },
  {
    path: 'scores.checkpoint',
    can: 'quality.read',
    input: async (w) => ({ checkpointId: (await checkpoint('view', 500)(w)).checkpointId }),
    otherOrg: 'not_found',
  },
  {
    path: 'scores.signCheckpoint',
    can: 'protocol.sign_clinical',
    input: async (w) => ({
      ...(await checkpoint('sign', 2500)(w)),
      decision: 'go_on',
      reason: words,
      typedName: 'Somebody',
    }),
    otherOrg: 'not_found',
  },
  {
    path: 'scores.decide',
    can: 'quality.decide',
    input: async (w) => ({
      ...(await proposal('decide')(w)),
      decision: 'acknowledge',
      reason: words,
      evidence: words,
    }),
    otherOrg: 'not_found',
  },
  {
    path: 'scores.restorePerson',
    can: 'quality.decide',
    input: async (w) => ({ ...(await proposal('restore', true)(w)), reason: words }),
    otherOrg: 'not_found',
  },
  {
    path: 'scores.rootCause',
    can: 'quality.read',
    input: async (w) => ({ rootCauseId: (await rootCause('view', 'open')(w)).rootCauseId }),
    otherOrg: 'not_found',
  },
  {
    path: 'scores.openRootCause',
    can: 'quality.decide',
    input: async (w) => ({ ...(await ofBatch(w)), field: 'grade' }),
    otherOrg: 'not_found',
  },
  {
    path: 'scores.recordFinding',
    can: 'quality.decide',
    input: async (w) => ({ ...(await rootCause('finding', 'open')(w)), ...kinds, note: words }),
    otherOrg: 'not_found',
  },
  {
    path: 'scores.diagnose',
    can: 'quality.decide',
    input: async (w) => ({
      rootCauseId: (await rootCause('diagnose', 'open')(w)).rootCauseId,
      ...kinds,
      route: 'training',
      diagnosis: words,
    }),
    otherOrg: 'not_found',
  },
  {
    path: 'scores.planAction',
    can: 'quality.decide',
    input: async (w) => ({
      rootCauseId: (await rootCause('plan', 'diagnosed')(w)).rootCauseId,
      action: words,
      ownerId: (await runningOf(w)).scene.sponsor.actor.personId,
      dueOn: '2026-12-24',
      effectiveFrom: '2026-12-24',
    }),
    otherOrg: 'not_found',
  },
  {
    path: 'scores.closeRootCause',
    can: 'quality.decide',
    input: async (w) => ({
      rootCauseId: (await rootCause('close', 'acting')(w)).rootCauseId,
      note: words,
    }),
    otherOrg: 'not_found',
  },
];
