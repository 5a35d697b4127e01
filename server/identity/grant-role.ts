import type { Role } from '#server/command/capabilities.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { AppError } from '#server/core/errors.ts';
import { roleNotYours } from './invite-member.ts';
import { lockOrganisation, upsertMembership } from './queries.ts';
import { rolesOfPerson } from './reads.ts';
import { mayGrant } from './rules.ts';

/**
 * Gives a member a further role, at once. Giving one they hold does nothing.
 * Errors: forbidden `role_not_yours_to_give`, not_found `member_unknown`.
 */
export async function grantRole(
  ctx: OrgContext,
  input: { personId: string; role: Role },
): Promise<{ personId: string; roles: Role[] }> {
  const { orgId, capabilities } = ctx.actor;
  return transact(ctx, async (tx) => {
    const org = present(await lockOrganisation(tx.db, orgId), 'The active organisation');
    const held = await rolesOfPerson(tx.db, orgId, input.personId);
    if (held.length === 0) throw memberUnknown();
    if (!mayGrant(capabilities, org.kind, input.role)) throw roleNotYours(input.role);
    const isNew = await upsertMembership(tx.db, { orgId, ...input, now: tx.now });
    if (isNew) {
      await tx.audit({
        action: 'identity.role_granted',
        subject: { kind: 'person', id: input.personId },
        detail: { orgId, role: input.role },
      });
    }
    return { personId: input.personId, roles: [...new Set([...held, input.role])].sort() };
  });
}

/** The answer for anyone who is not a member, whether or not they exist. */
export function memberUnknown(): AppError {
  return new AppError({
    kind: 'not_found',
    reason: 'member_unknown',
    message: 'There is no such member in your organisation.',
  });
}
