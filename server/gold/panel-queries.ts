import { and, eq, inArray, notInArray } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { bidSeats, bids } from '#db/schema/bids.ts';
import { memberships } from '#db/schema/identity.ts';

/** Why a person cannot judge a call they have a stake in. */
export type Stake = 'member_of_bidder' | 'named_in_bid';

/**
 * Whether a person belongs to an organisation that bids on the project, or is named in such a bid (R7). Withdrawn,
 * declined and expired bids count no more; a draft is nobody's business yet.
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
  return seat ? 'named_in_bid' : null;
}

/** Which of these people belong to an organisation that bids on the project now. */
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
  return new Set(rows.map((row) => row.personId));
}
