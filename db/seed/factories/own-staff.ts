import { eq } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { organisations } from '#db/schema/identity.ts';
import type { OrgContext } from '#server/command/context.ts';
import { makeInHouse } from '#server/identity/make-in-house.ts';
import { findInHouse } from '#server/identity/reads.ts';
import { makeMember } from './identity.ts';

/** A sponsor's in-house unit, verified, the one there is or a new one; with an owner and a reader. */
export async function makeUnit(
  db: Database,
  sponsor: OrgContext,
): Promise<{ orgId: string; owner: OrgContext; reader: OrgContext }> {
  const found = await findInHouse(db, sponsor.actor.orgId);
  const orgId = found?.id ?? (await makeInHouse(sponsor, { name: 'Readers' })).orgId;
  await db.update(organisations).set({ status: 'verified' }).where(eq(organisations.id, orgId));
  const org = { id: orgId, kind: 'vendor' as const, verified: true };
  const { clock } = sponsor;
  return {
    orgId,
    owner: await makeMember(db, { org, roles: ['vendor_owner'], clock }),
    reader: await makeMember(db, { org, roles: ['vendor_annotator'], clock }),
  };
}
