import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { contracts } from '#db/schema/bids.ts';
import { organisations } from '#db/schema/identity.ts';
import { pilotBatches, pilotReturns, pilots, scorecards } from '#db/schema/pilots.ts';
import { batches } from '#db/schema/work-batches.ts';
import { windDownCertificate } from '#server/agreements/schemas.ts';
import { pilotTerms } from '#server/bids/schemas.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { slotsOut } from '#server/work/held-slots.ts';
import { type Batch, countCasesOut, submittedBesides } from '#server/work/reads.ts';
import { isStillRead, type PilotState } from './rules.ts';

/** Kinds of batches whose answers are held back while they are read. */
export const HELD_BACK: Batch['kind'][] = ['pilot', 'self_label'];

/**
 * Why a pilot's quality, or what a panel has answered, is not shown yet: how many pilots of its call are still read, and until when
 * at the latest (null when only its closing ends it).
 */
export type Withholding = {
  stillRead: number;
  of: number;
  until: Date | null;
  /** Of those, the ones that the sponsor has not opened yet: their time has not begun. */
  unopened: number;
  /** Of a panel: how many of its cases readers hold, when nothing but these is still to come; null while it goes on reading. */
  panel?: { heldCases: number | null };
  href: string;
};

/**
 * R15: bidders are judged alike, so nothing of a pilot's quality is shown or computed while it or another pilot of its
 * call is read and has time left. What a card has shown stays in sight when a later pilot or an extension is ordered; the
 * extension's own reads wait like any other. What a panel answers is held back from everybody until all of it is in, because whoever
 * leads it may read in it, and gold is made blind (R7, R21). Null for a batch of another kind, or when nothing is held back any more.
 */
export async function findWithholding(
  q: Queryable,
  at: { batchId: string; now: Date },
): Promise<Withholding | null> {
  const [own] = await q
    .select({ pilotId: pilots.id, callId: pilots.callId, sequence: pilotBatches.sequence })
    .from(pilotBatches)
    .innerJoin(pilots, eq(pilots.id, pilotBatches.pilotId))
    .where(eq(pilotBatches.batchId, at.batchId));
  if (!own) return withholdingOfBatch(q, at);
  const states = await listStates(q, own.callId);
  const reading = states.filter((state) => isStillRead(state, at.now));
  const [first] = reading;
  if (!first) return null;
  const scored = states.find((state) => state.batchId === at.batchId)?.scoredSequence ?? 0;
  const isSeen = scored >= own.sequence;
  if (isSeen && !reading.some((state) => state.batchId === at.batchId)) return null;
  return {
    stillRead: new Set(reading.map((state) => state.pilotId)).size,
    of: new Set(states.map((state) => state.pilotId)).size,
    until: reading.some((state) => state.until === null)
      ? null
      : new Date(Math.max(...reading.map((state) => state.until?.getTime() ?? 0))),
    unopened: reading.filter((state) => state.batchStatus === 'draft').length,
    href: `/sponsor/projects/${first.projectId}/pilots`,
  };
}

type BatchState = PilotState & {
  batchId: string;
  pilotId: string;
  projectId: string;
  /** Up to which of the pilot's batches there is a card; 0 without one. */
  scoredSequence: number;
};

/** Every batch of every pilot of a call, at most 200. Indexes: pilots_call_idx, pilot_batches_pkey. */
async function listStates(q: Queryable, callId: string): Promise<BatchState[]> {
  const rows = await q
    .select({
      pilotId: pilots.id,
      projectId: pilots.projectId,
      status: pilots.status,
      batchId: batches.id,
      batchStatus: batches.status,
      openedAt: batches.openedAt,
      terms: pilots.terms,
      scoredSequence: sql<number>`coalesce((select max(read.sequence) from ${scorecards} card
        join ${pilotBatches} read on read.batch_id = card.batch_id
        where card.pilot_id = ${pilots.id}), 0)::int`,
    })
    .from(pilots)
    .innerJoin(pilotBatches, eq(pilotBatches.pilotId, pilots.id))
    .innerJoin(batches, eq(batches.id, pilotBatches.batchId))
    .where(eq(pilots.callId, callId))
    .limit(200);
  return rows.map(({ terms, openedAt, ...row }) => ({
    ...row,
    until: openedAt && plus(openedAt, pilotTerms.parse(terms).timeLimitDays * DAY),
  }));
}

export type PilotBatch = {
  batchId: string;
  sequence: number;
  attempt: number;
  orderedAt: Date;
  /** When its readers could begin, which its time runs from (R15); null before. */
  openedAt: Date | null;
};

/** The batches of a pilot in order: the ordered one, then its extensions (R10) and its retry (R16). */
export async function listPilotBatches(q: Queryable, pilotId: string): Promise<PilotBatch[]> {
  return q
    .select({
      batchId: pilotBatches.batchId,
      sequence: pilotBatches.sequence,
      attempt: pilotBatches.attempt,
      orderedAt: pilotBatches.orderedAt,
      openedAt: batches.openedAt,
    })
    .from(pilotBatches)
    .innerJoin(batches, eq(batches.id, pilotBatches.batchId))
    .where(eq(pilotBatches.pilotId, pilotId))
    .orderBy(pilotBatches.sequence);
}

/** Those of the newest attempt: what its card scores, and what its extension follows. */
export function newestAttempt(batches: readonly PilotBatch[]): PilotBatch[] {
  const attempt = batches.at(-1)?.attempt;
  return batches.filter((one) => one.attempt === attempt);
}

/** `vendor`: the legal name of who read it. */
export type UndecidedPilot = { pilotId: string; projectId: string; vendor: string; isScored: boolean };

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
      vendor: organisations.legalName,
    })
    .from(pilots)
    .innerJoin(contracts, eq(contracts.id, pilots.contractId))
    .innerJoin(organisations, eq(organisations.id, contracts.vendorOrgId))
    .innerJoin(pilotBatches, eq(pilotBatches.pilotId, pilots.id))
    .innerJoin(batches, eq(batches.id, pilotBatches.batchId))
    .where(
      and(
        inArray(pilots.projectId, [...input.projectIds]),
        ne(pilots.status, 'decided'),
        inArray(batches.status, ['closing', 'settled']),
        // Its newest batch: an extension is read before there is anything to decide again.
        sql`${pilotBatches.sequence} = (select max(sequence) from pilot_batches newest where newest.pilot_id = ${pilots.id})`,
      ),
    )
    .orderBy(pilots.createdAt)
    .limit(50);
  const withheld = await Promise.all(
    rows.map(({ batchId }) => findWithholding(q, { batchId, now: input.now })),
  );
  return rows
    .filter((_, at) => withheld[at] === null)
    .map(({ pilotId, projectId, vendor, status }) => ({
      pilotId,
      projectId,
      vendor,
      isScored: status === 'scored',
    }));
}

/** The pilot of this batch that has a card and no decision yet, or null. */
export async function findCardToRenew(q: Queryable, batchId: string): Promise<string | null> {
  const [row] = await q
    .select({ id: pilots.id })
    .from(pilots)
    .innerJoin(pilotBatches, eq(pilotBatches.pilotId, pilots.id))
    .where(and(eq(pilotBatches.batchId, batchId), eq(pilots.status, 'scored')));
  return row?.id ?? null;
}

/** A pilot batch that was made without an order is held back while it is read, a panel's until its last reader is done. */
async function withholdingOfBatch(
  q: Queryable,
  at: { batchId: string; now: Date },
): Promise<Withholding | null> {
  const [batch] = await q
    .select()
    .from(batches)
    .where(and(eq(batches.id, at.batchId), inArray(batches.kind, HELD_BACK), ne(batches.status, 'settled')));
  if (batch?.kind === 'self_label') return withholdingOfPanel(q, batch);
  if (!batch || batch.status === 'closing') return null;
  return {
    stillRead: 1,
    of: 1,
    until: null,
    unopened: 0,
    href: `/sponsor/projects/${batch.projectId}/batches`,
  };
}

/** Once a panel's batch is closed nobody claims in it any more, so that the cases which are out then are the last. Index: readers_holding_idx. */
async function withholdingOfPanel(
  q: Queryable,
  batch: { id: string; projectId: string; status: string },
): Promise<Withholding | null> {
  if (batch.status === 'draft') return null;
  const [row] = await q.execute<{ held: number; until: Date | string | null }>(sql`
    select count(*)::int as held, max(s.lease_until) as until from ${slotsOut(batch.id, sql`h.tier = 'label'`)}`);
  const isClosed = batch.status === 'closing';
  if (isClosed && !row?.held) return null;
  return {
    stillRead: 1,
    of: 1,
    until: isClosed && row?.until ? new Date(row.until) : null,
    unopened: 0,
    panel: { heldCases: isClosed ? (row?.held ?? 0) : null },
    href: `/sponsor/projects/${batch.projectId}/batches/${batch.id}`,
  };
}

/** What is held back, in words: what is still read, until when, and what would change it. */
export function withholdingMessage({ stillRead, of, until, unopened, panel }: Withholding): string {
  if (panel) return panelMessage(panel.heldCases);
  const rule =
    'Quality is shown when every pilot of the call has closed or its time is up, so that all bidders are judged alike (R15).';
  const begin = 'so that the time has not begun: open it, or decline its bid.';
  if (of === 1 && unopened === 1) return `What was ordered has not been opened yet, ${begin} ${rule}`;
  const who =
    of === 1
      ? 'The pilot is'
      : `${stillRead} of the ${of} pilots of this call ${stillRead === 1 ? 'is' : 'are'}`;
  const limit = until === null ? '' : `, until ${sayDay(until)} at the latest`;
  const waiting =
    unopened === 0 ? '' : ` ${unopened === 1 ? 'One has' : `${unopened} have`} not been opened yet, ${begin}`;
  return `${who} still ${unopened > 0 ? 'to be' : 'being'} read${limit}.${waiting} ${rule}`;
}

function panelMessage(heldCases: number | null): string {
  const rule =
    'What it answers is shown, and made gold, when all of it is in, so that everybody reads blind (R7, R21).';
  if (heldCases === null)
    return `The panel is still reading. ${rule} The batch closes when every case is read, or when you close it.`;
  const cases = heldCases === 1 ? 'one more case, which is' : `${heldCases} more cases, which are`;
  return `The panel is still reading: the batch is closed, and readers hold ${cases} handed in or taken back within their time. ${rule}`;
}

/** Refuses with `pilot_withheld`, of a panel's batch with `panel_reading`, while {@link findWithholding} says so. */
export async function refuseWithheld(q: Queryable, at: { batchId: string; now: Date }): Promise<void> {
  const withholding = await findWithholding(q, at);
  if (!withholding) return;
  const message = withholdingMessage(withholding);
  const reason = withholding.panel ? 'panel_reading' : 'pilot_withheld';
  throw new AppError({
    kind: 'precondition',
    reason,
    message,
    details: [{ code: reason, message, href: withholding.href }],
  });
}

/** What a vendor has to return or destroy after a pilot that was not awarded (R16), and its certificate; or null. */
export async function findReturnDuty(q: Queryable, pilotId: string) {
  const [row] = await q.select().from(pilotReturns).where(eq(pilotReturns.pilotId, pilotId));
  if (!row) return null;
  return {
    dueOn: row.dueOn,
    certifiedAt: row.certifiedAt,
    method: row.certificate === null ? null : windDownCertificate.parse(row.certificate).method,
    certificateSha256: row.certificateSha256,
  };
}

/**
 * First reads that are in and that are planned of some batches, from the readers' own counters, as the vendor that reads them is told.
 * Dealt gold is left in, up to what is planned: a figure that it did not move would tell which case was gold (R21). So would one that
 * took reads of unusable cases out of what is planned, which gold is none of: how many cases are out of work is told apart, gold or not.
 */
export async function readsOfBatches(
  q: Queryable,
  batchIds: readonly string[],
): Promise<{ done: number; planned: number; casesOut: number }> {
  const besides = await submittedBesides(q, batchIds);
  const sums = await Promise.all(
    batchIds.map(async (batchId) => {
      const [row] = await q.execute<{ submitted: number; planned: number }>(sql`
        select (b.slot_count - b.asked_repeats)::int as planned, coalesce((select sum(r.submitted)::int from readers r
          where r.batch_id = ${batchId} and r.tier = 'label'), 0) as submitted
        from batches b where b.id = ${batchId}`);
      const { submitted, planned } = row ?? { submitted: 0, planned: 0 };
      const { corrected = 0, repeats = 0, replaced = 0 } = besides.get(batchId) ?? {};
      return { done: Math.min(submitted - corrected - repeats - replaced, planned), planned };
    }),
  );
  return {
    done: sums.reduce((sum, one) => sum + one.done, 0),
    planned: sums.reduce((sum, one) => sum + one.planned, 0),
    casesOut: await countCasesOut(q, batchIds),
  };
}
