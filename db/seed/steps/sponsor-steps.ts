import { newId } from '#server/core/ids.ts';
import type { Api } from './door.ts';
import { addressOf, type Cast, inParallel, join, type Organisation, type Person } from './people.ts';

type ProjectInput = Parameters<Api['projects']['create']['mutate']>[0];
type ImportInput = Parameters<Api['datasets']['importText']['mutate']>[0];
type ProtocolInput = Parameters<Api['protocols']['saveDraft']['mutate']>[0];

export type PostedProject = { projectId: string; datasetId: string };

/** Posts a project and uploads its cases. */
export async function postProject(
  sponsor: Organisation,
  input: { project: ProjectInput; dataset: Omit<ImportInput, 'projectId'> },
): Promise<PostedProject> {
  const { api } = sponsor.owner;
  const project = await api.projects.create.mutate(input.project);
  const dataset = await api.datasets.importText.mutate({ ...input.dataset, projectId: project.id });
  return { projectId: project.id, datasetId: dataset.datasetId };
}

export type Leads = { clinicalLead: Person; mlLead: Person };

/** Brings in the two people who sign a protocol (R6). */
export async function appointLeads(
  cast: Cast,
  sponsor: Organisation,
  names: { clinicalLead: string; mlLead: string },
): Promise<Leads> {
  const [clinicalLead, mlLead] = await inParallel(
    [
      [names.clinicalLead, 'clinical_lead'],
      [names.mlLead, 'ml_lead'],
    ] as const,
    1,
    async ([name, role]) => {
      const email = addressOf(cast, name);
      await sponsor.owner.api.identity.inviteMember.mutate({ email, role });
      return join(cast, { name, email });
    },
  );
  if (!clinicalLead || !mlLead) throw new Error('A lead is missing.');
  return { clinicalLead, mlLead };
}

/** Saves a protocol and has both leads sign its hash; returns the version. */
export async function signProtocol(
  sponsor: Organisation,
  leads: Leads,
  projectId: string,
  protocol: Omit<ProtocolInput, 'projectId' | 'seenSha256' | 'changeClass'>,
): Promise<string> {
  const version = await sponsor.owner.api.protocols.saveDraft.mutate({
    ...protocol,
    projectId,
    seenSha256: null,
  });
  for (const [person, role] of [
    [leads.clinicalLead, 'clinical_lead'],
    [leads.mlLead, 'ml_lead'],
  ] as const) {
    await person.api.identity.reauthenticate.mutate({ password: person.password });
    await person.api.protocols.sign.mutate({
      protocolVersionId: version.id,
      contentSha256: version.contentSha256,
      role,
      typedName: person.name,
    });
  }
  return version.id;
}

/** Pays the project's account with the sandbox's card (R29). */
export async function fundByCard(
  sponsor: Organisation,
  input: { projectId: string; amountMinor: bigint },
): Promise<void> {
  const { api } = sponsor.owner;
  const { fundingId } = await api.payouts.fund.mutate({ fundingId: newId(), ...input });
  await api.payouts.payInSandbox.mutate({ fundingId, paymentMethod: 'pm_card_bypassPending' });
}

/** Asks for an agreement of an organisation with the platform and signs both sides of it (R1). */
export async function signAgreement(
  cast: Cast,
  organisation: Organisation,
  input: {
    kind: Parameters<Api['agreements']['request']['mutate']>[0]['kind'];
    effectiveFrom: string;
    operatorPassword: string;
  },
): Promise<string> {
  const { owner } = organisation;
  const { id } = await owner.api.agreements.request.mutate({
    kind: input.kind,
    effectiveFrom: input.effectiveFrom,
  });
  for (const [api, password] of [
    [owner.api, owner.password],
    [cast.operator, input.operatorPassword],
  ] as const) {
    await api.identity.reauthenticate.mutate({ password });
    const paper = await api.agreements.get.query({ agreementId: id });
    if (paper.documentSha256 === null) throw new Error('The agreement has no document to sign.');
    await api.agreements.sign.mutate({
      agreementId: id,
      typedName: paper.signerName,
      title: 'Authorised signatory',
      authority: true,
      consentVersion: paper.consent.version,
      documentSha256: paper.documentSha256,
    });
  }
  return id;
}
