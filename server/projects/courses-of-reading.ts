import type { OverlapRule } from './tier-schemas.ts';

/** Reads beyond which a course that is decided read by read is not followed; few cases come so far. */
const MOST_FOLLOWED = 8;

export type Reading = {
  overlap: number;
  overlapRule: OverlapRule;
  mostReads: number;
  /** Chance of the usual answer, by which adaptive overlap weighs reads. */
  agreement: number;
};

/**
 * The share of cases whose reads, when they end, are as `isSent` asks: `chances` are those of each answer. With a fixed overlap (or a
 * share of cases with it, the rest with one read) the counts are multinomial; else one read more is asked for as the engine does
 * (`wantsAnotherRead`), and every course is followed.
 */
export function courseShares(
  chances: readonly number[],
  reading: Reading,
  isSent: (counts: readonly number[]) => boolean,
): number {
  const { overlapRule: rule } = reading;
  const overlap = Math.min(reading.overlap, reading.mostReads);
  const weigh = (counts: readonly number[]) => (isSent(counts) ? 1 : 0);
  switch (rule.mode) {
    case 'fixed':
      return sumOver(chances, overlap, weigh);
    case 'share': {
      const share = rule.overlapCoveragePercent / 100;
      return share * sumOver(chances, overlap, weigh) + (1 - share) * sumOver(chances, 1, weigh);
    }
    case 'adaptive':
      return follow(
        chances,
        { overlap, most: rule.maxOverlap },
        weigh,
        (counts) => posteriorOfTop(counts, reading.agreement) >= rule.minConfidence,
      );
    case 'on_disagreement':
      return follow(
        chances,
        { overlap, most: overlap + rule.maxAdditionalAnnotators },
        weigh,
        (counts) => pairAgreement(counts) >= rule.agreementThreshold,
      );
  }
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

/** As `sumOver` where reading goes on, a read at a time, until there are `most` or what is there `isEnough`. */
function follow(
  chances: readonly number[],
  bounds: { overlap: number; most: number },
  value: (counts: readonly number[]) => number,
  isEnough: (counts: readonly number[]) => boolean,
): number {
  const most = Math.max(bounds.overlap, Math.min(bounds.most, MOST_FOLLOWED));
  let sum = 0;
  let open = new Map<string, { counts: number[]; weight: number }>([
    ['', { counts: chances.map(() => 0), weight: 1 }],
  ]);
  for (let n = 1; n <= most; n += 1) {
    const next = new Map<string, { counts: number[]; weight: number }>();
    for (const { counts, weight } of open.values())
      for (const [answer, chance] of chances.entries()) {
        if (chance === 0) continue;
        const then = counts.map((count, at) => (at === answer ? count + 1 : count));
        const key = then.join();
        const met = next.get(key);
        if (met) met.weight += weight * chance;
        else next.set(key, { counts: then, weight: weight * chance });
      }
    if (n >= bounds.overlap)
      for (const [key, { counts, weight }] of next)
        if (n === most || isEnough(counts)) {
          sum += weight * value(counts);
          next.delete(key);
        }
    open = next;
  }
  return sum;
}

/** Share of agreeing pairs of reads. */
function pairAgreement(counts: readonly number[]): number {
  const n = counts.reduce((sum, count) => sum + count, 0);
  return n < 2 ? 1 : counts.reduce((sum, count) => sum + count * (count - 1), 0) / (n * (n - 1));
}

/** Posterior of the most given level under the same model with errors spread evenly. */
export function posteriorOfTop(counts: readonly number[], agreement: number): number {
  const odds = Math.log(agreement) - Math.log((1 - agreement) / (counts.length - 1));
  const top = Math.max(...counts);
  return 1 / counts.reduce((sum, count) => sum + Math.exp((count - top) * odds), 0);
}
