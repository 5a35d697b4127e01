import type { MeasuredField } from './rules.ts';

/** A read in force of a first round, as the running counts see it. */
export type CountedRead = {
  labelId: string;
  readerId: string;
  /** The organisation the reader works through. */
  teamId: string;
  at: Date;
  activeMs: number;
  /** How sure the reader said they were, 1 to 5; null when not asked. */
  confidence: number | null;
  values: Readonly<Record<string, string | null>>;
};

/** Everything of one case that is counted. */
export type CountedTask = {
  taskId: string;
  reads: readonly CountedRead[];
  /** Acceptable answers per field; undefined for a case without gold. */
  gold: Readonly<Record<string, readonly string[]>> | undefined;
  /** Settled values per field; null before it is settled. */
  final: Readonly<Record<string, string | null>> | null;
};

/** What is counted for a batch. */
export type CountPlan = {
  batchId: string;
  fields: readonly MeasuredField[];
  /** Fields whose right and wrong answers are kept read by read, for drift. */
  watched: ReadonlySet<string>;
  /** Least and greatest value that number fields allow; an answer on either is counted as being at the limit. */
  limits: ReadonlyMap<string, { min: number | null; max: number | null }>;
};

export type Reference =
  | 'answers'
  | 'gold'
  | 'others'
  | 'tied'
  | 'final'
  | 'time'
  | 'sure_gold'
  | 'sure_others';
type SubjectKind = 'batch' | 'team' | 'reader';

/**
 * Counts by key. A key is the JSON of the row's columns, so that counts of any cases add up and any case can be taken
 * away again; the value is how often. Whole numbers only: sums are exact in any order.
 */
export type Counts = {
  cells: Map<string, number>;
  patterns: Map<string, number>;
  pairs: Map<string, number>;
  trials: Map<string, number>;
};

export type CellKey = [SubjectKind, string, string, string, Reference, string, string];
export type PatternKey = [SubjectKind, string, string, string, string];
export type PairKey = [string, string, string, string, string];
export type TrialKey = [string, string, 'gold' | 'others', string, string, boolean];

export const ALL_DAYS = 'all';

export function noCounts(): Counts {
  return { cells: new Map(), patterns: new Map(), pairs: new Map(), trials: new Map() };
}

/** UTC day of an instant, `2026-11-21`. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/**
 * Adds (or with −1 takes away) one case: the same function counts a new read and recounts a batch, which is why both
 * give the same numbers. Costs O(reads of the case × fields), whatever the size of the batch.
 */
export function countTask(counts: Counts, plan: CountPlan, task: CountedTask, sign: 1 | -1): void {
  const adder = adderOf(counts, plan.batchId, sign);
  for (const read of task.reads) adder.cell(read, '', 'time', '', String(timeBin(read.activeMs)));
  for (const field of plan.fields) {
    if (field.scale === null) continue;
    const isTrial = plan.watched.has(field.key);
    for (const read of task.reads) {
      const answer = read.values[field.key] ?? null;
      if (field.scale !== 'interval') adder.cell(read, field.key, 'answers', '', answer ?? '');
      else if (answer !== null)
        adder.cell(
          read,
          field.key,
          'answers',
          '',
          isAtLimit(plan, field.key, answer) ? 'at_limit' : 'within',
        );
      const acceptable = task.gold?.[field.key] ?? [];
      if (acceptable.length > 0) {
        // R7: an acceptable answer counts as the truth itself.
        const isRight = answer !== null && acceptable.includes(answer);
        adder.held(field, read, 'gold', isRight ? answer : (acceptable[0] ?? ''), answer);
        if (isTrial) adder.trial(read, field.key, 'gold', task.taskId, isRight);
        adder.sure(read, field.key, 'sure_gold', isRight);
      }
      const settled = task.final?.[field.key] ?? null;
      if (settled !== null && task.reads.length > 1) adder.held(field, read, 'final', settled, answer);
      if (answer === null) continue;
      const plurality = pluralityOfOthers(task.reads, read, field.key);
      if (plurality === 'tied') adder.cell(read, field.key, 'tied', '', '');
      else if (plurality !== null) {
        adder.held(field, read, 'others', plurality.value, answer);
        adder.sure(read, field.key, 'sure_others', plurality.value === answer);
        if (isTrial) adder.trial(read, field.key, 'others', task.taskId, plurality.value === answer);
      }
    }
    countAgreement(counts, { batchId: plan.batchId, field: field.key, reads: task.reads, sign });
  }
}

/** Forgets what cancels out. */
export function dropUnchanged(counts: Counts): void {
  for (const map of Object.values(counts)) for (const [key, n] of map) if (n === 0) map.delete(key);
}

/** R8: what most of the others gave on this case; `tied` when no answer leads, null when nobody else answered. */
export function pluralityOfOthers(
  reads: readonly CountedRead[],
  own: CountedRead,
  field: string,
): { value: string } | 'tied' | null {
  const votes = new Map<string, number>();
  for (const read of reads) {
    const value = read.values[field] ?? null;
    if (read.readerId !== own.readerId && value !== null) votes.set(value, (votes.get(value) ?? 0) + 1);
  }
  const most = Math.max(0, ...votes.values());
  const leaders = [...votes].filter(([, n]) => n === most);
  if (most === 0) return null;
  const [leader] = leaders;
  return leaders.length === 1 && leader ? { value: leader[0] } : 'tied';
}

function isAtLimit(plan: CountPlan, field: string, answer: string): boolean {
  const { min = null, max = null } = plan.limits.get(field) ?? {};
  const value = Number(answer);
  return (min !== null && value <= min) || (max !== null && value >= max);
}

/** Bin of a reading time on a logarithmic scale, eight bins to a doubling; −1 when no time was measured. */
export function timeBin(activeMs: number): number {
  return activeMs > 0 ? Math.round(8 * Math.log2(activeMs)) : -1;
}

/** The time in the middle of a bin, in milliseconds. */
export const timeOfBin = (bin: number): number => 2 ** (bin / 8);

function adderOf(counts: Counts, batchId: string, sign: 1 | -1) {
  const add = (map: Map<string, number>, key: unknown[]) => addTo(map, key, sign);
  const cell = (read: CountedRead, field: string, reference: Reference, truth: string, answer: string) => {
    const subjects: [SubjectKind, string][] = [
      ['batch', batchId],
      ['team', read.teamId],
      ['reader', read.readerId],
    ];
    for (const [kind, id] of subjects)
      for (const day of [dayOf(read.at), ALL_DAYS])
        add(counts.cells, [kind, id, field, day, reference, truth, answer] satisfies CellKey);
  };
  return {
    cell,
    /** An answer held against a truth. Numbers are right or wrong: every distinct value would be a class of its own. */
    held: (
      field: MeasuredField,
      read: CountedRead,
      reference: Reference,
      truth: string,
      answer: string | null,
    ) => {
      if (field.scale !== 'interval') cell(read, field.key, reference, truth, answer ?? '');
      else
        cell(
          read,
          field.key,
          reference,
          'right',
          answer === null ? '' : answer === truth ? 'right' : 'wrong',
        );
    },
    /** How often a stated confidence was justified. */
    sure: (read: CountedRead, field: string, reference: 'sure_gold' | 'sure_others', isRight: boolean) => {
      if (read.confidence !== null)
        cell(read, field, reference, String(read.confidence), isRight ? 'right' : 'wrong');
    },
    trial: (
      read: CountedRead,
      field: string,
      reference: 'gold' | 'others',
      taskId: string,
      isRight: boolean,
    ) =>
      add(counts.trials, [
        read.readerId,
        field,
        reference,
        read.at.toISOString(),
        taskId,
        isRight,
      ] satisfies TrialKey),
  };
}

/** Answer patterns of a case for the batch and each team, and the cross table of every two of its readers. */
function countAgreement(
  counts: Counts,
  of: { batchId: string; field: string; reads: readonly CountedRead[]; sign: 1 | -1 },
): void {
  const { batchId, field, reads, sign } = of;
  const groups: [SubjectKind, string, readonly CountedRead[]][] = [
    ['batch', batchId, reads],
    ...[...Map.groupBy(reads, (read) => read.teamId)].map(
      ([team, own]): [SubjectKind, string, readonly CountedRead[]] => ['team', team, own],
    ),
  ];
  for (const [kind, id, own] of groups) {
    const found = patternOf(own, field);
    if (found === null) continue;
    for (const day of [found.day, ALL_DAYS])
      addTo(counts.patterns, [kind, id, field, day, found.pattern] satisfies PatternKey, sign);
  }
  const sorted = [...reads].sort((a, b) => (a.readerId < b.readerId ? -1 : 1));
  for (const [index, first] of sorted.entries())
    for (const second of sorted.slice(index + 1)) {
      const [a, b] = [first.values[field] ?? null, second.values[field] ?? null];
      if (a !== null && b !== null)
        addTo(counts.pairs, [field, first.readerId, second.readerId, a, b] satisfies PairKey, sign);
    }
}

/** How often each answer was given, and the day of the last; null without an answer. */
function patternOf(reads: readonly CountedRead[], field: string): { pattern: string; day: string } | null {
  const votes = new Map<string, number>();
  let last = 0;
  for (const read of reads) {
    const value = read.values[field] ?? null;
    if (value === null) continue;
    votes.set(value, (votes.get(value) ?? 0) + 1);
    last = Math.max(last, read.at.getTime());
  }
  if (votes.size === 0) return null;
  return {
    pattern: JSON.stringify([...votes].sort(([a], [b]) => (a < b ? -1 : 1))),
    day: dayOf(new Date(last)),
  };
}

function addTo(map: Map<string, number>, key: unknown[], sign: 1 | -1): void {
  const text = JSON.stringify(key);
  map.set(text, (map.get(text) ?? 0) + sign);
}
