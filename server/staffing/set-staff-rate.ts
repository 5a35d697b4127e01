import { staffRates } from '#db/schema/staffing.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { listOrgMembers } from '#server/identity/reads.ts';
import { listEngagements } from './queries.ts';
import type { SetStaffRateInput } from './schemas.ts';

/**
 * Notes what the acting vendor pays one of its people in a currency; the vendor's own business and nobody else's (R21). Margins
 * reckon all of their work in that currency at the newest rate. `not_found` for somebody who neither is its member nor
 * has worked for it: who has left keeps a rate, because their work stays in the margin.
 */
export async function setStaffRate(ctx: OrgContext, input: SetStaffRateInput): Promise<{ rateId: string }> {
  const { orgId, personId } = ctx.actor;
  return transact(ctx, async (tx) => {
    const isMember = (await listOrgMembers(tx.db, orgId)).some((one) => one.personId === input.personId);
    const worked = await listEngagements(tx.db, { viaOrgId: orgId, personId: input.personId });
    if (!isMember && worked.length === 0) {
      throw new AppError({
        kind: 'not_found',
        reason: 'member_not_found',
        message: 'This person is not a member of your organisation and has never worked for it.',
      });
    }
    const rateId = newId();
    await tx.db
      .insert(staffRates)
      .values({ id: rateId, orgId, ...input, effectiveAt: tx.now, setBy: personId });
    await tx.audit({ action: 'staffing.rate_set', subject: { kind: 'staff_rate', id: rateId } });
    return { rateId };
  });
}
