import type { CommandTx } from '#server/command/transaction.ts';
import { assert, present } from '#server/core/assert.ts';
import { AppError } from '#server/core/errors.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { sealAgreement } from './activate-agreement.ts';
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
 * Both sides have signed a renewal for a day to come: it is sealed now, and the one in force ends on the very day on
 * which this one begins. Throws precondition `renewal_gap` when the one in force ends before. Null when there is
 * nothing to follow on, or the day has come: then it becomes active at once.
 */
export async function signAhead(
  tx: CommandTx,
  whole: AgreementWithParties,
): Promise<{ agreementId: string; status: AgreementStatus; sealedFileId: string } | null> {
  const { agreement, partyA, partyB } = whole;
  if (agreement.effectiveFrom <= dayOf(tx.now)) return null;
  const standing = await findStandingForUpdate(tx.db, agreement);
  if (standing === null) return null;
  const endsOn = standing.effectiveUntil;
  if (endsOn !== null && endsOn < agreement.effectiveFrom) throw gap(endsOn);
  await updateAgreement(
    tx.db,
    { id: standing.id, expected: standing.status },
    { effectiveUntil: agreement.effectiveFrom },
  );
  const status = present(transition(agreement.status, 'sign_ahead'), 'The way to signed');
  const sealedFileId = await sealAgreement(tx, whole);
  const moved = await updateAgreement(
    tx.db,
    { id: agreement.id, expected: agreement.status },
    { status, sealedFileId, supersedesId: standing.id },
  );
  assert(moved, 'The locked agreement did not move');
  await tx.audit({
    action: 'agreements.signed_ahead',
    subject: { kind: 'agreement', id: agreement.id },
    detail: { follows: standing.id, on: agreement.effectiveFrom, endedOnBefore: endsOn },
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
  for (const agreement of due) {
    await supersedeStanding(tx, agreement);
    const status = present(transition(agreement.status, 'begin'), 'The way to active');
    await updateAgreement(
      tx.db,
      { id: agreement.id, expected: agreement.status },
      {
        status,
        activatedAt: tx.now,
        retainUntil:
          agreement.effectiveUntil === null
            ? null
            : retainUntil(dayOf(agreement.createdAt), agreement.effectiveUntil),
      },
    );
    await tx.audit({
      action: 'agreements.activated',
      subject: { kind: 'agreement', id: agreement.id },
      detail: { supersedesId: agreement.supersedesId },
    });
    const whole = present(await findAgreement(tx.db, agreement.id), 'The agreement');
    await tellSignatories(tx, [whole.partyA, whole.partyB], {
      agreementId: agreement.id,
      kind: 'agreement.active',
      title: `${KIND_TITLES[agreement.kind]} has taken over from the one before`,
    });
  }
  return due.length;
}

async function supersedeStanding(tx: CommandTx, successor: AgreementRow): Promise<void> {
  const standing = await findStandingForUpdate(tx.db, successor);
  if (standing === null) return;
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
}

/** An agreement that ends before its renewal begins takes the renewal with it: a party has ended what it renews. */
export async function voidSuccessor(tx: CommandTx, ending: AgreementRow, endsOn: string): Promise<void> {
  const successor = await findSuccessorForUpdate(tx.db, ending.id);
  if (successor === null || endsOn >= successor.effectiveFrom) return;
  await updateAgreement(
    tx.db,
    { id: successor.id, expected: successor.status },
    {
      status: present(transition(successor.status, 'void'), 'The way to voided'),
      statusReason: 'The agreement it renews was terminated before it began.',
      endedAt: tx.now,
    },
  );
  await tx.audit({
    action: 'agreements.voided',
    subject: { kind: 'agreement', id: successor.id },
    detail: { from: successor.status, reason: 'renewed_agreement_terminated' },
  });
}

function gap(endsOn: string): AppError {
  return new AppError({
    kind: 'precondition',
    reason: 'renewal_gap',
    message: `The agreement in force ends on ${sayDay(endsOn)}, before this one begins: nothing would hold in between. Prepare one that begins on ${sayDay(endsOn)}.`,
  });
}
