import type { Role } from '#server/command/capabilities.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { AppError } from '#server/core/errors.ts';
import { createInvitation } from './invite-member.ts';
import { findAccount, findAccountByEmail } from './queries.ts';
import { findInHouse, rolesOfPerson } from './reads.ts';

/** Why there is no in-house unit to speak of. */
export const noUnit = () =>
  new AppError({
    kind: 'precondition',
    reason: 'no_in_house',
    message: 'Your organisation has no in-house unit yet. Make it first.',
  });

/**
 * Invites people into the acting sponsor's in-house unit, who hold the role already left out; each gets a mail and 14 days. Throws
 * `no_in_house`, `engaging_not_yet` (a contract keeps the sponsor from engaging the other side's people).
 */
export async function inviteOwnStaff(
  ctx: OrgContext,
  input: { emails: readonly string[]; role: Role },
): Promise<{ invited: number }> {
  const { actor } = ctx;
  return transact(ctx, async (tx) => {
    const unit = await findInHouse(tx.db, actor.orgId);
    if (unit === null) throw noUnit();
    const inviter = present(await findAccount(tx.db, actor.userId), 'The account of a session');
    let invited = 0;
    for (const email of input.emails) {
      const account = await findAccountByEmail(tx.db, email);
      if (account && (await rolesOfPerson(tx.db, unit.id, account.personId)).includes(input.role)) continue;
      await createInvitation(tx, {
        org: unit,
        inviter: { personId: actor.personId, name: inviter.name },
        email,
        role: input.role,
      });
      invited += 1;
    }
    return { invited };
  });
}
