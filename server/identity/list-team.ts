import type { Role } from '#server/command/capabilities.ts';
import type { OrgContext } from '#server/command/context.ts';
import { present } from '#server/core/assert.ts';
import { listOpenInvitations } from './queries.ts';
import { findOrganisation, listOrgMembers, type OrgMember } from './reads.ts';
import { isRole, mayGrant, rolesOf } from './rules.ts';

export type Team = {
  members: OrgMember[];
  invitations: { invitationId: string; email: string; role: Role; createdAt: Date; expiresAt: Date }[];
  /** Roles the asking person may give. */
  grantable: Role[];
};

/** The people of the active organisation and its open invitations. */
export async function listTeam(ctx: OrgContext): Promise<Team> {
  const { db, actor } = ctx;
  const org = present(await findOrganisation(db, actor.orgId), 'The active organisation');
  const [members, invitations] = await Promise.all([
    listOrgMembers(db, actor.orgId),
    listOpenInvitations(db, actor.orgId, ctx.clock.now()),
  ]);
  return {
    members,
    invitations: invitations.flatMap(({ id, email, role, createdAt, expiresAt }) =>
      isRole(role) ? [{ invitationId: id, email, role, createdAt, expiresAt }] : [],
    ),
    grantable: rolesOf(org.kind).filter((role) => mayGrant(actor.capabilities, org.kind, role)),
  };
}
