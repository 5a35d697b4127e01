import { and, eq, inArray, sql } from 'drizzle-orm';
import { memberships, organisations, sessions, users } from '#db/schema/identity.ts';
import { capabilitiesOf, type Role } from '#server/command/capabilities.ts';
import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { AppError } from '#server/core/errors.ts';
import { memberUnknown } from './grant-role.ts';
import { roleNotYours } from './invite-member.ts';
import { countOthersInRole, lockOrganisation } from './queries.ts';
import { rolesOfPerson } from './reads.ts';
import { mayGrant, OWNER_ROLE } from './rules.ts';
import { leaveTeams } from './staff-team-queries.ts';

/**
 * Ends a member's role, or all of them when none is named; their rights are gone with their next call. The last
 * owner cannot go, also when two owners remove each other at once (the organisation's row is locked).
 *
 * Errors: not_found `member_unknown`, forbidden `role_not_yours_to_give`, precondition `last_owner`.
 */
export async function endMembership(
  ctx: OrgContext,
  input: { personId: string; role?: Role | undefined },
): Promise<{ personId: string; ended: Role[] }> {
  const { orgId, capabilities } = ctx.actor;
  return transact(ctx, async (tx) => {
    const org = present(await lockOrganisation(tx.db, orgId), 'The active organisation');
    const held = await rolesOfPerson(tx.db, orgId, input.personId);
    const ended = held.filter((role) => input.role === undefined || role === input.role);
    if (ended.length === 0) throw memberUnknown();
    for (const role of ended) if (!mayGrant(capabilities, org.kind, role)) throw roleNotYours(role);
    await endRoles(tx, { org, personId: input.personId, held, ended, mayOrphan: false });
    return { personId: input.personId, ended };
  });
}

/**
 * Ends roles in the caller's transaction, which holds the organisation's lock. Throws precondition `last_owner`,
 * unless `mayOrphan` (the last member's account is being erased).
 */
export async function endRoles(
  tx: CommandTx,
  input: {
    org: { id: string; kind: keyof typeof OWNER_ROLE };
    personId: string;
    held: readonly Role[];
    ended: readonly Role[];
    mayOrphan: boolean;
  },
): Promise<void> {
  const { org, personId, ended } = input;
  const owner = OWNER_ROLE[org.kind];
  if (ended.includes(owner) && !input.mayOrphan) {
    const others = await countOthersInRole(tx.db, { orgId: org.id, role: owner, personId });
    if (others === 0) {
      throw new AppError({
        kind: 'precondition',
        reason: 'last_owner',
        message: 'An organisation needs an owner. Give the role to somebody else first.',
      });
    }
  }
  await tx.db
    .update(memberships)
    .set({ status: 'ended', endedAt: tx.now })
    .where(
      and(
        eq(memberships.orgId, org.id),
        eq(memberships.personId, personId),
        inArray(memberships.role, [...ended]),
      ),
    );
  const left = input.held.filter((role) => !ended.includes(role));
  if (!capabilitiesOf(left).has('agreement.sign')) await removeSignatory(tx, org.id, personId);
  if (left.length === 0) {
    await leaveTeams(tx.db, { orgId: org.id, personId });
    await leaveInSessions(tx, org.id, personId);
    // R27: the gate is shut to them here; what they have under their hands is taken back and paid for its part.
    await tx.enqueue({ name: 'agreements.revoke-access', payload: { personId, viaOrgId: org.id } });
  }
  await tx.audit({
    action: 'identity.membership_ended',
    subject: { kind: 'person', id: personId },
    detail: { orgId: org.id, roles: ended, left: left.length === 0 },
  });
}

async function removeSignatory(tx: CommandTx, orgId: string, personId: string): Promise<void> {
  await tx.db
    .update(organisations)
    .set({ signatories: sql`array_remove(${organisations.signatories}, ${personId}::uuid)` })
    .where(eq(organisations.id, orgId));
}

async function leaveInSessions(tx: CommandTx, orgId: string, personId: string): Promise<void> {
  const account = tx.db.select({ id: users.id }).from(users).where(eq(users.personId, personId));
  await tx.db
    .update(sessions)
    .set({ activeOrgId: null })
    .where(and(eq(sessions.activeOrgId, orgId), inArray(sessions.userId, account)));
}
