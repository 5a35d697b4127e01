import type { CommandContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { HOUR, plus } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { listOrgMembers } from '#server/identity/reads.ts';
import { eachBatch } from '#server/jobs/each-batch.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { getProject } from '#server/projects/reads.ts';
import type { TroubleRule } from '#server/projects/trouble-schemas.ts';
import { acceptSlots } from './accept-slots.ts';
import { lockBatch } from './batch-queries.ts';
import { disputesToShow } from './disputes-to-show.ts';
import { holdCase } from './hold-case.ts';
import { parkTask } from './park-queries.ts';
import { type Batch, getBatch, LIVE } from './reads.ts';
import { IMAGE_REASONS } from './schemas.ts';
import {
  type AskedTask,
  countAskers,
  countSkipReasons,
  findOwnGold,
  findSkips,
  insertAlert,
  listSubmittedSlots,
  lockTask,
  pagesOfAskedTasks,
} from './trouble-queries.ts';
import { ALERT_DUE_HOURS, isEdgeCase, isUnusable } from './trouble-rules.ts';

/** No task has it: what is done to it changes nothing. */
const NO_TASK = '00000000-0000-0000-0000-000000000000';

type At = { batchId: string; taskId: string };

/**
 * After a skip for the images: when enough people gave such a reason, the case is unusable. What was read of it is paid, a returned read as it stood, leases that
 * are out may finish and are paid, its open turns can be claimed by nobody, and it is counted as excluded by reason. A gold
 * case, dealt or among the batch's own as all of an exam are, is not taken out of work by readers (R7), or they would choose what they and
 * others are measured by: its sponsor is alerted. It takes the statements that any other takes, or the time of the
 * skip would tell it (R21). Lock order: slots, readers, task. Part of `skipTask`, and of `escalateWithdrawn`.
 */
export async function escalateSkip(tx: CommandTx, at: At): Promise<void> {
  const batch = await getBatch(tx.db, at.batchId);
  const project = await getProject(tx.db, batch.projectId);
  const rule = project.qualityPolicy.trouble;
  const known = await findSkips(tx.db, at);
  // Most skips end here, without a look at who passed it on and why.
  if (known === null || known.skips < rule.unusableSkips) return;
  const skips = await countSkipReasons(tx.db, { ...at, reasons: IMAGE_REASONS });
  if (!isUnusable(rule, skips.people)) return;
  const task = await lockTask(tx.db, at);
  if (task === null || task.status === 'final' || task.status === 'unusable') return;
  const kind = task.isKnown ? 'gold_skipped' : 'unusable';
  // Told of as gold, it can still be found unusable when its answer was withdrawn.
  if (task.alerts.includes(kind)) return;
  const alert = await raise(tx, batch, { ...at, kind, reasons: skips.byReason, isDisputed: false });
  if (!alert) return;
  const out = task.isKnown ? { ...at, taskId: NO_TASK } : at;
  await parkTask(tx.db, out);
  await acceptSlots(tx, { batchId: at.batchId, slots: await listSubmittedSlots(tx.db, out) });
}

/**
 * After the answer of a gold case among a batch's own was withdrawn: readers who passed it on while it was gold may all have
 * been, and no further skip would come to find it unusable, so that its batch would never end (R7, R24). A skip that is under way
 * has ended or comes after. Part of `takeBackGold`; safe to repeat. Lock order: batch, slots, readers, task.
 */
export async function escalateWithdrawn(
  ctx: CommandContext,
  of: { batchId: string; goldItemId: string },
): Promise<void> {
  const gold = await findOwnGold(ctx.db, of);
  if (gold === null) return;
  const at = { batchId: of.batchId, taskId: gold.taskId };
  await transact(ctx, async (tx) => {
    const batch = await lockBatch(tx.db, of.batchId, 'share');
    if (batch === null || !LIVE.includes(batch.status)) return;
    await holdCase(tx.db, at);
    await escalateSkip(tx, at);
  });
}

/**
 * After a question: when enough people asked, or fewer and the reads differ, the clinical lead is alerted; while a pilot or a panel is read
 * only by how many ask (`disputesToShow`), and for its reads by `raiseEdgeCases` once they are shown. Part of `flagCase`.
 */
export async function escalateAsk(tx: CommandTx, at: At): Promise<void> {
  const batch = await getBatch(tx.db, at.batchId);
  const { qualityPolicy } = await getProject(tx.db, batch.projectId);
  const people = await countAskers(tx.db, at);
  const { batchId, taskId } = at;
  const disputed = await disputesToShow(tx.db, { batchId, taskIds: [taskId], now: tx.now });
  await alertIfEdge(tx, batch, qualityPolicy.trouble, { ...at, people, isDisputed: disputed.has(at.taskId) });
}

async function alertIfEdge(
  tx: CommandTx,
  batch: Batch,
  rule: TroubleRule,
  asked: At & { people: number; isDisputed: boolean },
): Promise<boolean> {
  if (!isEdgeCase(rule, asked)) return false;
  const { batchId, taskId, people, isDisputed } = asked;
  return raise(tx, batch, { batchId, taskId, kind: 'edge_case', reasons: { ask: people }, isDisputed });
}

/**
 * Reads may come to differ after the question, or be shown only then: looks at the asked cases again (`pagesOfAskedTasks`). Returns the
 * alerts raised.
 */
export async function raiseEdgeCases(ctx: CommandContext): Promise<number> {
  const now = ctx.clock.now();
  let raised = 0;
  for await (const page of pagesOfAskedTasks(ctx.db, { now })) {
    const asked = Map.groupBy(page, (row) => row.batchId);
    await eachBatch(ctx, [...asked.keys()], async (batchId) => {
      raised += await raiseOf(ctx, batchId, asked.get(batchId) ?? [], now);
    });
  }
  return raised;
}

async function raiseOf(
  ctx: CommandContext,
  batchId: string,
  asked: readonly AskedTask[],
  now: Date,
): Promise<number> {
  const batch = await getBatch(ctx.db, batchId);
  const { qualityPolicy } = await getProject(ctx.db, batch.projectId);
  const disputed = await disputesToShow(ctx.db, { batchId, taskIds: asked.map((row) => row.taskId), now });
  let raised = 0;
  for (const row of asked) {
    const one = { ...row, isDisputed: disputed.has(row.taskId) };
    if (!isEdgeCase(qualityPolicy.trouble, one)) continue;
    const isNew = await transact(ctx, (tx) => alertIfEdge(tx, batch, qualityPolicy.trouble, one));
    if (isNew) raised += 1;
  }
  return raised;
}

const TITLES = {
  edge_case: 'Readers ask about the same case: is it an edge case?',
  unusable: 'A case is unusable and was taken out of work',
  gold_skipped: 'Readers pass a gold case on; look at it',
} as const;

async function raise(
  tx: CommandTx,
  batch: Batch,
  of: At & { kind: keyof typeof TITLES; reasons: Record<string, number>; isDisputed: boolean },
): Promise<boolean> {
  const mustDecide = of.kind === 'edge_case';
  const alert = await insertAlert(tx.db, {
    ...of,
    id: newId(),
    status: mustDecide ? 'open' : 'closed',
    openedAt: tx.now,
    dueAt: mustDecide ? plus(tx.now, ALERT_DUE_HOURS * HOUR) : null,
  });
  if (alert === null) return false;
  const project = await getProject(tx.db, batch.projectId);
  for (const member of await listOrgMembers(tx.db, project.orgId)) {
    if (!member.roles.includes('clinical_lead')) continue;
    await notifyPerson(tx, {
      personId: member.personId,
      orgId: project.orgId,
      kind: `case_alert.${of.kind}`,
      title: TITLES[of.kind],
      href: `/sponsor/projects/${project.id}/questions`,
      detail: { batchId: batch.id, alertId: alert.id },
    });
  }
  await tx.audit({
    action: 'work.case_alerted',
    subject: { kind: 'case_alert', id: alert.id },
    detail: { batchId: batch.id, kind: of.kind, reasons: of.reasons },
  });
  return true;
}
