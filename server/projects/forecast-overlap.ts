import { evenConfusion } from '#server/quality/adaptive-overlap.ts';
import { forecastReads, type StoppingRule } from '#server/quality/overlap-forecast.ts';
import { TYPICAL_AGREEMENT } from './forecast-adjudication.ts';
import type { OverlapRule } from './tier-schemas.ts';

/** Reads of a case that are followed; few cases ever come so far. */
const MOST_READS = 25;
const MOST_READS_OF_TWO = 100;
/** Options beyond which a field is no harder to forecast. */
const MOST_LEVELS = 7;

export type OverlapForecast = {
  /** Expected reads per case. */
  readsPerCase: number;
  /** Expected reads of all cases. */
  reads: number;
  /** The most that all cases can come to: what opening reserves. */
  mostReads: number;
  /** Expected share of final labels that are right. */
  accuracy: number;
  /** Expected share of cases on which no answer leads when reading stops. */
  undecided: number;
  /** The same reads and accuracy if every case got the most. */
  atMost: { readsPerCase: number; accuracy: number };
  /** What the numbers rest on, in a sentence. */
  assumption: string;
};

export type OverlapForecastInput = {
  rule: OverlapRule;
  overlap: number;
  /** Options of the field. */
  levels: number;
  cases: number;
  /** Chance that a reader gives the right answer; the typical one when nothing is known. */
  accuracy?: number | undefined;
};

/**
 * What an overlap rule of the policy is expected to buy, shown before anything is bought (R25): the exact forecast of the quality
 * engine (`forecastReads`) for equally good, independent readers whose wrong answers are spread evenly, every answer equally common.
 * A tie is nobody's, as in the product. Real errors go together, so the accuracy is a best case; the note says so.
 */
export function forecastOverlap(input: OverlapForecastInput): OverlapForecast {
  const { rule, cases, overlap } = input;
  const levels = Math.max(2, Math.min(input.levels, MOST_LEVELS));
  const accuracy = Math.min(0.99, Math.max(1 / levels + 0.01, input.accuracy ?? TYPICAL_AGREEMENT));
  const mostReads = mostOf(rule, overlap);
  // Two answers have few courses; of more, what comes after the first reads is not followed.
  const limit = Math.min(mostReads, levels === 2 ? MOST_READS_OF_TWO : MOST_READS);
  const run = (minimum: number, maximum: number, isEnough: StoppingRule['isEnough'] = () => true) =>
    outcomeOf(levels, accuracy, { minimum: Math.min(minimum, limit), maximum, isEnough });
  const top = run(limit, limit);
  const found = byRule(rule, overlap, { limit, top, run });
  // Every case gets the overlap, however many of its reads were followed.
  const readsPerCase = rule.mode === 'share' ? found.reads : Math.max(found.reads, overlap);
  const isWhole = limit === mostReads;
  return {
    readsPerCase,
    reads: Math.round(readsPerCase * cases),
    mostReads: rule.mode === 'share' ? Math.round(readsPerCase * cases) : cases * mostReads,
    accuracy: found.right,
    undecided: found.undecided,
    atMost: { readsPerCase: mostReads, accuracy: top.right },
    assumption: `Assumes independent readers who are right on ${Math.round(accuracy * 100)} % of cases${
      input.accuracy === undefined ? ', as 20 pathologists on prostate grades were with each other' : ''
    }. Readers who err on the same cases reach less; gold and the audit show it.${
      isWhole ? '' : ` Right answers are forecast from the first ${limit} reads of a case.`
    }`,
  };
}

type Outcome = { reads: number; right: number; undecided: number };

function outcomeOf(levels: number, accuracy: number, rule: StoppingRule): Outcome {
  const prior = new Float64Array(levels).fill(1 / levels);
  const { reads, rightUntied, tied } = forecastReads(evenConfusion(accuracy, levels), prior, rule);
  return { reads, right: rightUntied, undecided: tied };
}

function byRule(
  rule: OverlapRule,
  overlap: number,
  by: {
    limit: number;
    top: Outcome;
    run: (minimum: number, maximum: number, isEnough?: StoppingRule['isEnough']) => Outcome;
  },
): Outcome {
  const { limit, top, run } = by;
  switch (rule.mode) {
    case 'fixed':
      return top;
    case 'share': {
      const share = rule.overlapCoveragePercent / 100;
      return mix({ ...top, reads: overlap }, run(1, 1), share);
    }
    case 'adaptive':
      return run(overlap, limit, ({ confidence }) => confidence >= rule.minConfidence);
    case 'on_disagreement':
      return run(
        overlap,
        limit,
        ({ counts, nReads }) => pairAgreement(counts, nReads) >= rule.agreementThreshold,
      );
  }
}

function mostOf(rule: OverlapRule, overlap: number): number {
  if (rule.mode === 'adaptive') return Math.max(overlap, rule.maxOverlap);
  return rule.mode === 'on_disagreement' ? overlap + rule.maxAdditionalAnnotators : overlap;
}

function mix(a: Outcome, b: Outcome, share: number): Outcome {
  const at = (key: keyof Outcome) => share * a[key] + (1 - share) * b[key];
  return { reads: at('reads'), right: at('right'), undecided: at('undecided') };
}

function pairAgreement(counts: readonly number[], n: number): number {
  if (n < 2) return 1;
  return counts.reduce((sum, count) => sum + count * (count - 1), 0) / (n * (n - 1));
}
