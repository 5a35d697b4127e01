import { and, eq, inArray, isNull, notInArray } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { bidSeats, bids } from '#db/schema/bids.ts';
import { memberships, organisations } from '#db/schema/identity.ts';
import { ownStaffOrders } from '#db/schema/own-staff.ts';
import { listSealedCalls } from '#server/bids/reads.ts';

/** Why a person cannot judge a call they have a stake in. */
export type Stake = 'member_of_bidder' | 'named_in_bid' | 'member_of_own_staff' | 'vendor_while_sealed';

type Asked = { projectId: string; now: Date };

/**
 * Whether a person belongs to an organisation that bids on the project, or is named in such a bid (R7), or belongs to the sponsor's
 * in-house unit while it reads there (ADR 029). Withdrawn, declined and expired bids count no more; a draft is nobody's business yet.
 * While bids are sealed they are not looked at: everybody who belongs to any vendor has the same answer, or asking for one person of
 * each would tell who has bid.
 */
export async function findStake(q: Queryable, of: Asked & { personId: string }): Promise<Stake | null> {
  const { projectId, personId } = of;
  const sealed = await listSealedCalls(q, of);
  if (sealed.length > 0 && (await listOfVendors(q, [personId])).length > 0) return 'vendor_while_sealed';
  const live = liveBids(projectId, sealed);
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

/** Bids of a project that count, but for those of sealed calls. */
const liveBids = (projectId: string, sealed: readonly string[]) =>
  and(
    eq(bids.projectId, projectId),
    notInArray(bids.status, ['draft', 'withdrawn', 'declined', 'expired']),
    sealed.length > 0 ? notInArray(bids.callId, [...sealed]) : undefined,
  );

/** Which of these people belong to a vendor that could bid. Index: memberships_person_idx. */
async function listOfVendors(q: Queryable, personIds: readonly string[]): Promise<string[]> {
  const rows = await q
    .selectDistinct({ personId: memberships.personId })
    .from(memberships)
    .innerJoin(organisations, eq(organisations.id, memberships.orgId))
    .where(
      and(
        inArray(memberships.personId, [...personIds]),
        eq(memberships.status, 'active'),
        eq(organisations.kind, 'vendor'),
        isNull(organisations.inHouseOf),
      ),
    );
  return rows.map((row) => row.personId);
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

/**
 * Which of these people belong to an organisation that bids on the project now, or to own staff that reads in it; while bids are sealed
 * to any vendor (`findStake`).
 */
export async function listStakeholders(
  q: Queryable,
  of: Asked & { personIds: readonly string[] },
): Promise<Set<string>> {
  if (of.personIds.length === 0) return new Set();
  const sealed = await listSealedCalls(q, of);
  const ofVendors = sealed.length > 0 ? await listOfVendors(q, of.personIds) : [];
  return new Set([...ofVendors, ...(await listOpenStakes(q, of)).keys()]);
}

export type OpenStake = Extract<Stake, 'member_of_bidder' | 'member_of_own_staff'>;

/**
 * The same by what the sponsor may see, and which stake it is: who is of a vendor alone has none yet that it could be told of while bids
 * are sealed.
 */
export async function listOpenStakes(
  q: Queryable,
  of: Asked & { personIds: readonly string[] },
): Promise<Map<string, OpenStake>> {
  const { projectId } = of;
  const personIds = [...of.personIds];
  if (personIds.length === 0) return new Map();
  const rows = await q
    .selectDistinct({ personId: memberships.personId })
    .from(memberships)
    .innerJoin(bids, eq(bids.vendorOrgId, memberships.orgId))
    .where(
      and(
        liveBids(projectId, await listSealedCalls(q, of)),
        inArray(memberships.personId, personIds),
        eq(memberships.status, 'active'),
      ),
    );
  const own = await listOwnReaders(q, projectId, personIds);
  return new Map<string, OpenStake>([
    ...own.map((personId) => [personId, 'member_of_own_staff'] as const),
    ...rows.map((row) => [row.personId, 'member_of_bidder'] as const),
  ]);
}
