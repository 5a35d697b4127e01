import { violates } from '#db/errors.ts';
import { organisations } from '#db/schema/identity.ts';
import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { assertPasswordStands, openAccount } from './open-account.ts';
import { hashPassword } from './password.ts';
import { upsertMembership } from './queries.ts';
import type { AccountInput } from './schemas.ts';

/**
 * Sets up the organisation that runs this installation (R1) with its first operator, who may sign for it. For the
 * command line and seeds only: there is no procedure for it. Throws conflict `platform_exists`.
 */
export async function createPlatform(
  ctx: CommandContext,
  input: { legalName: string; country: string; domain?: string; operator: AccountInput },
): Promise<{ orgId: string; personId: string }> {
  if (ctx.actor.kind !== 'system') {
    throw new AppError({
      kind: 'forbidden',
      reason: 'system_only',
      message: 'Only the command line sets up an installation.',
    });
  }
  const { operator } = input;
  assertPasswordStands(operator.password, operator);
  const passwordHash = await hashPassword(operator.password);
  return transact(ctx, async (tx) => {
    const { personId } = await openAccount(tx, { ...operator, passwordHash, isEmailConfirmed: true });
    const orgId = newId();
    try {
      await tx.db.insert(organisations).values({
        id: orgId,
        kind: 'platform',
        legalName: input.legalName,
        country: input.country,
        domain: input.domain ?? null,
        status: 'verified',
        signatories: [personId],
        createdAt: tx.now,
        verifiedAt: tx.now,
        verifiedBy: personId,
      });
    } catch (cause) {
      if (!violates(cause, 'organisations_one_platform')) throw cause;
      throw new AppError({
        kind: 'conflict',
        reason: 'platform_exists',
        message: 'This installation has its platform organisation already. An operator invites further ones.',
        cause,
      });
    }
    await upsertMembership(tx.db, { orgId, personId, role: 'operator', now: tx.now });
    await tx.audit({ action: 'identity.platform_created', subject: { kind: 'organisation', id: orgId } });
    return { orgId, personId };
  });
}
