import { and, eq } from 'drizzle-orm';
import { pilotBatches, pilots } from '#db/schema/pilots.ts';
import { holdBid } from '#server/bids/hold-bid.ts';
import { getBid, getContract } from '#server/bids/reads.ts';
import { expiryProblem, heldUntil } from '#server/bids/rules.ts';
import { pilotTerms } from '#server/bids/schemas.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { AppError, type ErrorDetail } from '#server/core/errors.ts';
import { sayMinute } from '#server/notifications/say-day.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { insertBatch } from '#server/work/create-batch.ts';
import { openDraft } from '#server/work/open-batch.ts';
import { getBatch } from '#server/work/reads.ts';
import { getPilot, type PilotRow } from './compute-scorecard.ts';
import { drawPilotCases } from './freeze-cases.ts';
import { casesMet } from './plan-extension.ts';
import { listPilotBatches } from './reads.ts';
import { RETRY_AFTER_DAYS, RETRY_WITHIN_DAYS } from './rules.ts';

/** The first moment at which the retry that was granted can be ordered (R16). */
export function retryFrom(decidedAt: Date): Date {
  return plus(decidedAt, RETRY_AFTER_DAYS * DAY);
}

/** The moment from which it can be ordered no more and lapses (`lapse-retries`). */
export function retryUntil(decidedAt: Date): Date {
  return plus(retryFrom(decidedAt), RETRY_WITHIN_DAYS * DAY);
}

/** Why the retry of a pilot can't be ordered now, or null. */
export function retryProblem(
  pilot: Pick<PilotRow, 'status' | 'decision' | 'decidedAt'>,
  bid: { status: string; validUntil: Date | null },
  now: Date,
): ErrorDetail | null {
  if (pilot.status !== 'decided' || pilot.decision !== 'retry' || pilot.decidedAt === null)
    return {
      code: 'retry_not_granted',
      message: 'No retry waits to be ordered: it is granted by the decision on a failed pilot, once.',
    };
  const [from, until] = [retryFrom(pilot.decidedAt), retryUntil(pilot.decidedAt)];
  if (now >= until)
    return {
      code: 'retry_lapsed',
      message: `The retry could be ordered until ${sayMinute(until)} and has lapsed: the vendor's access and its bid have ended. Take the next bidder, or open a further call.`,
    };
  if (now < from)
    return {
      code: 'retry_too_early',
      message: `A retry is read ${RETRY_AFTER_DAYS} days after the decision at the earliest, so that there is time to learn from it (R16): from ${sayMinute(from)} on, until ${sayMinute(until)}. It lapses after that.`,
    };
  return expiryProblem(bid, now);
}

/**
 * Orders and opens the one retry of a failed pilot (R16): other cases by the same terms, the same order, price, people and
 * independence group, under the protocol that is signed now. Its card scores it alone. Refused with `retry_not_granted`,
 * `retry_too_early`, `retry_lapsed`, `bid_expired`, `pilot_cases`, or like any batch with `batch_not_ready`.
 */
export async function orderRetry(ctx: OrgContext, input: { pilotId: string }): Promise<{ batchId: string }> {
  requireVerifiedOrg(ctx);
  return transact(ctx, async (tx) => {
    const pilot = await getPilot(tx.db, input.pilotId);
    const project = await getProjectForOrg(tx.db, ctx.actor.orgId, pilot.projectId).catch(
      (cause: unknown) => {
        throw new AppError({
          kind: 'not_found',
          reason: 'pilot_not_found',
          message: 'There is no such pilot.',
          cause,
        });
      },
    );
    const [claimed] = await tx.db
      .update(pilots)
      .set({ status: 'reading', abandonedAt: null, abandonReason: null })
      .where(and(eq(pilots.id, pilot.id), eq(pilots.status, 'decided'), eq(pilots.decision, 'retry')))
      .returning({ id: pilots.id });
    // Read once the pilot's row is held: it may have lapsed just now, and its bid with it.
    const problem = retryProblem(pilot, await getBid(tx.db, pilot.bidId), tx.now);
    if (problem || !claimed)
      throw new AppError({
        kind: 'precondition',
        reason: problem?.code ?? 'retry_not_granted',
        message: problem?.message ?? 'This retry was ordered already.',
      });
    const own = await listPilotBatches(tx.db, pilot.id);
    const first = await getBatch(tx.db, present(own[0], 'The batch of a pilot').batchId);
    const terms = pilotTerms.parse(pilot.terms);
    const order = await getContract(tx.db, pilot.contractId);
    const met = await casesMet(tx.db, own, own);
    const caseIds = await drawPilotCases(tx.db, {
      project,
      datasetId: first.datasetId,
      terms,
      now: tx.now,
      without: met.ids,
    });
    const { batchId } = await insertBatch(tx, {
      projectId: project.id,
      contractId: order.id,
      vendorOrgId: order.vendorOrgId,
      datasetId: first.datasetId,
      caseIds,
      withoutCases: met.ids,
      kind: 'pilot',
      name: `${first.name}, retry`,
      overlap: terms.overlap,
      goldMode: terms.goldMode,
      goldShareBasisPoints: terms.goldShareBasisPoints,
      reviewShareBasisPoints: 0,
      pricePerReadMinor: order.pricePerReadMinor,
      feeBasisPoints: order.feeBasisPoints,
      independenceGroup: first.independenceGroup,
    });
    await tx.db.insert(pilotBatches).values({
      pilotId: pilot.id,
      sequence: own.length + 1,
      attempt: 2,
      batchId,
      orderedAt: tx.now,
    });
    await openDraft(tx, { batchId, orgId: ctx.actor.orgId });
    await holdBid(tx, {
      bidId: pilot.bidId,
      until: heldUntil(plus(tx.now, terms.timeLimitDays * DAY)),
    });
    await tx.audit({
      action: 'pilots.retry_ordered',
      subject: { kind: 'pilot', id: pilot.id },
      detail: { batchId, cases: caseIds.length },
    });
    return { batchId };
  });
}
