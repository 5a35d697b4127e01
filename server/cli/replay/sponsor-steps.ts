import { DAY } from '#server/core/clock.ts';
import type { Organisation, Person } from './people.ts';
import { addressOf, type Cast, inParallel, join } from './people.ts';
import type { PublishedReads } from './read-labels.ts';

export type PostedProject = { projectId: string; datasetId: string; protocolVersionId: string };

const FIELD = 'grade';

/** Posts the project, uploads the cases and has both leads sign the protocol (R6). */
export async function postProject(
  cast: Cast,
  sponsor: Organisation,
  input: { title: string; reads: PublishedReads; overlap: number; assisted: boolean },
): Promise<PostedProject & { clinicalLead: Person }> {
  const { api } = sponsor.owner;
  const project = await api.projects.create.mutate({
    title: input.title,
    summary: 'Published reads, replayed by the people who made them.',
    modality: 'Pathology',
    anatomy: 'Prostate',
    intendedUse: 'research',
    dataClass: 'public',
    currency: 'USD',
    budgetMinor: BigInt(input.reads.reads) * 200n + 100_000n,
    deadline: new Date(Date.now() + 90 * DAY).toISOString().slice(0, 10),
    locationPolicy: { allowedCountries: [], onshoreShareBasisPoints: 0, onshoreCountry: null },
    credentialRule: {
      anyOf: [
        { allOf: [{ kind: 'board_certification', specialty: 'Pathology', minLevel: 'vendor_attested' }] },
      ],
    },
    qualityPolicy: {
      overlap: input.overlap,
      consensusMethod: 'majority',
      gold: { mode: 'none', shareBasisPoints: 0, minAnswers: 10 },
      reviewShareBasisPoints: 0,
      reliability: [{ field: FIELD, metric: 'krippendorff_alpha', threshold: 0.8, action: 'notify' }],
      accuracy: [],
      adjudication: {
        noMajority: true,
        anyDisagreement: false,
        ordinalSpreadAtLeast: null,
        posteriorBelow: null,
        classes: [],
        fields: [],
      },
      assisted: input.assisted,
    },
    reviewPeriodDays: 7,
  });
  const dataset = await api.datasets.importText.mutate({
    projectId: project.id,
    name: 'Published cases',
    dataClass: 'public',
    legalBasis: 'Published research data, used under its licence.',
    evidence: {
      kind: 'licence',
      issuer: 'Authors of the study',
      reference: 'As stated with the data',
      issuedOn: null,
      expiresOn: null,
      sha256: null,
    },
    format: 'csv',
    text: casesCsv(input.reads.tasks),
  });
  const leads = { clinical_lead: 'Clinical Lead', ml_lead: 'ML Lead' } as const;
  const [clinicalLead, mlLead] = await inParallel(['clinical_lead', 'ml_lead'] as const, 2, async (role) => {
    const email = addressOf(cast, leads[role]);
    await api.identity.inviteMember.mutate({ email, role });
    return join(cast, { name: leads[role], email });
  });
  const protocol = await api.protocols.saveDraft.mutate({
    projectId: project.id,
    seenSha256: null,
    ...protocolOf(input.reads.levels),
  });
  for (const [person, role] of [
    [clinicalLead, 'clinical_lead'],
    [mlLead, 'ml_lead'],
  ] as const) {
    if (!person) throw new Error('A lead is missing.');
    await person.api.identity.reauthenticate.mutate({ password: person.password });
    await person.api.protocols.sign.mutate({
      protocolVersionId: protocol.id,
      contentSha256: protocol.contentSha256,
      role,
      typedName: person.name,
    });
  }
  if (!clinicalLead) throw new Error('The clinical lead is missing.');
  return {
    projectId: project.id,
    datasetId: dataset.datasetId,
    protocolVersionId: protocol.id,
    clinicalLead,
  };
}

/** One case a line; its text names it, as a slide's label would. */
function casesCsv(tasks: readonly string[]): string {
  const lines = tasks.map((task) => `${task},patient-${task},published,Case ${task}`);
  return ['case_id,patient_key,site,text:slide', ...lines].join('\n');
}

function protocolOf(levels: readonly string[]) {
  return {
    guidelinesMarkdown: '# Grade the biopsy\n\nGive the grade group of the worst area. 0 means no cancer.',
    labelSchema: {
      fields: [
        {
          key: FIELD,
          label: 'Grade group',
          type: 'ordinal' as const,
          options: levels.map((level) => ({ value: level, label: `Grade group ${level}` })),
          definition: 'Grade group of the biopsy, in ascending order.',
          required: true,
        },
      ],
      rules: [],
      gatedFields: [FIELD],
    },
    edgeCases: [],
  };
}

/** Pays the project's account with the sandbox's card (R29). */
export async function fund(
  sponsor: Organisation,
  input: { projectId: string; amountMinor: bigint },
): Promise<void> {
  const { api } = sponsor.owner;
  const { fundingId } = await api.payouts.fund.mutate(input);
  await api.payouts.payInSandbox.mutate({ fundingId, paymentMethod: 'pm_card_bypassPending' });
}

/** Asks for the services agreement of an organisation and signs both sides of it (R1). */
export async function signServices(cast: Cast, organisation: Organisation): Promise<void> {
  const { owner } = organisation;
  const today = new Date().toISOString().slice(0, 10);
  const { id } = await owner.api.agreements.request.mutate({ kind: 'services', effectiveFrom: today });
  await owner.api.identity.reauthenticate.mutate({ password: owner.password });
  for (const api of [owner.api, cast.operator]) {
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
}

/** The grade field's key. */
export { FIELD as GRADE_FIELD };
