import { peakMemoryMb } from '#server/cli/peak-memory.ts';
import { type ConsensusChoice, chooseConsensus, runConsensus } from '#server/quality/choose-consensus.ts';
import type { Consensus } from '#server/quality/consensus.ts';
import { threadEngine } from '#server/quality/em-threads.ts';
import type { Measurement } from '#server/quality/measurement.ts';
import { anchorsOf, goldAccuracy, goldToJson, heldOutAccuracy } from './consensus-gold.ts';
import { type ConsensusCommand, engineOptions, parseConsensus } from './consensus-options.ts';
import { printConsensus } from './consensus-print.ts';
import { fileFacts, fileSentences } from './file-facts.ts';
import { type Gold, goldWarnings, readGold } from './gold.ts';
import { type LabelsFile, readLabels } from './labels.ts';
import type { Output } from './output.ts';
import { resultFile, writeResult } from './result-file.ts';

/**
 * `quality consensus FILE.csv`: one label per task from `task,worker,label`; repeated answers of a worker count as reads of their own
 * unless `--duplicates` says otherwise. `--gold` measures it (and lets `auto` choose), `--out` writes
 * `task,label,confidence,p_<category>…`. Returns the exit code.
 */
export function runConsensusCommand(argv: string[], output: Output): number {
  const started = performance.now();
  const command = parseConsensus(argv);
  const inputs = command.gold === null ? [command.file] : [command.file, command.gold];
  const out = command.out === null ? null : resultFile(command.out, inputs);
  const labels = readLabels(command.file, {
    categories: command.categories,
    needsNumbers: command.isOrdinal,
    missing: command.missing,
    by: null,
    duplicates: command.duplicates,
  });
  const gold = command.gold === null ? null : readGold(command.gold, labels, command.categories);
  const warnings = gold === null ? [] : goldWarnings(gold);
  for (const warning of [...labels.warnings, ...warnings]) output.warn(warning);
  const decided = decide(labels, command, gold);
  if (out !== null) writeResult(out, decided.consensus);
  const { consensus, accuracy, chosen } = decided;
  const { table } = labels;
  const summary = {
    method: decided.method,
    n_items: table.items.length,
    n_annotators: table.raters.length,
    n_labels: table.value.length,
    categories: table.categories,
    iterations: consensus.iterations,
    converged: consensus.converged,
    log_likelihood: consensus.logLikelihood,
    seconds: (performance.now() - started) / 1000,
    peak_rss_mb: peakMemoryMb(),
    gold: goldToJson(gold, accuracy, {
      table,
      consensus,
      isAnchored: command.isAnchored,
      isChosen: (chosen?.candidates.length ?? 0) > 0,
    }),
    ...(chosen === null ? {} : { choice: choiceToJson(chosen) }),
    options: optionsOf(command, consensus),
    ...fileFacts(labels, 'consensus', warnings),
  };
  if (command.isJson) output.line(JSON.stringify({ ...summary, annotators: annotatorsOf(consensus) }));
  else printConsensus(output, summary, decided, [...fileSentences(labels, 'consensus'), ...warnings]);
  return 0;
}

export type Decided = {
  readonly method: string;
  readonly consensus: Consensus;
  readonly accuracy: Measurement | null;
  /** How `auto` came to its method. */
  readonly chosen: ConsensusChoice | null;
  readonly isAnchored: boolean;
};

function decide({ table }: LabelsFile, command: ConsensusCommand, gold: Gold | null): Decided {
  const options = { ...engineOptions(command, table.categories.length), engine: threadEngine() };
  const truth = gold?.truth ?? new Int32Array(table.items.length).fill(-1);
  const { method } = command;
  if (method === 'auto') {
    const chosen = chooseConsensus(table, truth, options);
    const accuracy = gold === null ? null : goldAccuracy(chosen.consensus, truth);
    return { method: chosen.method, consensus: chosen.consensus, accuracy, chosen, isAnchored: false };
  }
  if (gold !== null && command.isAnchored) {
    // The held-out runs first: the memory of each is given back before the result is made.
    const accuracy = heldOutAccuracy(table, method, truth, options);
    const consensus = runConsensus(table, method, { ...options, gold: anchorsOf(truth) });
    return { method, consensus, accuracy, chosen: null, isAnchored: true };
  }
  const consensus = runConsensus(table, method, options);
  const accuracy = gold === null ? null : goldAccuracy(consensus, truth);
  return { method, consensus, accuracy, chosen: null, isAnchored: false };
}

/** How the result was made, where that is not the default. */
function optionsOf(command: ConsensusCommand, consensus: Consensus) {
  return {
    estimator: consensus.method,
    seed: command.seed,
    starts: command.starts,
    smoothing:
      command.smoothing === null
        ? null
        : { diagonal: command.smoothing.diagonal, off_diagonal: command.smoothing.offDiagonal },
    scale: command.isOrdinal ? 'ordinal' : 'nominal',
    anchored: command.isAnchored,
    max_iterations: command.maxIterations,
  };
}

function choiceToJson(chosen: ConsensusChoice) {
  return {
    reason: chosen.reason,
    cross_fitted_accuracy: { value: chosen.accuracy.value, ci: chosen.accuracy.ci, n: chosen.accuracy.n },
    candidates: chosen.candidates.map(({ method, accuracy }) => ({
      method,
      accuracy: accuracy.value,
      ci: accuracy.ci,
    })),
  };
}

/** The most numbers that the confusion matrices of the JSON object hold together; with more it would not fit into one text. */
const mostConfusionCells = 5_000_000;

function annotatorsOf({ annotators, categories }: Consensus) {
  const K = categories.length;
  const isTooLarge = annotators.length * K * K > mostConfusionCells;
  return annotators.map(({ rater, nReads, accuracy, confusion }) => ({
    annotator: rater,
    n_labels: nReads,
    accuracy,
    ...(confusion !== null && isTooLarge ? { confusion_reason: 'too_many_cells' } : {}),
    confusion:
      confusion === null || isTooLarge
        ? null
        : Array.from({ length: K }, (_, truth) => [...confusion.subarray(truth * K, truth * K + K)]),
  }));
}
