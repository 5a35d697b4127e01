import type { CaseOutcome } from '#server/quality/clustered-proportion.ts';
import {
  ALL_DAYS,
  addTo,
  type CellKey,
  type CountedRead,
  type CountedTask,
  type CountPlan,
  type Counts,
  dayOf,
  subjectsOfCase,
} from './counts.ts';

/** An answer held against a truth, as it is counted; the answer is empty when the field was left blank. */
export type Held = { read: CountedRead; truth: string; answer: string };

/**
 * What became of one case in a field, for the batch and each team, on each day and in all: which answers its reads gave to which
 * truth on gold, and how many of its reads agreed with the others and with the settled value. Reads of one case go together, so that
 * intervals of a batch or team are taken over cases (`clusteredProportion`).
 */
export function countCase(
  counts: Counts,
  of: {
    batchId: string;
    field: string;
    gold: readonly Held[];
    others: readonly Held[];
    final: readonly Held[];
    sign: 1 | -1;
  },
): void {
  addCase(counts, of, of.gold, (own) => ['gold_case', casePattern(own), '']);
  addCase(counts, of, of.others, (own) => ['others_case', ...agreed(own)]);
  // One left blank is compared with nothing.
  const given = of.final.filter((one) => one.answer !== '');
  addCase(counts, of, given, (own) => ['final_case', ...agreed(own)]);
}

/**
 * How many reads of a case with gold had every gated field right that the gold knows (R12: a correct label), for the batch and each team.
 * It is of no field.
 */
export function countGated(counts: Counts, plan: CountPlan, task: CountedTask, sign: 1 | -1): void {
  const known = plan.gated.filter((field) => (task.gold?.[field] ?? []).length > 0);
  if (known.length === 0) return;
  const held = task.reads.map((read): Held => {
    const isRight = known.every((field) => {
      const answer = read.values[field] ?? null;
      return answer !== null && task.gold?.[field]?.includes(answer);
    });
    return { read, truth: 'right', answer: isRight ? 'right' : 'wrong' };
  });
  addCase(counts, { batchId: plan.batchId, field: '', sign }, held, (own) => ['gated_case', ...agreed(own)]);
}

/** Adds one cell per subject and day: what its reads of the case come to together. */
function addCase(
  counts: Counts,
  of: { batchId: string; field: string; sign: 1 | -1 },
  held: readonly Held[],
  cell: (own: readonly Held[]) => [CellKey[4], string, string],
): void {
  const byRead = new Map(held.map((one) => [one.read, one]));
  for (const { kind, id, own } of subjectsOfCase(of.batchId, [...byRead.keys()])) {
    const days = [[ALL_DAYS, own] as const, ...Map.groupBy(own, (read) => dayOf(read.at))];
    for (const [day, reads] of days) {
      const [reference, truth, answer] = cell(reads.flatMap((read) => byRead.get(read) ?? []));
      addTo(counts.cells, [kind, id, of.field, day, reference, truth, answer] satisfies CellKey, of.sign);
    }
  }
}

/** How many answers were held against a truth, and how many are it. */
const agreed = (own: readonly Held[]): [string, string] => [
  String(own.length),
  String(own.filter((one) => one.truth === one.answer).length),
];

/** Truth and answer of each read, in an order that does not depend on who read. */
function casePattern(own: readonly Held[]): string {
  const pairs = own.map(({ truth, answer }) => JSON.stringify([truth, answer])).sort();
  return `[${pairs.join(',')}]`;
}

/** The pairs of truth and answer behind a `gold_case` cell. */
export const readsOfCase = (pattern: string): [truth: string, answer: string][] =>
  JSON.parse(pattern) as [string, string][];

/** What became of the cases behind a cell that counts cases: of `gold` by what was answered, of all others by how many agreed. */
export function caseOutcome(
  cell: { truth: string; answer: string; n: number },
  reference: 'gold' | 'others' | 'final' | 'gated',
): CaseOutcome {
  if (reference !== 'gold') return { compared: Number(cell.truth), right: Number(cell.answer), n: cell.n };
  const reads = readsOfCase(cell.truth);
  return {
    compared: reads.length,
    right: reads.filter(([truth, answer]) => truth === answer).length,
    n: cell.n,
  };
}
