import { makeProject } from '#db/seed/factories/projects.ts';
import type { AuthorisationRow } from './authorisation-matrix.ts';
import type { World } from './authorisation-world.ts';

const ofProject = (w: World) =>
  w.once('strategy project', async () => {
    const owner = await w.member('a', 'sponsor', ['sponsor_owner']);
    const project = await makeProject(w.db, { orgId: owner.actor.orgId, createdBy: owner.actor.personId });
    return { projectId: project.id };
  });

const inputs = {
  cases: 100,
  needBy: '2099-12-31',
  budgetModel: 'per_label',
  isForSubmission: false,
  insideShareBasisPoints: 0,
  ownStaff: { people: 12, hoursPerWeek: 10, costPerHourMinor: 9_000n, readsPerHour: 20, readyInDays: 7 },
  model: null,
  pricePerReadMinor: 150n,
};

/** What a sponsor weighs before it asks anybody is its own. */
export const strategyRows: AuthorisationRow[] = [
  { path: 'strategy.view', can: 'bid.compare', input: ofProject, otherOrg: 'not_found' },
  {
    path: 'strategy.decide',
    can: 'project.write',
    input: async (w) => ({
      ...(await ofProject(w)),
      inputs,
      mode: 'human',
      source: 'build',
      reason: 'Our own readers know the scanners.',
    }),
    otherOrg: 'not_found',
  },
];
