import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { assignmentNotFound } from './answer-assignment.ts';
import { endEngagement } from './engage-person.ts';
import { listEngagements } from './queries.ts';
import { findAssignment, moveAssignment } from './roster-queries.ts';
import type { DropOutInput } from './roster-schemas.ts';

/**
 * Notes that somebody on a roster in force is out from a day on; why is not asked. For good their engagement ends with it:
 * open leases are finished and paid, new claims stop (R27). The roster stays in force, short of their hours, until a
 * plan around the others is chosen.
 */
export async function dropOut(ctx: OrgContext, input: DropOutInput): Promise<void> {
  const { orgId } = ctx.actor;
  await transact(ctx, async (tx) => {
    const found = await findAssignment(tx.db, input.assignmentId);
    if (!found || found.plan.vendorOrgId !== orgId) throw assignmentNotFound();
    const { plan, assignment } = found;
    const moved =
      plan.status === 'chosen' &&
      (await moveAssignment(tx.db, assignment.id, ['proposed', 'accepted', 'declined'], {
        status: 'dropped',
        droppedFrom: input.fromOn,
        decidedAt: tx.now,
      }));
    if (!moved)
      throw new AppError({
        kind: 'conflict',
        reason: 'assignment_not_live',
        message: 'This person is not on the roster in force any more.',
      });
    const isEngaged =
      moved.engagementId !== null &&
      (
        await listEngagements(tx.db, { viaOrgId: orgId, personId: moved.personId, projectId: plan.projectId })
      ).some((one) => one.id === moved.engagementId && one.status !== 'ended');
    if (input.forGood && isEngaged && moved.engagementId !== null)
      await endEngagement(tx, { engagementId: moved.engagementId, reason: 'dropped out of the roster' });
    await notifyPerson(tx, {
      personId: moved.personId,
      orgId,
      kind: 'roster_dropped',
      title: 'You were taken off a roster. If that is a mistake, tell your staffing lead',
      href: '/work/availability',
      detail: { assignmentId: moved.id },
    });
    await tx.audit({
      action: 'staffing.dropped_out',
      subject: { kind: 'roster_assignment', id: moved.id },
      detail: { planId: plan.id, fromOn: input.fromOn, forGood: input.forGood },
    });
  });
}
