import { writeFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import type { Cast, Organisation } from '#db/seed/steps/people.ts';
import { contractReaders, readPanel, readPilot, setStage } from './acts.ts';
import { download, openHttpDoor, wordsOf } from './api-client.ts';
import { REPLAY_USAGE, type ReplayOptions, replayOptions, UsageError } from './options.ts';
import { createProgress } from './progress.ts';
import { type PublishedReads, readLabels, UnusableFile } from './read-labels.ts';
import { GRADE_FIELD } from './study.ts';

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
  await assertAnswers(options.url);
  const door = openHttpDoor(options.url);
  const cast: Cast = {
    door,
    operator: await progress.step('Sign in the operator', () => door.signIn(options.operator)),
    mailDomain: `${Date.now().toString(36)}.example.org`,
    password: 'replayed published reads',
  };
  const [panelWorkers, workers] = split(reads, options.panel);
  const stage = await setStage(cast, { options, reads, progress, workers });
  const panelBatchId = panelWorkers.length === 0 ? null : await readPanel(stage, panelWorkers);
  const contract = await contractReaders(stage, workers, panelBatchId !== null);
  const made = await readPilot(stage, workers, contract);
  if (options.exportTo !== null)
    await exportReads(
      options,
      stage.sponsor,
      [contract.batchId, ...(panelBatchId === null ? [] : [panelBatchId])],
      stage.names,
    );
  return reportOf(
    stage.sponsor,
    { ...contract, projectId: stage.project.projectId },
    { cases: reads.tasks.length, readers: workers.length, ...made, hasPanel: panelBatchId !== null },
  );
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
  // Of a batch, shares count cases; the report counts reads, and every reader reads a case once.
  const { readers } = field;
  const readsOf = (pick: (reader: (typeof readers)[number]) => unknown) =>
    readers.reduce((sum, reader) => sum + ((pick(reader) as Measured | null)?.n ?? 0), 0);
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
    consensus_agreement: {
      value: consensus.value,
      n: readsOf((reader) => reader.consensusAgreement),
      ties: field.consensusAgreement.ties,
    },
    panel: run.hasPanel ? { value: accuracy.value, n: readsOf((reader) => reader.accuracy) } : null,
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
