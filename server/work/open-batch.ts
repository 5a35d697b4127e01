import { findServicesGap } from '#server/agreements/reads.ts';
import { getContract } from '#server/bids/reads.ts';
import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { callOffProblems, callOffsOf, recordCallOffs } from '#server/contracts/call-off.ts';
import { AppError, type ErrorDetail } from '#server/core/errors.ts';
import { lockCopies } from '#server/datasets/same-content.ts';
import { findOrganisation } from '#server/identity/reads.ts';
import { balanceOf } from '#server/ledger/reads.ts';
import { reserveBatchFunds } from '#server/ledger/reserve-batch-funds.ts';
import { advanceProject } from '#server/projects/advance-project.ts';
import { missingToStartWork } from '#server/projects/missing-to-start-work.ts';
import { getProjectForOrg, lockProjectState } from '#server/projects/reads.ts';
import { adjudicationRule } from '#server/projects/schemas.ts';
import { findSignedProtocol, getProtocolVersion } from '#server/protocols/reads.ts';
import { countGoldAnswers, lockBatch, moveBatch } from './batch-queries.ts';
import { canAdjudicate, costCeiling, missingOfBatch } from './batch-rules.ts';
import { mostReads } from './call-off-more.ts';
import { insertPriorReaders, listTaskIds } from './load-queries.ts';
import { ownStaffGap } from './own-staff-terms.ts';
import { parkQuarantined } from './park-queries.ts';
import { poolList } from './pool-rules.ts';
import { type Batch, getBatch } from './reads.ts';
import { endedShare } from './vendor-shares.ts';

/** Kinds whose opening takes a project past its call, when its readers are its own people. */
const STARTS_WORK: readonly Batch['kind'][] = ['production', 'relabel'];

export type OpenedBatch = { reservedMinor: bigint; currency: string; quarantined: number };

/**
 * Opens a draft batch: reserves what it may cost (R29) and lets its people claim. Refused with `batch_not_ready` and the
 * whole list of what is missing: the project's own list (`missingToStartWork`: verification R0, services agreement R1,
 * signed protocol R6, agreements and evidence R18, a project that runs), and this batch's: its protocol version, vendor,
 * contract (its prices, its month's volume, a repricing that waits; an award in force of everyone who shares it), cases, gold and funds. What was quarantined since the draft
 * was made is not read (R24): `quarantined` says how many cases.
 */
export async function openBatch(ctx: OrgContext, input: { batchId: string }): Promise<OpenedBatch> {
  await refreshPriorReaders(ctx, input.batchId);
  return transact(ctx, (tx) => openDraft(tx, { ...input, orgId: ctx.actor.orgId }));
}

/** Who has met its cases since the draft was made may not meet them again either; part by part, before it opens. */
async function refreshPriorReaders(ctx: OrgContext, batchId: string): Promise<void> {
  const batch = await getBatch(ctx.db, batchId);
  await getProjectForOrg(ctx.db, ctx.actor.orgId, batch.projectId);
  if (batch.excludePriorReaders === 'none' || batch.status !== 'draft') return;
  for (let after: string | null = null; ; ) {
    const taskIds: string[] = await listTaskIds(ctx.db, { batchId, after, limit: 5000 });
    if (taskIds.length === 0) return;
    await transact(ctx, (tx) => insertPriorReaders(tx.db, batch, taskIds));
    after = taskIds.at(-1) ?? null;
  }
}

/** As `openBatch` inside a transaction of another command, for the sponsor `orgId`. */
export async function openDraft(
  tx: CommandTx,
  input: { batchId: string; orgId: string },
): Promise<OpenedBatch> {
  const { datasetId } = await getBatch(tx.db, input.batchId);
  // What is reported at this moment is shut here too, or was before it opens (R24). Lock order: copies, then the batch.
  await lockCopies(tx.db, datasetId, 'add');
  const batch = await lockBatch(tx.db, input.batchId, 'update');
  if (!batch) throw notFound();
  const project = await getProjectForOrg(tx.db, input.orgId, batch.projectId);
  if (batch.status !== 'draft') {
    throw new AppError({
      kind: 'conflict',
      reason: 'batch_not_draft',
      message: `This batch is ${batch.status}; only a draft can be opened.`,
    });
  }
  if (batch.loadState === 'discarding') throw notFound();
  if (batch.loadState !== 'complete') {
    throw new AppError({
      kind: 'precondition',
      reason: 'batch_loading',
      message: `The cases of this batch are still being loaded: ${batch.loadedCount.toLocaleString('en')} of ${(batch.taskCount + batch.goldCount).toLocaleString('en')}. It can be opened when all are there.`,
    });
  }
  // Pausing the project waits until this batch is open, and then pauses it too.
  await lockProjectState(tx.db, project.id);
  const reservedMinor = costCeiling(batch, canAdjudicate(adjudicationRule.parse(batch.adjudicationRule)));
  const called = { ...batch, reads: mostReads(batch, batch.taskCount) };
  const callOffs = await callOffsOf(tx, called, poolList.parse(batch.pools));
  const missing = [
    ...(await listMissing(tx, batch, reservedMinor)),
    ...(await callOffProblems(tx, {
      callOffs,
      protocolVersion: (await getProtocolVersion(tx.db, batch.protocolVersionId)).version,
    })),
  ];
  const ended = await endedShare(tx.db, batch);
  if (ended) missing.push(ended);
  if (missing.length > 0) {
    throw new AppError({
      kind: 'precondition',
      reason: 'batch_not_ready',
      message: `Work cannot start yet: ${missing.map((one) => one.message).join(' ')}`,
      details: missing,
    });
  }
  await reserveBatchFunds(tx, {
    batchId: batch.id,
    projectId: project.id,
    amountMinor: reservedMinor,
    currency: batch.currency,
  });
  await moveBatch(tx.db, {
    batchId: batch.id,
    from: ['draft'],
    to: 'open',
    set: { openedAt: tx.now, reservedMinor },
  });
  const quarantined = await parkQuarantined(tx.db, { batchId: batch.id, datasetId: batch.datasetId });
  await recordCallOffs(tx, { batchId: batch.id, callOffs });
  if (STARTS_WORK.includes(batch.kind))
    await advanceProject(tx, { projectId: project.id, event: 'work_started' });
  await tx.audit({
    action: 'work.batch_opened',
    subject: { kind: 'batch', id: batch.id },
    detail: { reservedMinor: reservedMinor.toString(), currency: batch.currency, quarantined },
  });
  return { reservedMinor, currency: batch.currency, quarantined };
}

/** Gold and money are asked of this batch exactly, so the project's list is taken as for the panel, without them. */
async function listMissing(tx: CommandTx, batch: Batch, neededMinor: bigint): Promise<ErrorDetail[]> {
  const { projectId, vendorOrgId, currency } = batch;
  const ofProject = await missingToStartWork(tx.db, projectId, tx.now, 'panel', batch.datasetId);
  const ofBatch = missingOfBatch({
    batch,
    protocol: await getProtocolVersion(tx.db, batch.protocolVersionId),
    inForce: (await findSignedProtocol(tx.db, projectId))?.version ?? null,
    goldAnswers: await countGoldAnswers(tx.db, batch.id),
    vendor:
      vendorOrgId === null
        ? null
        : {
            isVerified: (await findOrganisation(tx.db, vendorOrgId))?.status === 'verified',
            servicesGap: await findServicesGap(tx.db, { orgId: vendorOrgId, now: tx.now }),
          },
    contract: batch.contractId === null ? null : await getContract(tx.db, batch.contractId),
    ownStaffGap: await ownStaffGap(tx.db, batch),
    neededMinor,
    fundsMinor: await balanceOf(tx.db, { code: 'project_funds', ownerId: projectId, currency }),
  });
  const named = new Set(ofBatch.map((one) => one.code));
  return [...ofProject.filter((one) => !named.has(one.code)), ...ofBatch];
}

function notFound(): AppError {
  return new AppError({ kind: 'not_found', reason: 'batch_not_found', message: 'There is no such batch.' });
}
