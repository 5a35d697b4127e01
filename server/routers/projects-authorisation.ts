import { makeDataset, makeFinding } from '#db/seed/factories/datasets.ts';
import { makeGold } from '#db/seed/factories/gold.ts';
import { makeMember, makePerson } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { makeProtocol, makeSignedProtocol } from '#db/seed/factories/protocols.ts';
import { manualClock } from '#server/core/clock.ts';
import { decideFindings } from '#server/datasets/decide-intake.ts';
import type { DatasetEvidence } from '#server/datasets/schemas.ts';
import { addPanelReader } from '#server/gold/panel.ts';
import { policyPreset } from '#server/projects/presets.ts';
import { createBatch } from '#server/work/create-batch.ts';
import type { AuthorisationRow } from './authorisation-matrix.ts';
import type { World } from './authorisation-world.ts';

/** A project of side a; `name` sets apart what one row changes from what others read. */
const projectOfA = (w: World, name = 'shared') =>
  w.once(`projects ${name}`, async () => {
    const owner = await w.member('a', 'sponsor', ['sponsor_owner']);
    const by = { orgId: owner.actor.orgId, createdBy: owner.actor.personId };
    return { by, project: await makeProject(w.db, by) };
  });

const ofProject = async (w: World) => ({ projectId: (await projectOfA(w)).project.id });

const content = {
  guidelinesMarkdown: 'Grade the worst area.',
  labelSchema: {
    fields: [{ key: 'cancer', label: 'Cancer', type: 'boolean', definition: 'Any cancer.', required: true }],
    rules: [],
    gatedFields: ['cancer'],
  },
  edgeCases: [],
};

const licence: DatasetEvidence = {
  kind: 'licence',
  issuer: 'Tests',
  reference: 'CC0-1.0',
  issuedOn: null,
  expiresOn: null,
  sha256: null,
};

const form = {
  title: 'A new project',
  summary: '',
  modality: '',
  anatomy: '',
  intendedUse: 'research',
  dataClass: 'public',
  currency: 'USD',
  budgetMinor: 100_000n,
  deadline: '2099-12-31',
  locationPolicy: { allowedCountries: [], onshoreShareBasisPoints: 0, onshoreCountry: null },
  credentialRule: { anyOf: [] },
  qualityPolicy: policyPreset('research'),
  reviewPeriodDays: 7,
};

const draftProtocol = async (w: World, name: string) => {
  const { by, project } = await projectOfA(w, name);
  return makeProtocol(w.db, { ...by, projectId: project.id });
};

const goldOfA = async (w: World, name: string, status: 'proposed' | 'agreed' | 'active') => {
  const { by, project } = await projectOfA(w, name);
  await makeSignedProtocol(w.db, { ...by, projectId: project.id });
  const dataset = await makeDataset(w.db, { ...by, projectId: project.id, cases: 1 });
  const caseId = dataset.cases[0]?.id ?? '';
  const items = [{ caseId, answers: { grade: ['1'] } }];
  const { goldSetId, goldItemIds } = await makeGold(w.db, {
    projectId: project.id,
    datasetId: dataset.id,
    items,
    status,
  });
  return { goldSetId, goldItemId: goldItemIds[0] ?? '' };
};

const panelReader = (w: World) =>
  w.once('projects panel reader', async () => {
    const org = await w.org('a', 'sponsor');
    const person = await makePerson(w.db);
    await makeMember(w.db, { org, roles: ['panel_reader'], person });
    return person.personId;
  });

const hash = 'a'.repeat(64);

/** Projects, protocols, datasets and gold: a sponsor's own, and not_found for everybody else. */
/** A dataset of organisation a whose intake waits for a decision on its first case. */
const intakeOf = (w: World, name: string) =>
  w.once(`projects intake ${name}`, async () => {
    const { by, project } = await projectOfA(w);
    const dataset = await makeDataset(w.db, { ...by, projectId: project.id, cases: 2 });
    const caseId = dataset.cases[0]?.id ?? '';
    await makeFinding(w.db, { datasetId: dataset.id, caseId });
    return { datasetId: dataset.id, caseId };
  });

export const projectRows: AuthorisationRow[] = [
  { path: 'projects.list', can: 'project.read', input: () => ({}), otherOrg: 'own-data-only' },
  { path: 'projects.needs', can: 'project.read', otherOrg: 'own-data-only' },
  { path: 'projects.get', can: 'project.read', input: ofProject, otherOrg: 'not_found' },
  { path: 'projects.create', can: 'project.write', input: () => form, otherOrg: 'own-data-only' },
  {
    path: 'projects.update',
    can: 'project.write',
    input: async (w) => {
      const { project } = await projectOfA(w, 'updated');
      return { ...form, projectId: project.id, seenUpdatedAt: project.updatedAt };
    },
    otherOrg: 'not_found',
  },
  {
    path: 'projects.decide',
    can: 'project.write',
    input: async (w) => ({ projectId: (await projectOfA(w, 'decided')).project.id, decision: 'archived' }),
    otherOrg: 'not_found',
  },

  { path: 'protocols.get', can: 'project.read', input: ofProject, otherOrg: 'not_found' },
  {
    path: 'protocols.saveDraft',
    can: 'project.write',
    input: async (w) => ({
      ...content,
      projectId: (await projectOfA(w, 'drafted')).project.id,
      seenSha256: null,
    }),
    otherOrg: 'not_found',
  },
  {
    path: 'protocols.newVersion',
    can: 'project.write',
    input: (w) =>
      w.once('projects input signed protocol', async () => {
        const { by, project } = await projectOfA(w, 'versioned');
        await makeSignedProtocol(w.db, { ...by, projectId: project.id });
        return { projectId: project.id, changeClass: 'editorial' };
      }),
    otherOrg: 'not_found',
  },
  {
    path: 'protocols.reopen',
    can: 'project.write',
    input: (w) =>
      w.once('projects input reopened', async () => ({
        protocolVersionId: (await draftProtocol(w, 'reopened')).id,
      })),
    otherOrg: 'not_found',
  },
  {
    path: 'protocols.sign',
    can: 'project.read',
    by: (w) => w.member('a', 'sponsor', ['clinical_lead']),
    input: (w) =>
      w.once('projects input to sign', async () => {
        const version = await draftProtocol(w, 'signed');
        return {
          protocolVersionId: version.id,
          contentSha256: version.contentSha256,
          role: 'clinical_lead',
          typedName: 'Somebody',
        };
      }),
    otherOrg: 'not_found',
  },

  { path: 'datasets.list', can: 'project.read', input: ofProject, otherOrg: 'not_found' },
  {
    path: 'datasets.cases',
    can: 'project.read',
    input: (w) =>
      w.once('projects input cases', async () => {
        const { by, project } = await projectOfA(w);
        const dataset = await makeDataset(w.db, { ...by, projectId: project.id, cases: 2 });
        return { datasetId: dataset.id };
      }),
    otherOrg: 'not_found',
  },
  {
    path: 'datasets.intake',
    can: 'project.read',
    input: async (w) => ({ datasetId: (await intakeOf(w, 'view')).datasetId }),
    otherOrg: 'not_found',
  },
  {
    path: 'datasets.findings',
    can: 'project.read',
    input: async (w) => ({ datasetId: (await intakeOf(w, 'view')).datasetId }),
    otherOrg: 'not_found',
  },
  {
    path: 'datasets.decideFindings',
    can: 'dataset.write',
    input: async (w) => {
      const { datasetId, caseId } = await intakeOf(w, 'decide');
      return { datasetId, findings: [{ caseId, code: 'unreadable' }], decision: 'keep' };
    },
    otherOrg: 'not_found',
  },
  {
    path: 'datasets.takeBackFindings',
    can: 'dataset.write',
    input: async (w) => {
      const { datasetId, caseId } = await intakeOf(w, 'take back');
      const decider = await w.holder('a', 'sponsor', 'dataset.write');
      const clock = manualClock('2026-11-02T09:00:00Z');
      const decision = 'exclude' as const;
      await decideFindings(
        { ...decider, clock },
        { datasetId, findings: [{ caseId, code: 'unreadable' }], decision },
      );
      return { datasetId, by: decider.actor.personId, at: clock.now(), decision };
    },
    otherOrg: 'not_found',
  },
  {
    path: 'datasets.reportCase',
    can: 'dataset.write',
    input: async (w) => ({
      datasetId: (await intakeOf(w, 'report')).datasetId,
      externalId: '2',
      code: 'other',
      note: 'Another kind of image.',
    }),
    otherOrg: 'not_found',
  },
  {
    path: 'datasets.renewEvidence',
    can: 'dataset.write',
    input: async (w) => ({
      datasetId: (await intakeOf(w, 'evidence')).datasetId,
      evidence: {
        kind: 'licence',
        issuer: 'The licensor',
        reference: 'CC0-1.0',
        issuedOn: null,
        expiresOn: null,
        sha256: null,
      },
      noActualKnowledge: false,
    }),
    otherOrg: 'not_found',
  },
  {
    path: 'datasets.lookForIdentifiers',
    can: 'dataset.write',
    input: async (w) => ({
      ...(await ofProject(w)),
      format: 'csv',
      text: 'case_id,patient_key,site,text:report\nc1,p1,s1,Benign.\n',
    }),
    otherOrg: 'not_found',
  },
  { path: 'datasets.documents', can: 'operator.agreements', input: () => ({}), otherOrg: 'forbidden' },
  {
    path: 'datasets.requireAssets',
    can: 'dataset.write',
    input: async (w) => ({ datasetId: (await intakeOf(w, 'require')).datasetId, names: ['report'] }),
    otherOrg: 'not_found',
  },
  {
    path: 'datasets.confirmIntake',
    can: 'dataset.write',
    input: async (w) => ({ datasetId: (await intakeOf(w, 'confirm')).datasetId, undecided: 'exclude' }),
    otherOrg: 'not_found',
  },
  {
    path: 'datasets.reopenIntake',
    can: 'dataset.write',
    input: async (w) => ({ datasetId: (await intakeOf(w, 'reopen')).datasetId }),
    otherOrg: 'not_found',
  },
  {
    path: 'datasets.importText',
    can: 'dataset.write',
    input: async (w) => ({
      ...(await ofProject(w)),
      name: 'Cases',
      dataClass: 'public',
      legalBasis: 'licence',
      evidence: licence,
      format: 'csv',
      text: 'case_id,patient_key,site,text:report\nc1,p1,s1,Benign.\n',
    }),
    otherOrg: 'not_found',
  },

  { path: 'gold.get', can: 'gold.manage', input: ofProject, otherOrg: 'not_found' },
  { path: 'gold.items', can: 'gold.manage', input: ofProject, otherOrg: 'not_found' },
  {
    path: 'gold.case',
    can: 'gold.manage',
    input: (w) =>
      w.once('projects input gold case', async () => ({
        goldItemId: (await goldOfA(w, 'gold case', 'proposed')).goldItemId,
      })),
    otherOrg: 'not_found',
  },
  { path: 'gold.panel', can: 'gold.manage', input: ofProject, otherOrg: 'not_found' },
  {
    path: 'gold.addPanelReader',
    can: 'gold.manage',
    input: async (w) => ({ ...(await ofProject(w)), personId: await panelReader(w) }),
    otherOrg: 'not_found',
  },
  {
    path: 'gold.removePanelReader',
    can: 'gold.manage',
    input: (w) =>
      w.once('projects input left panel', async () => {
        const owner = await w.member('a', 'sponsor', ['sponsor_owner']);
        const { project } = await projectOfA(w, 'left panel');
        const joined = { projectId: project.id, personId: await panelReader(w) };
        return { projectId: project.id, ...(await addPanelReader(owner, joined)) };
      }),
    otherOrg: 'not_found',
  },
  {
    path: 'gold.proposeFromPanel',
    can: 'gold.manage',
    input: (w) =>
      w.once('projects input panel batch', async () => {
        const owner = await w.member('a', 'sponsor', ['sponsor_owner']);
        const { by, project } = await projectOfA(w, 'panel batch');
        await makeSignedProtocol(w.db, { ...by, projectId: project.id });
        const dataset = await makeDataset(w.db, { ...by, projectId: project.id, cases: 2 });
        const { batchId } = await createBatch(owner, {
          projectId: project.id,
          datasetId: dataset.id,
          name: 'Panel',
          kind: 'self_label',
          pricePerReadMinor: 0n,
        });
        return { batchId };
      }),
    otherOrg: 'not_found',
  },
  {
    path: 'gold.resolve',
    can: 'protocol.sign_clinical',
    input: (w) =>
      w.once('projects input gold resolved', async () => ({
        outcome: 'resolved',
        goldItemId: (await goldOfA(w, 'gold resolved', 'proposed')).goldItemId,
        answers: { grade: ['2'] },
        rationale: 'Reviewed together with the clinical history.',
      })),
    otherOrg: 'not_found',
  },
  {
    path: 'gold.dispute',
    can: 'protocol.sign_clinical',
    input: (w) =>
      w.once('projects input gold disputed', async () => ({
        goldItemId: (await goldOfA(w, 'gold disputed', 'active')).goldItemId,
        reason: 'The biopsy says something else.',
      })),
    otherOrg: 'not_found',
  },
  {
    path: 'gold.retire',
    can: 'protocol.sign_clinical',
    input: (w) =>
      w.once('projects input gold retired', async () => ({
        goldItemId: (await goldOfA(w, 'gold retired', 'agreed')).goldItemId,
        reason: 'The slide was of another patient.',
      })),
    otherOrg: 'not_found',
  },
  {
    path: 'gold.signSet',
    can: 'protocol.sign_clinical',
    input: (w) =>
      w.once('projects input gold signed', async () => ({
        goldSetId: (await goldOfA(w, 'gold signed', 'agreed')).goldSetId,
        contentSha256: hash,
        typedName: 'Somebody',
      })),
    otherOrg: 'not_found',
  },
];
