import { pilotBatches } from '#db/schema/pilots.ts';
import { holdBid } from '#server/bids/hold-bid.ts';
import { heldUntil } from '#server/bids/rules.ts';
import { pilotTerms } from '#server/bids/schemas.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { insertBatch } from '#server/work/create-batch.ts';
import { openDraft } from '#server/work/open-batch.ts';
import type { PilotRow, ScorecardRow } from './compute-scorecard.ts';
import { planExtension } from './plan-extension.ts';

/**
 * Orders and opens a follow-up batch of a pilot (R10) in the transaction of the signed decision: other cases, the same
 * contract, price, protocol version, independence group and roster. Refused with why it can't be extended (see
 * `planExtension`) or, like any batch, with what is missing to open it, funds among it (`batch_not_ready`, R29).
 */
export async function extendPilot(
  tx: CommandTx,
  input: { pilot: PilotRow; card: ScorecardRow; orgId: string },
): Promise<{ batchId: string; cases: number }> {
  const { pilot } = input;
  const { extension, problem } = await planExtension(tx.db, { ...input, now: tx.now });
  if (problem) {
    throw new AppError({
      kind: 'precondition',
      reason: problem.code,
      message: problem.message,
      details: [problem],
    });
  }
  const { first, sequence, attempt, cases } = extension;
  const { batchId } = await insertBatch(tx, {
    projectId: first.projectId,
    contractId: pilot.contractId,
    vendorOrgId: first.vendorOrgId ?? undefined,
    datasetId: first.datasetId,
    protocolVersionId: first.protocolVersionId,
    filter: { split: first.split },
    caseLimit: cases,
    withoutCases: extension.met,
    kind: 'pilot',
    name: `${first.name}, extension ${sequence - 1}`,
    overlap: first.overlap,
    rounds: first.rounds,
    goldMode: extension.goldMode,
    goldShareBasisPoints: first.goldShareBasisPoints,
    reviewShareBasisPoints: 0,
    consensusMethod: first.consensusMethod,
    leaseSeconds: first.leaseSeconds,
    prefetch: first.prefetch,
    pricePerReadMinor: first.pricePerReadMinor,
    pricePerReviewMinor: first.pricePerReviewMinor,
    feeBasisPoints: first.feeBasisPoints,
    assisted: first.assisted,
    independenceGroup: first.independenceGroup,
    reviewPeriodDays: first.reviewPeriodDays,
    needsTraining: first.needsTraining,
  });
  await tx.db
    .insert(pilotBatches)
    .values({ pilotId: pilot.id, sequence, attempt, batchId, orderedAt: tx.now });
  await openDraft(tx, { batchId, orgId: input.orgId });
  // The time limit runs anew, and the price is held for the new verdict (R13).
  const { timeLimitDays } = pilotTerms.parse(pilot.terms);
  await holdBid(tx, { bidId: pilot.bidId, until: heldUntil(plus(tx.now, timeLimitDays * DAY)) });
  await tx.audit({
    action: 'pilots.extended',
    subject: { kind: 'pilot', id: pilot.id },
    detail: { batchId, cases, sequence },
  });
  return { batchId, cases };
}
