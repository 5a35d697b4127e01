import { violates } from '#db/errors.ts';
import { labels } from '#db/schema/labels.ts';
import { decideAccess } from '#server/agreements/decide-access.ts';
import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { MINUTE, plus } from '#server/core/clock.ts';
import { AppError, type ErrorDetail } from '#server/core/errors.ts';
import { snapshotCredentials } from '#server/credentials/reads.ts';
import { isCorrectLabel } from '#server/gold/rules.ts';
import { goldAnswers } from '#server/gold/schemas.ts';
import { type Answers, answersRecord } from '#server/protocols/schemas.ts';
import { type AmendableLabel, applyAmendment, lockAmendable } from './amend-queries.ts';
import { signedSchema } from './batch-facts.ts';
import { lockBatch } from './batch-queries.ts';
import { checkedAnswers } from './checked-answers.ts';
import { credentialRulesOf } from './eligibility.ts';
import { takeBackExtraRead } from './more-reads.ts';
import { canExtend, overlapRuleOf } from './overlap-rules.ts';
import { recheckSharedReaders } from './prior-reading.ts';
import { type Batch, findBatch } from './reads.ts';
import { tiersShut } from './recall-rules.ts';
import { AMEND_MINUTES, activeSince } from './rules.ts';
import { type AmendInput, amendInput, type SubmitResult } from './schemas.ts';
import { findReplay } from './write-submission.ts';

/**
 * Undo (R22): replaces one's own label by a new revision within ten minutes of the submit, until a review is claimed or
 * the batch closes; the same for gold; and only while the gate is open to them (R27). Its active time is what was spent on it since the label that it replaces. A settled task is settled again. Throws `amend_refused` with the reason.
 */
export async function amendLabel(ctx: OrgContext, input: AmendInput): Promise<SubmitResult> {
  const parsed = amendInput.parse(input);
  const content = {
    answers: parsed.answers,
    confidence: parsed.confidence ?? null,
    rationale: parsed.rationale ?? null,
    labelOrigin: 'amendment',
  };
  const asSubmission = {
    ...content,
    batchId: parsed.batchId,
    labelId: parsed.newLabelId,
    contentSha256: null,
  };
  const replay = await findReplay(ctx.db, ctx.actor.personId, asSubmission);
  if (replay) return replay;
  const known = await findBatch(ctx.db, parsed.batchId);
  const how = known !== null && canExtend(overlapRuleOf(known)) ? 'update' : 'share';
  try {
    return await transact(ctx, async (tx) => {
      // The batch stays in its state until the case waits to be settled again, or it could be settled without it; a read that is taken
      // back is counted on it. Lock order: batch first.
      const batch = await lockBatch(tx.db, parsed.batchId, how);
      if (batch === null) throw unknownLabel();
      const label = await lockAmendable(tx.db, { batchId: parsed.batchId, labelId: parsed.labelId });
      if (label === null || label.annotatorId !== ctx.actor.personId) throw unknownLabel();
      refuseUnlessAmendable(label, tx.now);
      await refuseWhereShut(tx, ctx.actor, batch, label);
      const schema = await signedSchema(ctx.db, label.protocolVersionId);
      const answers = checkedAnswers(schema, parsed.answers);
      const score = (given: Answers) =>
        label.gold !== null && isCorrectLabel(schema, goldAnswers.parse(label.gold), given) === true ? 1 : 0;
      const activeMs = activeSince(parsed.activeMs, label.writtenAt, tx.now);
      // Who reads in another batch too may have been given the case there since it was final: they are looked at again. For a case that
      // was not final nobody is, in as many statements, as for gold (R21).
      const again = label.taskStatus === 'final' ? [label.taskId] : [];
      await recheckSharedReaders(tx.db, batch, again);
      await insertAmendment(tx, label, { ...parsed, ...content, answers, activeMs });
      await applyAmendment(tx.db, {
        ...label,
        batchId: parsed.batchId,
        labelId: parsed.newLabelId,
        activeMs,
        now: tx.now,
        goldOk: score(answers) - score(answersRecord.parse(label.answers)),
      });
      await takeBackExtraRead(tx.db, batch, label.taskId);
      return { labelId: parsed.newLabelId, submittedAt: tx.now, isReplay: false };
    });
  } catch (error) {
    if (!violates(error, 'labels_batch_id_id_pk')) throw error;
    const again = await findReplay(ctx.db, ctx.actor.personId, asSubmission);
    if (again) return again;
    throw error;
  }
}

async function insertAmendment(
  tx: CommandTx,
  label: AmendableLabel,
  input: {
    batchId: string;
    labelId: string;
    newLabelId: string;
    answers: Answers;
    confidence: number | null;
    rationale: string | null;
    activeMs: number;
  },
): Promise<void> {
  await tx.db.insert(labels).values({
    batchId: input.batchId,
    id: input.newLabelId,
    taskId: label.taskId,
    slotNo: label.slotNo,
    tier: label.tier,
    round: label.round,
    revision: label.revision + 1,
    isAmendment: true,
    supersedesId: input.labelId,
    annotatorId: label.annotatorId,
    leaseId: label.leaseId,
    termsNo: label.termsNo,
    answers: input.answers,
    confidence: input.confidence,
    rationale: input.rationale,
    labelOrigin: label.labelOrigin as 'manual',
    shown: label.shown,
    appBuild: label.appBuild,
    viewport: label.viewport,
    activeMs: input.activeMs,
    country: label.country,
    submittedAt: tx.now,
  });
}

function refuseUnlessAmendable(label: AmendableLabel, now: Date): void {
  const refuseIf = (condition: boolean, code: string, message: string) => {
    if (condition) throw amendRefused(message, [{ code: `amend.${code}`, message }]);
  };
  refuseIf(!label.isCurrent, 'replaced', 'This label was replaced already. Amend the newest one.');
  refuseIf(
    !['submitted', 'accepted'].includes(label.slotStatus) || label.tier !== 'label' || label.isJudged,
    'decided',
    'This label has been decided on and can no longer be undone.',
  );
  refuseIf(
    plus(label.submittedAt, AMEND_MINUTES * MINUTE) <= now,
    'too_late',
    `A label can be undone for ${AMEND_MINUTES} minutes; this one is older.`,
  );
  refuseIf(
    label.batchKind === 'training',
    'feedback_shown',
    'You have seen the answer of this training case; it can no longer be undone.',
  );
  refuseIf(label.isMarked, 'exam_marked', 'Your exam is marked; its answers can no longer be undone.');
  refuseIf(
    label.isUnderReview,
    'under_review',
    'A reviewer has taken this case; it can no longer be undone.',
  );
  refuseIf(
    label.batchStatus === 'closing' || label.batchStatus === 'settled',
    'batch_closed',
    'The batch has closed; its labels can no longer be undone.',
  );
  refuseIf(
    label.isShut,
    'case_shut',
    'This case is shut because of what was seen in it; its labels stand as they are.',
  );
}

/**
 * What takes a lease back takes the undo too (R27): the gate, a credential that holds no more. A pause, a spent budget, a cap or the hours
 * of the day do not: what was begun before them may be finished.
 */
async function refuseWhereShut(
  tx: CommandTx,
  who: OrgContext['actor'],
  batch: Batch,
  label: AmendableLabel,
): Promise<void> {
  const { personId, country } = who;
  const gate = await decideAccess(tx.db, {
    ...{ personId, country, now: tx.now, viaOrgId: label.viaOrgId, datasetId: batch.datasetId },
    purpose: batch.kind === 'self_label' ? 'panel' : 'read',
  });
  if (!gate.allowed) throw amendRefused('Your access has ended; your label stands as it is.', gate.reasons);
  const held = (await snapshotCredentials(tx.db, [personId], tx.now)).get(personId);
  const [credentialRule] = await credentialRulesOf(tx.db, batch, label.tier);
  const shut = tiersShut(
    { credentialRule, reviewRules: batch.reviewRules },
    { held: held ?? { takenAt: tx.now.toISOString(), credentials: [] }, now: tx.now, terms: [label] },
  );
  const message = 'A credential that this work asks for holds no more; your label stands as it is.';
  if (shut.includes(label.tier)) throw amendRefused(message, [{ code: 'amend.credential_lost', message }]);
}

function amendRefused(message: string, details: readonly ErrorDetail[]): AppError {
  return new AppError({ kind: 'precondition', reason: 'amend_refused', message, details });
}

function unknownLabel(): AppError {
  return new AppError({ kind: 'not_found', reason: 'label_not_found', message: 'You have no such label.' });
}
