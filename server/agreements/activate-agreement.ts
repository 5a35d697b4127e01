import type { CommandTx } from '#server/command/transaction.ts';
import { assert, present } from '#server/core/assert.ts';
import { readStoredFile } from '#server/files/read-file.ts';
import { storeFile } from '#server/files/store-file.ts';
import { CONSENT } from './consent.ts';
import { documentOf } from './document.ts';
import { followInterim } from './interim.ts';
import { tellSignatories } from './notify.ts';
import {
  type AgreementWithParties,
  findStandingForUpdate,
  listSignatures,
  updateAgreement,
} from './queries.ts';
import { renderEvidence } from './render-pdf.ts';
import { retainUntil, transition } from './rules.ts';
import { type AgreementStatus, KIND_TITLES } from './schemas.ts';
import { sealDocument } from './seal-document.ts';

/**
 * Both sides have signed: supersedes the standing agreement of the same kind and parties, makes this one active and
 * stores its sealed copy, all in the caller's transaction, so that there is neither a gap nor an overlap.
 */
export async function activateAgreement(
  tx: CommandTx,
  whole: AgreementWithParties,
): Promise<{ agreementId: string; status: AgreementStatus; sealedFileId: string }> {
  const { agreement, partyA, partyB } = whole;
  const status = present(transition(agreement.status, 'sign_last'), 'The way to active');
  const supersedesId = await supersede(tx, whole);
  const sealedFileId = await sealAgreement(tx, whole);
  const createdOn = agreement.createdAt.toISOString().slice(0, 10);
  const moved = await updateAgreement(
    tx.db,
    { id: agreement.id, expected: agreement.status },
    {
      status,
      supersedesId,
      sealedFileId,
      activatedAt: tx.now,
      retainUntil:
        agreement.effectiveUntil === null ? null : retainUntil(createdOn, agreement.effectiveUntil),
    },
  );
  assert(moved, 'The locked agreement did not move');
  if (supersedesId === null) await followInterim(tx, agreement);
  await tx.audit({
    action: 'agreements.activated',
    subject: { kind: 'agreement', id: agreement.id },
    detail: { supersedesId, sealedFileId },
  });
  await revokeOutside(tx, whole);
  await tellSignatories(tx, [partyA, partyB], {
    agreementId: agreement.id,
    kind: 'agreement.active',
    title: `${KIND_TITLES[agreement.kind]} is signed by both sides`,
  });
  return { agreementId: agreement.id, status, sealedFileId };
}

/** R27: countries that an agreement leaves out as it begins are shut at once, for those at work in them too, not at their next opening. */
export async function revokeOutside(
  tx: CommandTx,
  { agreement, partyA, partyB }: AgreementWithParties,
): Promise<void> {
  if (agreement.locations.length === 0) return;
  const orgId = partyA.kind === 'platform' ? partyB.id : partyA.id;
  await tx.enqueue({ name: 'agreements.revoke-access', payload: { orgId } });
}

async function supersede(tx: CommandTx, { agreement }: AgreementWithParties): Promise<string | null> {
  const standing = await findStandingForUpdate(tx.db, agreement);
  if (standing === null) return null;
  const today = tx.now.toISOString().slice(0, 10);
  // One that begins later is signed ahead (`sign-ahead.ts`); here its day has come.
  assert(agreement.effectiveFrom <= today, 'A renewal was activated before its day');
  const status = present(transition(standing.status, 'supersede'), 'The way to superseded');
  await updateAgreement(
    tx.db,
    { id: standing.id, expected: standing.status },
    {
      status,
      statusReason: 'Replaced by a new version signed by both sides.',
      endedAt: tx.now,
      retainUntil: retainUntil(standing.createdAt.toISOString().slice(0, 10), today),
    },
  );
  await tx.audit({
    action: 'agreements.superseded',
    subject: { kind: 'agreement', id: standing.id },
    detail: { from: standing.status, by: agreement.id },
  });
  return standing.id;
}

/** Stores the sealed copy of an agreement that both sides have signed; returns its file. */
export async function sealAgreement(tx: CommandTx, whole: AgreementWithParties): Promise<string> {
  const { agreement, partyA, partyB } = whole;
  const documentSha256 = present(agreement.documentSha256, 'The hash of the document');
  const signatures = await listSignatures(tx.db, [agreement.id]);
  const original = await readStoredFile(tx.db, present(agreement.fileId, 'The document'));
  const evidence = await renderEvidence(documentOf(whole), {
    documentSha256,
    consentText: CONSENT.text,
    signatures: signatures.map((one) => ({
      party: (one.side === 'a' ? partyA : partyB).legalName,
      typedName: one.typedName,
      title: one.title,
      authorityStatement: one.authorityStatement,
      consentVersion: one.consentVersion,
      authMethod: one.authMethod,
      signedAt: one.signedAt,
      documentSha256: one.documentSha256,
      userAgent: one.userAgent,
      ipAddress: one.ipAddress,
      signatureId: one.id,
    })),
  });
  const bytes = await sealDocument({ original: original.bytes, evidence, sealedAt: tx.now });
  const file = await storeFile(tx, {
    bytes,
    mediaType: 'application/pdf',
    fileName: `${agreement.kind}-${agreement.id}-sealed.pdf`,
    orgId: partyA.kind === 'platform' ? partyB.id : partyA.id,
  });
  return file.id;
}
