import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { listOrgMembers, namesOfPeople, rolesOfPerson } from '#server/identity/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { endEngagement, engagePerson } from '#server/staffing/engage-person.ts';
import { findEngagements } from '#server/staffing/reads.ts';
import { findStake, type Stake } from './panel-queries.ts';
import { leastPanelReaders, mayJoinPanel } from './rules.ts';

export type PanelView = {
  /** How many readers the intended use needs. */
  needed: number;
  readers: { personId: string; name: string; engagementId: string }[];
  /** People of the sponsor who could join. */
  candidates: { personId: string; name: string }[];
};

const STAKE_WORDS: Record<Stake, string> = {
  named_in_bid: 'This person is named in a bid on the project and cannot judge it.',
  member_of_bidder: 'This person belongs to an organisation that bids on the project and cannot judge it.',
  member_of_own_staff:
    'This person reads for your in-house unit, which has an order in this project. Who makes the gold does not read what is held against it (R7).',
  vendor_while_sealed:
    'This person also belongs to a vendor. While bids are sealed nobody is told which vendors have bid, so nobody of any vendor joins the panel. Add them when the call has ended.',
};

/** The project's panel and who of the sponsor's people could join it. */
export async function viewPanel(ctx: OrgContext, input: { projectId: string }): Promise<PanelView> {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const engaged = await findEngagements(ctx.db, { projectId: project.id, roles: ['panel'] });
  const names = await namesOfPeople(
    ctx.db,
    engaged.map((one) => one.personId),
  );
  const members = await listOrgMembers(ctx.db, ctx.actor.orgId);
  const on = new Set(engaged.map((one) => one.personId));
  return {
    needed: leastPanelReaders(project.intendedUse),
    readers: engaged.map((one) => ({
      personId: one.personId,
      engagementId: one.id,
      name: names.get(one.personId)?.name ?? 'Unknown person',
    })),
    candidates: members
      .filter((member) => mayJoinPanel(member.roles) && !on.has(member.personId))
      .map(({ personId, name }) => ({ personId, name })),
  };
}

/**
 * Puts one of the sponsor's readers on the project's panel. Refused for people without a panel role
 * (`panel_role_missing`) and for anybody who belongs to a bidder or is named in a bid, while bids are sealed to any
 * vendor (`panel_conflict`).
 */
export async function addPanelReader(
  ctx: OrgContext,
  input: { projectId: string; personId: string },
): Promise<{ engagementId: string }> {
  requireVerifiedOrg(ctx);
  return transact(ctx, async (tx) => {
    const project = await getProjectForOrg(tx.db, ctx.actor.orgId, input.projectId);
    const roles = await rolesOfPerson(tx.db, ctx.actor.orgId, input.personId);
    if (!mayJoinPanel(roles)) {
      throw new AppError({
        kind: roles.length === 0 ? 'not_found' : 'precondition',
        reason: 'panel_role_missing',
        message:
          'Only panel readers and clinical leads of your organisation can join the panel. Give the role first.',
      });
    }
    const stake = await findStake(tx.db, { projectId: project.id, personId: input.personId, now: tx.now });
    if (stake !== null) {
      throw new AppError({
        kind: 'precondition',
        reason: 'panel_conflict',
        message: STAKE_WORDS[stake],
      });
    }
    const engagement = await engagePerson(tx, {
      projectId: project.id,
      personId: input.personId,
      viaOrgId: ctx.actor.orgId,
      role: 'panel',
    });
    await tx.audit({
      action: 'gold.panel_joined',
      subject: { kind: 'project', id: project.id },
      detail: { personId: input.personId },
    });
    return { engagementId: engagement.id };
  });
}

/** Takes a reader off the panel; what they read stays. */
export async function removePanelReader(
  ctx: OrgContext,
  input: { projectId: string; engagementId: string },
): Promise<void> {
  await transact(ctx, async (tx) => {
    const project = await getProjectForOrg(tx.db, ctx.actor.orgId, input.projectId);
    const engaged = await findEngagements(tx.db, { projectId: project.id, roles: ['panel'] });
    if (!engaged.some((one) => one.id === input.engagementId)) {
      throw new AppError({
        kind: 'not_found',
        reason: 'engagement_not_live',
        message: 'This person is not on the panel.',
      });
    }
    await endEngagement(tx, { engagementId: input.engagementId, reason: 'left the panel' });
  });
}
