import type { CommandTx } from '#server/command/transaction.ts';
import { assert, present } from '#server/core/assert.ts';
import { AppError } from '#server/core/errors.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { revokeOutside, sealAgreement } from './activate-agreement.ts';
import { tellSignatories } from './notify.ts';
import {
  type AgreementRow,
  type AgreementWithParties,
  findAgreement,
  findStandingForUpdate,
  updateAgreement,
} from './queries.ts';
import { retainUntil, transition } from './rules.ts';
import { type AgreementStatus, KIND_TITLES } from './schemas.ts';
import { findSuccessorForUpdate, listDueToBegin } from './term-queries.ts';

const PER_TRANSACTION = 100;
const dayOf = (at: Date) => at.toISOString().slice(0, 10);

/**
 * Both sides have signed for a day to come: it is sealed now, and one that is in force ends on the very day on which this one
 * begins. Throws precondition `renewal_gap` when the one in force ends before. Null when the day has come: then it becomes
 * active at once.
 */
export async function signAhead(
  tx: CommandTx,
  whole: AgreementWithParties,
): Promise<{ agreementId: string; status: AgreementStatus; sealedFileId: string } | null> {
  const { agreement, partyA, partyB } = whole;
  if (agreement.effectiveFrom <= dayOf(tx.now)) return null;
  const standing = await findStandingForUpdate(tx.db, agreement);
  const endsOn = standing?.effectiveUntil ?? null;
  if (endsOn !== null && endsOn < agreement.effectiveFrom) throw gap(endsOn);
  if (standing !== null) {
    const shortened = { effectiveUntil: agreement.effectiveFrom };
    await updateAgreement(tx.db, { id: standing.id, expected: standing.status }, shortened);
  }
  const status = present(transition(agreement.status, 'sign_ahead'), 'The way to signed');
  const sealedFileId = await sealAgreement(tx, whole);
  const moved = await updateAgreement(
    tx.db,
    { id: agreement.id, expected: agreement.status },
    { status, sealedFileId, supersedesId: standing?.id ?? null },
  );
  assert(moved, 'The locked agreement did not move');
  await tx.audit({
    action: 'agreements.signed_ahead',
    subject: { kind: 'agreement', id: agreement.id },
    detail: { follows: standing?.id ?? null, on: agreement.effectiveFrom, endedOnBefore: endsOn },
  });
  await tellSignatories(tx, [partyA, partyB], {
    agreementId: agreement.id,
    kind: 'agreement.signed',
    title: `${KIND_TITLES[agreement.kind]} is signed by both sides and begins on ${sayDay(agreement.effectiveFrom)}`,
  });
  return { agreementId: agreement.id, status, sealedFileId };
}

/**
 * Agreements signed for a day that has come take over: the one before is superseded and this one made active in the same
 * transaction. The gate goes by the day itself, so nothing opens or closes early or late by this. Returns how many.
 */
export async function beginSigned(tx: CommandTx): Promise<number> {
  const due = await listDueToBegin(tx.db, dayOf(tx.now), PER_TRANSACTION);
  for (const agreement of due) await begin(tx, agreement);
  return due.length;
}

/** Lets one locked agreement begin whose day has come; suspended, where the one that it follows was. */
export async function begin(tx: CommandTx, agreement: AgreementRow): Promise<AgreementRow> {
  const isFollowing = await supersedeStanding(tx, agreement);
  const isSuspended = agreement.suspendedByOrgId !== null;
  const status = present(
    transition(agreement.status, isSuspended ? 'begin_suspended' : 'begin'),
    'The way into force',
  );
  const change = {
    status,
    activatedAt: tx.now,
    retainUntil:
      agreement.effectiveUntil === null
        ? null
        : retainUntil(dayOf(agreement.createdAt), agreement.effectiveUntil),
  };
  await updateAgreement(tx.db, { id: agreement.id, expected: agreement.status }, change);
  await tx.audit({
    action: 'agreements.activated',
    subject: { kind: 'agreement', id: agreement.id },
    detail: { supersedesId: agreement.supersedesId, isSuspended },
  });
  const whole = present(await findAgreement(tx.db, agreement.id), 'The agreement');
  await revokeOutside(tx, whole);
  const has = isFollowing ? 'has taken over from the one before' : 'has begun';
  await tellSignatories(tx, [whole.partyA, whole.partyB], {
    agreementId: agreement.id,
    kind: 'agreement.active',
    title: `${KIND_TITLES[agreement.kind]} ${has}${isSuspended ? ', suspended as that one was' : ''}`,
  });
  return { ...agreement, ...change };
}

/** True when there was one to follow. */
async function supersedeStanding(tx: CommandTx, successor: AgreementRow): Promise<boolean> {
  const standing = await findStandingForUpdate(tx.db, successor);
  if (standing === null) return false;
  await updateAgreement(
    tx.db,
    { id: standing.id, expected: standing.status },
    {
      status: present(transition(standing.status, 'supersede'), 'The way to superseded'),
      statusReason: 'The renewal signed by both sides has begun.',
      endedAt: tx.now,
      retainUntil: retainUntil(dayOf(standing.createdAt), successor.effectiveFrom),
    },
  );
  await tx.audit({
    action: 'agreements.superseded',
    subject: { kind: 'agreement', id: standing.id },
    detail: { from: standing.status, by: successor.id },
  });
  return true;
}

/**
 * What is signed for a day to come ends on `endsOn`: void where that is not after its first day, so that it never begins.
 * Returns its state.
 */
export async function endSigned(
  tx: CommandTx,
  signed: AgreementRow,
  end: { endsOn: string; reason: string },
): Promise<AgreementStatus> {
  const { endsOn, reason } = end;
  const isVoid = endsOn <= signed.effectiveFrom;
  const status = isVoid ? present(transition(signed.status, 'void'), 'The way to voided') : signed.status;
  if (!isVoid && signed.effectiveUntil !== null && signed.effectiveUntil <= endsOn) return status;
  await updateAgreement(
    tx.db,
    { id: signed.id, expected: signed.status },
    { status, statusReason: reason, ...(isVoid ? { endedAt: tx.now } : { effectiveUntil: endsOn }) },
  );
  await tx.audit({
    action: isVoid ? 'agreements.voided' : 'agreements.termination_noticed',
    subject: { kind: 'agreement', id: signed.id },
    detail: { from: signed.status, effectiveOn: endsOn },
  });
  return status;
}

/** Whoever ends an agreement ends with it the renewal that was signed for later: both sides are told of one end. */
export async function endSuccessor(tx: CommandTx, ending: AgreementRow, endsOn: string): Promise<void> {
  const successor = await findSuccessorForUpdate(tx.db, ending.id);
  if (successor === null) return;
  await endSigned(tx, successor, { endsOn, reason: 'A side has ended the agreement that this one renews.' });
}

/** A suspension, or its end (null), holds for the renewal that was signed before it, too: only the side that suspended knows. */
export async function suspendSuccessor(
  tx: CommandTx,
  agreement: AgreementRow,
  suspendedByOrgId: string | null,
): Promise<void> {
  const successor = await findSuccessorForUpdate(tx.db, agreement.id);
  if (successor === null) return;
  await updateAgreement(tx.db, { id: successor.id, expected: successor.status }, { suspendedByOrgId });
  await tx.audit({
    action: suspendedByOrgId === null ? 'agreements.resumed' : 'agreements.suspended',
    subject: { kind: 'agreement', id: successor.id },
    detail: { renews: agreement.id },
  });
}

function gap(endsOn: string): AppError {
  return new AppError({
    kind: 'precondition',
    reason: 'renewal_gap',
    message: `The agreement in force ends on ${sayDay(endsOn)}, before this one begins: nothing would hold in between. Prepare one that begins on ${sayDay(endsOn)}.`,
  });
}
