import { and, desc, eq, inArray } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { pilots, scorecards } from '#db/schema/pilots.ts';
import { pilotTerms } from '#server/bids/schemas.ts';
import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { hashContent } from '#server/protocols/content-hash.ts';
import type { BatchMeasures } from '#server/scores/measure-batch.ts';
import { METHOD_VERSION } from '#server/scores/rules.ts';
import { scoreBatch } from '#server/scores/score-batch.ts';
import { refuseWithheld } from './reads.ts';
import { judge } from './rules.ts';
import type { CriterionResult } from './schemas.ts';

export type PilotRow = typeof pilots.$inferSelect;
export type ScorecardRow = typeof scorecards.$inferSelect;

/** What a scorecard stores: the criteria, their verdicts and the measures behind them. */
export type ScorecardResults = { criteria: CriterionResult[]; measures: BatchMeasures; assisted: boolean };

/** Results as the card's row holds them: money as text, because JSON has no whole numbers of any size. */
function storedForm(results: ScorecardResults): unknown {
  return JSON.parse(
    JSON.stringify(results, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
  );
}

/** The pilot with this id; `not_found` otherwise. */
export async function getPilot(q: Queryable, pilotId: string): Promise<PilotRow> {
  const [row] = await q.select().from(pilots).where(eq(pilots.id, pilotId));
  if (!row)
    throw new AppError({ kind: 'not_found', reason: 'pilot_not_found', message: 'There is no such pilot.' });
  return row;
}

/** The newest scorecard of a pilot, or null. */
export async function findScorecard(q: Queryable, pilotId: string): Promise<ScorecardRow | null> {
  const [row] = await q
    .select()
    .from(scorecards)
    .where(eq(scorecards.pilotId, pilotId))
    .orderBy(desc(scorecards.computedAt), desc(scorecards.id))
    .limit(1);
  return row ?? null;
}

/** Pilots of a project with their newest scorecard, oldest first; at most 50. */
export async function listPilots(
  q: Queryable,
  filter: { projectId?: string; contractIds?: readonly string[] },
): Promise<{ pilot: PilotRow; scorecard: ScorecardRow | null }[]> {
  const rows = await q
    .select()
    .from(pilots)
    .where(
      and(
        filter.projectId ? eq(pilots.projectId, filter.projectId) : undefined,
        filter.contractIds ? inArray(pilots.contractId, [...filter.contractIds]) : undefined,
      ),
    )
    .orderBy(pilots.createdAt)
    .limit(50);
  return Promise.all(rows.map(async (pilot) => ({ pilot, scorecard: await findScorecard(q, pilot.id) })));
}

/**
 * Computes a pilot's scorecard from the raw reads and stores it with the hash of its canonical JSON, so that the stored row
 * gives the hash that was signed again; computing again is a new row. The three
 * valued verdict is computed here and decided by a person elsewhere (R10). Refused with `pilot_withheld` while a pilot of
 * the call is still read (R15).
 */
export async function computeScorecard(
  ctx: CommandContext,
  input: { pilotId: string },
): Promise<{ scorecardId: string; verdict: 'pass' | 'inconclusive' | 'fail'; results: ScorecardResults }> {
  const pilot = await getPilot(ctx.db, input.pilotId);
  if (!pilot.batchId)
    throw new AppError({
      kind: 'precondition',
      reason: 'pilot_without_batch',
      message: 'This pilot has no batch yet. Create and open it first.',
    });
  await refuseWithheld(ctx.db, { batchId: pilot.batchId, now: ctx.clock.now() });
  const measures = await scoreBatch(ctx, { batchId: pilot.batchId });
  const terms = pilotTerms.parse(pilot.terms);
  const { criteria, verdict } = judge(terms, measures.fields, measures.throughput);
  const results: ScorecardResults = { criteria, measures, assisted: measures.assisted };
  const stored = storedForm(results);
  const scorecardId = newId();
  await transact(ctx, async (tx) => {
    await tx.db.insert(scorecards).values({
      id: scorecardId,
      pilotId: pilot.id,
      batchId: measures.batchId,
      computedAt: tx.now,
      methodVersion: METHOD_VERSION,
      results: stored,
      verdict,
      contentSha256: hashContent(stored),
    });
    await tx.db
      .update(pilots)
      .set({ status: 'scored' })
      .where(and(eq(pilots.id, pilot.id), inArray(pilots.status, ['ordered', 'reading'])));
    await tx.audit({
      action: 'pilots.scored',
      subject: { kind: 'pilot', id: pilot.id },
      detail: { scorecardId, verdict },
    });
  });
  return { scorecardId, verdict, results };
}
