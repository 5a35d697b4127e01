import { makeDataset } from '#db/seed/factories/datasets.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { registerIncident } from '#server/incidents/register-incident.ts';
import type { AuthorisationRow } from './authorisation-matrix.ts';
import type { World } from './authorisation-world.ts';

const ACCOUNT = 'A report was shown with a line that should have been removed from it.';

const datasetOf = (w: World) =>
  w.once('incidents data set', async () => {
    const { actor } = await w.member('a', 'sponsor', ['sponsor_owner']);
    const at = { orgId: actor.orgId, createdBy: actor.personId };
    const project = await makeProject(w.db, at);
    return (await makeDataset(w.db, { ...at, projectId: project.id, cases: 1 })).id;
  });

const reported = async (w: World) => ({
  source: 'report' as const,
  datasetId: await datasetOf(w),
  account: ACCOUNT,
  discoveredAt: new Date(Date.now() - 3_600_000),
  discovererRole: 'The privacy officer',
  isAgent: false,
});

const registered = (w: World) =>
  w.once('incident', async () => {
    const operator = await w.holder('a', 'platform', 'operator.health');
    return registerIncident(operator, await reported(w));
  });

const words = 'Looked at with the sponsor and found as described.';
const can = 'operator.health' as const;

export const incidentsRows: AuthorisationRow[] = [
  { path: 'incidents.list', can, input: () => ({}), otherOrg: 'forbidden' },
  { path: 'incidents.reported', can, input: () => ({}), otherOrg: 'forbidden' },
  { path: 'incidents.registeredFlags', can, input: () => ({ flagIds: [] }), otherOrg: 'forbidden' },
  { path: 'incidents.register', can, input: reported, otherOrg: 'forbidden' },
  { path: 'incidents.concerned', can, input: () => ({}), otherOrg: 'forbidden' },
  {
    path: 'incidents.queryAccess',
    can,
    input: async (w) => ({
      datasetId: await datasetOf(w),
      from: new Date(Date.now() - 3_600_000),
      until: new Date(),
    }),
    otherOrg: 'forbidden',
  },
  {
    path: 'incidents.assess',
    can,
    input: async (w) => ({
      ...(await registered(w)),
      factors: { identifiers: words, recipient: words, acquired: words, mitigation: words },
      decision: 'low_probability',
      reason: words,
    }),
    otherOrg: 'forbidden',
  },
  {
    path: 'incidents.sendLetter',
    can,
    input: async (w) => ({
      ...(await registered(w)),
      kind: 'first_notice',
      body: `${words} ${words} ${words}`,
    }),
    otherOrg: 'forbidden',
  },
  {
    path: 'incidents.close',
    can,
    input: async (w) => ({
      ...(await registered(w)),
      correctiveAction: words,
      correctedOn: '2026-01-02',
    }),
    otherOrg: 'forbidden',
  },
];
