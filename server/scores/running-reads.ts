import { and, asc, eq } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { runningScores, scoreCells, scoreMarks, scorePairs, scorePatterns } from '#db/schema/scores.ts';

export type RunningScore = typeof runningScores.$inferSelect;

/** Running scores of a batch, by choice of one field, day, subject kind, subject or metric; at most 20,000. Index: the primary key. */
export async function runningScoresOf(
  q: Queryable,
  of: {
    batchId: string;
    field?: string;
    day?: string;
    subjectKind?: RunningScore['subjectKind'];
    subjectId?: string;
    metric?: string;
  },
): Promise<RunningScore[]> {
  return q
    .select()
    .from(runningScores)
    .where(
      and(
        eq(runningScores.batchId, of.batchId),
        of.field === undefined ? undefined : eq(runningScores.field, of.field),
        of.day === undefined ? undefined : eq(runningScores.day, of.day),
        of.subjectKind === undefined ? undefined : eq(runningScores.subjectKind, of.subjectKind),
        of.subjectId === undefined ? undefined : eq(runningScores.subjectId, of.subjectId),
        of.metric === undefined ? undefined : eq(runningScores.metric, of.metric),
      ),
    )
    .orderBy(asc(runningScores.day), asc(runningScores.subjectId), asc(runningScores.className))
    .limit(20_000);
}

export type StoredCell = typeof scoreCells.$inferSelect;

/** Counts of answers of a batch's field over all days or on one, by subject kind; at most 50,000. */
export async function cellsOf(
  q: Queryable,
  of: {
    batchId: string;
    field: string;
    day: string;
    subjectKind?: StoredCell['subjectKind'];
    subjectId?: string;
  },
): Promise<StoredCell[]> {
  return q
    .select()
    .from(scoreCells)
    .where(
      and(
        eq(scoreCells.batchId, of.batchId),
        eq(scoreCells.field, of.field),
        eq(scoreCells.day, of.day),
        of.subjectKind === undefined ? undefined : eq(scoreCells.subjectKind, of.subjectKind),
        of.subjectId === undefined ? undefined : eq(scoreCells.subjectId, of.subjectId),
      ),
    )
    .limit(50_000);
}

/** Cross tables of every two readers of a batch's field; at most 100,000 cells. Index: the primary key. */
export async function pairsOf(
  q: Queryable,
  of: { batchId: string; field: string },
): Promise<(typeof scorePairs.$inferSelect)[]> {
  return q
    .select()
    .from(scorePairs)
    .where(and(eq(scorePairs.batchId, of.batchId), eq(scorePairs.field, of.field)))
    .limit(100_000);
}

/** Answer patterns of a batch's field on a day or over all; at most 50,000. Index: the primary key. */
export async function batchPatternsOf(
  q: Queryable,
  of: { batchId: string; field: string; day: string },
): Promise<{ pattern: string; n: number }[]> {
  return q
    .select({ pattern: scorePatterns.pattern, n: scorePatterns.n })
    .from(scorePatterns)
    .where(
      and(
        eq(scorePatterns.batchId, of.batchId),
        eq(scorePatterns.subjectKind, 'batch'),
        eq(scorePatterns.subjectId, of.batchId),
        eq(scorePatterns.field, of.field),
        eq(scorePatterns.day, of.day),
      ),
    )
    .limit(50_000);
}

/** How far a batch's counts have come; null before the first pass. */
export async function findMark(
  q: Queryable,
  batchId: string,
): Promise<typeof scoreMarks.$inferSelect | null> {
  const [row] = await q.select().from(scoreMarks).where(eq(scoreMarks.batchId, batchId));
  return row ?? null;
}
