import type { Api } from '#db/seed/steps/door.ts';
import { appointPanel, makePanelGold } from '#db/seed/steps/panel-steps.ts';
import type { Cast, Organisation, Person } from '#db/seed/steps/people.ts';
import { type Answer, readBatch } from '#db/seed/steps/reading.ts';
import { type Leads, postProject, signProtocol } from '#db/seed/steps/sponsor-steps.ts';
import { bid } from '#db/seed/steps/vendor-steps.ts';
import { DAY } from '#server/core/clock.ts';
import { CHEST_CASES, caseText, chestAnswer, chestProtocol, truthOf } from './chest-cases.ts';
import { chestModelFile } from './chest-model.ts';
import { type DemoClock, dayOf, recordFunds } from './staging.ts';

export const RADIOLOGIST: Parameters<Api['credentials']['claim']['mutate']>[0] = {
  kind: 'board_certification',
  title: 'Board-certified diagnostic radiologist',
  issuer: 'American Board of Radiology',
  specialty: 'Radiology',
  jurisdiction: 'US',
  issuedOn: '2014-06-01',
};

const PANEL = ['Priya Panel', 'Quinn Panel'];
const GOLD_CASES = 24;

/** How well, and how much, each reads in production. The fourth, who was not in the pilot, crosses the policy's bounds (R26). */
const READING = [
  { skill: 0.95, reads: 44 },
  { skill: 0.91, reads: 44 },
  { skill: 0.87, reads: 20 },
  { skill: 0.12, reads: 36 },
];
/** The last of four reads on the demo's last day, so that what follows is for a person to decide today. */
const READING_EVERY = 1.8 * DAY;

type ChestInput = {
  sponsor: Organisation;
  leads: Leads;
  vendor: Organisation;
  rival: Organisation;
  radiologists: readonly Person[];
  others: readonly Person[];
  operatorPassword: string;
};

/**
 * The demo's running project: protected reports behind the BAA chain, gold by the sponsor's panel, two bids, a pilot that
 * passed and was awarded, and a production batch that is half read.
 */
export async function seedChest(
  cast: Cast,
  clock: DemoClock,
  input: ChestInput,
): Promise<{ projectId: string; batchId: string }> {
  const { sponsor, leads } = input;
  const { api } = sponsor.owner;
  const project = await postProject(sponsor, { project: projectInput(clock), dataset: datasetInput(clock) });
  const { projectId, datasetId } = project;
  await signProtocol(sponsor, leads, projectId, chestProtocol());
  await recordFunds(cast, { projectId, amountMinor: 400_000n, bankReference: 'DEMO-CHEST-1' });
  const cases = (await api.datasets.cases.query({ datasetId, limit: 500 })).items;
  const panel = await appointPanel(cast, sponsor, {
    projectId,
    members: PANEL.map((name, i) => ({ name, credential: { ...RADIOLOGIST, identifier: `PANEL-${i}` } })),
    concurrency: 1,
  });
  // The clinical lead opens protected cases too, to decide what the panel is divided on.
  await attestPanel(sponsor, [...panel, leads.clinicalLead], clock);
  const readAs =
    (skill: number) =>
    (person: Person, text: string): Answer => {
      const answer = chestAnswer(person.name, text, skill);
      clock.advance(answer.activeMs);
      return answer;
    };
  await makePanelGold({
    sponsor,
    clinicalLead: leads.clinicalLead,
    project,
    panel,
    caseIds: cases.slice(0, GOLD_CASES).map((item) => item.id),
    answer: readAs(0.99),
    settle: (externalId) => ({
      answers: { finding: [truthOf(externalId).finding] },
      rationale: 'Settled on the follow-up examination.',
    }),
    concurrency: 1,
  });
  clock.advance(DAY);
  const contract = await tender(clock, { ...input, projectId, datasetId });
  await api.work.openBatch.mutate({ batchId: contract.batchId });
  await readBatch({
    batchId: contract.batchId,
    people: input.radiologists.slice(0, 3),
    answer: readAs(0.95),
    concurrency: 1,
  });
  await api.work.closeBatch.mutate({ batchId: contract.batchId, reason: 'Every case has been read.' });
  await clock.runJobs();
  await award(sponsor, contract.pilotId, clock);
  clock.advance(DAY);
  const batchId = await produce(clock, {
    ...input,
    projectId,
    datasetId,
    caseIds: cases.slice(GOLD_CASES).map((item) => item.id),
    readAs,
  });
  // Who trains the model brings in what it answered, so that its failures can be read again.
  await leads.mlLead.api.models.import.mutate({ projectId, datasetId, ...chestModelFile() });
  return { projectId, batchId };
}

async function attestPanel(sponsor: Organisation, panel: readonly Person[], clock: DemoClock): Promise<void> {
  for (const person of panel) {
    const { id } = await sponsor.owner.api.agreements.attestOwnStaff.mutate({
      personId: person.personId,
      relation: 'employed',
      privacyTrainingOn: dayOf(clock),
    });
    await person.api.agreements.confirmAttestation.mutate({ attestationId: id });
  }
}

/** The call, two bids, the shortlist and the pilot order. */
async function tender(
  clock: DemoClock,
  input: ChestInput & { projectId: string; datasetId: string },
): Promise<{ pilotId: string; batchId: string }> {
  const { api } = input.sponsor.owner;
  const { callId } = await api.bids.openCall.mutate({
    projectId: input.projectId,
    closesAt: clock.inDays(20),
    visibility: 'public',
    pilotTerms: {
      cases: GOLD_CASES,
      overlap: 3,
      goldMode: 'embedded',
      goldShareBasisPoints: 0,
      timeLimitDays: 10,
      criteria: {
        reliability: { field: 'finding', scale: 'nominal', threshold: 0.6 },
        accuracy: { field: 'finding', threshold: 0.8 },
        perClass: [{ field: 'finding', className: 'nodule', sensitivity: 0.6, specificity: 0.8 }],
        throughput: null,
      },
    },
  });
  const offer = { callId, currency: 'USD', startOn: dayOf(clock), locationMix: { US: 10_000 } };
  const bidId = await bid(input.vendor, {
    ...offer,
    pricePerReadMinor: 165n,
    readsPerDay: 400,
    note: 'Four radiologists with chest experience.',
    people: input.radiologists,
  });
  await bid(input.rival, {
    ...offer,
    pricePerReadMinor: 140n,
    readsPerDay: 250,
    note: 'Three radiologists, evenings.',
    people: input.others,
  });
  await api.bids.shortlist.mutate({ bidId });
  return api.bids.orderPilot.mutate({ bidId, datasetId: input.datasetId });
}

/** Scores the pilot and signs the award over the card that was scored (R10). */
async function award(sponsor: Organisation, pilotId: string, clock: DemoClock): Promise<void> {
  const { api, name, password } = sponsor.owner;
  await api.pilots.compute.mutate({ pilotId });
  const { scorecard } = await api.pilots.detail.query({ pilotId });
  if (!scorecard) throw new Error('The scorecard is missing.');
  await api.identity.reauthenticate.mutate({ password });
  await api.pilots.decide.mutate({
    pilotId,
    decision: 'award',
    shareBasisPoints: 7000,
    reason: `Accepted on ${dayOf(clock)} after looking at the misses with the clinical lead.`,
    typedName: name,
    scorecardSha256: scorecard.contentSha256,
  });
}

/** A production batch under the award, half read: three readers agree, and the fourth does not. */
async function produce(
  clock: DemoClock,
  input: ChestInput & {
    projectId: string;
    datasetId: string;
    caseIds: string[];
    readAs: (skill: number) => (person: Person, text: string) => Answer;
  },
): Promise<string> {
  const { api } = input.sponsor.owner;
  const contracts = await api.bids.contracts.query({ projectId: input.projectId });
  const contract = contracts.find((candidate) => candidate.kind === 'award');
  if (!contract) throw new Error('There is no award.');
  const { batchId } = await api.work.createBatch.mutate({
    projectId: input.projectId,
    datasetId: input.datasetId,
    contractId: contract.contractId,
    vendorOrgId: input.vendor.orgId,
    name: 'Production 1',
    kind: 'production',
    caseIds: input.caseIds,
    overlap: 3,
    goldMode: 'dealt',
    goldShareBasisPoints: 2000,
    reviewShareBasisPoints: 2000,
    pricePerReadMinor: contract.pricePerReadMinor,
  });
  await api.work.openBatch.mutate({ batchId });
  for (const [index, person] of input.radiologists.entries()) {
    if (index > 0) clock.advance(READING_EVERY);
    const { skill, reads } = READING[index] ?? { skill: 0.9, reads: 0 };
    await readBatch({ batchId, people: [person], answer: input.readAs(skill), concurrency: 1, limit: reads });
    await clock.runJobs();
  }
  await calibrate(input, batchId, clock);
  await ask(input.radiologists[0], batchId);
  return batchId;
}

/**
 * The fourth reader has begun the paid calibration that the crossed bound opened (R26); a person has to decide. How much gold a
 * reader meets is drawn anew in every installation, so they read on until enough was met, which their share of wrong
 * answers makes certain.
 */
async function calibrate(
  input: Pick<ChestInput, 'sponsor' | 'radiologists'> & {
    projectId: string;
    readAs: (skill: number) => (person: Person, text: string) => Answer;
  },
  batchId: string,
  clock: DemoClock,
): Promise<void> {
  const reader = input.radiologists[3];
  const { skill } = READING[3] ?? { skill: 0.1 };
  if (!reader) throw new Error('There is no fourth reader.');
  const read = (id: string, as: number, limit: number) =>
    readBatch({ batchId: id, people: [reader], answer: input.readAs(as), concurrency: 1, limit });
  const { api } = input.sponsor.owner;
  for (let calibrationId: string | undefined; calibrationId === undefined; ) {
    const { open } = await api.scores.inbox.query({ projectId: input.projectId });
    calibrationId = open.find((one) => one.subject === 'R04' && one.calibration)?.calibration?.batchId;
    if (calibrationId !== undefined) await read(calibrationId, 0.9, 8);
    else if ((await read(batchId, skill, 4)) === 0)
      throw new Error('The fourth reader has read every case and met too little gold to be looked at.');
    await clock.runJobs();
  }
}

/** A reader asks the clinical lead about a case and gives it back (R24). */
async function ask(person: Person | undefined, batchId: string): Promise<void> {
  if (!person) throw new Error('Nobody reads.');
  const { leases } = await person.api.work.claim.mutate({ batchId, tier: 'label', limit: 1 });
  for (const { leaseId } of leases) {
    const note =
      'The report mentions a nodule seen before and not in this image. Does the finding count as present?';
    await person.api.work.flag.mutate({ batchId, leaseId, kind: 'ask', note });
    await person.api.work.release.mutate({ batchId, leaseIds: [leaseId] });
  }
}

function projectInput(clock: DemoClock): Parameters<Api['projects']['create']['mutate']>[0] {
  return {
    title: 'Chest radiograph findings',
    summary:
      'Findings from chest radiograph reports, the reference for a triage product. All reports are synthetic.',
    modality: 'X-ray report',
    anatomy: 'Chest',
    intendedUse: 'training',
    dataClass: 'phi',
    currency: 'USD',
    budgetMinor: 2_500_000n,
    deadline: clock.inDays(45).toISOString().slice(0, 10),
    locationPolicy: { allowedCountries: ['US'], onshoreShareBasisPoints: 10_000, onshoreCountry: 'US' },
    credentialRule: {
      anyOf: [
        {
          allOf: [
            { kind: 'board_certification', specialty: 'Radiology', minYears: 3, minLevel: 'vendor_attested' },
          ],
        },
      ],
    },
    qualityPolicy: {
      overlap: 3,
      consensusMethod: 'majority',
      gold: { mode: 'dealt', shareBasisPoints: 2000, minAnswers: 5 },
      reviewShareBasisPoints: 2000,
      reliability: [{ field: 'finding', metric: 'krippendorff_alpha', threshold: 0.8, action: 'notify' }],
      accuracy: [
        {
          field: 'finding',
          measure: 'accuracy',
          threshold: 0.85,
          action: 'calibration_only',
        },
        {
          field: 'finding',
          measure: 'sensitivity',
          className: 'nodule',
          threshold: 0.8,
          action: 'calibration_only',
        },
      ],
      adjudication: {
        noMajority: true,
        anyDisagreement: false,
        ordinalSpreadAtLeast: null,
        posteriorBelow: null,
        classes: [],
        fields: ['finding'],
      },
      assisted: false,
    },
    reviewPeriodDays: 7,
  };
}

function datasetInput(
  clock: DemoClock,
): Omit<Parameters<Api['datasets']['importText']['mutate']>[0], 'projectId'> {
  const lines = CHEST_CASES.map(({ id, patient, site, sex, ageBand }) =>
    [id, patient, site, sex, ageBand, `"${caseText(id)}"`].join(','),
  );
  return {
    name: 'Chest reports, first delivery',
    dataClass: 'phi',
    legalBasis: 'Business associate of the hospital; quality improvement.',
    evidence: {
      kind: 'baa',
      issuer: 'Northgate General Hospital',
      reference: 'BAA-2026-014',
      issuedOn: dayOf(clock),
      expiresOn: null,
      sha256: null,
    },
    format: 'csv',
    text: ['case_id,patient_key,site,subgroup:sex,subgroup:age_band,text:report', ...lines].join('\n'),
  };
}
