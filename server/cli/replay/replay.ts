import { writeFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { download, signIn, wordsOf } from './api-client.ts';
import { REPLAY_USAGE, type ReplayOptions, replayOptions, UsageError } from './options.ts';
import { makePanelGold } from './panel-steps.ts';
import { type Cast, foundOrganisation, type Organisation } from './people.ts';
import { createProgress } from './progress.ts';
import { type PublishedReads, readLabels, UnusableFile } from './read-labels.ts';
import { type ReadingPerson, readBatch } from './reading.ts';
import { fund, GRADE_FIELD, type PostedProject, postProject, signServices } from './sponsor-steps.ts';
import { contractPilot, staffVendor } from './vendor-steps.ts';

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

/** Replays reads through the API as the people who made them, from sign-up to the scorecard. */
export async function replay(options: ReplayOptions, reads: PublishedReads): Promise<ReplayReport> {
  const progress = createProgress(options.json);
  const cast = await progress.step(
    'Sign in the operator',
    async (): Promise<Cast> => ({
      url: options.url,
      run: Date.now().toString(36),
      operator: await signIn(options.url, options.operator),
    }),
  );
  const [panelWorkers, workers] = split(reads, options.panel);
  const sponsor = await progress.step('Found sponsor and vendor', () =>
    foundOrganisation(cast, { kind: 'sponsor', legalName: 'Replay sponsor', ownerName: 'Sponsor Owner' }),
  );
  const vendor = await foundOrganisation(cast, {
    kind: 'vendor',
    legalName: 'Replay readers',
    ownerName: 'Vendor Owner',
  });
  await progress.step('Sign the agreements', async () => {
    await signServices(cast, sponsor);
    await signServices(cast, vendor);
  });
  const project = await progress.step('Post the project and sign the protocol', () =>
    postProject(cast, sponsor, {
      title: `Replay of ${nameOf(options.folder)}`,
      reads,
      overlap: workers.length,
      assisted: options.assisted,
    }),
  );
  await progress.step('Fund the project', () =>
    fund(sponsor, { projectId: project.projectId, amountMinor: BigInt(reads.reads) * 190n + 50_000n }),
  );
  const panel =
    panelWorkers.length === 0
      ? null
      : await progress.count('The panel reads', panelWorkers.length * reads.tasks.length, (onRead) =>
          makePanelGold(cast, {
            sponsor,
            clinicalLead: project.clinicalLead,
            project,
            workers: panelWorkers,
            reads,
            concurrency: options.concurrency,
            assisted: options.assisted,
            onRead,
          }),
        );
  const readers = await progress.step(`Bring in ${workers.length} readers`, () =>
    staffVendor(cast, vendor, workers, options.concurrency),
  );
  const contract = await progress.step('Bid, shortlist, order the pilot', () =>
    contractPilot({
      sponsor,
      vendor,
      readers,
      project,
      cases: reads.tasks.length,
      goldMode: panel ? 'embedded' : 'none',
    }),
  );
  await sponsor.owner.api.work.openBatch.mutate({ batchId: contract.batchId });
  const expected = workers.reduce((sum, worker) => sum + (reads.answers.get(worker)?.size ?? 0), 0);
  const started = performance.now();
  const count = await progress.count('Readers read', expected, (onRead) =>
    readBatch({
      batchId: contract.batchId,
      people: readers,
      answers: reads.answers,
      concurrency: options.concurrency,
      assisted: options.assisted,
      onRead,
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  if (count !== expected)
    throw new Error(`${expected} reads were to be made and ${count} were. The batch is ${contract.batchId}.`);
  await progress.step('Compute the scorecard', () =>
    sponsor.owner.api.pilots.compute.mutate({ pilotId: contract.pilotId }),
  );
  const batches = [contract.batchId, ...(panel ? [panel.batchId] : [])];
  if (options.exportTo !== null)
    await exportReads(options, sponsor, batches, [...readers, ...(panel?.readers ?? [])]);
  return reportOf(sponsor, project, contract, {
    cases: reads.tasks.length,
    readers: workers.length,
    reads: count,
    seconds,
    hasPanel: panel !== null,
  });
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
  project: PostedProject,
  contract: { pilotId: string; batchId: string },
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
    project: project.projectId,
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
  readers: readonly ReadingPerson[],
): Promise<void> {
  const names = new Map(readers.map((reader) => [reader.personId, reader.worker]));
  const lines = ['task,worker,label'];
  for (const batchId of batches) {
    const text = await download(
      options.url,
      `/api/exports/${batchId}?what=reads&field=${GRADE_FIELD}`,
      sponsor.owner,
    );
    for (const row of parse(text, { columns: true }) as { task: string; worker: string; label: string }[]) {
      lines.push(`${row.task},${names.get(row.worker) ?? row.worker},${row.label}`);
    }
  }
  await writeFile(options.exportTo ?? '', `${lines.join('\n')}\n`);
}

function nameOf(folder: string): string {
  return folder.split('/').filter(Boolean).at(-1) ?? 'reads';
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
