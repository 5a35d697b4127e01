import { decisionProbabilities, goldCasesNeeded } from '#server/quality/sample-size.ts';

/** How much better than the bound a vendor is taken to be when asking whether a pilot could show it. */
const MARGIN = 0.05;

/**
 * Whether a planned pilot can decide an accuracy bound (R10), in one sentence; null when the bound is not a share below
 * one or there is no gold.
 */
export function powerSentence(threshold: number, goldReads: number): string | null {
  if (!(threshold > 0 && threshold < 1) || !Number.isInteger(goldReads) || goldReads < 1) return null;
  const truth = Math.min(0.99, threshold + MARGIN);
  const chance = decisionProbabilities({ n: Math.min(goldReads, 5000), truth, threshold }).pass;
  const { n } = goldCasesNeeded({ truth, threshold, power: 0.8 });
  const share = (value: number) => `${Math.round(value * 100)} %`;
  const now = `If a vendor is right in ${share(truth)} of reads, ${goldReads.toLocaleString('en')} reads on gold show it clears ${share(threshold)} with a chance of ${share(chance)}`;
  return n === null || n <= goldReads
    ? `${now}.`
    : `${now}; ${n.toLocaleString('en')} would give 80 %. Otherwise the verdict is inconclusive.`;
}
