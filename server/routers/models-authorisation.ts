import { makeDataset } from '#db/seed/factories/datasets.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { makeSignedProtocol } from '#db/seed/factories/protocols.ts';
import { importModel } from '#server/models/import-model.ts';
import type { AuthorisationRow } from './authorisation-matrix.ts';
import type { World } from './authorisation-world.ts';

/** A project of side a with a dataset that models answer. */
const answeredOfA = (w: World) =>
  w.once('models dataset', async () => {
    const owner = await w.member('a', 'sponsor', ['sponsor_owner']);
    const by = { orgId: owner.actor.orgId, createdBy: owner.actor.personId };
    const project = await makeProject(w.db, by);
    await makeSignedProtocol(w.db, { ...by, projectId: project.id });
    const dataset = await makeDataset(w.db, { ...by, projectId: project.id, cases: 1 });
    return { owner, projectId: project.id, datasetId: dataset.id };
  });

const fileOfA = async (w: World, version: string) => {
  const { projectId, datasetId } = await answeredOfA(w);
  return { projectId, datasetId, name: 'Net', version, text: 'case_id,grade\n1,2\n' };
};

const modelOfA = (w: World, version: string) =>
  w.once(`models ${version}`, async () => {
    const { owner } = await answeredOfA(w);
    const { modelId } = await importModel(owner, await fileOfA(w, version));
    return { modelId };
  });

/** Models and their answers: a sponsor's own, and not_found for everybody else. */
export const modelsRows: AuthorisationRow[] = [
  {
    path: 'models.list',
    can: 'quality.read',
    input: async (w) => ({ projectId: (await answeredOfA(w)).projectId }),
    otherOrg: 'not_found',
  },
  {
    path: 'models.comparison',
    can: 'quality.read',
    input: (w) => modelOfA(w, 'compared'),
    otherOrg: 'not_found',
  },
  { path: 'models.check', can: 'dataset.write', input: (w) => fileOfA(w, 'checked'), otherOrg: 'not_found' },
  { path: 'models.import', can: 'dataset.write', input: (w) => fileOfA(w, 'new'), otherOrg: 'not_found' },
  {
    path: 'models.withdraw',
    can: 'dataset.write',
    input: async (w) => ({ ...(await modelOfA(w, 'wrong')), reason: 'The wrong column was read.' }),
    otherOrg: 'not_found',
  },
];
