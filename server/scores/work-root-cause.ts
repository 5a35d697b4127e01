import type { z } from 'zod';
import type { Queryable } from '#db/client.ts';
import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { listOrgMembers } from '#server/identity/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { clusteredProportion } from '#server/quality/clustered-proportion.ts';
import { differenceOfShares } from '#server/quality/difference-of-proportions.ts';
import { countBatches } from '#server/work/reads.ts';
import { caseOutcome } from './count-cases.ts';
import { figureOf } from './figures.ts';
import { getRootCause, insertFinding, type RootCause, updateRootCause } from './governance-queries.ts';
import { effectVerdict, nextRootCauseStatus, type RootCauseEvent } from './governance-rules.ts';
import type {
  closeRootCauseInput,
  diagnoseInput,
  EffectOfAction,
  findingInput,
  planActionInput,
} from './governance-schemas.ts';
import { rootCauseEvidence as evidenceSchema } from './governance-schemas.ts';
import { listSideCells, type SideCell } from './root-cause-queries.ts';

/** Says what is wrong with one divided case. Append-only: a second look is a new row. Refused once the case is closed. */
export async function recordFinding(ctx: OrgContext, input: z.infer<typeof findingInput>): Promise<void> {
  await transact(ctx, async (tx) => {
    const { case: own } = await lockOwn(tx, ctx, input.rootCauseId);
    if (own.status === 'closed') throw wrongStep(own);
    if (!evidenceSchema.parse(own.evidence).taskIds.includes(input.taskId)) {
      throw new AppError({
        kind: 'not_found',
        reason: 'task_not_in_case',
        message: 'This case does not belong to the evidence.',
      });
    }
    const { rootCauseId, taskId, disagreement, errorKind, note } = input;
    await insertFinding(tx.db, {
      id: newId(),
      rootCauseId,
      taskId,
      disagreement,
      errorKind,
      note,
      personId: ctx.actor.personId,
      at: tx.now,
    });
    await audit(tx, own.id, 'scores.finding_recorded', { taskId, disagreement, errorKind });
  });
}

/** Names the cause: kind of disagreement, kind of error, and where it is put right. May be revised until action is planned. */
export async function diagnoseRootCause(
  ctx: OrgContext,
  input: z.infer<typeof diagnoseInput>,
): Promise<void> {
  const { rootCauseId, ...set } = input;
  await advance(ctx, rootCauseId, 'diagnosed', async () => set);
}

/** Fixes the corrective action with its owner, who is told, its day, and the day from which its effect is looked for. */
export async function planAction(ctx: OrgContext, input: z.infer<typeof planActionInput>): Promise<void> {
  const { rootCauseId, action, ownerId, dueOn, effectiveFrom } = input;
  await advance(ctx, rootCauseId, 'planned', async (tx, own) => {
    const members = await listOrgMembers(tx.db, ctx.actor.orgId);
    if (!members.some((member) => member.personId === ownerId)) {
      throw new AppError({
        kind: 'invalid',
        reason: 'owner_unknown',
        message: 'The owner must be somebody of your organisation. Choose one of its people.',
        details: [{ code: 'owner_unknown', path: 'ownerId', message: 'Choose one of your people.' }],
      });
    }
    await notifyPerson(tx, {
      personId: ownerId,
      orgId: ctx.actor.orgId,
      kind: 'quality.corrective_action',
      title: `A corrective action is yours, due on ${sayDay(dueOn)}`,
      href: `/sponsor/projects/${own.projectId}/quality/root-causes/${own.id}`,
      detail: { rootCauseId },
    });
    return { action, ownerId, dueOn, effectiveFrom: new Date(`${effectiveFrom}T00:00:00Z`) };
  });
}

/**
 * Closes a case on the comparison of reads before and from the action's day, which is stored with the verdict; one that cannot be told
 * is closed on its note. Throws `effect_too_early` while nothing was read since and the project still reads: that is no check of an effect.
 */
export async function closeRootCause(
  ctx: OrgContext,
  input: z.infer<typeof closeRootCauseInput>,
): Promise<{ verdict: EffectOfAction['verdict'] }> {
  let verdict: EffectOfAction['verdict'] = 'inconclusive';
  await advance(ctx, input.rootCauseId, 'closed', async (tx, own) => {
    const effect = await effectOf(tx.db, own);
    if (effect === null) throw wrongStep(own);
    if (effect.after.n === 0 && (await isStillRead(tx, own.projectId))) throw tooEarly(effect.from);
    verdict = effect.verdict;
    return {
      effect,
      verdict,
      closingNote: input.note,
      closedAt: tx.now,
      closedBy: ctx.actor.personId,
    };
  });
  return { verdict };
}

/**
 * The effect of a case's action so far: the share of right answers before its day in the batch, and from that day in the
 * project, with the difference and its interval, clustered by case. On gold where both sides have ten cases with gold, else against the
 * other readers. Null before an action is planned.
 */
export async function effectOf(q: Queryable, own: RootCause): Promise<EffectOfAction | null> {
  if (own.effectiveFrom === null) return null;
  const day = own.effectiveFrom.toISOString().slice(0, 10);
  const of = { projectId: own.projectId, batchId: own.batchId, field: own.field, day };
  const onGold = sidesOf(await listSideCells(q, { ...of, reference: 'gold' }), 'gold');
  const isGold = onGold.before.n >= 10 && onGold.after.n >= 10;
  const { before, after } = isGold
    ? onGold
    : sidesOf(await listSideCells(q, { ...of, reference: 'others' }), 'others');
  const difference = differenceOfShares(after, before);
  return {
    reference: isGold ? 'gold' : 'others',
    before: figureOf(before),
    after: figureOf(after),
    difference: figureOf(difference),
    verdict: effectVerdict(difference),
    from: day,
    needed: before.value === null ? null : readsToTellRise(before.value),
  };
}

function sidesOf(cells: readonly SideCell[], reference: 'gold' | 'others') {
  const share = (side: SideCell['side']) =>
    clusteredProportion(
      cells.filter((cell) => cell.side === side).map((cell) => caseOutcome(cell, reference)),
      { reason: 'no_data', name: 'share_right' },
    );
  return { before: share('before'), after: share('after') };
}

/** Cases per side that show a rise by five points (at most to 1) with 80 % power at 5 %: the usual normal approximation. */
export function readsToTellRise(before: number): number {
  const after = Math.min(1, before + 0.05);
  const middle = (before + after) / 2;
  const z =
    1.959964 * Math.sqrt(2 * middle * (1 - middle)) +
    0.841621 * Math.sqrt(before * (1 - before) + after * (1 - after));
  return after === before ? 0 : Math.ceil((z / (after - before)) ** 2);
}

async function advance(
  ctx: OrgContext,
  rootCauseId: string,
  event: RootCauseEvent,
  body: (tx: CommandTx, own: RootCause) => Promise<Parameters<typeof updateRootCause>[2]>,
): Promise<void> {
  await transact(ctx, async (tx) => {
    const { case: own } = await lockOwn(tx, ctx, rootCauseId);
    const status = nextRootCauseStatus(own.status, event);
    if (status === null) throw wrongStep(own);
    const set = await body(tx, own);
    await updateRootCause(tx.db, rootCauseId, { ...set, status });
    const { effect: _, ...detail } = set;
    await audit(tx, rootCauseId, `scores.root_cause_${event}`, { status, ...detail });
  });
}

async function lockOwn(tx: CommandTx, ctx: OrgContext, rootCauseId: string): Promise<{ case: RootCause }> {
  const own = await getRootCause(tx.db, rootCauseId, 'update');
  await getProjectForOrg(tx.db, ctx.actor.orgId, own.projectId);
  return { case: own };
}

async function audit(
  tx: CommandTx,
  id: string,
  action: string,
  detail: Record<string, unknown>,
): Promise<void> {
  // Free words stay in the case; the trail keeps what was decided.
  const { diagnosis: _d, action: _a, closingNote: _c, ...kept } = detail;
  await tx.audit({ action, subject: { kind: 'root_cause', id }, detail: kept });
}

/** Whether the project has reads to come. */
async function isStillRead(tx: CommandTx, projectId: string): Promise<boolean> {
  const toCome = {
    projectId,
    kinds: ['production', 'relabel'],
    statuses: ['draft', 'open', 'paused'],
  } as const;
  return (await countBatches(tx.db, toCome)) > 0;
}

function tooEarly(day: string): AppError {
  return new AppError({
    kind: 'precondition',
    reason: 'effect_too_early',
    message: `Nothing that can be compared has been read since the action holds, ${sayDay(day)}. Close the case on reads from then on, or change the day in the plan.`,
  });
}

function wrongStep(own: RootCause): AppError {
  const next = {
    open: 'First say what the cause is.',
    diagnosed: 'First plan the corrective action.',
    acting: 'An action is planned; close the case on its effect.',
    closed: 'It is closed; open a new one when the trouble comes back.',
  }[own.status];
  return new AppError({
    kind: 'conflict',
    reason: 'root_cause_step',
    message: `This root-cause case is ${own.status}. ${next}`,
  });
}
