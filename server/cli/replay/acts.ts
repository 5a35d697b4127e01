import { closeReadBatch } from '#db/seed/steps/close-batch.ts';
import { appointPanel, makePanelGold } from '#db/seed/steps/panel-steps.ts';
import { type Cast, foundOrganisation, type Organisation, type Person } from '#db/seed/steps/people.ts';
import { type Answer, readBatch } from '#db/seed/steps/reading.ts';
import {
  appointLeads,
  fundByCard,
  type Leads,
  type PostedProject,
  postProject,
  signAgreement,
  signProtocol,
} from '#db/seed/steps/sponsor-steps.ts';
import { contractPilot, staffVendor } from '#db/seed/steps/vendor-steps.ts';
import type { ReplayOptions } from './options.ts';
import type { createProgress } from './progress.ts';
import type { PublishedReads } from './read-labels.ts';
import {
  callOf,
  casesOf,
  GRADE_FIELD,
  offerOf,
  PRELABEL,
  pathologist,
  projectOf,
  protocolOf,
} from './study.ts';

/** What every act of the replay works with. */
export type Stage = {
  options: ReplayOptions;
  reads: PublishedReads;
  progress: ReturnType<typeof createProgress>;
  cast: Cast;
  /** Distinguishes this replay's people from those of another. */
  run: string;
  sponsor: Organisation;
  vendor: Organisation;
  project: PostedProject & Leads;
  /** Person → worker of the file. */
  names: Map<string, string>;
  answer(person: Person, text: string): Answer;
};

/** The two organisations with their agreements, and the project, funded and signed. */
export async function setStage(
  cast: Cast,
  {
    options,
    reads,
    progress,
    workers,
  }: Pick<Stage, 'options' | 'reads' | 'progress'> & { workers: readonly string[] },
): Promise<Stage> {
  const run = cast.mailDomain.split('.')[0] ?? '';
  const [sponsor, vendor] = await progress.step('Found sponsor and vendor, sign their agreements', () =>
    foundParties(cast, run, options.operator.password),
  );
  const project = await progress.step('Post the project, fund it, sign the protocol', async () => {
    const posted = await postProject(sponsor, {
      project: projectOf(options.folder, reads, workers.length, options.assisted),
      dataset: casesOf(reads.tasks),
    });
    await fundByCard(sponsor, {
      projectId: posted.projectId,
      amountMinor: BigInt(reads.reads) * 190n + 50_000n,
    });
    const leads = await appointLeads(cast, sponsor, { clinicalLead: 'Clinical Lead', mlLead: 'ML Lead' });
    await signProtocol(sponsor, leads, posted.projectId, protocolOf(reads.levels));
    return { ...posted, ...leads };
  });
  const names = new Map<string, string>();
  const answer = (person: Person, text: string): Answer => {
    const label = reads.answers.get(names.get(person.personId) ?? '')?.get(text.replace(/^Case /, ''));
    return label === undefined ? null : { answers: { [GRADE_FIELD]: label }, activeMs: 0 };
  };
  return { options, reads, progress, cast, run, sponsor, vendor, project, names, answer };
}

const prelabelOf = ({ options }: Stage) => (options.assisted ? { prelabel: PRELABEL } : {});

/** These workers are the sponsor's panel and make the gold; returns their batch. */
export async function readPanel(stage: Stage, workers: readonly string[]): Promise<string> {
  const { options, reads, progress, cast, run, sponsor, project, names, answer } = stage;
  const { concurrency } = options;
  const members = workers.map((worker) => ({
    name: `Panel reader ${worker}`,
    credential: pathologist(`${run}-panel-${worker}`),
  }));
  const panel = await progress.step(`Appoint a panel of ${members.length}`, () =>
    appointPanel(cast, sponsor, { projectId: project.projectId, members, concurrency }),
  );
  for (const [index, person] of panel.entries()) names.set(person.personId, workers[index] ?? '');
  return progress.count('The panel reads', workers.length * reads.tasks.length, (onRead) =>
    makePanelGold({
      sponsor,
      clinicalLead: project.clinicalLead,
      project,
      panel,
      answer,
      settle: (task) => plurality(reads, workers, task),
      concurrency,
      ...prelabelOf(stage),
      onRead,
    }),
  );
}

type Contracted = Awaited<ReturnType<typeof contractPilot>> & { people: readonly Person[] };

/** These workers join the vendor, which bids with them and gets the pilot. */
export async function contractReaders(
  stage: Stage,
  workers: readonly string[],
  hasGold: boolean,
): Promise<Contracted> {
  const { options, reads, progress, cast, run, sponsor, vendor, project, names } = stage;
  const recruits = workers.map((worker) => ({
    name: `Reader ${worker}`,
    credential: pathologist(`${run}-${worker}`),
  }));
  const people = await progress.step(`Bring in ${workers.length} readers`, () =>
    staffVendor(cast, vendor, recruits, options.concurrency),
  );
  for (const [index, person] of people.entries()) names.set(person.personId, workers[index] ?? '');
  const call = callOf(reads.tasks.length, workers.length, hasGold);
  const contract = await progress.step('Bid, shortlist, order the pilot', () =>
    contractPilot({ sponsor, vendor, people, project, call, offer: offerOf() }),
  );
  return { ...contract, people };
}

/** The pilot is read, closed and scored; returns how many reads were made in how many seconds. */
export async function readPilot(
  stage: Stage,
  workers: readonly string[],
  { batchId, pilotId, people }: Contracted,
): Promise<{ reads: number; seconds: number }> {
  const { options, progress, sponsor, answer } = stage;
  const { api } = sponsor.owner;
  await api.work.openBatch.mutate({ batchId });
  const expected = workers.reduce((sum, worker) => sum + (stage.reads.answers.get(worker)?.size ?? 0), 0);
  const started = performance.now();
  const { concurrency } = options;
  const reads = await progress.count('Readers read', expected, (onRead) =>
    readBatch({ batchId, people, answer, concurrency, ...prelabelOf(stage), onRead }),
  );
  const seconds = (performance.now() - started) / 1000;
  if (reads !== expected)
    throw new Error(`${expected} reads were to be made and ${reads} were. The batch is ${batchId}.`);
  // R15: a card is computed when the reading is over.
  await progress.step('Close the pilot', () => closeReadBatch(api, batchId));
  await progress.step('Compute the scorecard', () => api.pilots.compute.mutate({ pilotId }));
  return { reads, seconds };
}

/** Sponsor and vendor, verified, with their services agreements signed by both sides (R1). */
async function foundParties(
  cast: Cast,
  run: string,
  operatorPassword: string,
): Promise<[Organisation, Organisation]> {
  const parties: Organisation[] = [];
  for (const [kind, legalName, ownerName] of [
    ['sponsor', 'Replay sponsor', 'Sponsor Owner'],
    ['vendor', 'Replay readers', 'Vendor Owner'],
  ] as const) {
    const party = await foundOrganisation(cast, {
      kind,
      legalName: `${legalName} ${run}`,
      ownerName,
      registerNumber: `REPLAY-${run}`,
      domain: `${kind}-${run}.example.org`,
    });
    await signAgreement(cast, party, {
      kind: 'services',
      effectiveFrom: new Date().toISOString().slice(0, 10),
      operatorPassword,
    });
    parties.push(party);
  }
  const [sponsor, vendor] = parties;
  if (!sponsor || !vendor) throw new Error('A party is missing.');
  return [sponsor, vendor];
}

/** The answer most of the panel gave for a case, with that rationale; null when two answers share the most. */
function plurality(reads: PublishedReads, workers: readonly string[], task: string) {
  const votes = new Map<string, number>();
  for (const worker of workers) {
    const label = reads.answers.get(worker)?.get(task);
    if (label !== undefined) votes.set(label, (votes.get(label) ?? 0) + 1);
  }
  const ranked = [...votes].sort((a, b) => b[1] - a[1]);
  if (ranked[0] === undefined || ranked[0][1] === ranked[1]?.[1]) return null;
  return { answers: { [GRADE_FIELD]: [ranked[0][0]] }, rationale: 'Plurality of the panel’s blind reads.' };
}
