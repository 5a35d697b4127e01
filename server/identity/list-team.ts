import type { Role } from '#server/command/capabilities.ts';
import type { OrgContext } from '#server/command/context.ts';
import { present } from '#server/core/assert.ts';
import { countMembers, listMembersPage } from './member-queries.ts';
import { countOpenInvitations, listOpenInvitations } from './queries.ts';
import { findOrganisation, type OrgMember } from './reads.ts';
import { isRole, mayGrant, rolesOf } from './rules.ts';
import type { TeamInput } from './schemas.ts';

export type Team = {
  /** How many there are in all, and every role that one of them holds. */
  people: number;
  heldRoles: Role[];
  members: OrgMember[];
  /** The person after whom the next page begins; null on the last. */
  next: string | null;
  invitations: { invitationId: string; email: string; role: Role; createdAt: Date; expiresAt: Date }[];
  invited: number;
  nextInvited: string | null;
  /** Roles the asking person may give. */
  grantable: Role[];
};

/** A page of the people of the active organisation, and one of its open invitations. */
export async function listTeam(ctx: OrgContext, input: TeamInput): Promise<Team> {
  const { db, actor } = ctx;
  const { orgId } = actor;
  const now = ctx.clock.now();
  const org = present(await findOrganisation(db, orgId), 'The active organisation');
  const [counts, members, open, invited] = await Promise.all([
    countMembers(db, orgId),
    listMembersPage(db, { ...input, orgId, limit: input.limit + 1 }),
    listOpenInvitations(db, { orgId, now, after: input.invitedAfter, limit: INVITATIONS + 1 }),
    countOpenInvitations(db, { orgId, now }),
  ]);
  const shown = members.slice(0, input.limit);
  const invitations = open.slice(0, INVITATIONS);
  return {
    people: counts.people,
    heldRoles: counts.roles.filter(isRole),
    members: shown,
    next: members.length > shown.length ? (shown.at(-1)?.personId ?? null) : null,
    invitations: invitations.flatMap(({ id, email, role, createdAt, expiresAt }) =>
      isRole(role) ? [{ invitationId: id, email, role, createdAt, expiresAt }] : [],
    ),
    invited,
    nextInvited: open.length > invitations.length ? (invitations.at(-1)?.id ?? null) : null,
    grantable: rolesOf(org.kind).filter((role) => mayGrant(actor.capabilities, org.kind, role)),
  };
}

const INVITATIONS = 50;
