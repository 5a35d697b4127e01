import { and, eq, isNull } from 'drizzle-orm';
import { invitations, mailLinks, organisations, people, sessions, users } from '#db/schema/identity.ts';
import type { UserContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { forgetWallet } from '#server/credentials/forget-wallet.ts';
import { forgetAddress } from '#server/notifications/forget-address.ts';
import { forgetScreened } from '#server/registers/forget-screened.ts';
import { forgetAvailability } from '#server/staffing/forget-availability.ts';
import { endRoles } from './end-membership.ts';
import {
  clearSignInTries,
  hasOtherMembers,
  listOwnOrgIds,
  lockOrganisation,
  revokeSessions,
} from './queries.ts';
import { rolesOfPerson } from './reads.ts';
import { confirmPassword } from './reauthenticate.ts';
import { deleteSecondFactor } from './second-factor-queries.ts';

/**
 * Erases what identifies the person: names, birth date, address, password, devices, mails, what registers said of them, numbers and documents of credentials, when they can work. The pseudonymous person id stays, so
 * labels, ledger and audit remain whole (design rule 11); signatures on agreements stay as the law asks. An
 * organisation without another member is suspended; an independent's loses its name. Cannot be undone.
 *
 * Errors: invalid `password_wrong`, precondition `last_owner` (others are in the organisation: hand it over first).
 */
export async function eraseAccount(
  ctx: UserContext,
  input: { password: string },
): Promise<{ personId: string }> {
  const account = await confirmPassword(ctx, input.password);
  const { personId } = ctx.actor;
  return transact(ctx, async (tx) => {
    await leaveEverything(tx, personId);
    await revokeSessions(tx.db, { userId: account.id, now: tx.now, reason: 'erased' });
    await tx.db.update(sessions).set({ userAgent: null }).where(eq(sessions.userId, account.id));
    await tx.db.delete(mailLinks).where(eq(mailLinks.userId, account.id));
    await clearSignInTries(tx.db, account.email);
    await deleteSecondFactor(tx.db, account.id);
    await forgetAddress(tx, account.email);
    const nobody = `${account.id}@erased.invalid`;
    await tx.db.update(invitations).set({ email: nobody }).where(eq(invitations.email, account.email));
    await tx.db
      .update(users)
      .set({
        email: nobody,
        name: 'Erased person',
        passwordHash: 'erased',
        timezone: 'UTC',
        status: 'erased',
        emailVerifiedAt: null,
        legalGivenName: null,
        legalFamilyName: null,
        formerFamilyName: null,
        birthDate: null,
      })
      .where(eq(users.id, account.id));
    await tx.db
      .update(people)
      .set({ erasedAt: tx.now })
      .where(and(eq(people.id, personId), isNull(people.erasedAt)));
    await forgetScreened(tx, personId);
    await forgetWallet(tx, personId);
    await forgetAvailability(tx, personId);
    await tx.audit({ action: 'identity.account_erased', subject: { kind: 'person', id: personId } });
    return { personId };
  });
}

/** Ends every membership, organisations in id order so that two erasures cannot wait for each other. */
async function leaveEverything(tx: CommandTx, personId: string): Promise<void> {
  for (const orgId of await listOwnOrgIds(tx.db, personId)) {
    const org = await lockOrganisation(tx.db, orgId);
    if (org === null) continue;
    const held = await rolesOfPerson(tx.db, orgId, personId);
    if (held.length === 0) continue;
    const isAlone = org.kind !== 'platform' && !(await hasOtherMembers(tx.db, orgId, personId));
    await endRoles(tx, { org, personId, held, ended: held, mayOrphan: isAlone });
    if (!isAlone) continue;
    await tx.db
      .update(organisations)
      .set({
        status: 'suspended',
        statusReason: 'The last member erased their account.',
        ...(org.kind === 'independent' ? { legalName: 'Erased independent' } : {}),
      })
      .where(eq(organisations.id, orgId));
  }
}
