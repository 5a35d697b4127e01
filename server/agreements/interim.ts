import type { CommandTx } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { type AgreementRow, findStandingForUpdate, updateAgreement } from './queries.ts';
import { type AgreementKind, KIND_TITLES } from './schemas.ts';
import { findSignedForUpdate } from './term-queries.ts';

type Parties = { kind: AgreementKind; partyAOrgId: string; partyBOrgId: string };
type Term = { effectiveFrom: string; effectiveUntil: string | null };

/**
 * Beside what both have signed for a day to come, one more is prepared only where nothing is in force until then: an interim one, from
 * today to that very day, so that it closes the gap and leaves neither gap nor overlap behind. Anything else is refused with
 * `agreement_pending`, which says what can be done.
 */
export async function assertOnlyInterim(tx: CommandTx, at: Parties & Term): Promise<void> {
  const signed = await findSignedForUpdate(tx.db, at);
  if (signed === null) return;
  const standing = await findStandingForUpdate(tx.db, at);
  const today = tx.now.toISOString().slice(0, 10);
  if (standing === null && at.effectiveFrom === today && at.effectiveUntil === signed.effectiveFrom) return;
  const [title, begins] = [KIND_TITLES[at.kind].toLowerCase(), sayDay(signed.effectiveFrom)];
  throw new AppError({
    kind: 'conflict',
    reason: 'agreement_pending',
    message:
      standing === null
        ? `A ${title} is signed by both sides and begins on ${begins}. Until then one can hold that begins today and ends on ${begins}; for other terms terminate the signed one first.`
        : `A ${title} is in force, and the one that follows it is signed and begins on ${begins}. For other terms terminate the signed one first, or wait until it has begun.`,
  });
}

/**
 * What waits for its day follows the interim one that has come into force: suspension and end of the one hold for the other, as with any
 * renewal that was signed before.
 */
export async function followInterim(tx: CommandTx, interim: AgreementRow): Promise<void> {
  const signed = await findSignedForUpdate(tx.db, interim);
  if (signed === null || signed.effectiveFrom !== interim.effectiveUntil) return;
  await updateAgreement(tx.db, { id: signed.id, expected: signed.status }, { supersedesId: interim.id });
}
