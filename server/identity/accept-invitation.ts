import { and, eq, isNull } from 'drizzle-orm';
import { invitations, sessions } from '#db/schema/identity.ts';
import type { Role } from '#server/command/capabilities.ts';
import type { CommandContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { assertMayEngage } from '#server/contracts/assert-may-engage.ts';
import { present } from '#server/core/assert.ts';
import { AppError, isAppError } from '#server/core/errors.ts';
import { hashMailToken } from './mail-token.ts';
import { assertPasswordStands, openAccount } from './open-account.ts';
import { hashPassword } from './password.ts';
import {
  findAccount,
  findAccountByEmail,
  findInvitation,
  type Invitation,
  upsertMembership,
} from './queries.ts';
import { findOrganisation } from './reads.ts';
import { isRole } from './rules.ts';
import { insertMembers, isTeam } from './staff-team-queries.ts';

export type InvitationState = 'open' | 'accepted' | 'revoked' | 'expired';

/** What an invitation is worth at this moment. */
export function invitationState(
  invitation: { acceptedAt: Date | null; revokedAt: Date | null; expiresAt: Date },
  now: Date,
): InvitationState {
  if (invitation.acceptedAt !== null) return 'accepted';
  if (invitation.revokedAt !== null) return 'revoked';
  return now < invitation.expiresAt ? 'open' : 'expired';
}

/** What the holder of a token sees before accepting. Throws not_found `invitation_unknown`. */
export async function previewInvitation(
  ctx: CommandContext,
  input: { token: string },
): Promise<{
  organisation: string;
  role: Role;
  email: string;
  state: InvitationState;
  expiresAt: Date;
  hasAccount: boolean;
}> {
  const invitation = await getInvitation(ctx, input.token);
  const org = present(await findOrganisation(ctx.db, invitation.orgId), 'The organisation of an invitation');
  return {
    organisation: org.legalName,
    role: roleOf(invitation),
    email: invitation.email,
    state: invitationState(invitation, ctx.clock.now()),
    expiresAt: invitation.expiresAt,
    hasAccount: (await findAccountByEmail(ctx.db, invitation.email)) !== null,
  };
}

/**
 * Joins the inviting organisation. Signed in: the invitation must be for the person's own address. Not signed in:
 * opens an account for the invited address, which holding the token confirms. A token works once, whoever is first.
 *
 * Errors: not_found `invitation_unknown`, conflict `invitation_used`, precondition `invitation_expired`,
 * `invitation_revoked`, `sign_in_to_accept`, `engaging_not_yet`, forbidden `invitation_for_other_address`, invalid `account_missing`.
 */
export async function acceptInvitation(
  ctx: CommandContext,
  input: {
    token: string;
    account?: { name: string; password: string; country: string } | undefined;
  },
): Promise<{ personId: string; orgId: string; email: string }> {
  const invitation = await getInvitation(ctx, input.token);
  assertOpen(invitationState(invitation, ctx.clock.now()));
  const { email, orgId } = invitation;
  const joiner = await prepareJoiner(ctx, email, input.account);
  return transact(ctx, async (tx) => {
    const personId = 'personId' in joiner ? joiner.personId : (await openAccount(tx, joiner)).personId;
    const [taken] = await tx.db
      .update(invitations)
      .set({ acceptedAt: tx.now, acceptedBy: personId })
      .where(
        and(eq(invitations.id, invitation.id), isNull(invitations.acceptedAt), isNull(invitations.revokedAt)),
      )
      .returning({ id: invitations.id });
    if (taken === undefined) throw invitationUsed();
    await assertMayJoin(tx, { orgId, personId });
    await upsertMembership(tx.db, { orgId, personId, role: roleOf(invitation), now: tx.now });
    // A team that was dissolved since keeps nobody from joining.
    if (invitation.teamId !== null && (await isTeam(tx.db, invitation.teamId)))
      await insertMembers(tx.db, {
        teamId: invitation.teamId,
        personIds: [personId],
        addedBy: invitation.invitedBy,
        now: tx.now,
      });
    await switchToIt(ctx, tx, orgId);
    await tx.audit({
      action: 'identity.member_joined',
      subject: { kind: 'organisation', id: orgId },
      detail: { personId, role: invitation.role, invitationId: invitation.id },
    });
    return { personId, orgId, email };
  });
}

/** A contract of the inviting organisation may have come to bind the person since they were invited. */
async function assertMayJoin(tx: CommandTx, at: { orgId: string; personId: string }): Promise<void> {
  await assertMayEngage(tx, { byOrgId: at.orgId, personId: at.personId }).catch((error: unknown) => {
    if (!isAppError(error, 'engaging_not_yet')) throw error;
    throw new AppError({
      kind: 'precondition',
      reason: 'engaging_not_yet',
      message:
        'The organisation that invited you may not engage you yet: it has a contract with the other side you work for. Ask it to agree that with them.',
      cause: error,
    });
  });
}

async function getInvitation(ctx: CommandContext, token: string): Promise<Invitation> {
  const invitation = await findInvitation(ctx.db, hashMailToken(token));
  if (invitation !== null) return invitation;
  throw new AppError({
    kind: 'not_found',
    reason: 'invitation_unknown',
    message: 'This invitation link is not valid. Copy it whole from the mail, or ask for a new one.',
  });
}

type NewAccount = Parameters<typeof openAccount>[1];

/** The person who accepts, or the account that has to be opened for them (password hashed before the transaction). */
async function prepareJoiner(
  ctx: CommandContext,
  email: string,
  account: { name: string; password: string; country: string } | undefined,
): Promise<{ personId: string } | NewAccount> {
  if (ctx.actor.kind === 'user') {
    const own = await findAccount(ctx.db, ctx.actor.userId);
    if (own?.email === email) return { personId: ctx.actor.personId };
    throw new AppError({
      kind: 'forbidden',
      reason: 'invitation_for_other_address',
      message: `This invitation is for ${email}. Sign out and open the link again, or ask for one to your own address.`,
    });
  }
  if ((await findAccountByEmail(ctx.db, email)) !== null) {
    throw new AppError({
      kind: 'precondition',
      reason: 'sign_in_to_accept',
      message: `There is an account for ${email}. Sign in with it and open the link again.`,
    });
  }
  if (account === undefined) {
    throw new AppError({
      kind: 'invalid',
      reason: 'account_missing',
      message: 'Give your name, country and a password to open your account.',
    });
  }
  assertPasswordStands(account.password, { name: account.name, email });
  const passwordHash = await hashPassword(account.password);
  return { name: account.name, email, passwordHash, country: account.country, isEmailConfirmed: true };
}

async function switchToIt(ctx: CommandContext, tx: CommandTx, orgId: string): Promise<void> {
  if (ctx.actor.kind !== 'user') return;
  await tx.db.update(sessions).set({ activeOrgId: orgId }).where(eq(sessions.id, ctx.actor.sessionId));
}

function roleOf(invitation: Invitation): Role {
  if (isRole(invitation.role)) return invitation.role;
  throw new AppError({
    kind: 'bug',
    reason: 'role_unknown',
    message: 'The invitation names an unknown role.',
  });
}

function invitationUsed(): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'invitation_used',
    message: 'This invitation has been used already. If it was you, sign in.',
  });
}

function assertOpen(state: InvitationState): void {
  if (state === 'open') return;
  if (state === 'accepted') throw invitationUsed();
  throw new AppError({
    kind: 'precondition',
    reason: `invitation_${state}`,
    message:
      state === 'expired'
        ? 'This invitation has expired. Ask for a new one.'
        : 'This invitation was taken back or replaced. Use the newest mail, or ask for a new one.',
  });
}
