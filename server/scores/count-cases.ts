import type { CaseOutcome } from '#server/quality/clustered-proportion.ts';
import {
  ALL_DAYS,
  addTo,
  type CellKey,
  type CountedRead,
  type Counts,
  dayOf,
  subjectsOfCase,
} from './counts.ts';

/** An answer held against a truth, as it is counted; the answer is empty when the field was left blank. */
export type Held = { read: CountedRead; truth: string; answer: string };

/**
 * What became of one case in a field, for the batch and each team, on each day and in all: which answers its reads gave to which
 * truth on gold, and how many of its reads agreed with the others. Reads of one case go together, so that intervals of a batch or
 * team are taken over cases (`clusteredProportion`).
 */
export function countCase(
  counts: Counts,
  of: { batchId: string; field: string; gold: readonly Held[]; others: readonly Held[]; sign: 1 | -1 },
): void {
  const { batchId, field, sign } = of;
  const add = (held: readonly Held[], cell: (own: readonly Held[]) => [CellKey[4], string, string]) => {
    const byRead = new Map(held.map((one) => [one.read, one]));
    for (const { kind, id, own } of subjectsOfCase(batchId, [...byRead.keys()])) {
      const days = [[ALL_DAYS, own] as const, ...Map.groupBy(own, (read) => dayOf(read.at))];
      for (const [day, reads] of days) {
        const [reference, truth, answer] = cell(reads.flatMap((read) => byRead.get(read) ?? []));
        addTo(counts.cells, [kind, id, field, day, reference, truth, answer] satisfies CellKey, sign);
      }
    }
  };
  add(of.gold, (own) => ['gold_case', casePattern(own), '']);
  add(of.others, (own) => [
    'others_case',
    String(own.length),
    String(own.filter((one) => one.truth === one.answer).length),
  ]);
}

/** Truth and answer of each read, in an order that does not depend on who read. */
function casePattern(own: readonly Held[]): string {
  const pairs = own.map(({ truth, answer }) => JSON.stringify([truth, answer])).sort();
  return `[${pairs.join(',')}]`;
}

/** The pairs of truth and answer behind a `gold_case` cell. */
export const readsOfCase = (pattern: string): [truth: string, answer: string][] =>
  JSON.parse(pattern) as [string, string][];

/** What became of the cases behind a `gold_case` or `others_case` cell. */
export function caseOutcome(
  cell: { truth: string; answer: string; n: number },
  reference: 'gold' | 'others',
): CaseOutcome {
  if (reference === 'others') return { compared: Number(cell.truth), right: Number(cell.answer), n: cell.n };
  const reads = readsOfCase(cell.truth);
  return {
    compared: reads.length,
    right: reads.filter(([truth, answer]) => truth === answer).length,
    n: cell.n,
  };
}
