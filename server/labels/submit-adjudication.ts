import type { OrgContext } from '#server/command/context.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { batchFacts, signedSchema } from '#server/work/batch-facts.ts';
import { checkedForHolder } from '#server/work/checked-answers.ts';
import { DISSENT_ADDED } from '#server/work/draft-work.ts';
import { holdCase } from '#server/work/hold-case.ts';
import { getBatch } from '#server/work/reads.ts';
import type { SubmitResult } from '#server/work/schemas.ts';
import { dissentsShown, shownWith } from '#server/work/shown-case.ts';
import {
  expectTier,
  findSubmittable,
  type Submission,
  writeSubmission,
} from '#server/work/write-submission.ts';
import { listDissents } from './audit-queries.ts';
import { lockTask } from './decide-queries.ts';
import { refuseOwnWork } from './refuse-own-work.ts';
import { independentOf, settleByDecision } from './rules.ts';
import { type AdjudicationInput, adjudicationInput } from './schemas.ts';
import { listTaskReads } from './settle-queries.ts';
import { writeFinalLabel } from './write-final-label.ts';

/**
 * The panel's decision on a case its readers could not settle (R25): answers to every field with the rationale, under an
 * adjudication lease. It becomes the final label; the reads it rests on are accepted. A check that has spoken against the label since
 * the case was opened is looked at first: it is never put before a panel again. Idempotent by `labelId`.
 */
export async function submitAdjudication(ctx: OrgContext, input: AdjudicationInput): Promise<SubmitResult> {
  const given = adjudicationInput.parse(input);
  const facts = await batchFacts(ctx.db, given.batchId);
  const schema = await signedSchema(ctx.db, facts.protocolVersionId);
  const answers = await checkedForHolder(ctx, given, schema, given.answers);
  const content = { answers, confidence: null, rationale: given.rationale, labelOrigin: 'manual' };
  const shown = await shownWith(ctx, given);
  const known = await dissentsShown(ctx, given);
  const submission: Submission = {
    ...given,
    ...content,
    shown,
    contentSha256: null,
    work: { tier: 'adjudicate', rationale: given.rationale },
  };
  const found = await findSubmittable(ctx, submission);
  if ('replay' in found) return found.replay;
  const { slot } = found;
  expectTier(slot, 'adjudicate');
  const outcome = { isAccepted: true, goldN: 0, goldOk: 0, countsRead: false };
  const at = { batchId: given.batchId, taskId: slot.taskId };
  const decide = async (tx: CommandTx) => {
    const task = await lockTask(tx.db, at);
    const reads = await listTaskReads(tx.db, { batchId: given.batchId, taskIds: [slot.taskId] });
    if (task === null || task.status !== 'in_adjudication') throw changed();
    // The case is held, and a check holds it too: what comes later is held against what is decided here.
    const dissents = known === null ? [] : await listDissents(tx.db, at);
    if (dissents.some((one) => !known?.has(one.id))) throw spokenAgainst();
    await refuseOwnWork(tx.db, { ...at, personId: ctx.actor.personId, tier: 'adjudicate' });
    const fields = settleByDecision(
      schema,
      answers,
      independentOf(reads).map((read) => read.answers),
      'adjudication',
    );
    await writeFinalLabel(tx, {
      batch: await getBatch(tx.db, given.batchId),
      task,
      reads,
      schema,
      fields,
      method: 'adjudication',
      decidedBy: { labelId: given.labelId, tier: 'adjudicate' },
    });
  };
  return writeSubmission(ctx, submission, slot, outcome, decide, (tx) => holdCase(tx.db, at));
}

function spokenAgainst(): AppError {
  const message =
    'Another check has spoken against the label of this case since you opened it. Look at what it says, and decide again.';
  return new AppError({
    kind: 'conflict',
    reason: 'labels_changed',
    message,
    details: [{ code: DISSENT_ADDED, message }],
  });
}

function changed(): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'labels_changed',
    message: 'This case is not waiting for the panel any more. Ask for the next one.',
  });
}
