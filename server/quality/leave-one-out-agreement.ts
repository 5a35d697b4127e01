import { type CaseOutcome, clusteredProportion } from './clustered-proportion.ts';
import type { Measurement } from './measurement.ts';
import { proportion } from './proportion.ts';
import type { RatingTable } from './rating-table.ts';

export type ConsensusAgreement = {
  /** Share of compared reads, over `n` cases; left out are reads whose others are tied (`others_tied`) or absent (`alone`). */
  readonly overall: Measurement;
  /** Reads left out because the other readers' plurality is tied. */
  readonly nTies: number;
  /** Reads left out because nobody else (on the panel) has read the item. */
  readonly nAlone: number;
  /** Per rater in the order of `table.raters`, with Wilson intervals (one read per item, so reads are independent). */
  readonly raters: ReadonlyArray<{
    readonly rater: string;
    readonly agreement: Measurement;
    readonly nTies: number;
  }>;
};

/**
 * Agreement with the consensus of the other readers (R8): the share of reads that equal the plurality answer of everyone
 * else on that item. It is shown where no reference exists, and is never called accuracy. Ties among the others are left
 * out and counted. The overall interval is clustered by item, because reads of one item share their consensus.
 *
 * Null with `no_overlap` when no read can be compared.
 *
 * @example leaveOneOutAgreement(table).overall.value
 */
export function leaveOneOutAgreement(
  table: RatingTable,
  options: { level?: number } = {},
): ConsensusAgreement {
  return agreementWithPlurality(
    table,
    () => true,
    () => true,
    'leave_one_out_agreement',
    options,
  );
}

/**
 * Shared core: compares every read of a judged rater with the plurality of the voting raters other than itself.
 * Exported for `panelAgreement`.
 */
export function agreementWithPlurality(
  table: RatingTable,
  votes: (rater: number) => boolean,
  isJudged: (rater: number) => boolean,
  name: string,
  options: { level?: number },
): ConsensusAgreement {
  const nCategories = table.categories.length;
  const nRaters = table.raters.length;
  const agreed = new Float64Array(nRaters);
  const compared = new Float64Array(nRaters);
  const ties = new Float64Array(nRaters);
  const contributions = new Float64Array(table.items.length * 2);
  const counts = new Float64Array(nCategories);
  let nAlone = 0;
  for (let item = 0; item < table.items.length; item += 1) {
    const start = table.itemStart[item] as number;
    const end = table.itemStart[item + 1] as number;
    for (let row = start; row < end; row += 1) {
      const rater = table.rater[row] as number;
      if (!isJudged(rater)) continue;
      counts.fill(0);
      for (let other = start; other < end; other += 1) {
        const voter = table.rater[other] as number;
        if (voter === rater || !votes(voter)) continue;
        const category = table.value[other] as number;
        counts[category] = (counts[category] as number) + 1;
      }
      const winner = uniqueWinner(counts);
      if (winner === 'none') nAlone += 1;
      else if (winner === 'tie') ties[rater] = (ties[rater] as number) + 1;
      else {
        const hit = Number(winner === table.value[row]);
        agreed[rater] = (agreed[rater] as number) + hit;
        compared[rater] = (compared[rater] as number) + 1;
        contributions[item * 2] = (contributions[item * 2] as number) + hit;
        contributions[item * 2 + 1] = (contributions[item * 2 + 1] as number) + 1;
      }
    }
  }
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  const nTies = sum(ties);
  const raters = table.raters.flatMap((rater, index) => {
    if (!isJudged(index)) return [];
    const tied = ties[index] as number;
    const agreement = proportion(agreed[index] as number, compared[index] as number, {
      level: options.level ?? 0.95,
      nExcluded: tied,
      exclusion: 'others_tied',
      reason: 'no_overlap',
      name,
    });
    return [{ rater, agreement, nTies: tied }];
  });
  const overall = clusteredProportion(outcomesOf(contributions), {
    ...options,
    exclusions: { others_tied: nTies, alone: nAlone },
    reason: 'no_overlap',
    name,
  });
  return { overall, nTies, nAlone, raters };
}

function* outcomesOf(contributions: Float64Array): Generator<CaseOutcome> {
  for (let at = 0; at < contributions.length; at += 2)
    yield { right: contributions[at] as number, compared: contributions[at + 1] as number, n: 1 };
}

function uniqueWinner(counts: Float64Array): number | 'tie' | 'none' {
  let best = 0;
  let isTied = false;
  for (let category = 1; category < counts.length; category += 1) {
    const count = counts[category] as number;
    const most = counts[best] as number;
    if (count > most) {
      best = category;
      isTied = false;
    } else if (count === most) isTied = true;
  }
  if (counts[best] === 0) return 'none';
  return isTied ? 'tie' : best;
}
