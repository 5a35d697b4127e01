import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { isAppError } from '#server/core/errors.ts';
import { listAcceptedCases } from '#server/datasets/reads.ts';
import { listActiveGold } from '#server/gold/reads.ts';
import { balanceOf } from '#server/ledger/reads.ts';
import { reserveBatchFunds } from '#server/ledger/reserve-batch-funds.ts';
import { getProject, lockProjectState } from '#server/projects/reads.ts';
import { PROJECT_PAUSED } from '#server/projects/rules.ts';
import { FIXED_OVERLAP } from '#server/projects/tier-schemas.ts';
import { moveBatch } from './batch-queries.ts';
import { costCeiling } from './batch-rules.ts';
import { priceOfPool } from './claim-rules.ts';
import { insertBatch } from './create-batch.ts';
import { findTerms } from './join-queries.ts';
import { poolList } from './pool-rules.ts';
import { type Batch, findReader, getBatch } from './reads.ts';

/** Gold cases of one paid calibration. */
export const CALIBRATION_CASES = 20;
/** Fewer cannot tell anything. */
const FEWEST_CASES = 3;

export type Calibration =
  | {
      batchId: string;
      cases: number;
      /** True while the project stands still: it opens when that goes on. */
      opensWithProject: boolean;
    }
  | { refused: 'no_unread_gold' | 'funds_missing' | 'cases_refused' };

/**
 * Opens a paid calibration (R26, R34) for one person of a batch: up to twenty gold cases that the person has not read in this
 * project, at the price and fee of their own reads there (R13) and under the batch's contract, which nobody else may join. While the project stands still it waits, paused, and
 * opens with it. Part of the caller's transaction. Refused without enough unread gold, when it is not funded (R29), or
 * when nothing may be drawn from the dataset as it is (`cases_refused`); then nothing was made.
 */
export async function openCalibration(
  tx: CommandTx,
  input: { batch: Batch; personId: string; alias: string },
): Promise<Calibration> {
  const { batch, personId, alias } = input;
  const read = await casesReadBy(tx.db, { projectId: batch.projectId, personId });
  const waiting = await casesOfLiveBatches(tx.db, batch.projectId);
  // A calibration draws from the split of its batch, as every batch does: test gold is not shown to who reads for training.
  // Having no split is one of its own. What is quarantined (R24) or kept out at intake is in no batch.
  const known = await listActiveGold(tx.db, batch.projectId, batch.datasetId);
  const { cases } = await listAcceptedCases(tx.db, batch.datasetId, {
    caseIds: known.map((item) => item.caseId),
  });
  const inSplit = new Set(cases.filter((one) => one.split === batch.split).map((one) => one.id));
  const unread = known.filter((item) => !read.has(item.caseId) && inSplit.has(item.caseId));
  // Gold that waits in no batch comes first: what is read here is not read there.
  const gold = [
    ...unread.filter((item) => !waiting.has(item.caseId)),
    ...unread.filter((item) => waiting.has(item.caseId)),
  ];
  if (gold.length < FEWEST_CASES) return { refused: 'no_unread_gold' };
  const caseIds = gold.slice(0, CALIBRATION_CASES).map((item) => item.caseId);
  const funds = await balanceOf(tx.db, {
    code: 'project_funds',
    ownerId: batch.projectId,
    currency: batch.currency,
  });
  const { vendorOrgId, ...price } = await ownPriceOf(tx.db, batch, personId);
  // Each case once, and nothing on top: what the batch has of reviews, checks and further reads is not asked for here.
  const planned = {
    ...batch,
    ...price,
    taskCount: caseIds.length,
    overlap: 1,
    overlapRule: FIXED_OVERLAP,
    rounds: 1,
    goldMode: 'embedded' as const,
    reviewShareBasisPoints: 0,
    reviewRules: [],
    auditPlan: null,
    missRule: null,
  };
  if (funds < costCeiling(planned, false)) return { refused: 'funds_missing' };
  const made = await insertBatch(tx, {
    projectId: batch.projectId,
    datasetId: batch.datasetId,
    protocolVersionId: batch.protocolVersionId,
    name: `Calibration of ${alias}, ${batch.name}`.slice(0, 120),
    kind: 'calibration',
    contractId: batch.contractId,
    vendorOrgId,
    caseIds,
    overlap: 1,
    goldMode: 'embedded',
    reviewShareBasisPoints: 0,
    isAdjudicated: false,
    ...price,
    assisted: false,
    reservedFor: personId,
  }).catch((error: unknown) => {
    // Said before anything is written. Thrown on, it would keep what the watch has found from being raised, pass after pass (R26).
    if (isAppError(error, 'batch_invalid')) return null;
    throw error;
  });
  if (made === null) return { refused: 'cases_refused' };
  const { batchId } = made;
  // Pausing the project waits until this is open, and then pauses it too.
  await lockProjectState(tx.db, batch.projectId);
  const opensWithProject = (await getProject(tx.db, batch.projectId)).status === 'paused';
  const reservedMinor = costCeiling(await getBatch(tx.db, batchId), false);
  await reserveBatchFunds(tx, {
    batchId,
    projectId: batch.projectId,
    amountMinor: reservedMinor,
    currency: batch.currency,
  });
  await moveBatch(tx.db, {
    batchId,
    from: ['draft'],
    to: opensWithProject ? 'paused' : 'open',
    set: { openedAt: tx.now, reservedMinor, statusReason: opensWithProject ? PROJECT_PAUSED : null },
  });
  await excludeFromLive(tx, { projectId: batch.projectId, personId, caseIds, except: batchId });
  await tx.audit({
    action: 'work.calibration_opened',
    subject: { kind: 'batch', id: batchId },
    detail: { of: batch.id, personId, cases: caseIds.length, reservedMinor: reservedMinor.toString() },
  });
  return { batchId, cases: caseIds.length, opensWithProject };
}

/**
 * What a read of one person of a batch is paid, and whose people read at that price: in a shared batch the terms differ, and the batch's
 * own price is the dearest vendor's (R13, R29).
 */
async function ownPriceOf(
  q: Queryable,
  batch: Batch,
  personId: string,
): Promise<{ vendorOrgId: string | null; pricePerReadMinor: bigint; feeBasisPoints: number }> {
  const key = { batchId: batch.id, annotatorId: personId, tier: 'label' as const };
  const reader = await findReader(q, key);
  const terms = reader && (await findTerms(q, { ...key, termsNo: reader.termsNo }));
  const pools = poolList.parse(batch.pools);
  const ofPool = priceOfPool(batch, pools, reader?.poolFrom ?? 0);
  return {
    ...ofPool,
    // Own staff may be paid less than the batch has reserved (`decideEligibility`).
    ...(terms ? { pricePerReadMinor: terms.priceMinor } : {}),
    vendorOrgId: batch.vendorOrgId ?? pools?.[(reader?.poolFrom ?? 0) - 1]?.orgId ?? null,
  };
}

/**
 * Ends a calibration on which somebody has decided: no new cases, what is held is finished and paid (R27), and what was
 * reserved for the rest comes back at its settlement. Nothing happens when it is over already.
 */
export async function endCalibration(tx: CommandTx, input: { batchId: string }): Promise<void> {
  const moved = await moveBatch(tx.db, {
    batchId: input.batchId,
    from: ['open', 'paused'],
    to: 'closing',
    set: { statusReason: 'A person has decided on this calibration.', closedAt: tx.now },
  });
  if (moved === null) return;
  await tx.audit({ action: 'work.calibration_ended', subject: { kind: 'batch', id: input.batchId } });
}

/** Cases that a person has had in any batch of a project, or will have in their calibrations. Index: slots_person_task_key, batch by batch. */
async function casesReadBy(
  q: Queryable,
  input: { projectId: string; personId: string },
): Promise<ReadonlySet<string>> {
  const rows = await q.execute<{ caseId: string }>(sql`
    select distinct k.case_id as "caseId" from batches b
    join slots s on s.batch_id = b.id and s.annotator_id = ${input.personId}
    join tasks k on k.batch_id = s.batch_id and k.id = s.task_id
    where b.project_id = ${input.projectId}
    union
    select k.case_id from batches b join tasks k on k.batch_id = b.id
    where b.project_id = ${input.projectId} and b.reserved_for = ${input.personId}`);
  return new Set([...rows].map((row) => row.caseId));
}

/** Cases of a project's batches that are still being read. */
async function casesOfLiveBatches(q: Queryable, projectId: string): Promise<ReadonlySet<string>> {
  const rows = await q.execute<{ caseId: string }>(sql`
    select distinct k.case_id as "caseId" from batches b
    join gold_answers g on g.batch_id = b.id and g.withdrawn_at is null
    join tasks k on k.batch_id = g.batch_id and k.id = g.task_id
    where b.project_id = ${projectId} and b.status in ('open', 'paused') and b.reserved_for is null`);
  return new Set([...rows].map((row) => row.caseId));
}

/** A case that a person meets in a calibration does not come to them again in a batch under way. Index: tasks_case_idx. */
async function excludeFromLive(
  tx: CommandTx,
  input: { projectId: string; personId: string; caseIds: readonly string[]; except: string },
): Promise<void> {
  await tx.db.execute(sql`
    insert into reader_exclusions (batch_id, annotator_id, task_id)
    select k.batch_id, ${input.personId}::uuid, k.id from batches b
    join tasks k on k.batch_id = b.id and k.case_id = any (${sql.param([...input.caseIds])}::uuid[])
    where b.project_id = ${input.projectId} and b.status in ('open', 'paused') and b.id <> ${input.except}
    on conflict do nothing`);
}
