import type { Decided } from './consensus.ts';
import type { Output } from './output.ts';
import { bar, bounds, decimal, printRows } from './print.ts';

export type ConsensusSummary = {
  readonly method: string;
  readonly n_items: number;
  readonly n_annotators: number;
  readonly n_labels: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly log_likelihood: number | null;
  readonly seconds: number;
  readonly peak_rss_mb: number;
};

const mostShown = 20;

/** The result as sentences and tables with bars. */
export function printConsensus(
  output: Output,
  summary: ConsensusSummary,
  { consensus, accuracy, chosen, isAnchored }: Decided,
  sentences: readonly string[],
): void {
  output.line(
    `${summary.method}: ${summary.n_items} items, ${summary.n_annotators} annotators, ${summary.n_labels} labels`,
  );
  for (const sentence of sentences) output.line(sentence);
  if (chosen !== null) output.line(chosen.reason);
  const fit = summary.log_likelihood === null ? '' : `, log-likelihood ${summary.log_likelihood.toFixed(4)}`;
  const end = summary.converged ? 'converged' : 'stopped before it converged';
  output.line(`${summary.iterations} iterations, ${end}${fit}`);
  if (accuracy !== null) {
    const how = isAnchored ? ', each held out from its anchors' : '';
    const share =
      accuracy.value === null
        ? `none (${accuracy.reason})`
        : `${decimal(accuracy.value)} ${bounds(accuracy.ci)}`;
    output.line(`Accuracy on ${accuracy.n} gold items${how}: ${share}`);
  }
  if (chosen !== null && chosen.accuracy.value !== null)
    output.line(
      `The same gold chose the method; cross-fitted, without the luck of the choice: ` +
        `${decimal(chosen.accuracy.value)} ${bounds(chosen.accuracy.ci)}`,
    );
  const counts = new Float64Array(consensus.categories.length);
  for (const label of consensus.label) if (label >= 0) counts[label] = (counts[label] as number) + 1;
  const most = counts.reduce((largest, count) => Math.max(largest, count), 1);
  output.line();
  printRows(
    output,
    consensus.categories
      .slice(0, mostShown)
      .map((category, k) => [category, `${counts[k]}`, bar((counts[k] ?? 0) / most).padEnd(30)]),
  );
  if (consensus.categories.length > mostShown)
    output.line(`  … and ${consensus.categories.length - mostShown} more categories`);
  const worst = consensus.annotators
    .filter(({ accuracy: share }) => share !== null)
    .toSorted((a, b) => (a.accuracy ?? 0) - (b.accuracy ?? 0))
    .slice(0, 10);
  if (worst.length > 0) {
    output.line('\nLowest expected accuracy');
    printRows(
      output,
      worst.map(({ rater, accuracy: share, nReads }) => [
        rater,
        decimal(share, 3),
        `${nReads} labels`,
        bar(share ?? 0).padEnd(30),
      ]),
    );
  }
  output.line(`\n${summary.seconds.toFixed(2)} s, ${summary.peak_rss_mb.toFixed(0)} MB`);
}
