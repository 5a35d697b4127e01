import type { Queryable } from '#db/client.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError, type ErrorDetail } from '#server/core/errors.ts';
import { snapshotCredentials } from '#server/credentials/reads.ts';
import { evaluateCredentialRule } from '#server/credentials/rules.ts';
import { findInHouse, rolesOfPerson } from '#server/identity/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { getProjectForOrg, lockProjectState } from '#server/projects/reads.ts';
import type { Project } from '#server/projects/schemas.ts';
import { endEngagement, engagePerson } from '#server/staffing/engage-person.ts';
import { findEngagements } from '#server/staffing/reads.ts';
import { findAgreedOrder } from './reads.ts';
import { ownStaffBars, seatProblems } from './rules.ts';

/** Everything that keeps a person of the in-house unit from a seat in a project now; the same for the page and the command. */
export async function seatRefusals(
  q: Queryable,
  of: { project: Project; unitOrgId: string; personId: string; role: 'annotator' | 'reviewer'; now: Date },
): Promise<ErrorDetail[]> {
  const { project, unitOrgId, personId, role, now } = of;
  const roles = await rolesOfPerson(q, unitOrgId, personId);
  const engaged = await findEngagements(q, { projectId: project.id, personId });
  const snapshot = (await snapshotCredentials(q, [personId], now)).get(personId);
  const decision = evaluateCredentialRule(
    project.credentialRule,
    snapshot ?? { takenAt: now.toISOString(), credentials: [] },
    now,
  );
  return [
    ...ownStaffBars(project.intendedUse),
    ...seatProblems({
      role,
      hasReadingRole:
        roles.includes('vendor_annotator') || (role === 'reviewer' && roles.includes('qa_lead')),
      elsewhere: engaged.map((one) => ({ role: one.role, isThroughUnit: one.viaOrgId === unitOrgId })),
      credentialGap: decision.allowed ? null : (decision.reasons[0] ?? null),
    }),
  ];
}

/**
 * Gives one of the sponsor's own people a seat in a project, under the agreed order. Refused with `no_order` and with `seat_refused`
 * and every reason: the role, the credential rule, the panel (R7), an audit (R25), another organisation (R32).
 */
export async function seatOwnStaff(
  ctx: OrgContext,
  input: { projectId: string; personId: string; role: 'annotator' | 'reviewer' },
): Promise<{ engagementId: string }> {
  requireVerifiedOrg(ctx);
  return transact(ctx, async (tx) => {
    const project = await getProjectForOrg(tx.db, ctx.actor.orgId, input.projectId);
    const unit = await findInHouse(tx.db, ctx.actor.orgId);
    await lockProjectState(tx.db, project.id);
    const order = await findAgreedOrder(tx.db, project.id);
    if (unit === null || order === null)
      throw new AppError({
        kind: 'precondition',
        reason: 'no_order',
        message:
          'There is no agreed order with your own staff in this project. Propose one, and let the unit accept it.',
      });
    const refusals = await seatRefusals(tx.db, { ...input, project, unitOrgId: unit.id, now: tx.now });
    if (refusals.length > 0)
      throw new AppError({
        kind: 'precondition',
        reason: 'seat_refused',
        message: `This seat cannot be given: ${refusals.map((one) => one.message).join(' ')}`,
        details: refusals,
      });
    const engagement = await engagePerson(tx, {
      projectId: project.id,
      personId: input.personId,
      viaOrgId: unit.id,
      role: input.role,
    });
    await notifyPerson(tx, {
      personId: input.personId,
      kind: 'staffing.own_staff_seated',
      title: `You have a seat in ${project.title}`,
      href: '/work',
      detail: { projectId: project.id },
    });
    await tx.audit({
      action: 'own_staff.seated',
      subject: { kind: 'engagement', id: engagement.id },
      detail: { projectId: project.id, personId: input.personId, role: input.role },
    });
    return { engagementId: engagement.id };
  });
}

/** Takes a seat back; what was read stays and is paid, new claims stop. */
export async function unseatOwnStaff(
  ctx: OrgContext,
  input: { projectId: string; engagementId: string },
): Promise<void> {
  await transact(ctx, async (tx) => {
    const project = await getProjectForOrg(tx.db, ctx.actor.orgId, input.projectId);
    const unit = await findInHouse(tx.db, ctx.actor.orgId);
    const seats =
      unit === null ? [] : await findEngagements(tx.db, { projectId: project.id, viaOrgId: unit.id });
    if (!seats.some((one) => one.id === input.engagementId))
      throw new AppError({
        kind: 'not_found',
        reason: 'engagement_not_live',
        message: 'This person has no such seat.',
      });
    await endEngagement(tx, { engagementId: input.engagementId, reason: 'taken off by the sponsor' });
  });
}
