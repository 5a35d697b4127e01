import { and, eq, inArray, notInArray } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { bidSeats, bids } from '#db/schema/bids.ts';
import { memberships } from '#db/schema/identity.ts';
import { ownStaffOrders } from '#db/schema/own-staff.ts';

/** Why a person cannot judge a call they have a stake in. */
export type Stake = 'member_of_bidder' | 'named_in_bid' | 'member_of_own_staff';

/**
 * Whether a person belongs to an organisation that bids on the project, or is named in such a bid (R7), or belongs to the sponsor's
 * in-house unit while it reads there (ADR 029). Withdrawn, declined and expired bids count no more; a draft is nobody's business yet.
 */
export async function findStake(q: Queryable, projectId: string, personId: string): Promise<Stake | null> {
  const live = and(
    eq(bids.projectId, projectId),
    notInArray(bids.status, ['draft', 'withdrawn', 'declined', 'expired']),
  );
  const [member] = await q
    .select({ id: bids.id })
    .from(bids)
    .innerJoin(memberships, eq(memberships.orgId, bids.vendorOrgId))
    .where(and(live, eq(memberships.personId, personId), eq(memberships.status, 'active')))
    .limit(1);
  if (member) return 'member_of_bidder';
  const [seat] = await q
    .select({ id: bidSeats.id })
    .from(bidSeats)
    .innerJoin(bids, eq(bids.id, bidSeats.bidId))
    .where(and(live, eq(bidSeats.personId, personId)))
    .limit(1);
  if (seat) return 'named_in_bid';
  return (await listOwnReaders(q, projectId, [personId])).length > 0 ? 'member_of_own_staff' : null;
}

/** Which of these people belong to the in-house unit that has an agreed order in the project. Index: own_staff_orders_live_key. */
async function listOwnReaders(
  q: Queryable,
  projectId: string,
  personIds: readonly string[],
): Promise<string[]> {
  const rows = await q
    .selectDistinct({ personId: memberships.personId })
    .from(memberships)
    .innerJoin(ownStaffOrders, eq(ownStaffOrders.orgId, memberships.orgId))
    .where(
      and(
        eq(ownStaffOrders.projectId, projectId),
        eq(ownStaffOrders.status, 'agreed'),
        inArray(memberships.personId, [...personIds]),
        inArray(memberships.role, ['vendor_annotator', 'qa_lead']),
        eq(memberships.status, 'active'),
      ),
    );
  return rows.map((row) => row.personId);
}

/** Which of these people belong to an organisation that bids on the project now, or to own staff that reads in it. */
export async function listStakeholders(
  q: Queryable,
  projectId: string,
  personIds: readonly string[],
): Promise<Set<string>> {
  if (personIds.length === 0) return new Set();
  const rows = await q
    .selectDistinct({ personId: memberships.personId })
    .from(memberships)
    .innerJoin(bids, eq(bids.vendorOrgId, memberships.orgId))
    .where(
      and(
        eq(bids.projectId, projectId),
        notInArray(bids.status, ['draft', 'withdrawn', 'declined', 'expired']),
        inArray(memberships.personId, [...personIds]),
        eq(memberships.status, 'active'),
      ),
    );
  const own = await listOwnReaders(q, projectId, personIds);
  return new Set([...rows.map((row) => row.personId), ...own]);
}
