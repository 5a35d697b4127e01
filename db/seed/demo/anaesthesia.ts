import type { Api } from '#db/seed/steps/door.ts';
import type { Cast, Organisation, Person } from '#db/seed/steps/people.ts';
import { type Answer, readBatch } from '#db/seed/steps/reading.ts';
import { type Leads, postProject, signProtocol } from '#db/seed/steps/sponsor-steps.ts';
import { contractPilot } from '#db/seed/steps/vendor-steps.ts';
import { counterUniform } from '#server/quality/counter-hash.ts';
import { type DemoClock, dayOf, NO_ADJUDICATION, recordFunds } from './staging.ts';

/**
 * Dawid & Skene 1979, table 1: 45 patients; each string is observer 1's three readings, then observers 2 to 5.
 * "Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm", Applied Statistics 28(1), 20–28.
 */
export const ANAESTHESIA_TABLE = (
  '1111111 3334334 1122122 2223121 2223222 2223322 1122111 3333433 2222223 2322223 4444444 2223343 1111111 ' +
  '2223212 1211111 1112111 1111111 1111111 2222221 2221322 2222222 2222221 2223222 2212222 1111111 1111111 ' +
  '2322222 1111111 1111111 1121121 1111111 3333233 1111111 2222222 2223232 4334343 2212232 2323233 3333432 ' +
  '1111111 1111111 1212111 2322222 1211111 2222222'
).split(' ');

export const FITNESS_FIELD = 'fitness';

const FITNESS = ['Fit', 'Minor concern', 'Serious concern', 'Unfit'];

export const ANAESTHETIST: Parameters<Api['credentials']['claim']['mutate']>[0] = {
  kind: 'board_certification',
  title: 'Board-certified anaesthesiologist',
  issuer: 'American Board of Anesthesiology',
  specialty: 'Anesthesiology',
  jurisdiction: 'US',
  issuedOn: '2011-06-01',
};

/**
 * The demo's finished pilot: the table's five anaesthetists read 45 patients, observer 1 three times (R23), through the same
 * claims and submits as everyone. Consensus is Dawid–Skene, so its final labels can be compared with the paper.
 */
export async function seedAnaesthesia(
  cast: Cast,
  clock: DemoClock,
  input: { sponsor: Organisation; leads: Leads; vendor: Organisation; anaesthetists: readonly Person[] },
): Promise<{ projectId: string; batchId: string; pilotId: string }> {
  const { sponsor, vendor, anaesthetists } = input;
  const project = await postProject(sponsor, { project: projectInput(clock), dataset: datasetInput() });
  await signProtocol(sponsor, input.leads, project.projectId, protocolInput());
  await recordFunds(cast, {
    projectId: project.projectId,
    amountMinor: 150_000n,
    bankReference: 'DEMO-ANAESTHESIA-1',
  });
  const contract = await contractPilot({
    sponsor,
    vendor,
    people: anaesthetists,
    project,
    call: {
      closesAt: clock.inDays(7),
      visibility: 'public',
      pilotTerms: {
        cases: ANAESTHESIA_TABLE.length,
        overlap: 5,
        goldMode: 'none',
        goldShareBasisPoints: 0,
        timeLimitDays: 14,
        criteria: {
          reliability: { field: FITNESS_FIELD, scale: 'ordinal', threshold: 0.7 },
          accuracy: null,
          perClass: [],
          throughput: { readsPerActiveHour: 60 },
        },
      },
    },
    offer: {
      pricePerReadMinor: 220n,
      currency: 'USD',
      readsPerDay: 300,
      startOn: dayOf(clock),
      locationMix: { US: 10_000 },
      note: 'Five consultant anaesthetists, available at once.',
    },
  });
  const { batchId, pilotId } = contract;
  await sponsor.owner.api.work.openBatch.mutate({ batchId });
  const [first] = anaesthetists;
  if (!first) throw new Error('The table needs five anaesthetists.');
  await first.api.work.join.mutate({ batchId, tier: 'label' });
  await sponsor.owner.api.work.requestRepeats.mutate({ batchId, alias: 'R01', rounds: 3 });
  const places = new Map(anaesthetists.map((person, index) => [person.personId, index]));
  const answer = (person: Person, text: string, round: number): Answer => {
    const patient = Number(/Patient (\d+)/.exec(text)?.[1] ?? '0');
    const place = places.get(person.personId) ?? 0;
    const digit = ANAESTHESIA_TABLE[patient - 1]?.[place === 0 ? round - 1 : place + 2];
    const activeMs = 18_000 + Math.floor(counterUniform(place + 11, patient * 3 + round, 1979) * 42_000);
    clock.advance(activeMs);
    return digit === undefined ? null : { answers: { [FITNESS_FIELD]: digit }, activeMs };
  };
  await readBatch({ batchId, people: anaesthetists, answer, concurrency: 1 });
  await sponsor.owner.api.work.closeBatch.mutate({ batchId, reason: 'Every patient has been read.' });
  await clock.runJobs();
  await sponsor.owner.api.pilots.compute.mutate({ pilotId });
  return { projectId: project.projectId, batchId, pilotId };
}

function projectInput(clock: DemoClock): Parameters<Api['projects']['create']['mutate']>[0] {
  return {
    title: 'Fitness for anaesthesia',
    summary:
      'Pre-operative reports graded for fitness, to train a triage model. The reads are those of Dawid & Skene (1979).',
    modality: 'Text report',
    anatomy: 'Whole patient',
    intendedUse: 'training',
    dataClass: 'public',
    currency: 'USD',
    budgetMinor: 1_200_000n,
    deadline: clock.inDays(60).toISOString().slice(0, 10),
    locationPolicy: { allowedCountries: [], onshoreShareBasisPoints: 0, onshoreCountry: null },
    credentialRule: {
      anyOf: [
        {
          allOf: [{ kind: 'board_certification', specialty: 'Anesthesiology', minLevel: 'vendor_attested' }],
        },
      ],
    },
    qualityPolicy: {
      overlap: 5,
      consensusMethod: 'dawid_skene',
      gold: { mode: 'none', shareBasisPoints: 0, minAnswers: 10 },
      reviewShareBasisPoints: 0,
      reliability: [{ field: FITNESS_FIELD, metric: 'krippendorff_alpha', threshold: 0.7, action: 'notify' }],
      accuracy: [],
      adjudication: NO_ADJUDICATION,
      assisted: false,
    },
    reviewPeriodDays: 7,
  };
}

function datasetInput(): Omit<Parameters<Api['datasets']['importText']['mutate']>[0], 'projectId'> {
  const lines = ANAESTHESIA_TABLE.map(
    (_, index) =>
      `P${String(index + 1).padStart(2, '0')},patient-${index + 1},${index % 2 === 0 ? 'north' : 'south'},Patient ${index + 1}: pre-operative assessment form`,
  );
  return {
    name: 'Pre-operative assessments',
    dataClass: 'public',
    legalBasis: 'Published table, used for demonstration.',
    evidence: {
      kind: 'licence',
      issuer: 'Applied Statistics',
      reference: 'Dawid & Skene 1979, table 1',
      issuedOn: null,
      expiresOn: null,
      sha256: null,
    },
    format: 'csv',
    text: ['case_id,patient_key,site,text:assessment', ...lines].join('\n'),
  };
}

function protocolInput() {
  return {
    guidelinesMarkdown:
      '# Grade fitness for anaesthesia\n\nRead the whole form. Grade what the form shows, not what you would do.\n\n- **1** Fit\n- **2** Minor concern\n- **3** Serious concern\n- **4** Unfit for the planned procedure',
    labelSchema: {
      fields: [
        {
          key: FITNESS_FIELD,
          label: 'Fitness',
          type: 'ordinal' as const,
          options: FITNESS.map((label, index) => ({ value: `${index + 1}`, label })),
          definition: 'Fitness of the patient for general anaesthesia, in four levels.',
          required: true,
        },
      ],
      rules: [],
      gatedFields: [FITNESS_FIELD],
    },
    edgeCases: [
      {
        title: 'Two forms disagree',
        description: 'Grade by the newer form and say so to the clinical lead (key A).',
        answers: { [FITNESS_FIELD]: '2' },
      },
    ],
  };
}
