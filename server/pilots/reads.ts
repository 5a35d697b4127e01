import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { pilots, scorecards } from '#db/schema/pilots.ts';
import { batches } from '#db/schema/work.ts';
import { pilotTerms } from '#server/bids/schemas.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { isStillRead, type PilotState } from './rules.ts';

/**
 * Why a pilot's quality is not shown yet: how many pilots of its call are still read, and until when at the latest (null
 * when only its closing ends it).
 */
export type Withholding = { stillRead: number; of: number; until: Date | null; href: string };

/**
 * R15: bidders are judged alike, so nothing of a pilot's quality is shown or computed while it or another pilot of its
 * call is read and has time left. A card that was computed before a later pilot was ordered stays in sight. Null when
 * the batch is no pilot's, or nothing is held back any more. At most 50 pilots of a call.
 */
export async function findWithholding(
  q: Queryable,
  at: { batchId: string; now: Date },
): Promise<Withholding | null> {
  const [own] = await q
    .select({ id: pilots.id, callId: pilots.callId })
    .from(pilots)
    .where(eq(pilots.batchId, at.batchId));
  if (!own) return withholdingOfBatch(q, at);
  const rows = await q
    .select({
      pilotId: pilots.id,
      projectId: pilots.projectId,
      status: pilots.status,
      batchStatus: batches.status,
      createdAt: pilots.createdAt,
      terms: pilots.terms,
      isScored: sql<boolean>`exists (select 1 from ${scorecards} where ${scorecards.pilotId} = ${pilots.id})`,
    })
    .from(pilots)
    .leftJoin(batches, eq(batches.id, pilots.batchId))
    .where(eq(pilots.callId, own.callId))
    .limit(50);
  const states = rows.map((row): PilotState & { pilotId: string; isScored: boolean; projectId: string } => ({
    ...row,
    until: plus(row.createdAt, pilotTerms.parse(row.terms).timeLimitDays * DAY),
  }));
  const reading = states.filter((state) => isStillRead(state, at.now));
  const [first] = reading;
  const isSeen = states.some((state) => state.pilotId === own.id && state.isScored);
  if (!first || (isSeen && !reading.some((state) => state.pilotId === own.id))) return null;
  return {
    stillRead: reading.length,
    of: states.length,
    until: new Date(Math.max(...reading.map((state) => state.until.getTime()))),
    href: `/sponsor/projects/${first.projectId}/pilots`,
  };
}

export type UndecidedPilot = { pilotId: string; projectId: string; isScored: boolean };

/** Pilots of projects that have been read and wait for the sponsor's decision, and may be judged now (R15); at most 50. */
export async function listUndecidedPilots(
  q: Queryable,
  input: { projectIds: readonly string[]; now: Date },
): Promise<UndecidedPilot[]> {
  if (input.projectIds.length === 0) return [];
  const rows = await q
    .select({
      pilotId: pilots.id,
      projectId: pilots.projectId,
      batchId: batches.id,
      status: pilots.status,
    })
    .from(pilots)
    .innerJoin(batches, eq(batches.id, pilots.batchId))
    .where(
      and(
        inArray(pilots.projectId, [...input.projectIds]),
        inArray(pilots.status, ['reading', 'scored']),
        inArray(batches.status, ['closing', 'settled']),
      ),
    )
    .orderBy(pilots.createdAt)
    .limit(50);
  const withheld = await Promise.all(
    rows.map(({ batchId }) => findWithholding(q, { batchId, now: input.now })),
  );
  return rows
    .filter((_, at) => withheld[at] === null)
    .map(({ pilotId, projectId, status }) => ({ pilotId, projectId, isScored: status === 'scored' }));
}

/** The pilot of this batch that has a card and no decision yet, or null. */
export async function findCardToRenew(q: Queryable, batchId: string): Promise<string | null> {
  const [row] = await q
    .select({ id: pilots.id })
    .from(pilots)
    .where(and(eq(pilots.batchId, batchId), eq(pilots.status, 'scored')));
  return row?.id ?? null;
}

/** A pilot batch that was made without an order is held back while it is read. */
async function withholdingOfBatch(
  q: Queryable,
  at: { batchId: string; now: Date },
): Promise<Withholding | null> {
  const [batch] = await q
    .select()
    .from(batches)
    .where(and(eq(batches.id, at.batchId), eq(batches.kind, 'pilot'), ne(batches.status, 'settled')));
  if (!batch || batch.status === 'closing') return null;
  return { stillRead: 1, of: 1, until: null, href: `/sponsor/projects/${batch.projectId}/batches` };
}

/** What is held back, in words: what is still read, until when, and what would change it. */
export function withholdingMessage({ stillRead, of, until }: Withholding): string {
  const who =
    of === 1
      ? 'The pilot is'
      : `${stillRead} of the ${of} pilots of this call ${stillRead === 1 ? 'is' : 'are'}`;
  const limit = until === null ? '' : `, until ${until.toISOString().slice(0, 10)} at the latest`;
  return `${who} still being read${limit}. Quality is shown when every pilot of the call has closed or its time is up, so that all bidders are judged alike (R15).`;
}

/** Refuses with `pilot_withheld` while {@link findWithholding} says so. */
export async function refuseWithheld(q: Queryable, at: { batchId: string; now: Date }): Promise<void> {
  const withholding = await findWithholding(q, at);
  if (!withholding) return;
  const message = withholdingMessage(withholding);
  throw new AppError({
    kind: 'precondition',
    reason: 'pilot_withheld',
    message,
    details: [{ code: 'pilot_withheld', message, href: withholding.href }],
  });
}
