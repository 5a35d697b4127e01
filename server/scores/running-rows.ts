import { type Exclusions, exclusionsOf } from '#server/quality/measurement.ts';
import type { ScoreKey } from './count-queries.ts';
import type { CellKey, CountPlan, Counts, MomentKey, PatternKey } from './counts.ts';
import { METHOD_VERSION } from './rules.ts';
import { type RunningMeasure, runningMeasures } from './running-measures.ts';

type CellRow = ScoreKey & { reference: string; truth: string; answer: string; n: number };
type PatternRow = ScoreKey & { pattern: string; n: number };
type MomentRow = ScoreKey & { answers: number; moment: string; total: bigint };
export type KeyedCounts = {
  cells: readonly CellRow[];
  patterns: readonly PatternRow[];
  moments: readonly MomentRow[];
};

/** A running score as it is stored, without its batch and when it was computed. */
export type RunningRow = {
  subjectKind: ScoreKey['kind'];
  subjectId: string;
  field: string;
  day: string;
  metric: RunningMeasure['metric'];
  className: string;
  value: number | null;
  lower: number | null;
  upper: number | null;
  n: number;
  excluded: number;
  exclusions: Exclusions;
  reason: string | null;
  method: string;
  methodVersion: string;
};

const nameOf = (key: ScoreKey) => `${key.kind} ${key.id} ${key.day} ${key.field}`;

/** The subjects, fields and days to which some counts belong. */
export function keysOf(counts: Counts): ScoreKey[] {
  const keys = new Map<string, ScoreKey>();
  for (const text of [...counts.cells.keys(), ...counts.patterns.keys(), ...counts.moments.keys()]) {
    const [kind, id, field, day] = JSON.parse(text) as CellKey | PatternKey | MomentKey;
    const key = { kind, id, field, day };
    // Times are of a read, not of a field.
    if (field !== '') keys.set(nameOf(key), key);
  }
  return [...keys.values()];
}

/** Counts by their text key, as rows. */
export function rowsOf(counts: Counts): KeyedCounts {
  return {
    cells: [...counts.cells].map(([text, n]) => {
      const [kind, id, field, day, reference, truth, answer] = JSON.parse(text) as CellKey;
      return { kind, id, field, day, reference, truth, answer, n };
    }),
    patterns: [...counts.patterns].map(([text, n]) => {
      const [kind, id, field, day, pattern] = JSON.parse(text) as PatternKey;
      return { kind, id, field, day, pattern, n };
    }),
    moments: [...counts.moments].map(([text, total]) => {
      const [kind, id, field, day, answers, moment] = JSON.parse(text) as MomentKey;
      return { kind, id, field, day, answers, moment, total };
    }),
  };
}

/**
 * The running scores that follow from the counts of some keys; a key without counts has none. The same counts give the same
 * numbers to the last bit, in whatever order they come.
 */
export function runningRows(plan: CountPlan, keys: readonly ScoreKey[], counts: KeyedCounts): RunningRow[] {
  const cellsBy = Map.groupBy(counts.cells, nameOf);
  const patternsBy = Map.groupBy(counts.patterns, nameOf);
  const momentsBy = Map.groupBy(counts.moments, nameOf);
  return keys.flatMap((key) => {
    const field = plan.fields.find((one) => one.key === key.field);
    const own = {
      cells: cellsBy.get(nameOf(key)) ?? [],
      patterns: patternsBy.get(nameOf(key)) ?? [],
      moments: momentsBy.get(nameOf(key)) ?? [],
    };
    if (!field || own.cells.length + own.patterns.length + own.moments.length === 0) return [];
    return runningMeasures(field, own).map(({ metric, className, measurement: m }) => ({
      subjectKind: key.kind,
      subjectId: key.id,
      field: key.field,
      day: key.day,
      metric,
      className,
      value: m.value,
      lower: m.ci?.[0] ?? null,
      upper: m.ci?.[1] ?? null,
      n: m.n,
      excluded: m.nExcluded,
      exclusions: exclusionsOf(m),
      reason: m.reason,
      method: m.method,
      methodVersion: METHOD_VERSION,
    }));
  });
}
