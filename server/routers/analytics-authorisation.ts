import { makeBatch, makeWorkScene } from '#db/seed/factories/work.ts';
import { manualClock } from '#server/core/clock.ts';
import type { AuthorisationRow } from './authorisation-matrix.ts';
import type { World } from './authorisation-world.ts';

/** A project of sponsor a with an open batch that nobody has read yet. */
const runningOf = (w: World) =>
  w.once('analytics running', async () => {
    const scene = await makeWorkScene(w.db, {
      cases: 3,
      clock: manualClock(new Date()),
      parties: {
        sponsorOrg: await w.org('a', 'sponsor'),
        vendorOrg: await w.org('a', 'vendor'),
        sponsor: await w.holder('a', 'sponsor', 'batch.manage'),
      },
    });
    return { projectId: scene.project.id, batchId: await makeBatch(scene, {}) };
  });
const ofProject = async (w: World) => ({ projectId: (await runningOf(w)).projectId });
const ofBatch = async (w: World) => ({ batchId: (await runningOf(w)).batchId });

export const analyticsRows: AuthorisationRow[] = [
  { path: 'analytics.dashboard', can: 'quality.read', input: ofProject, otherOrg: 'not_found' },
  { path: 'analytics.answerDays', can: 'quality.read', input: ofBatch, otherOrg: 'not_found' },
  { path: 'analytics.quality', can: 'quality.read', input: ofBatch, otherOrg: 'not_found' },
  { path: 'analytics.live', can: 'project.read', input: ofBatch, otherOrg: 'not_found' },
  { path: 'analytics.vendorLive', can: 'vendor.read', as: 'vendor', input: ofBatch, otherOrg: 'not_found' },
  { path: 'analytics.awards', can: 'batch.manage', input: ofProject, otherOrg: 'not_found' },
  { path: 'analytics.measureNow', can: 'quality.read', input: ofBatch, otherOrg: 'not_found' },
];
