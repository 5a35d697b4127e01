import { writeFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { closeReadBatch } from '#db/seed/steps/close-batch.ts';
import { appointPanel, makePanelGold } from '#db/seed/steps/panel-steps.ts';
import { type Cast, foundOrganisation, type Organisation, type Person } from '#db/seed/steps/people.ts';
import { type Answer, readBatch } from '#db/seed/steps/reading.ts';
import {
  appointLeads,
  fundByCard,
  postProject,
  signAgreement,
  signProtocol,
} from '#db/seed/steps/sponsor-steps.ts';
import { contractPilot, staffVendor } from '#db/seed/steps/vendor-steps.ts';
import { download, openHttpDoor, wordsOf } from './api-client.ts';
import { REPLAY_USAGE, type ReplayOptions, replayOptions, UsageError } from './options.ts';
import { createProgress } from './progress.ts';
import { type PublishedReads, readLabels, UnusableFile } from './read-labels.ts';
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

class UnreachableApp extends Error {}

type Measured = { value: number | null; ci: [number, number] | null; n: number; reason: string | null };

export type ReplayReport = {
  project: string;
  batch: string;
  cases: number;
  readers: number;
  reads: number;
  seconds: number;
  reads_per_second: number;
  krippendorff_alpha: { value: number | null; ci: [number, number] | null };
  accuracy: { value: number | null; reason: string | null };
  consensus_agreement: { value: number | null; n: number; ties: number };
  panel: { value: number | null; n: number } | null;
  verdict: string;
};

/** The command `readroom replay`: exit 0 when every read went in and was scored, 2 for wrong usage or file, 1 otherwise. */
export async function runReplay(argv: readonly string[]): Promise<number> {
  try {
    const options = await replayOptions(argv);
    const reads = await readLabels(options.folder);
    const report = await replay(options, reads);
    console.log(options.json ? JSON.stringify(report) : table(report));
    return 0;
  } catch (error) {
    const isUsage = error instanceof UsageError;
    console.error(isUsage ? `${error.message}\n\n${REPLAY_USAGE}` : wordsOf(error));
    return isUsage || error instanceof UnusableFile ? 2 : 1;
  }
}

async function assertAnswers(url: string): Promise<void> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch(() => null);
  if (answer?.ok) return;
  throw new UnreachableApp(`No app answers at ${url}; start it with "npm start", or name another by --url.`);
}

/** Replays reads through the API as the people who made them, from sign-up to the scorecard. */
export async function replay(options: ReplayOptions, reads: PublishedReads): Promise<ReplayReport> {
  const progress = createProgress(options.json);
  const run = Date.now().toString(36);
  const { concurrency } = options;
  await assertAnswers(options.url);
  const door = openHttpDoor(options.url);
  const cast: Cast = {
    door,
    operator: await progress.step('Sign in the operator', () => door.signIn(options.operator)),
    mailDomain: `${run}.example.org`,
    password: 'replayed published reads',
  };
  const [panelWorkers, workers] = split(reads, options.panel);
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
  const prelabel = options.assisted ? { prelabel: PRELABEL } : {};
  const answer = (person: Person, text: string): Answer => {
    const label = reads.answers.get(names.get(person.personId) ?? '')?.get(text.replace(/^Case /, ''));
    return label === undefined ? null : { answers: { [GRADE_FIELD]: label }, activeMs: 0 };
  };
  let panelBatchId: string | null = null;
  if (panelWorkers.length > 0) {
    const members = panelWorkers.map((worker) => ({
      name: `Panel reader ${worker}`,
      credential: pathologist(`${run}-panel-${worker}`),
    }));
    const panel = await progress.step(`Appoint a panel of ${members.length}`, () =>
      appointPanel(cast, sponsor, { projectId: project.projectId, members, concurrency }),
    );
    for (const [index, person] of panel.entries()) names.set(person.personId, panelWorkers[index] ?? '');
    panelBatchId = await progress.count(
      'The panel reads',
      panelWorkers.length * reads.tasks.length,
      (onRead) =>
        makePanelGold({
          sponsor,
          clinicalLead: project.clinicalLead,
          project,
          panel,
          answer,
          settle: (task) => plurality(reads, panelWorkers, task),
          concurrency,
          ...prelabel,
          onRead,
        }),
    );
  }
  const readers = await progress.step(`Bring in ${workers.length} readers`, () =>
    staffVendor(
      cast,
      vendor,
      workers.map((worker) => ({ name: `Reader ${worker}`, credential: pathologist(`${run}-${worker}`) })),
      concurrency,
    ),
  );
  for (const [index, person] of readers.entries()) names.set(person.personId, workers[index] ?? '');
  const contract = await progress.step('Bid, shortlist, order the pilot', () =>
    contractPilot({
      sponsor,
      vendor,
      people: readers,
      project,
      call: callOf(reads.tasks.length, workers.length, panelBatchId !== null),
      offer: offerOf(),
    }),
  );
  await sponsor.owner.api.work.openBatch.mutate({ batchId: contract.batchId });
  const expected = workers.reduce((sum, worker) => sum + (reads.answers.get(worker)?.size ?? 0), 0);
  const started = performance.now();
  const count = await progress.count('Readers read', expected, (onRead) =>
    readBatch({ batchId: contract.batchId, people: readers, answer, concurrency, ...prelabel, onRead }),
  );
  const seconds = (performance.now() - started) / 1000;
  if (count !== expected)
    throw new Error(`${expected} reads were to be made and ${count} were. The batch is ${contract.batchId}.`);
  // R15: a card is computed when the reading is over.
  await progress.step('Close the pilot', () => closeReadBatch(sponsor.owner.api, contract.batchId));
  await progress.step('Compute the scorecard', () =>
    sponsor.owner.api.pilots.compute.mutate({ pilotId: contract.pilotId }),
  );
  if (options.exportTo !== null)
    await exportReads(
      options,
      sponsor,
      [contract.batchId, ...(panelBatchId === null ? [] : [panelBatchId])],
      names,
    );
  return reportOf(
    sponsor,
    { ...contract, projectId: project.projectId },
    {
      cases: reads.tasks.length,
      readers: workers.length,
      reads: count,
      seconds,
      hasPanel: panelBatchId !== null,
    },
  );
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

/** The panel's readers and the others, in the file's order. */
function split(reads: PublishedReads, panel: ReplayOptions['panel']): [string[], string[]] {
  if (panel === null) return [[], reads.workers];
  if (panel.to >= reads.workers.length - 1)
    throw new UsageError(
      `The file has ${reads.workers.length} readers; a panel of ${panel.from}-${panel.to} leaves too few others.`,
    );
  const isPanel = (index: number) => index >= panel.from && index <= panel.to;
  return [
    reads.workers.filter((_, index) => isPanel(index)),
    reads.workers.filter((_, index) => !isPanel(index)),
  ];
}

async function reportOf(
  sponsor: Organisation,
  contract: { projectId: string; pilotId: string; batchId: string },
  run: { cases: number; readers: number; reads: number; seconds: number; hasPanel: boolean },
): Promise<ReplayReport> {
  const { scorecard } = await sponsor.owner.api.pilots.detail.query({ pilotId: contract.pilotId });
  const field = scorecard?.results.measures.fields.find((candidate) => candidate.field === GRADE_FIELD);
  if (!scorecard || !field) throw new Error('The scorecard is missing.');
  const measured = (m: unknown) => m as Measured;
  const alpha = measured(field.alpha);
  const accuracy = measured(field.accuracy);
  const consensus = measured(field.consensusAgreement.overall);
  return {
    project: contract.projectId,
    batch: contract.batchId,
    cases: run.cases,
    readers: run.readers,
    reads: run.reads,
    seconds: Math.round(run.seconds * 10) / 10,
    reads_per_second: Math.round(run.reads / run.seconds),
    krippendorff_alpha: { value: alpha.value, ci: alpha.ci },
    accuracy: { value: accuracy.value, reason: accuracy.reason },
    consensus_agreement: { value: consensus.value, n: consensus.n, ties: field.consensusAgreement.ties },
    panel: run.hasPanel ? { value: accuracy.value, n: accuracy.n } : null,
    verdict: scorecard.verdict,
  };
}

/** Writes what the app gives back as `task,worker,label` with the file's own names of the readers. */
async function exportReads(
  options: ReplayOptions,
  sponsor: Organisation,
  batches: readonly string[],
  names: ReadonlyMap<string, string>,
): Promise<void> {
  const rows: string[][] = [];
  for (const batchId of batches) {
    const text = await download(
      options.url,
      `/api/exports/${batchId}?what=reads&field=${GRADE_FIELD}`,
      sponsor.owner,
    );
    for (const row of parse(text, { columns: true }) as { task: string; worker: string; label: string }[]) {
      rows.push([row.task, names.get(row.worker) ?? row.worker, row.label]);
    }
  }
  await writeFile(
    options.exportTo ?? '',
    stringify(rows, { header: true, columns: ['task', 'worker', 'label'] }),
  );
}

function table(report: ReplayReport): string {
  const figure = (value: number | null) => (value === null ? '–' : value.toFixed(4));
  const interval = report.krippendorff_alpha.ci?.map((bound) => bound.toFixed(3)).join(', ') ?? '';
  const lines = [
    ['Project', report.project],
    ['Batch', report.batch],
    [
      'Read',
      `${report.reads} reads of ${report.cases} cases by ${report.readers} readers in ${report.seconds} s (${report.reads_per_second}/s)`,
    ],
    ['Krippendorff’s alpha', `${figure(report.krippendorff_alpha.value)} [${interval}]`],
    [
      'Accuracy',
      report.accuracy.value === null ? `none: ${report.accuracy.reason}` : figure(report.accuracy.value),
    ],
    [
      'Agreement with the consensus of the others',
      `${figure(report.consensus_agreement.value)} (n ${report.consensus_agreement.n}, ${report.consensus_agreement.ties} ties)`,
    ],
    ...(report.panel
      ? [['Agreement with the panel', `${figure(report.panel.value)} (n ${report.panel.n})`]]
      : []),
    ['Verdict', report.verdict],
  ];
  return lines.map(([name = '', value = '']) => `${name.padEnd(44)}${value}`).join('\n');
}
