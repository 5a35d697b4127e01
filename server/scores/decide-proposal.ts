import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { unreachable } from '#server/core/assert.ts';
import { AppError } from '#server/core/errors.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { endCalibration, openCalibration } from '#server/work/open-calibration.ts';
import { findReader, getBatch } from '#server/work/reads.ts';
import { ownStanding, setStanding, standingChanged } from '#server/work/set-standing.ts';
import { endStop, type WaitsFor } from '#server/work/stop-claims.ts';
import { lockProposal, type Proposal, updateProposal } from './governance-queries.ts';
import { decisionDue, decisionsFor } from './governance-rules.ts';
import type { DecideInput } from './governance-schemas.ts';

/**
 * A person's decision on a proposal of the acting sponsor, with reason and evidence (R26), carried out in the same
 * transaction and told to whom it concerns. `keep_calibrating` opens another calibration and leaves the proposal open for one
 * more business day; a stop that is lifted lets the batch go on unless something else holds it, which is returned. Throws `proposal_decided`, `decision_not_possible` with what is possible, `calibration_not_possible`,
 * and `own_standing` to whom it is about.
 */
export async function decideProposal(
  ctx: OrgContext,
  input: DecideInput,
): Promise<{ batchWaitsFor: WaitsFor }> {
  return transact(ctx, async (tx) => {
    const own = await lockOwn(tx, ctx, input.proposalId);
    if (own.status === 'decided') {
      throw new AppError({
        kind: 'conflict',
        reason: 'proposal_decided',
        message: 'Somebody has decided this meanwhile. Load the page again.',
      });
    }
    const possible = decisionsFor(own, await getBatch(tx.db, own.batchId));
    if (!possible.includes(input.decision)) {
      throw new AppError({
        kind: 'invalid',
        reason: 'decision_not_possible',
        message: `Here one of these can be decided: ${possible.join(', ').replaceAll('_', ' ')}.`,
      });
    }
    const { isOpen = false, batchWaitsFor = null } = await carryOut(tx, own, input);
    if (!isOpen) {
      await updateProposal(tx.db, own.id, {
        status: 'decided',
        decision: input.decision,
        decisionReason: input.reason,
        decisionEvidence: input.evidence,
        decidedBy: ctx.actor.personId,
        decidedAt: tx.now,
      });
    }
    await tx.audit({
      action: 'scores.proposal_decided',
      subject: { kind: 'quality_proposal', id: own.id },
      detail: {
        batchId: own.batchId,
        subject: `${own.subjectKind} ${own.subjectId}`,
        decision: input.decision,
        value: own.value,
        n: own.n,
        daysToDecide: (tx.now.getTime() - own.openedAt.getTime()) / 86_400_000,
      },
    });
    return { batchWaitsFor };
  });
}

/** Lets a person whom a decision has paused read again. Throws `standing_changed` when they are not paused. */
export async function restorePerson(
  ctx: OrgContext,
  input: { proposalId: string; reason: string },
): Promise<void> {
  await transact(ctx, async (tx) => {
    const own = await lockOwn(tx, ctx, input.proposalId);
    if (own.subjectKind !== 'reader' || own.decision !== 'pause_person') {
      throw new AppError({
        kind: 'conflict',
        reason: 'not_paused_here',
        message: 'This decision has paused nobody.',
      });
    }
    await setStanding(tx, {
      batchId: own.batchId,
      personId: own.subjectId,
      tier: 'label',
      from: ['paused'],
      to: 'active',
      reason: null,
    });
    await tell(tx, own, 'quality.back_to_work', 'You can read again', input.reason);
    await tx.audit({
      action: 'scores.person_restored',
      subject: { kind: 'quality_proposal', id: own.id },
      detail: { batchId: own.batchId, personId: own.subjectId },
    });
  });
}

/** What a decision has come to: whether the proposal stays open, and what a batch stands still for nevertheless. */
type Carried = { isOpen?: boolean; batchWaitsFor?: WaitsFor };

async function carryOut(tx: CommandTx, own: Proposal, input: DecideInput): Promise<Carried> {
  const person = { batchId: own.batchId, personId: own.subjectId, tier: 'label' as const };
  const stop = { batchId: own.batchId, proposalId: own.id };
  switch (input.decision) {
    case 'acknowledge':
      // Of a batch that is over: what has stopped it stops nothing any more.
      if (own.done === 'batch_paused') await endStop(tx, { ...stop, keptBecause: null });
      return {};
    case 'back_to_work':
      // Never from paused: whoever has paused them on another proposal lets them back.
      await setStanding(tx, { ...person, from: ['calibration_only', 'active'], to: 'active', reason: null });
      await endOwnCalibration(tx, own);
      await tell(tx, own, 'quality.back_to_work', 'You can read new cases again', input.reason);
      return {};
    case 'pause_person':
      await setStanding(tx, {
        ...person,
        from: ['active', 'calibration_only', 'paused'],
        to: 'paused',
        reason: input.reason,
      });
      await endOwnCalibration(tx, own);
      await tell(tx, own, 'quality.paused', 'A person has paused you in a batch', input.reason);
      return {};
    case 'keep_calibrating':
      await calibrateAgain(tx, own, input.reason);
      return { isOpen: true };
    case 'resume_batch':
      return { batchWaitsFor: await endStop(tx, { ...stop, keptBecause: null }) };
    case 'keep_paused':
      // What a checkpoint holds stays so until it is signed, whatever is decided here.
      if (own.action !== 'checkpoint') await endStop(tx, { ...stop, keptBecause: input.reason });
      return {};
    default:
      return unreachable(input.decision);
  }
}

/** The calibration that was decided on is not needed any more. */
async function endOwnCalibration(tx: CommandTx, own: Proposal): Promise<void> {
  if (own.calibrationBatchId !== null) await endCalibration(tx, { batchId: own.calibrationBatchId });
}

async function calibrateAgain(tx: CommandTx, own: Proposal, reason: string): Promise<void> {
  const batch = await getBatch(tx.db, own.batchId);
  const reader = await findReader(tx.db, { batchId: own.batchId, annotatorId: own.subjectId, tier: 'label' });
  if (reader?.status !== 'calibration_only') throw standingChanged();
  const made = await openCalibration(tx, { batch, personId: own.subjectId, alias: reader.alias });
  if ('refused' in made) {
    const why = {
      no_unread_gold:
        'There are too few gold cases left in the split of this batch that this person has not read; add gold',
      funds_missing: 'The project is not funded for another calibration; fund it',
      cases_refused:
        'Nothing can be drawn from the dataset as it is: its intake is open, or its patients are in two splits; look at its intake',
    }[made.refused];
    throw new AppError({
      kind: 'precondition',
      reason: 'calibration_not_possible',
      message: `${why}, or decide otherwise.`,
    });
  }
  await endOwnCalibration(tx, own);
  await updateProposal(tx.db, own.id, {
    calibrationBatchId: made.batchId,
    dueAt: decisionDue(tx.now),
    remindedAt: null,
  });
  await tell(
    tx,
    own,
    'quality.calibration_only',
    'Another paid calibration is ready for you',
    reason,
    made.batchId,
  );
}

/** Tells the person concerned, with the reason and without which cases were gold (R21). */
async function tell(
  tx: CommandTx,
  own: Proposal,
  kind: string,
  title: string,
  reason: string,
  batchId: string = own.batchId,
): Promise<void> {
  await notifyPerson(tx, {
    personId: own.subjectId,
    kind,
    title: `${title}: ${reason}`.slice(0, 400),
    href: kind === 'quality.paused' ? '/work' : `/work/read/${batchId}`,
    detail: { batchId },
  });
}

async function lockOwn(tx: CommandTx, ctx: OrgContext, proposalId: string): Promise<Proposal> {
  const own = await lockProposal(tx.db, proposalId);
  await getProjectForOrg(tx.db, ctx.actor.orgId, own.projectId);
  if (own.subjectKind === 'reader' && own.subjectId === ctx.actor.personId) throw ownStanding();
  return own;
}
