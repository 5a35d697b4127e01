import { violates } from '#db/errors.ts';
import { organisations } from '#db/schema/identity.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { lockOrganisation, upsertMembership } from './queries.ts';
import { OWNER_ROLE } from './rules.ts';

/**
 * Makes the acting sponsor's in-house unit: a vendor that nobody else is told of (ADR 029), of the sponsor's own register number and
 * domain, `unverified` until an operator has looked (R0), owned by who makes it. Throws `in_house_exists`.
 */
export async function makeInHouse(ctx: OrgContext, input: { name: string }): Promise<{ orgId: string }> {
  const { actor } = ctx;
  return transact(ctx, async (tx) => {
    const sponsor = present(await lockOrganisation(tx.db, actor.orgId), 'The active organisation');
    if (sponsor.kind !== 'sponsor')
      throw new AppError({
        kind: 'precondition',
        reason: 'sponsor_only',
        message: 'Only a sponsor has own staff as a private vendor.',
      });
    const orgId = newId();
    try {
      await tx.db.insert(organisations).values({
        id: orgId,
        kind: 'vendor',
        legalName: `${sponsor.legalName} · ${input.name}`,
        registerNumber: sponsor.registerNumber,
        domain: sponsor.domain,
        country: sponsor.country,
        inHouseOf: sponsor.id,
        createdAt: tx.now,
      });
    } catch (error) {
      if (!violates(error, 'organisations_in_house_key')) throw error;
      throw new AppError({
        kind: 'conflict',
        reason: 'in_house_exists',
        message: 'Your organisation has an in-house unit already. Invite people to it.',
        cause: error,
      });
    }
    await upsertMembership(tx.db, { orgId, personId: actor.personId, role: OWNER_ROLE.vendor, now: tx.now });
    await tx.audit({
      action: 'own_staff.unit_made',
      subject: { kind: 'organisation', id: orgId },
      detail: { sponsorOrgId: sponsor.id },
    });
    return { orgId };
  });
}
