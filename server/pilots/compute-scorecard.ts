import { and, desc, eq, inArray } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { pilots, scorecards } from '#db/schema/pilots.ts';
import { holdBid } from '#server/bids/hold-bid.ts';
import { heldUntil } from '#server/bids/rules.ts';
import { pilotTerms } from '#server/bids/schemas.ts';
import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { hashContent } from '#server/protocols/content-hash.ts';
import { type BatchMeasures, measureBatches } from '#server/scores/measure-batch.ts';
import { METHOD_VERSION } from '#server/scores/rules.ts';
import { scoreBatch } from '#server/scores/score-batch.ts';
import { listPilotBatches, newestAttempt, refuseWithheld } from './reads.ts';
import { judge } from './rules.ts';
import type { CriterionResult } from './schemas.ts';

export type PilotRow = typeof pilots.$inferSelect;
export type ScorecardRow = typeof scorecards.$inferSelect;

/** What a scorecard stores: the criteria, their verdicts and the measures behind them. */
export type ScorecardResults = {
  criteria: CriterionResult[];
  measures: BatchMeasures;
  assisted: boolean;
  /** What was scored: the batches of the pilot's newest attempt, extensions included. */
  batchIds: string[];
};

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

/** The pilot, locked until the transaction ends: a new card and the decision on one queue up. Throws like `getPilot`. */
export async function lockPilot(tx: Tx, pilotId: string): Promise<PilotRow> {
  await tx.select({ id: pilots.id }).from(pilots).where(eq(pilots.id, pilotId)).for('update');
  return getPilot(tx, pilotId);
}

/** What was decided was decided on the signed card: no later one takes its place in the record (R16). */
function refuseDecided({ status }: PilotRow): void {
  if (status !== 'decided') return;
  throw new AppError({
    kind: 'conflict',
    reason: 'pilot_decided',
    message: 'This pilot is decided, and its signed scorecard stands. Only a retry is scored anew.',
  });
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

/**
 * Computes a pilot's scorecard from the raw reads of its newest attempt's batches together, a retry's apart from what
 * failed (R16), and stores it with the hash of its canonical JSON, so that the stored row gives the hash that was signed
 * again; computing again is a new row. The three-valued verdict is computed here and decided by a person elsewhere (R10).
 * Refused with `pilot_withheld` while a pilot of
 * the call is still read (R15), and with `pilot_decided` once the decision on a card is signed.
 */
export async function computeScorecard(
  ctx: CommandContext,
  input: { pilotId: string },
): Promise<{ scorecardId: string; verdict: 'pass' | 'inconclusive' | 'fail'; results: ScorecardResults }> {
  const pilot = await getPilot(ctx.db, input.pilotId);
  refuseDecided(pilot);
  const batchIds = newestAttempt(await listPilotBatches(ctx.db, pilot.id)).map((one) => one.batchId);
  const newest = present(batchIds.at(-1), 'The batch of a pilot');
  await refuseWithheld(ctx.db, { batchId: newest, now: ctx.clock.now() });
  const single = await Promise.all(
    batchIds.map((batchId) => scoreBatch(ctx, { batchId, bySubgroup: batchIds.length === 1 })),
  );
  const [only] = single;
  const measures =
    single.length === 1 && only ? only : await measureBatches(ctx.db, batchIds, { bySubgroup: true });
  const terms = pilotTerms.parse(pilot.terms);
  const { criteria, verdict } = judge(terms, measures);
  const results: ScorecardResults = { criteria, measures, assisted: measures.assisted, batchIds };
  const stored = storedForm(results);
  const scorecardId = newId();
  await transact(ctx, async (tx) => {
    refuseDecided(await lockPilot(tx.db, pilot.id));
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
    const [first] = await tx.db
      .update(pilots)
      .set({ status: 'scored' })
      .where(and(eq(pilots.id, pilot.id), inArray(pilots.status, ['ordered', 'reading'])))
      .returning({ id: pilots.id });
    // The first card after reading is the verdict; computing it again does not hold the vendor any longer (R13).
    if (first) await holdBid(tx, { bidId: pilot.bidId, until: heldUntil(tx.now) });
    await tx.audit({
      action: 'pilots.scored',
      subject: { kind: 'pilot', id: pilot.id },
      detail: { scorecardId, verdict },
    });
  });
  return { scorecardId, verdict, results };
}
