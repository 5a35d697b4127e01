import type { PilotTerms } from '#server/bids/schemas.ts';
import { decisionProbabilities, goldCasesNeeded } from '#server/quality/sample-size.ts';
import { type AlphaModel, alphaChances } from './simulate-alpha.ts';

/** The most cases a binomial sum is worked out for; more do not change the answer any more. */
const MOST = 5000;
/** How much a read's time varies, as a share of its mean, where nothing is measured yet. */
const TIME_SPREAD = 0.6;

export type OutlookFacts = {
  /** Cases of the pilot, gold that is dealt on top left out. */
  cases: number;
  /** Field → class → cases with that known answer that will be read. */
  gold: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Classes of a field in the protocol's order. */
  classesOf: (field: string) => readonly string[];
  labelOf: (field: string) => string;
  classLabelOf: (field: string, className: string) => string;
};

/** How likely one line of the terms is to be decided by a pilot of this size. */
export type OutlookLine = {
  key: string;
  label: string;
  threshold: number;
  unit: string;
  /** What it rests on, and in what. */
  n: number;
  of: 'gold cases' | 'cases' | 'reads';
  /** Chance that a vendor who is better by the margin passes, and one who is worse by it fails; null when nothing can be said. */
  passIfBetter: number | null;
  failIfWorse: number | null;
  better: number;
  worse: number;
  /** So many in all would let the better one pass with 80 %; null when it does already or no number would. */
  needed: number | null;
  /** Why it can't be decided, or what the figures suppose. */
  note: string | null;
};

/**
 * R10, before the pilot: for every line of the terms how likely it is decided, if a vendor is better or worse than the bound
 * by `margin`. Bounds on gold by the exact binomial sum over cases; α by simulated pilots; pace by its usual spread.
 */
export function pilotOutlook(terms: PilotTerms, facts: OutlookFacts, margin: number): OutlookLine[] {
  const { criteria } = terms;
  const known = (field: string) => Object.values(facts.gold[field] ?? {}).reduce((sum, n) => sum + n, 0);
  const lines: OutlookLine[] = [];
  if (criteria.reliability) lines.push(reliabilityLine(terms, facts, margin));
  const overall = [
    ['accuracy', criteria.accuracy, 'Accuracy of'],
    ['within_one', criteria.withinOne, 'Within one level:'],
  ] as const;
  for (const [key, bound, says] of overall)
    if (bound)
      lines.push(
        goldLine({
          key: `${key}.${bound.field}`,
          label: `${says} ${facts.labelOf(bound.field)}`,
          threshold: bound.threshold,
          n: known(bound.field),
          margin,
        }),
      );
  if (criteria.balancedAccuracy) lines.push(balancedLine(criteria.balancedAccuracy, facts, margin));
  for (const { field, className, sensitivity, specificity } of criteria.perClass) {
    const ofClass = facts.gold[field]?.[className] ?? 0;
    const both = [
      ['sensitivity', sensitivity, ofClass],
      ['specificity', specificity, known(field) - ofClass],
    ] as const;
    for (const [key, threshold, n] of both)
      if (threshold !== null)
        lines.push(
          goldLine({
            key: `${key}.${field}.${className}`,
            label: `${key === 'sensitivity' ? 'Sensitivity' : 'Specificity'}: ${facts.labelOf(field)} “${facts.classLabelOf(field, className)}”`,
            threshold,
            n,
            margin,
          }),
        );
  }
  if (criteria.throughput) lines.push(paceLine(criteria.throughput.readsPerActiveHour, terms));
  return lines;
}

function goldLine(at: {
  key: string;
  label: string;
  threshold: number;
  n: number;
  margin: number;
}): OutlookLine {
  const { threshold, margin } = at;
  const better = Math.min(0.99, threshold + margin);
  const worse = Math.max(0.01, threshold - margin);
  const n = Math.min(MOST, at.n);
  const base = { ...at, unit: '', of: 'gold cases' as const, better, worse };
  if (n === 0)
    return {
      ...base,
      passIfBetter: null,
      failIfWorse: null,
      needed: neededOf(better, threshold),
      note: 'No case with a known answer: this stays inconclusive.',
    };
  const passIfBetter = better > threshold ? decisionProbabilities({ n, truth: better, threshold }).pass : 0;
  const needed = passIfBetter >= 0.8 ? null : neededOf(better, threshold);
  return {
    ...base,
    passIfBetter,
    failIfWorse: decisionProbabilities({ n, truth: worse, threshold }).fail,
    needed: needed !== null && needed > n ? needed : null,
    note: better > threshold ? null : 'No one can be shown to be better than this bound; lower it.',
  };
}

const neededOf = (truth: number, threshold: number) =>
  truth > threshold ? goldCasesNeeded({ truth, threshold, power: 0.8, maxN: MOST }).n : null;

/** A mean over classes rests on each of them: as good as K² ÷ Σ 1/nₖ cases, and nothing where a class has none. */
function balancedLine(
  bound: { field: string; threshold: number },
  facts: OutlookFacts,
  margin: number,
): OutlookLine {
  const classes = facts.classesOf(bound.field);
  const counts = classes.map((one) => facts.gold[bound.field]?.[one] ?? 0);
  const empty = classes.filter((_, at) => counts[at] === 0);
  const n =
    empty.length > 0 || counts.length === 0
      ? 0
      : Math.floor(counts.length ** 2 / counts.reduce((sum, count) => sum + 1 / count, 0));
  const line = goldLine({
    key: `balanced.${bound.field}`,
    label: `Balanced accuracy of ${facts.labelOf(bound.field)}`,
    threshold: bound.threshold,
    n,
    margin,
  });
  const missing = empty.map((one) => `“${one}”`).join(', ');
  return {
    ...line,
    note: empty.length > 0 ? `No gold case of ${missing}: this stays inconclusive.` : line.note,
  };
}

function reliabilityLine(terms: PilotTerms, facts: OutlookFacts, margin: number): OutlookLine {
  const { field, scale, threshold } = terms.criteria.reliability ?? {
    field: '',
    scale: 'nominal' as const,
    threshold: 0,
  };
  const classes = facts.classesOf(field);
  const better = Math.min(0.98, threshold + margin);
  const worse = threshold - margin;
  const base = {
    key: `reliability.${field}`,
    label: `Reliability of ${facts.labelOf(field)} (α)`,
    threshold,
    unit: '',
    n: facts.cases,
    of: 'cases' as const,
    better,
    worse,
  };
  const none = { ...base, passIfBetter: null, failIfWorse: null, needed: null };
  if (terms.overlap < 2)
    return { ...none, note: 'With one read per case nobody can agree: this stays inconclusive.' };
  if (classes.length < 2)
    return { ...none, note: 'The field has no classes to simulate; look at the interval of a first batch.' };
  const shares = classes.map((one) => facts.gold[field]?.[one] ?? 0);
  const hasShares = shares.filter((n) => n > 0).length > 1;
  const model: AlphaModel = {
    shares: hasShares ? shares : classes.map(() => 1),
    scale: scale === 'nominal' ? 'nominal' : 'ordinal',
    overlap: terms.overlap,
    cases: facts.cases,
  };
  return {
    ...base,
    passIfBetter: alphaChances(model, { truth: better, threshold }).pass,
    failIfWorse: worse <= 0 ? null : alphaChances(model, { truth: worse, threshold }).fail,
    needed: null,
    note: hasShares
      ? 'Simulated with the classes as common as in the gold.'
      : 'Simulated with every class as common; a rare class widens it.',
  };
}

/** A pace better or worse by a tenth, reads varying as they usually do. */
function paceLine(threshold: number, terms: PilotTerms): OutlookLine {
  const n = terms.cases * terms.overlap;
  const chance = (ratio: number) =>
    normal((Math.abs(ratio - 1) * Math.sqrt(n)) / (TIME_SPREAD * ratio) - 1.96);
  return {
    key: 'throughput',
    label: 'Throughput',
    threshold,
    unit: 'reads per active hour',
    n,
    of: 'reads',
    better: threshold * 1.1,
    worse: threshold * 0.9,
    passIfBetter: chance(1.1),
    failIfWorse: chance(0.9),
    needed: null,
    note: 'Supposes that a read’s time varies by 60 % around its mean.',
  };
}

/** Φ by Zelen & Severo's approximation (Abramowitz & Stegun 26.2.17), right to 7 decimals. */
function normal(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const tail =
    (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return x >= 0 ? 1 - tail : tail;
}
