import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError, isAppError } from '#server/core/errors.ts';
import { sayMinor } from '#server/core/money.ts';
import { restoreRead } from '#server/labels/restore-read.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { missingWith } from '#server/work/cover-reserve.ts';
import { lockForChecks } from '#server/work/more-reads.ts';
import { type Batch, getBatch } from '#server/work/reads.ts';
import { FUNDERS, KEEPERS, tellSponsor } from '#server/work/tell-sponsor.ts';
import { costOfRead, findRejection, hasAppeal, insertDecision, type Rejection, tookPart } from './queries.ts';
import type { DecideAppealInput } from './schemas.ts';

/**
 * R31: an operator decides an appeal with a reason that the author reads: the rejection stands, or the read is accepted, paid and
 * counts again. Never whoever rejected it, nor anybody who worked on the case. Refused with `funds_missing` when nothing holds what
 * the read costs; then the sponsor is told, and it can be decided again. Lock order: batch, the case, ledger.
 */
export async function decideAppeal(ctx: OrgContext, input: DecideAppealInput): Promise<void> {
  try {
    await transact(ctx, (tx) => decide(tx, ctx, input));
  } catch (error) {
    if (isAppError(error, 'funds_missing')) await askForFunds(ctx, input);
    throw error;
  }
}

async function decide(tx: CommandTx, ctx: OrgContext, input: DecideAppealInput): Promise<void> {
  const { batchId, labelId, outcome, reason } = input;
  const isAppealed = ctx.actor.orgKind === 'platform' && (await hasAppeal(tx.db, input));
  const rejection = isAppealed ? await findRejection(tx.db, input) : null;
  if (rejection === null) {
    throw new AppError({
      kind: 'not_found',
      reason: 'appeal_not_found',
      message: 'There is no such appeal.',
    });
  }
  const batch = await lockForChecks(tx.db, batchId);
  await refuseOwnCase(tx, ctx, rejection);
  const isNew = await insertDecision(tx.db, {
    batchId,
    labelId,
    outcome,
    reason,
    decidedBy: ctx.actor.personId,
    decidedAt: tx.now,
  });
  if (!isNew) {
    throw new AppError({
      kind: 'conflict',
      reason: 'appeal_decided',
      message: 'Somebody has decided this appeal already.',
    });
  }
  if (outcome === 'overturned')
    await restoreRead(tx, { ...rejection, batch, by: ctx.actor.personId, comment: reason });
  await tellBoth(tx, { batch, rejection, outcome });
  await tx.audit({
    action: `appeals.${outcome}`,
    subject: { kind: 'label', id: labelId },
    detail: { batchId },
  });
}

async function refuseOwnCase(tx: CommandTx, ctx: OrgContext, rejection: Rejection): Promise<void> {
  if (!(await tookPart(tx.db, { ...rejection, personId: ctx.actor.personId }))) return;
  throw new AppError({
    kind: 'forbidden',
    reason: 'appeal_own',
    message:
      'You rejected this read or worked on its case. Somebody else decides the appeal; ask another operator.',
  });
}

/** Tells the author, who rejected it and, as it costs them, the sponsor. Names nobody (R21); the reason stands on the author's page. */
async function tellBoth(
  tx: CommandTx,
  p: { batch: Batch; rejection: Rejection; outcome: DecideAppealInput['outcome'] },
): Promise<void> {
  const { batch, rejection } = p;
  const isOverturned = p.outcome === 'overturned';
  const detail = { batchId: batch.id, labelId: rejection.labelId };
  const kind = `appeal.${p.outcome}`;
  await notifyPerson(tx, {
    personId: rejection.annotatorId,
    kind,
    title: isOverturned
      ? 'Your appeal succeeded: the read is accepted and paid'
      : 'Your appeal was decided: the rejection stands; your earnings page says why',
    href: '/work/earnings',
    detail,
  });
  await notifyPerson(tx, {
    personId: rejection.rejectedBy,
    kind,
    title: `A read in “${batch.name}” that you rejected ${isOverturned ? 'was accepted on appeal' : 'stays rejected after an appeal'}`,
    detail,
  });
  if (isOverturned)
    await tellSponsor(tx, batch, {
      roles: KEEPERS,
      kind,
      title: `A rejected read in “${batch.name}” was accepted on appeal; it is paid and counts again`,
      href: `/sponsor/projects/${batch.projectId}/batches/${batch.id}`,
      except: rejection.rejectedBy,
      detail,
    });
}

/** The decision waits for money: those who see to it are told what to fund, once a day. */
async function askForFunds(ctx: OrgContext, input: DecideAppealInput): Promise<void> {
  await transact(ctx, async (tx) => {
    const batch = await getBatch(tx.db, input.batchId);
    const { currency, projectId } = batch;
    const amountMinor = await missingWith(tx.db, batch, await costOfRead(tx.db, input));
    // Somebody has funded it since.
    if (amountMinor === 0n) return;
    await tellSponsor(tx, batch, {
      roles: FUNDERS,
      kind: 'appeal.funds_missing',
      title: `A read in “${batch.name}” whose author appealed can be paid only once its project has ${currency} ${sayMinor({ amountMinor, currency })} more: fund it`,
      href: `/sponsor/projects/${projectId}/money`,
      once: `${input.batchId} ${input.labelId} ${tx.now.toISOString().slice(0, 10)}`,
      detail: { batchId: batch.id },
    });
  });
}
