import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { AppError } from '#server/core/errors.ts';
import { createInvitation, roleNotYours } from './invite-member.ts';
import { parseRoster } from './parse-roster.ts';
import { findAccount, listOpenInvitations, lockOrganisation } from './queries.ts';
import { listOrgMembers } from './reads.ts';
import { mayGrant } from './rules.ts';

export type RosterImported = { invited: number; alreadyMembers: number; alreadyInvited: number };

/**
 * Invites a vendor's staff from a CSV file (R0): name, email, role. Everybody or nobody. People who are members in
 * the role, or have an open invitation to it, are counted and not written to again, so the same file can be
 * imported twice.
 *
 * Errors: those of `parseRoster`; forbidden `role_not_yours_to_give`; precondition `roster_is_for_vendors`.
 */
export async function importRosterCsv(
  ctx: OrgContext,
  input: { contentBase64: string },
): Promise<RosterImported> {
  const rows = parseRoster(Buffer.from(input.contentBase64, 'base64'));
  const { actor } = ctx;
  return transact(ctx, async (tx) => {
    const org = present(await lockOrganisation(tx.db, actor.orgId), 'The active organisation');
    if (org.kind !== 'vendor') {
      throw new AppError({
        kind: 'precondition',
        reason: 'roster_is_for_vendors',
        message: 'Only a vendor imports a roster. Invite people one by one.',
      });
    }
    const forbidden = rows.find((row) => !mayGrant(actor.capabilities, org.kind, row.role));
    if (forbidden !== undefined) throw roleNotYours(forbidden.role);
    const inviter = present(await findAccount(tx.db, actor.userId), 'The account of a session');
    const members = new Set(
      (await listOrgMembers(tx.db, org.id)).flatMap((m) => m.roles.map((role) => `${m.email} ${role}`)),
    );
    const waiting = new Set(
      (await listOpenInvitations(tx.db, { orgId: org.id, now: tx.now, after: null, limit: 5_000 })).map(
        (open) => `${open.email} ${open.role}`,
      ),
    );
    const result = { invited: 0, alreadyMembers: 0, alreadyInvited: 0 };
    for (const { email, role, name } of rows) {
      const key = `${email} ${role}`;
      if (members.has(key)) result.alreadyMembers += 1;
      else if (waiting.has(key)) result.alreadyInvited += 1;
      else {
        const who = { personId: actor.personId, name: inviter.name };
        await createInvitation(tx, { org, inviter: who, email, role, name });
        result.invited += 1;
      }
    }
    await tx.audit({
      action: 'identity.roster_imported',
      subject: { kind: 'organisation', id: org.id },
      detail: result,
    });
    return result;
  });
}
