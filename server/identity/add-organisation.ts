import { eq } from 'drizzle-orm';
import { sessions } from '#db/schema/identity.ts';
import type { UserContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { foundOrganisation } from './found-organisation.ts';
import { findAccount } from './queries.ts';
import { personCountry } from './reads.ts';
import type { OrganisationInput } from './schemas.ts';

/**
 * Signs up a further organisation for somebody who has an account (one person, one account: R0) and switches
 * this session to it. Errors: conflict `already_independent`.
 */
export async function addOrganisation(
  ctx: UserContext,
  input: OrganisationInput,
): Promise<{ personId: string; orgId: string }> {
  const { actor } = ctx;
  return transact(ctx, async (tx) => {
    const account = present(await findAccount(tx.db, actor.userId), 'The account of a session');
    const country = present(await personCountry(tx.db, actor.personId), 'The country of a person');
    const founder = { personId: actor.personId, name: account.name, country };
    const orgId = await foundOrganisation(tx, founder, input);
    await tx.db.update(sessions).set({ activeOrgId: orgId }).where(eq(sessions.id, actor.sessionId));
    return { personId: actor.personId, orgId };
  });
}
