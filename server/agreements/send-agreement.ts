import type { OrgContext } from '#server/command/context.ts';
import { requireVerifiedOrg } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { AppError } from '#server/core/errors.ts';
import { storeFile } from '#server/files/store-file.ts';
import { documentOf } from './document.ts';
import { findForParty } from './find-for-party.ts';
import { hasOpenProposal } from './negotiation-queries.ts';
import { tellSignatories } from './notify.ts';
import { findAgreementForUpdate, updateAgreement } from './queries.ts';
import { renderAgreement } from './render-pdf.ts';
import { transition } from './rules.ts';
import { KIND_TITLES } from './schemas.ts';

/**
 * Prints the settled text of a negotiation and sends it to both sides to sign. Errors: `agreement_not_found`, conflict
 * `text_unsettled` (a wording waits for an answer), `agreement_not_open`, `text_changed` (meanwhile).
 */
export async function sendAgreement(
  ctx: OrgContext,
  input: { agreementId: string },
): Promise<{ documentSha256: string }> {
  requireVerifiedOrg(ctx);
  const whole = await findForParty(ctx.db, { agreementId: input.agreementId, actor: ctx.actor });
  if (transition(whole.agreement.status, 'send') === null) throw notDraft(whole.agreement.status);
  if (await hasOpenProposal(ctx.db, whole.agreement.id)) throw unsettled();
  // Printed before the transaction opens: it takes a second.
  const bytes = await renderAgreement(documentOf(whole));
  return transact(ctx, async (tx) => {
    const locked = present(await findAgreementForUpdate(tx.db, whole.agreement.id), 'The agreement');
    const status = transition(locked.status, 'send');
    if (status === null) throw notDraft(locked.status);
    if (await hasOpenProposal(tx.db, locked.id)) throw unsettled();
    if (locked.textVersion !== whole.agreement.textVersion) throw changed();
    const file = await storeFile(tx, {
      bytes,
      mediaType: 'application/pdf',
      fileName: `${locked.kind}-${locked.id}-v${locked.textVersion}.pdf`,
      orgId: whole.partyA.kind === 'platform' ? whole.partyB.id : whole.partyA.id,
    });
    await updateAgreement(
      tx.db,
      { id: locked.id, expected: locked.status },
      { status, sentAt: tx.now, fileId: file.id, documentSha256: file.sha256 },
    );
    await tx.audit({
      action: 'agreements.sent',
      subject: { kind: 'agreement', id: locked.id },
      detail: { kind: locked.kind, textVersion: locked.textVersion, documentSha256: file.sha256 },
    });
    await tellSignatories(tx, [whole.partyA, whole.partyB], {
      agreementId: locked.id,
      kind: 'agreement.to_sign',
      title: `${KIND_TITLES[locked.kind]} is settled and ready to sign`,
    });
    return { documentSha256: file.sha256 };
  });
}

function notDraft(status: string): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'agreement_not_open',
    message: `This agreement is ${status.replaceAll('_', ' ')}; only a text under negotiation is sent to be signed.`,
  });
}

function unsettled(): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'text_unsettled',
    message: 'A proposed wording waits for an answer. Nothing is signed before the text is settled.',
  });
}

function changed(): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'text_changed',
    message: 'The text has changed meanwhile. Load the page, read it, and send it again.',
  });
}
