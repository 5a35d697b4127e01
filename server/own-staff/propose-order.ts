import type { z } from 'zod';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { noUnit } from '#server/identity/invite-own-staff.ts';
import { findInHouse } from '#server/identity/reads.ts';
import { getProject, getProjectForOrg, lockProjectState } from '#server/projects/reads.ts';
import { endEngagement } from '#server/staffing/engage-person.ts';
import { findEngagements } from '#server/staffing/reads.ts';
import { insertOrder, listLiveOrders, lockOrder, moveOrder, type OrderRow } from './queries.ts';
import { nextOrderStatus, type OrderEvent, ownStaffBars } from './rules.ts';
import type { proposeOrderInput } from './schemas.ts';

/**
 * Proposes to the acting sponsor's in-house unit to read in a project, at an internal price that may be 0; a proposal that waits is
 * withdrawn for it. Throws `no_in_house`, `own_staff_barred` (a test reference: R7, R25).
 */
export async function proposeOrder(
  ctx: OrgContext,
  input: z.output<typeof proposeOrderInput>,
): Promise<{ orderId: string }> {
  requireVerifiedOrg(ctx);
  return transact(ctx, async (tx) => {
    const project = await getProjectForOrg(tx.db, ctx.actor.orgId, input.projectId);
    const unit = await findInHouse(tx.db, ctx.actor.orgId);
    if (unit === null) throw noUnit();
    const barred = ownStaffBars(project.intendedUse);
    if (barred[0])
      throw new AppError({
        kind: 'precondition',
        reason: 'own_staff_barred',
        message: barred[0].message,
        details: barred,
      });
    // Proposals of a project take turns.
    await lockProjectState(tx.db, project.id);
    for (const waiting of await listLiveOrders(tx.db, project.id))
      if (waiting.status === 'proposed') await moved(tx, waiting, 'withdraw');
    const { pricePerReadMinor, hoursPerWeek, needsExam, note } = input;
    const orderId = newId();
    await insertOrder(tx.db, {
      id: orderId,
      projectId: project.id,
      orgId: unit.id,
      status: 'proposed',
      pricePerReadMinor,
      currency: project.currency,
      hoursPerWeek,
      needsExam,
      note,
      proposedBy: ctx.actor.personId,
      proposedAt: tx.now,
    });
    await tx.audit({
      action: 'own_staff.order_proposed',
      subject: { kind: 'project', id: project.id },
      detail: { orderId, pricePerReadMinor: pricePerReadMinor.toString(), hoursPerWeek, needsExam },
    });
    return { orderId };
  });
}

/** Accepts or declines a proposal for the in-house unit that acts; accepted, it takes the place of the order before it. */
export async function answerOrder(
  ctx: OrgContext,
  input: { orderId: string; isAccepted: boolean },
): Promise<void> {
  // Until an operator has looked, a unit binds itself to nothing (R0).
  if (input.isAccepted) requireVerifiedOrg(ctx);
  await transact(ctx, async (tx) => {
    const order = await lockOrder(tx.db, input.orderId);
    if (order === null || order.orgId !== ctx.actor.orgId) throw orderNotFound();
    const project = await getProject(tx.db, order.projectId);
    await lockProjectState(tx.db, project.id);
    if (input.isAccepted)
      for (const before of await listLiveOrders(tx.db, project.id))
        if (before.status === 'agreed') await moved(tx, before, 'replace', { endedAt: tx.now });
    const answered = { answeredBy: ctx.actor.personId, answeredAt: tx.now };
    await moved(tx, order, input.isAccepted ? 'accept' : 'decline', answered);
    await tx.audit({
      action: input.isAccepted ? 'own_staff.order_agreed' : 'own_staff.order_declined',
      subject: { kind: 'project', id: project.id },
      detail: { orderId: order.id },
    });
  });
}

/** Ends the agreed order of a project of the acting sponsor: its people's seats end, what they hold they finish and it is paid (R27). */
export async function endOrder(ctx: OrgContext, input: { orderId: string; reason: string }): Promise<void> {
  await transact(ctx, async (tx) => {
    const order = await lockOrder(tx.db, input.orderId);
    if (order === null) throw orderNotFound();
    const project = await getProject(tx.db, order.projectId);
    if (project.orgId !== ctx.actor.orgId) throw orderNotFound();
    // A seat that is given at the same moment comes before, and ends with the others, or after, and finds no order.
    await lockProjectState(tx.db, project.id);
    await moved(tx, order, 'end', { endedAt: tx.now, endReason: input.reason });
    const seats = await findEngagements(tx.db, { projectId: project.id, viaOrgId: order.orgId });
    for (const seat of seats)
      await endEngagement(tx, { engagementId: seat.id, reason: 'the order with own staff ended' });
    await tx.audit({
      action: 'own_staff.order_ended',
      subject: { kind: 'project', id: project.id },
      detail: { orderId: order.id, seats: seats.length },
    });
  });
}

async function moved(
  tx: CommandTx,
  order: OrderRow,
  event: OrderEvent,
  set: Partial<OrderRow> = {},
): Promise<void> {
  const to = nextOrderStatus(order.status, event);
  const isMoved = to !== null && (await moveOrder(tx.db, { id: order.id, expected: order.status, to }, set));
  if (isMoved) return;
  throw new AppError({
    kind: 'conflict',
    reason: 'order_moved_on',
    message: `This order is ${order.status} by now. Load the page again.`,
  });
}

function orderNotFound(): AppError {
  return new AppError({ kind: 'not_found', reason: 'order_not_found', message: 'There is no such order.' });
}
