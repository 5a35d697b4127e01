import type { OrgContext } from '#server/command/context.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { unreachable } from '#server/core/assert.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { missRule } from '#server/projects/tier-schemas.ts';
import type { Answers, LabelSchema } from '#server/protocols/schemas.ts';
import { batchFacts, signedSchema } from '#server/work/batch-facts.ts';
import { checkedForHolder } from '#server/work/checked-answers.ts';
import { getBatch } from '#server/work/reads.ts';
import { labelHash, SLOT_BASE } from '#server/work/rules.ts';
import type { SubmitResult } from '#server/work/schemas.ts';
import { shownWith } from '#server/work/shown-case.ts';
import {
  expectTier,
  findSubmittable,
  type Submission,
  writeSubmission,
} from '#server/work/write-submission.ts';
import { insertAuditResult, setSamplesStatus } from './audit-queries.ts';
import { type Finding, findingOfReread, isNormalLabel, purposeOf, wrongFieldsOf } from './audit-rules.ts';
import { lockTask } from './decide-queries.ts';
import { type FinalLabel, finalLabelsOfTasks } from './reads.ts';
import { refuseOwnWork } from './refuse-own-work.ts';
import { type AuditInput, auditInput } from './schemas.ts';
import { addTierSlot, setTaskStatus } from './settle-queries.ts';

type Given = ReturnType<typeof auditInput.parse>;

/**
 * An independent check of a final label under an audit lease (R25): agree, or disagree with the right answers and the kind of
 * error; a blind re-read gives answers only and is held against the final label here. Disagreement sends the case to the
 * panel, to somebody who has not decided it before. A case may be drawn for both: while the panel looks at it because of the one, the
 * other is still held against the label in dispute, which is in force until the panel decides; it is paid and recorded, and a
 * second disagreement is put before the same turn of the panel. Nobody checks what they read, reviewed or decided. Idempotent by `labelId`.
 */
export async function submitAudit(ctx: OrgContext, input: AuditInput): Promise<SubmitResult> {
  const given = auditInput.parse(input);
  const facts = await batchFacts(ctx.db, given.batchId);
  const schema = await signedSchema(ctx.db, facts.protocolVersionId);
  const answers = given.answers ? await checkedForHolder(ctx, given, schema, given.answers) : {};
  const content = { answers, confidence: null, rationale: given.comment || null, labelOrigin: 'manual' };
  const { outcome: said, errorKind = null } = given;
  const submission: Submission = {
    ...content,
    contentSha256: labelHash({ ...content, extra: { said, errorKind } }),
    batchId: given.batchId,
    leaseId: given.leaseId,
    labelId: given.labelId,
    shown: await shownWith(ctx, given),
    appBuild: given.appBuild,
    viewport: given.viewport,
    activeMs: given.activeMs,
    work: {
      tier: 'audit',
      outcome: said === 'read' ? null : said,
      errorKind,
      comment: given.comment,
    },
  };
  const found = await findSubmittable(ctx, submission);
  if ('replay' in found) return found.replay;
  const { slot } = found;
  expectTier(slot, 'audit');
  const purpose = purposeOf(slot.slotNo);
  if ((purpose === 'reread') !== (said === 'read')) throw wrongForm(purpose);
  const outcome = { isAccepted: true, goldN: 0, goldOk: 0, countsRead: false };
  return writeSubmission(ctx, submission, slot, outcome, async (tx) => {
    const at = { batchId: given.batchId, taskId: slot.taskId };
    const task = await lockTask(tx.db, at);
    const final = (await finalLabelsOfTasks(tx.db, given.batchId, [slot.taskId])).get(slot.taskId);
    const isBeforePanel = task?.status === 'in_adjudication';
    if ((task?.status !== 'final' && !isBeforePanel) || final === undefined) throw changed();
    await refuseOwnWork(tx.db, { ...at, personId: ctx.actor.personId, tier: 'audit' });
    const { isNormal, ...finding } = await judge(tx, { given, schema, answers, final });
    await insertAuditResult(tx.db, {
      batchId: given.batchId,
      id: newId(),
      purpose,
      taskId: slot.taskId,
      finalVersion: final.version,
      labelId: given.labelId,
      auditorId: ctx.actor.personId,
      ...finding,
      comment: given.comment,
      createdAt: tx.now,
    });
    const taskIds = [slot.taskId];
    await setSamplesStatus(tx.db, { batchId: given.batchId, taskIds, purpose, to: 'done', isNormal });
    if (finding.outcome === 'disagree' && !isBeforePanel) await sendToPanel(tx, { ...at, purpose, finding });
  });
}

/** What the check says of the final label; for a re-read with whether that is the normal one, whatever it was when it was drawn. */
async function judge(
  tx: CommandTx,
  p: { given: Given; schema: LabelSchema; answers: Answers; final: FinalLabel },
): Promise<Finding & { isNormal: boolean | null }> {
  const { given, schema, answers, final } = p;
  switch (given.outcome) {
    case 'agree':
      return { outcome: 'agree', errorKind: null, wrongFields: [], isNormal: null };
    case 'disagree': {
      const wrongFields = wrongFieldsOf(schema, final.fields, answers);
      if (wrongFields.length === 0) throw noDifference();
      return {
        outcome: 'disagree',
        errorKind: given.errorKind ?? 'mislabel',
        wrongFields,
        isNormal: null,
      };
    }
    case 'read': {
      const batch = await getBatch(tx.db, given.batchId);
      const rule = missRule.nullable().parse(batch.missRule ?? null);
      const isNormal = rule === null ? null : isNormalLabel(rule, final.fields);
      return { ...findingOfReread(schema, rule, final.fields, answers), isNormal };
    }
    default:
      return unreachable(given.outcome);
  }
}

async function sendToPanel(
  tx: CommandTx,
  p: { batchId: string; taskId: string; purpose: 'audit' | 'reread'; finding: Finding },
): Promise<void> {
  const at = { batchId: p.batchId, taskId: p.taskId };
  await addTierSlot(tx.db, {
    ...at,
    tier: 'adjudicate',
    base: SLOT_BASE.adjudicate,
    now: tx.now,
    order: 0,
    reason: `${p.purpose}:${p.finding.errorKind ?? 'mislabel'}`,
  });
  await setTaskStatus(tx.db, { ...at, to: 'in_adjudication' });
}

function wrongForm(purpose: 'audit' | 'reread'): AppError {
  return new AppError({
    kind: 'invalid',
    reason: 'wrong_check',
    message:
      purpose === 'reread'
        ? 'This case is read afresh. Give your answers.'
        : 'Say whether you agree with the final label, or what is right instead.',
  });
}

function noDifference(): AppError {
  const message = 'Your answers are those of the final label. Agree with it, or change what is wrong.';
  return new AppError({
    kind: 'invalid',
    reason: 'answers_invalid',
    message,
    details: [{ code: 'no_difference', path: 'answers', message }],
  });
}

function changed(): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'labels_changed',
    message: 'The label of this case is being settled anew. Ask for the next one.',
  });
}
