import { TYPICAL_AGREEMENT } from './forecast-adjudication.ts';
import type { OverlapRule } from './tier-schemas.ts';

/** Reads beyond which the enumeration stops; few cases ever come so far. */
const MOST_READS = 25;
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
 * What an overlap rule is expected to buy, shown before anything is bought (R25): reads, right labels, undecided cases. Exact
 * for a simple model: readers are equally good and independent, wrong answers are spread evenly. Real errors go together, so
 * the accuracy is a best case; the note says so.
 */
export function forecastOverlap(input: OverlapForecastInput): OverlapForecast {
  const { rule, cases } = input;
  const overlap = Math.max(1, Math.min(input.overlap, MOST_READS));
  const levels = Math.max(2, Math.min(input.levels, MOST_LEVELS));
  const accuracy = Math.min(0.99, Math.max(1 / levels + 0.01, input.accuracy ?? TYPICAL_AGREEMENT));
  const model = { levels, accuracy };
  const most = Math.min(MOST_READS, mostOf(rule, overlap));
  const run = (stop: Stop, limit: number) => walk(model, stop, limit);
  const always: Stop = () => false;
  let found: Outcome;
  if (rule.mode === 'share') {
    const share = rule.overlapCoveragePercent / 100;
    found = mix(run(always, overlap), run(always, 1), share);
  } else if (rule.mode === 'adaptive') {
    found = run((counts, n) => n >= overlap && posteriorOfTop(counts, model) >= rule.minConfidence, most);
  } else if (rule.mode === 'on_disagreement') {
    found = run((counts, n) => n >= overlap && pairAgreement(counts, n) >= rule.agreementThreshold, most);
  } else found = run(always, overlap);
  const top = run(always, most);
  const isShare = rule.mode === 'share';
  return {
    readsPerCase: found.reads,
    reads: Math.round(found.reads * cases),
    mostReads: isShare ? Math.round(found.reads * cases) : cases * mostOf(rule, input.overlap),
    accuracy: found.right,
    undecided: found.undecided,
    atMost: { readsPerCase: top.reads, accuracy: top.right },
    assumption: `Assumes independent readers who are right on ${Math.round(accuracy * 100)} % of cases${
      input.accuracy === undefined ? ', as 20 pathologists on prostate grades were with each other' : ''
    }. Readers who err on the same cases reach less; gold and the audit show it.`,
  };
}

function mostOf(rule: OverlapRule, overlap: number): number {
  if (rule.mode === 'adaptive') return Math.max(overlap, rule.maxOverlap);
  return rule.mode === 'on_disagreement' ? overlap + rule.maxAdditionalAnnotators : overlap;
}

type Model = { levels: number; accuracy: number };
type Outcome = { reads: number; right: number; undecided: number };
/** Whether a case stops; `counts` has the right answer first, the wrong ones in falling order. */
type Stop = (counts: readonly number[], n: number) => boolean;

/** Walks all ways in which reads can fall, step by step; equal states are merged, wrong answers being alike. */
function walk(model: Model, stop: Stop, limit: number): Outcome {
  const outcome: Outcome = { reads: 0, right: 0, undecided: 0 };
  let states = new Map<string, { counts: number[]; chance: number }>();
  states.set('', { counts: new Array<number>(model.levels).fill(0), chance: 1 });
  for (let n = 0; states.size > 0; n += 1) {
    const next = new Map<string, { counts: number[]; chance: number }>();
    for (const { counts, chance } of states.values()) {
      if (n >= limit || stop(counts, n)) addOutcome(outcome, counts, n, chance);
      else for (const [after, share] of steps(model, counts)) put(next, after, chance * share);
    }
    states = next;
  }
  return outcome;
}

function steps(model: Model, counts: readonly number[]): [number[], number][] {
  const wrong = (1 - model.accuracy) / (model.levels - 1);
  return counts.map((_, at) => {
    const after = counts.map((count, index) => (index === at ? count + 1 : count));
    const [right = 0, ...others] = after;
    return [[right, ...others.sort((a, b) => b - a)], at === 0 ? model.accuracy : wrong];
  });
}

function put(
  states: Map<string, { counts: number[]; chance: number }>,
  counts: number[],
  chance: number,
): void {
  const key = counts.join(' ');
  const known = states.get(key);
  if (known) known.chance += chance;
  else states.set(key, { counts, chance });
}

function addOutcome(outcome: Outcome, counts: readonly number[], n: number, chance: number): void {
  const [right = 0, best = 0] = counts;
  outcome.reads += n * chance;
  if (right > best) outcome.right += chance;
  else if (right === best || counts[2] === best) outcome.undecided += chance;
}

function mix(a: Outcome, b: Outcome, share: number): Outcome {
  const at = (key: keyof Outcome) => share * a[key] + (1 - share) * b[key];
  return { reads: at('reads'), right: at('right'), undecided: at('undecided') };
}

/** Posterior of the leading answer when every reader is as accurate as the model's. */
function posteriorOfTop(counts: readonly number[], model: Model): number {
  const odds = Math.log(model.accuracy) - Math.log((1 - model.accuracy) / (model.levels - 1));
  const top = Math.max(...counts);
  return 1 / counts.reduce((sum, count) => sum + Math.exp((count - top) * odds), 0);
}

function pairAgreement(counts: readonly number[], n: number): number {
  if (n < 2) return 1;
  return counts.reduce((sum, count) => sum + count * (count - 1), 0) / (n * (n - 1));
}
