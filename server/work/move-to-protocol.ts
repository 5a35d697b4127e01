import { and, eq } from 'drizzle-orm';
import { batches } from '#db/schema/work-batches.ts';
import { getContract } from '#server/bids/reads.ts';
import { pilotTerms } from '#server/bids/schemas.ts';
import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { callOffsOf, repricingGap } from '#server/contracts/call-off.ts';
import { AppError, type ErrorDetail } from '#server/core/errors.ts';
import { listOrgMembers } from '#server/identity/reads.ts';
import { notifyPeople } from '#server/notifications/notify-people.ts';
import { getProject } from '#server/projects/reads.ts';
import {
  findSignedProtocol,
  getProtocolVersion,
  isBreakingSince,
  type ProtocolVersion,
} from '#server/protocols/reads.ts';
import { listGoldOf, lockBatch, renewGoldOf } from './batch-queries.ts';
import { mostReads } from './call-off-more.ts';
import { faultsOfMove } from './move-rules.ts';
import { ownBatch, wrongState } from './pause-batch.ts';
import { poolList } from './pool-rules.ts';
import type { Batch } from './reads.ts';
import { goldFor } from './taught-gold.ts';

/**
 * Moves a draft, a pilot's too, to the protocol version in force, so that it can be opened after the one it was made on was replaced
 * (R6): its cases, order, people and price stay. What the version has to fit is looked at again: rules that name its fields, known
 * answers (a case whose answer was retired and made anew takes the new one), a pilot's terms, and whether the awards it is read under
 * are priced for it (R13); a pilot keeps the price of its bid. Refused with `batch_not_moved` and everything that stands against it,
 * with `batch_state` once it was opened, and while it is loaded or nothing is signed. Moving again changes nothing.
 */
export async function moveToProtocol(
  ctx: OrgContext,
  input: { batchId: string },
): Promise<{ version: number }> {
  return transact(ctx, async (tx) => {
    await ownBatch(tx, ctx, input.batchId);
    const batch = await lockBatch(tx.db, input.batchId, 'update');
    if (batch?.status !== 'draft') throw await wrongState(tx, input.batchId, ['draft']);
    if (batch.loadState !== 'complete')
      throw refusal('batch_loading', 'This batch is still being loaded. Move it when it is whole.');
    const to = await findSignedProtocol(tx.db, batch.projectId);
    if (to === null)
      throw refusal(
        'protocol_unsigned',
        'No version of the protocol is signed. Both leads sign one first (R6).',
      );
    if (to.id === batch.protocolVersionId) return { version: to.version };
    const from = await getProtocolVersion(tx.db, batch.protocolVersionId);
    if (batch.goldMode !== 'none') {
      const { usable } = await goldFor(tx.db, batch);
      await renewGoldOf(tx.db, { batchId: batch.id, gold: usable });
    }
    await refuseUnfit(tx, batch, { from, to });
    await tx.db
      .update(batches)
      .set({ protocolVersionId: to.id })
      .where(and(eq(batches.id, batch.id), eq(batches.status, 'draft')));
    const { projectId } = batch;
    const isBreaking = await isBreakingSince(tx.db, { projectId, after: from.version, upTo: to.version });
    await tx.audit({
      action: 'work.batch_moved_to_protocol',
      subject: { kind: 'batch', id: batch.id },
      // What the move means for a label, not only the last version on the way.
      detail: {
        from: from.version,
        to: to.version,
        changeClass: isBreaking ? 'breaking' : to.changeClass,
      },
    });
    if (batch.kind === 'pilot') await tellBidder(tx, batch, { from, to, isBreaking });
    return { version: to.version };
  });
}

type Versions = { from: ProtocolVersion; to: ProtocolVersion };

async function refuseUnfit(tx: CommandTx, batch: Batch, { from, to }: Versions): Promise<void> {
  const { intendedUse } = await getProject(tx.db, batch.projectId);
  const contract = batch.contractId === null ? null : await getContract(tx.db, batch.contractId);
  const terms = contract?.kind === 'pilot_order' ? pilotTerms.parse(contract.terms) : null;
  const gold = batch.goldMode === 'none' ? [] : await listGoldOf(tx.db, batch.id);
  const faults = [
    ...faultsOfMove(
      { batch, intendedUse, gold, terms },
      { from: from.labelSchema, to: to.labelSchema, number: to.version },
    ),
    ...(await unpriced(tx, batch, to.id)),
  ];
  if (faults.length === 0) return;
  throw new AppError({
    kind: 'precondition',
    reason: 'batch_not_moved',
    message: `This batch cannot be read by version ${to.version} yet: ${faults.map((fault) => fault.message).join(' ')}`,
    details: faults,
  });
}

/** The awards that it would be called off under whose prices were not agreed for this version (R13). */
async function unpriced(tx: CommandTx, batch: Batch, protocolVersionId: string): Promise<ErrorDetail[]> {
  const called = { ...batch, reads: mostReads(batch, batch.taskCount) };
  const gaps: ErrorDetail[] = [];
  for (const { contractId } of await callOffsOf(tx, called, poolList.parse(batch.pools))) {
    const contract = await getContract(tx.db, contractId);
    const gap = await repricingGap(tx, { contract, kind: batch.kind, protocolVersionId });
    if (gap) gaps.push({ ...gap, href: `/sponsor/projects/${batch.projectId}/contracts/${contractId}` });
  }
  return gaps;
}

/** Whoever is to read a pilot knows it by the version that it was ordered on. */
async function tellBidder(
  tx: CommandTx,
  batch: Batch,
  { from, to, isBreaking }: Versions & { isBreaking: boolean },
): Promise<void> {
  if (batch.vendorOrgId === null) return;
  const { title } = await getProject(tx.db, batch.projectId);
  const breaking = isBreaking ? ', which changes what a label means; your price for the pilot stays' : '';
  const owners = (await listOrgMembers(tx.db, batch.vendorOrgId)).filter((one) =>
    one.roles.includes('vendor_owner'),
  );
  await notifyPeople(tx, {
    kind: 'pilot_protocol_moved',
    title: `Your pilot for ${title} will be read by protocol version ${to.version} instead of ${from.version}${breaking}.`,
    orgId: batch.vendorOrgId,
    once: `moved ${batch.id} ${to.id}`,
    detail: { batchId: batch.id },
    to: owners.map(({ personId }) => ({ personId, href: '/vendor/bids' })),
  });
}

const refusal = (reason: string, message: string) => new AppError({ kind: 'precondition', reason, message });
