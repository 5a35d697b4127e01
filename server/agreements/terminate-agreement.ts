import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { AppError } from '#server/core/errors.ts';
import { assertReauthenticated } from '#server/identity/rules.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { assertMayEnd } from './assert-may-end.ts';
import { endAgreement } from './end-agreement.ts';
import { tellSignatories } from './notify.ts';
import { type AgreementRow, findAgreement, findAgreementForUpdate, updateAgreement } from './queries.ts';
import { transition } from './rules.ts';
import { type AgreementStatus, KIND_TITLES, type TerminateAgreementInput } from './schemas.ts';
import { begin, endSigned, endSuccessor } from './sign-ahead.ts';

/**
 * A side ends an agreement: at once, or on a later day with notice until then. When it ends, everything it carried is
 * revoked (R27). A renewal that was signed for later ends on the same day, or never begins; one signed for later can be ended by
 * itself, too. Needs the same authority and recent password as signing.
 * Errors: `reauthentication_required`, `agreement_not_found`, `signer_without_authority`, `agreement_not_active`,
 * `agreement_dates`.
 */
export async function terminateAgreement(
  ctx: OrgContext,
  input: TerminateAgreementInput,
): Promise<{ status: AgreementStatus }> {
  assertReauthenticated(ctx.actor, ctx.clock.now());
  return transact(ctx, async (tx) => {
    const today = tx.now.toISOString().slice(0, 10);
    const effectiveOn = input.effectiveOn ?? today;
    if (effectiveOn < today) throw badDay();
    const locked = await findAgreementForUpdate(tx.db, input.agreementId);
    await assertMayEnd(ctx, tx, locked);
    const agreement = await asItStands(tx, present(locked, 'The agreement'), today);
    if (agreement.status === 'signed') {
      const status = await endSigned(tx, agreement, { endsOn: effectiveOn, reason: input.reason });
      await tell(tx, agreement.id, status === 'voided' ? 'is void: it will not begin' : endsOn(effectiveOn));
      return { status };
    }
    const noticed = await giveNotice(tx, agreement, { effectiveOn, reason: input.reason });
    await endSuccessor(tx, agreement, effectiveOn);
    await tell(tx, agreement.id, endsOn(effectiveOn));
    if (effectiveOn > today) return { status: noticed.status };
    return { status: await endAgreement(tx, noticed, 'terminate') };
  });
}

/** One that was signed ahead and whose day has come holds already, whether or not the job has seen to it. */
const asItStands = async (tx: CommandTx, agreement: AgreementRow, today: string): Promise<AgreementRow> =>
  agreement.status === 'signed' && agreement.effectiveFrom <= today ? begin(tx, agreement) : agreement;

const endsOn = (day: string) => `ends on ${sayDay(day)}`;

async function tell(tx: CommandTx, agreementId: string, what: string): Promise<void> {
  const { agreement, partyA, partyB } = present(await findAgreement(tx.db, agreementId), 'The agreement');
  await tellSignatories(tx, [partyA, partyB], {
    agreementId,
    kind: 'agreement.ending',
    title: `${KIND_TITLES[agreement.kind]} ${what}`,
  });
}

/** An agreement already under notice can be ended sooner, not noticed again. */
async function giveNotice(
  tx: CommandTx,
  agreement: AgreementRow,
  notice: { effectiveOn: string; reason: string },
): Promise<AgreementRow> {
  const isSooner =
    agreement.status === 'termination_noticed' &&
    (agreement.effectiveUntil === null || notice.effectiveOn < agreement.effectiveUntil);
  const status = isSooner ? 'termination_noticed' : transition(agreement.status, 'give_notice');
  if (status === null) {
    throw new AppError({
      kind: 'conflict',
      reason: 'agreement_not_active',
      message: `This agreement is ${agreement.status.replaceAll('_', ' ')}; there is nothing to end.`,
    });
  }
  // Notice never lengthens an agreement that ends by itself before.
  const sooner =
    agreement.effectiveUntil !== null && agreement.effectiveUntil < notice.effectiveOn
      ? agreement.effectiveUntil
      : notice.effectiveOn;
  const change = { status, statusReason: notice.reason, effectiveUntil: sooner };
  await updateAgreement(tx.db, { id: agreement.id, expected: agreement.status }, change);
  await tx.audit({
    action: 'agreements.termination_noticed',
    subject: { kind: 'agreement', id: agreement.id },
    detail: { from: agreement.status, effectiveOn: sooner },
  });
  return { ...agreement, ...change };
}

function badDay(): AppError {
  return new AppError({
    kind: 'invalid',
    reason: 'agreement_dates',
    message: 'An agreement cannot be ended for a day that has passed. Leave the day out to end it now.',
    details: [{ code: 'agreement.dates', path: 'effectiveOn', message: 'Lies in the past.' }],
  });
}
