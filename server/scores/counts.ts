import type { Moment } from '#server/quality/moment-agreement.ts';
import { METHOD_VERSION, type MeasuredField } from './rules.ts';

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
  /** Fields that all have to be right for a label to be correct (R12). */
  gated: readonly string[];
  /** Least and greatest value that number fields allow; an answer on either is counted as being at the limit. */
  limits: ReadonlyMap<string, { min: number | null; max: number | null }>;
};

/** By what a batch is counted: the method, the fields whose answers are kept one by one, and those that have to be right together. */
export const countedAs = (plan: CountPlan): string =>
  `${METHOD_VERSION} ${[...plan.watched].sort().join(' ')} | ${[...plan.gated].sort().join(' ')}`;

export type Reference =
  | 'answers'
  | 'gold'
  | 'others'
  | 'tied'
  | 'final'
  | 'time'
  | 'sure_gold'
  | 'sure_others'
  | 'gold_case'
  | 'others_case'
  | 'final_case'
  | 'gated_case';
export type SubjectKind = 'batch' | 'team' | 'reader';

/**
 * Counts by key. A key is the JSON of the row's columns, so that counts of any cases add up and any case can be taken
 * away again; the value is how often. Whole numbers only: sums are exact in any order.
 */
export type Counts = {
  cells: Map<string, number>;
  patterns: Map<string, number>;
  /** Sums of measurements; see `moment-agreement.ts`. */
  moments: Map<string, bigint>;
  pairs: Map<string, number>;
  trials: Map<string, number>;
};

export type CellKey = [SubjectKind, string, string, string, Reference, string, string];
export type PatternKey = [SubjectKind, string, string, string, string];
export type MomentKey = [SubjectKind, string, string, string, number, Moment];
export type PairKey = [string, string, string, string, string];
export type TrialKey = [string, string, 'gold' | 'others', string, string, boolean];

export const ALL_DAYS = 'all';

export function noCounts(): Counts {
  return { cells: new Map(), patterns: new Map(), moments: new Map(), pairs: new Map(), trials: new Map() };
}

/** UTC day of an instant, `2026-11-21`. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** Forgets what cancels out. */
export function dropUnchanged(counts: Counts): void {
  for (const map of Object.values(counts)) for (const [key, n] of map) if (!n) map.delete(key);
}

/** The batch and each team that read a case, with their reads of it: those whose reads may go together. */
export function subjectsOfCase(
  batchId: string,
  reads: readonly CountedRead[],
): { kind: 'batch' | 'team'; id: string; own: readonly CountedRead[] }[] {
  if (reads.length === 0) return [];
  const teams = [...Map.groupBy(reads, (read) => read.teamId)];
  return [
    { kind: 'batch', id: batchId, own: reads },
    ...teams.map(([id, own]) => ({ kind: 'team' as const, id, own })),
  ];
}

/** Adds to what is counted under a key. */
export function addTo(map: Map<string, number>, key: unknown[], sign: 1 | -1): void {
  const text = JSON.stringify(key);
  map.set(text, (map.get(text) ?? 0) + sign);
}
