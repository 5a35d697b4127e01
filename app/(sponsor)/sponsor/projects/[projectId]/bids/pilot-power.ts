import { decisionProbabilities, goldCasesNeeded } from '#server/quality/sample-size.ts';

/** How much better than the bound a vendor is taken to be when asking whether a pilot could show it. */
const MARGIN = 0.05;

/**
 * Whether a planned pilot can decide an accuracy bound (R10), in one sentence; null when the bound is not a share below
 * one or there is no gold. Cases are counted, not reads: several reads of one case may all err together.
 */
export function powerSentence(threshold: number, goldCases: number): string | null {
  if (!(threshold > 0 && threshold < 1) || !Number.isInteger(goldCases) || goldCases < 1) return null;
  const truth = Math.min(0.99, threshold + MARGIN);
  const chance = decisionProbabilities({ n: Math.min(goldCases, 5000), truth, threshold }).pass;
  const { n } = goldCasesNeeded({ truth, threshold, power: 0.8 });
  const share = (value: number) => `${Math.round(value * 100)} %`;
  const now = `If a vendor is right in ${share(truth)} of reads, ${goldCases.toLocaleString('en')} cases with gold show it clears ${share(threshold)} with a chance of ${share(chance)}`;
  return n === null || n <= goldCases
    ? `${now}.`
    : `${now}; ${n.toLocaleString('en')} would give 80 %. Otherwise the verdict is inconclusive.`;
}
