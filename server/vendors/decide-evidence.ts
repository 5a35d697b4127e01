import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { type EvidenceRow, findEvidence, updateEvidence } from './queries.ts';
import { type EvidenceEvent, nextEvidenceStatus } from './rules.ts';
import { EVIDENCE_TITLES, type EvidenceStatus, type ReviewEvidenceInput } from './schemas.ts';
import { tellVendor } from './tell-vendor.ts';

/**
 * An operator has compared a document with what the vendor entered, and takes it or refuses it with a reason. One decision
 * per document: of two operators at once, one is told. A document past its day cannot be taken.
 */
export async function reviewEvidence(
  ctx: OrgContext,
  input: ReviewEvidenceInput,
): Promise<{ status: EvidenceStatus }> {
  return transact(ctx, async (tx) => {
    const row = await findEvidence(tx.db, input.evidenceId);
    if (!row || ctx.actor.orgKind !== 'platform') throw notFound();
    if (input.decision === 'review' && row.expiresOn <= tx.now.toISOString().slice(0, 10))
      throw new AppError({
        kind: 'precondition',
        reason: 'evidence_expired',
        message: `The document expired on ${sayDay(row.expiresOn)}; it cannot be taken any more.`,
      });
    const status = await move(tx, row, input.decision, {
      reviewedBy: ctx.actor.personId,
      reviewedAt: tx.now,
      reviewNote: input.note || null,
      ...(input.decision === 'refuse' ? { endedAt: tx.now } : {}),
    });
    await tellVendor(tx, row.orgId, {
      id: `${row.id} ${status}`,
      title:
        status === 'reviewed'
          ? `Your ${EVIDENCE_TITLES[row.kind]} is reviewed and shown to sponsors`
          : `Your ${EVIDENCE_TITLES[row.kind]} was refused; read why and upload it again`,
    });
    return { status };
  });
}

/** The vendor takes a document back: it is shown to nobody any more, and kept on record. */
export async function withdrawEvidence(
  ctx: OrgContext,
  input: { evidenceId: string },
): Promise<{ status: EvidenceStatus }> {
  return transact(ctx, async (tx) => {
    const row = await findEvidence(tx.db, input.evidenceId);
    if (!row || row.orgId !== ctx.actor.orgId) throw notFound();
    return { status: await move(tx, row, 'withdraw', { endedAt: tx.now }) };
  });
}

async function move(
  tx: CommandTx,
  row: EvidenceRow,
  event: EvidenceEvent,
  set: Partial<EvidenceRow>,
): Promise<EvidenceStatus> {
  const status = nextEvidenceStatus(row.status, event);
  const moved =
    status !== null &&
    (await updateEvidence(tx.db, { id: row.id, expected: row.status }, { ...set, status }));
  if (!moved || status === null)
    throw new AppError({
      kind: 'conflict',
      reason: 'evidence_state',
      message: `This document is ${status === null ? row.status : 'decided by somebody else just now'}; load the page again.`,
    });
  await tx.audit({
    action: `vendors.evidence_${status}`,
    subject: { kind: 'vendor_evidence', id: row.id },
    detail: { from: row.status },
  });
  return status;
}

const notFound = () =>
  new AppError({ kind: 'not_found', reason: 'evidence_not_found', message: 'There is no such document.' });
