import type { AdjudicationRule } from './schemas.ts';

/**
 * Chance that a reader gives a case's usual answer, used until there are reads of one's own. Calibrated so that at
 * overlap 3 an ordinal field of 5 levels shows disagreement on 45 % of cases, as 20 pathologists grading 240 prostate
 * biopsies did (Steiner et al. 2020).
 */
export const TYPICAL_AGREEMENT = 0.82;

/** Bounds of the enumeration; beyond them the share hardly moves. */
const MOST_READS = 12;
const MOST_LEVELS = 7;

export type AdjudicationForecast = {
  /** Expected share of cases that go to the panel, 0..1. */
  share: number;
  /** Expected number of cases. */
  cases: number;
  /** What the number rests on, in a sentence. */
  assumption: string;
};

export type ForecastInput = {
  rule: AdjudicationRule;
  overlap: number;
  /** Options of the field most likely to disagree, and whether they are ordered. */
  levels: number;
  ordinal: boolean;
  cases: number;
  /** Chance that a reader gives the case's usual answer, from pilot or panel reads when there are any. */
  agreement?: number | undefined;
};

/**
 * How many cases the rule sends to the panel (R25), shown before publishing. Exact for a simple model of reading: each
 * reader gives the case's usual answer with probability `agreement`, otherwise a neighbouring level (ordinal; one away
 * six times in seven, else two) or any other option. Named classes count as one option each, equally common.
 */
export function forecastAdjudication(input: ForecastInput): AdjudicationForecast {
  const { rule, cases } = input;
  const overlap = Math.min(input.overlap, MOST_READS);
  const levels = Math.max(2, Math.min(input.levels, MOST_LEVELS));
  const agreement = input.agreement ?? TYPICAL_AGREEMENT;
  const classShare = Math.min(1, rule.classes.length / levels);
  let total = 0;
  for (let usual = 0; usual < levels; usual += 1) {
    const chances = readChances(levels, usual, agreement, input.ordinal);
    total += sumOver(chances, overlap, (counts) => (triggers(rule, counts, overlap, agreement) ? 1 : 0));
  }
  const byReads = total / levels;
  const share = byReads + (1 - byReads) * classShare;
  return {
    share,
    cases: Math.round(share * cases),
    assumption:
      input.agreement === undefined
        ? `Assumes readers agree as 20 pathologists did on prostate grades (${Math.round(agreement * 100)} % give a case's usual answer). Your panel's or pilot's reads will replace this.`
        : `Rests on your own reads: ${Math.round(agreement * 100)} % give a case's usual answer.`,
  };
}

/** Chance of each level to be given for a case whose usual answer is `usual`. */
function readChances(levels: number, usual: number, agreement: number, ordinal: boolean): number[] {
  const weights = Array.from({ length: levels }, (_, level): number => {
    const distance = Math.abs(level - usual);
    if (distance === 0) return 0;
    if (!ordinal) return 1;
    return distance === 1 ? 6 : distance === 2 ? 1 : 0;
  });
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight, level) => (level === usual ? agreement : ((1 - agreement) * weight) / sum));
}

/** Expectation of `value` over all ways `n` readers can answer (multinomial), by enumeration of the counts. */
function sumOver(chances: readonly number[], n: number, value: (counts: number[]) => number): number {
  const counts = chances.map(() => 0);
  const walk = (level: number, left: number, weight: number): number => {
    const chance = chances[level] ?? 0;
    if (level === chances.length - 1) {
      counts[level] = left;
      const last = weight * chance ** left;
      return last === 0 ? 0 : last * value(counts);
    }
    let sum = 0;
    let ways = 1;
    for (let here = 0; here <= left; here += 1) {
      counts[level] = here;
      const next = weight * ways * chance ** here;
      if (next > 0) sum += walk(level + 1, left - here, next);
      ways = (ways * (left - here)) / (here + 1);
    }
    return sum;
  };
  return walk(0, n, 1);
}

function triggers(
  rule: AdjudicationRule,
  counts: readonly number[],
  overlap: number,
  agreement: number,
): boolean {
  const top = Math.max(...counts);
  if (rule.anyDisagreement && top < overlap) return true;
  if (rule.noMajority && top * 2 <= overlap) return true;
  if (rule.ordinalSpreadAtLeast !== null) {
    const given = counts.flatMap((count, level) => (count > 0 ? [level] : []));
    const spread = (given.at(-1) ?? 0) - (given[0] ?? 0);
    if (spread >= rule.ordinalSpreadAtLeast) return true;
  }
  return rule.posteriorBelow !== null && posteriorOfTop(counts, agreement) < rule.posteriorBelow;
}

/** Posterior of the most given level under the same model with errors spread evenly. */
function posteriorOfTop(counts: readonly number[], agreement: number): number {
  const odds = Math.log(agreement) - Math.log((1 - agreement) / (counts.length - 1));
  const top = Math.max(...counts);
  return 1 / counts.reduce((sum, count) => sum + Math.exp((count - top) * odds), 0);
}
