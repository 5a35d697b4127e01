import { createHash } from 'node:crypto';
import { violates } from '#db/errors.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { AppError, isAppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { readStoredFile } from '#server/files/read-file.ts';
import { findUserAgent, namesOfPeople } from '#server/identity/reads.ts';
import { assertReauthenticated, authMethodOf } from '#server/identity/rules.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { activateAgreement } from './activate-agreement.ts';
import { CONSENT } from './consent.ts';
import { tellSignatories } from './notify.ts';
import {
  type AgreementWithParties,
  findAgreement,
  findAgreementForUpdate,
  insertSignature,
  listSignatures,
  updateAgreement,
} from './queries.ts';
import { authorityStatement, hasAuthority, isSameName, SIGNING_DAYS, sideOf, transition } from './rules.ts';
import { type AgreementStatus, KIND_TITLES, type Side, type SignAgreementInput } from './schemas.ts';
import { signAhead } from './sign-ahead.ts';

type Signed = { agreementId: string; status: AgreementStatus; sealedFileId: string | null };

/**
 * Signs for one side over the exact stored bytes, which are read and hashed again here (facts A4). The second side's
 * signature makes the agreement active and seals it in the same transaction.
 * Errors: `reauthentication_required` (password older than 5 minutes), `agreement_not_found` (no party),
 * `signing_lapsed` (sent more than 30 days ago), `agreement_over` (its last day came before the signature), `signer_without_authority`, `name_mismatch`, `consent_outdated`, `already_signed` (this side), `agreement_not_open`,
 * `document_mismatch` (another document was shown), `document_changed` (the bytes changed: the agreement is voided).
 */
export async function signAgreement(ctx: OrgContext, input: SignAgreementInput): Promise<Signed> {
  const { actor } = requireVerifiedOrg(ctx);
  assertReauthenticated(actor, ctx.clock.now());
  const result = await transact(ctx, async (tx): Promise<Signed | 'bytes_changed'> => {
    // The lock makes two signers take turns, so "first" and "last" are facts.
    const locked = await findAgreementForUpdate(tx.db, input.agreementId);
    const side = locked === null ? null : sideOf(locked, actor.orgId);
    if (locked === null || side === null) throw notFound();
    const whole = present(await findAgreement(tx.db, locked.id), 'The agreement');
    await assertMaySign(ctx, tx, { whole, side, input });
    const signatures = await listSignatures(tx.db, [locked.id]);
    if (signatures.some((one) => one.side === side)) throw alreadySigned();
    const event = signatures.length === 0 ? 'sign_first' : 'sign_last';
    const next = transition(locked.status, event);
    if (next === null) throw notOpen(locked.status);
    const lastInstant = plus(locked.sentAt ?? locked.createdAt, SIGNING_DAYS * DAY);
    if (tx.now >= lastInstant) throw tooLate();
    refuseOver(locked.effectiveUntil, tx.now);
    const expected = present(locked.documentSha256, 'The hash of the document');
    if (!(await isIntact(tx, present(locked.fileId, 'The document'), expected))) {
      await voidChanged(tx, whole);
      return 'bytes_changed';
    }
    if (input.documentSha256 !== expected) throw mismatch();
    await insertSignature(tx.db, await signatureRow(ctx, tx, { whole, side, input, sha256: expected }));
    await tx.audit({
      action: 'agreements.signed',
      subject: { kind: 'agreement', id: locked.id },
      detail: { side, documentSha256: expected, to: next },
    });
    if (next === 'active') return (await signAhead(tx, whole)) ?? activateAgreement(tx, whole);
    if (!(await updateAgreement(tx.db, { id: locked.id, expected: locked.status }, { status: next }))) {
      throw notOpen(locked.status);
    }
    const other = side === 'a' ? whole.partyB : whole.partyA;
    await tellSignatories(tx, [other], {
      agreementId: locked.id,
      kind: 'agreement.to_countersign',
      title: `${KIND_TITLES[locked.kind]} is signed by the other side and waits for yours`,
    });
    return { agreementId: locked.id, status: next, sealedFileId: null };
  }).catch((error: unknown) => {
    if (violates(error, 'agreement_signatures_side_key')) throw alreadySigned(error);
    throw error;
  });
  if (result === 'bytes_changed') throw changed();
  return result;
}

type Attempt = { whole: AgreementWithParties; side: Side; input: SignAgreementInput };

async function assertMaySign(ctx: OrgContext, tx: CommandTx, { whole, side, input }: Attempt): Promise<void> {
  const own = side === 'a' ? whole.partyA : whole.partyB;
  const authority = hasAuthority(ctx.actor, own);
  if (!authority.allowed) {
    throw new AppError({
      kind: 'forbidden',
      reason: 'signer_without_authority',
      message: authority.reasons[0]?.message ?? 'You may not sign for this organisation.',
      details: authority.reasons,
    });
  }
  if (input.consentVersion !== CONSENT.version) {
    throw new AppError({
      kind: 'conflict',
      reason: 'consent_outdated',
      message: 'The consent to sign electronically has changed. Read the new one and sign again.',
    });
  }
  const name = (await namesOfPeople(tx.db, [ctx.actor.personId])).get(ctx.actor.personId)?.name ?? '';
  if (!isSameName(input.typedName, name)) {
    throw new AppError({
      kind: 'invalid',
      reason: 'name_mismatch',
      message: 'The typed name is not the name on your account. Type it as it stands there.',
      details: [{ code: 'signature.name', path: 'typedName', message: 'Not the name on your account.' }],
    });
  }
}

/** True when the stored bytes still are the ones that were hashed; a storage that is down is not a change. */
async function isIntact(tx: CommandTx, fileId: string, expected: string): Promise<boolean> {
  try {
    const { bytes } = await readStoredFile(tx.db, fileId);
    return createHash('sha256').update(bytes).digest('hex') === expected;
  } catch (error) {
    if (isAppError(error, 'file_changed')) return false;
    throw error;
  }
}

async function voidChanged(
  tx: CommandTx,
  { agreement, partyA, partyB }: AgreementWithParties,
): Promise<void> {
  const status = present(transition(agreement.status, 'void'), 'The way to voided');
  await updateAgreement(
    tx.db,
    { id: agreement.id, expected: agreement.status },
    {
      status,
      statusReason: 'The bytes of the document changed before everyone had signed.',
      endedAt: tx.now,
    },
  );
  await tx.audit({
    action: 'agreements.voided',
    subject: { kind: 'agreement', id: agreement.id },
    detail: { from: agreement.status, reason: 'document_changed', documentSha256: agreement.documentSha256 },
  });
  await tellSignatories(tx, [partyA, partyB], {
    agreementId: agreement.id,
    kind: 'agreement.voided',
    title: `${KIND_TITLES[agreement.kind]} is void because its document was changed`,
  });
}

async function signatureRow(
  ctx: OrgContext,
  tx: CommandTx,
  { whole, side, input, sha256 }: Attempt & { sha256: string },
) {
  const own = side === 'a' ? whole.partyA : whole.partyB;
  const at = ctx.actor.reauthenticatedAt?.toISOString() ?? 'unknown';
  return {
    id: newId(),
    agreementId: whole.agreement.id,
    side,
    orgId: own.id,
    personId: ctx.actor.personId,
    typedName: input.typedName,
    title: input.title,
    authorityStatement: authorityStatement(own.legalName),
    consentVersion: input.consentVersion,
    documentSha256: sha256,
    authMethod: `account ${authMethodOf(ctx.actor)}, entered again at ${at}`,
    sessionId: ctx.actor.sessionId,
    userAgent: await findUserAgent(tx.db, ctx.actor.sessionId),
    ipAddress: ctx.address ?? null,
    signedAt: tx.now,
  };
}

function notFound(): AppError {
  return new AppError({
    kind: 'not_found',
    reason: 'agreement_not_found',
    message: 'Your organisation has no such agreement.',
  });
}

function alreadySigned(cause?: unknown): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'already_signed',
    message: 'Your organisation has already signed this agreement. It waits for the other side.',
    ...(cause === undefined ? {} : { cause }),
  });
}

function notOpen(status: AgreementStatus): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'agreement_not_open',
    message: `This agreement is ${status.replaceAll('_', ' ')}; it takes no more signatures.`,
  });
}

function tooLate(): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'signing_lapsed',
    message: `This was to be signed within ${SIGNING_DAYS} days of being sent and can no longer be. Ask for a new one; the text can be the same.`,
  });
}

/** One that has ended by its own text would replace what is in force with nothing. */
function refuseOver(effectiveUntil: string | null, now: Date): void {
  if (effectiveUntil === null || effectiveUntil > now.toISOString().slice(0, 10)) return;
  throw new AppError({
    kind: 'conflict',
    reason: 'agreement_over',
    message: `This agreement ended on ${sayDay(effectiveUntil)} by its own text, before both sides had signed it. Decline it and ask for a new one.`,
  });
}

function mismatch(): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'document_mismatch',
    message: 'The document you were shown is not the one to be signed. Load the page again and read it.',
  });
}

function changed(): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'document_changed',
    message:
      'The document was changed after it was sent. The agreement is void and no signature on it counts; ask for a new one.',
  });
}
