import { and, eq, isNull } from 'drizzle-orm';
import { invitations } from '#db/schema/identity.ts';
import type { Role } from '#server/command/capabilities.ts';
import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { assertMayEngage } from '#server/contracts/assert-may-engage.ts';
import { present } from '#server/core/assert.ts';
import { plus } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { queueMail } from '#server/notifications/send-mail.ts';
import { appLink } from './app-link.ts';
import { makeMailToken } from './mail-token.ts';
import { findAccount, findAccountByEmail, lockOrganisation } from './queries.ts';
import { rolesOfPerson } from './reads.ts';
import { INVITATION_MS, mayGrant } from './rules.ts';
import { lockTeam } from './staff-team-queries.ts';

/**
 * Invites somebody by mail to join the organisation in a role, for 14 days. Inviting the same address to the same
 * role again replaces the earlier invitation, whose link stops working.
 *
 * Errors: forbidden `role_not_yours_to_give`, conflict `already_member`, precondition `engaging_not_yet` (a contract keeps
 * the organisation from engaging the other side's people), not_found `team_unknown`.
 */
export async function inviteMember(
  ctx: OrgContext,
  input: { email: string; role: Role; teamId?: string | null },
): Promise<{ invitationId: string; expiresAt: Date }> {
  const { actor } = ctx;
  return transact(ctx, async (tx) => {
    const org = present(await lockOrganisation(tx.db, actor.orgId), 'The active organisation');
    if (!mayGrant(actor.capabilities, org.kind, input.role)) throw roleNotYours(input.role);
    const account = await findAccountByEmail(tx.db, input.email);
    if (account && (await rolesOfPerson(tx.db, org.id, account.personId)).includes(input.role)) {
      throw new AppError({
        kind: 'conflict',
        reason: 'already_member',
        message: 'This person has the role already.',
      });
    }
    const inviter = present(await findAccount(tx.db, actor.userId), 'The account of a session');
    return createInvitation(tx, {
      org,
      inviter: { personId: actor.personId, name: inviter.name },
      email: input.email,
      role: input.role,
      teamId: input.teamId ?? null,
    });
  });
}

/** The refusal for giving a role beyond one's own rights or foreign to the kind of organisation. */
export function roleNotYours(role: Role): AppError {
  return new AppError({
    kind: 'forbidden',
    reason: 'role_not_yours_to_give',
    message: `You cannot give the role ${role} in this organisation. Ask an owner, or choose another role.`,
  });
}

/** Adds the invitation and queues its mail, in the caller's transaction; replaces an open one for the same role. */
export async function createInvitation(
  tx: CommandTx,
  input: {
    org: { id: string; legalName: string };
    inviter: { personId: string; name: string };
    email: string;
    role: Role;
    name?: string;
    teamId?: string | null;
  },
): Promise<{ invitationId: string; expiresAt: Date }> {
  const { org, inviter, email, role } = input;
  const account = await findAccountByEmail(tx.db, email);
  if (account) await assertMayEngage(tx, { byOrgId: org.id, personId: account.personId });
  const teamId = input.teamId ?? null;
  if (teamId !== null) await lockTeam(tx.db, { orgId: org.id, teamId });
  const invitationId = newId();
  const { token, hash } = makeMailToken();
  const expiresAt = plus(tx.now, INVITATION_MS);
  await tx.db
    .update(invitations)
    .set({ revokedAt: tx.now })
    .where(
      and(
        eq(invitations.orgId, org.id),
        eq(invitations.email, email),
        eq(invitations.role, role),
        isNull(invitations.acceptedAt),
        isNull(invitations.revokedAt),
      ),
    );
  await tx.db.insert(invitations).values({
    id: invitationId,
    orgId: org.id,
    email,
    role,
    tokenHash: hash,
    invitedBy: inviter.personId,
    createdAt: tx.now,
    expiresAt,
    teamId,
  });
  await tx.audit({
    action: 'identity.member_invited',
    subject: { kind: 'invitation', id: invitationId },
    detail: { orgId: org.id, role },
  });
  await queueMail(tx, {
    to: email,
    subject: `${inviter.name} invites you to ${org.legalName} on Readroom`,
    body: `Hello${input.name === undefined ? '' : ` ${input.name}`},

${inviter.name} invites you to join ${org.legalName} as ${role.replaceAll('_', ' ')}.

Accept within 14 days: ${appLink(`/invite/${token}`)}

If you did not expect this, do nothing; the link expires by itself.`,
  });
  return { invitationId, expiresAt };
}
