import { getContract } from '#server/bids/reads.ts';
import type { UserContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { rolesOfPerson } from '#server/identity/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { engagePerson } from './engage-person.ts';
import { findAssignment, moveAssignment } from './roster-queries.ts';

/**
 * The acting person's answer to a place on a roster. Accepting engages them on the project through the vendor, by the one
 * command that does; two answers at once leave one. Another's assignment is `not_found`.
 */
export async function answerAssignment(
  ctx: UserContext,
  input: { assignmentId: string; answer: 'accept' | 'decline' },
): Promise<{ status: 'accepted' | 'declined' }> {
  const { personId } = ctx.actor;
  return transact(ctx, async (tx) => {
    const found = await findAssignment(tx.db, input.assignmentId);
    if (!found || found.assignment.personId !== personId || found.assignment.status === 'planned')
      throw assignmentNotFound();
    const { plan, seat } = found;
    const closed = () =>
      new AppError({
        kind: 'conflict',
        reason: 'proposal_closed',
        message:
          'This is not asked of you any more: the roster was planned again, or you have answered already.',
      });
    if (plan.status !== 'chosen') throw closed();
    const status = input.answer === 'accept' ? ('accepted' as const) : ('declined' as const);
    const moved = await moveAssignment(tx.db, found.assignment.id, ['proposed'], {
      status,
      decidedAt: tx.now,
    });
    if (!moved) throw closed();
    if (status === 'accepted') {
      const contract = await getContract(tx.db, plan.contractId);
      const isMember = (await rolesOfPerson(tx.db, plan.vendorOrgId, personId)).length > 0;
      if (contract.status !== 'active' || !isMember)
        throw new AppError({
          kind: 'precondition',
          reason: 'proposal_void',
          message: isMember
            ? 'The contract behind this roster has ended.'
            : 'You are not a member of the organisation that asks any more.',
        });
      const engagement = await engagePerson(tx, {
        projectId: plan.projectId,
        contractId: plan.contractId,
        personId,
        viaOrgId: plan.vendorOrgId,
        role: seat.role,
        // All pilots of a call are one independence group (R15).
        independenceGroup: contract.kind === 'pilot_order' ? `call:${contract.callId}` : null,
      });
      await moveAssignment(tx.db, moved.id, ['accepted'], { engagementId: engagement.id });
    }
    await notifyPerson(tx, {
      personId: plan.chosenBy ?? plan.createdBy,
      orgId: plan.vendorOrgId,
      kind: 'roster_answer',
      title:
        status === 'accepted'
          ? 'Somebody has accepted their place on a roster'
          : 'Somebody has declined their place on a roster: find a substitute',
      href: `/vendor/roster/${plan.contractId}`,
      detail: { assignmentId: moved.id },
    });
    await tx.audit({
      action: `staffing.assignment_${status}`,
      subject: { kind: 'roster_assignment', id: moved.id },
      detail: { planId: plan.id },
    });
    return { status };
  });
}

export function assignmentNotFound(): AppError {
  return new AppError({
    kind: 'not_found',
    reason: 'assignment_not_found',
    message: 'There is no such place on a roster.',
  });
}
