import { and, desc, eq, inArray, ne, not, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { bidSeats, bids, bidVersions, calls, contracts, directShares } from '#db/schema/bids.ts';
import { organisations } from '#db/schema/identity.ts';
import { projects } from '#db/schema/projects.ts';
import { sealedNow, visibleTo } from './call-queries.ts';
import type { BidStatus } from './rules.ts';

export type CallRow = typeof calls.$inferSelect;
export type BidRow = typeof bids.$inferSelect;
export type BidSeatRow = typeof bidSeats.$inferSelect;
export type ContractRow = typeof contracts.$inferSelect;

/** The call with this id, or null. */
export async function findCall(q: Queryable, id: string): Promise<CallRow | null> {
  const [row] = await q.select().from(calls).where(eq(calls.id, id));
  return row ?? null;
}

/** The call with this id, locked: awards of a call are one after the other. */
export async function lockCall(tx: Tx, id: string): Promise<CallRow | null> {
  const [row] = await tx.select().from(calls).where(eq(calls.id, id)).for('update');
  return row ?? null;
}

/** The newest call of a project, or null. */
export async function findCallOfProject(q: Queryable, projectId: string): Promise<CallRow | null> {
  const [row] = await q
    .select()
    .from(calls)
    .where(eq(calls.projectId, projectId))
    .orderBy(desc(calls.createdAt))
    .limit(1);
  return row ?? null;
}

/** Open calls that an organisation may know of, with project and sponsor, soonest to close first, after a keyset cursor. Index: calls_status_closes_idx. */
export async function listOpenCalls(
  q: Queryable,
  input: { orgId: string; now: Date; after: { closesAt: Date; id: string } | null; limit: number },
) {
  return q
    .select({
      call: calls,
      project: projects,
      sponsor: { id: organisations.id, legalName: organisations.legalName, country: organisations.country },
    })
    .from(calls)
    .innerJoin(projects, eq(projects.id, calls.projectId))
    .innerJoin(organisations, eq(organisations.id, projects.orgId))
    .where(
      and(
        eq(calls.status, 'open'),
        visibleTo(input.orgId),
        sql`${calls.closesAt} > ${input.now.toISOString()}::timestamptz`,
        input.after
          ? sql`(${calls.closesAt}, ${calls.id}) > (${input.after.closesAt.toISOString()}::timestamptz, ${input.after.id}::uuid)`
          : undefined,
      ),
    )
    .orderBy(calls.closesAt, calls.id)
    .limit(Math.min(input.limit, 100));
}

/** The bid with this id, or null. */
export async function findBid(q: Queryable, id: string): Promise<BidRow | null> {
  const [row] = await q.select().from(bids).where(eq(bids.id, id));
  return row ?? null;
}

/** A bid on a project of this sponsor, as soon as it may see it: no draft, and none that is sealed at `now`. */
export async function findBidForSponsor(
  q: Queryable,
  of: { bidId: string; orgId: string; now: Date },
): Promise<BidRow | null> {
  const [row] = await q
    .select({ bid: bids })
    .from(bids)
    .innerJoin(calls, eq(calls.id, bids.callId))
    .innerJoin(projects, and(eq(projects.id, bids.projectId), eq(projects.orgId, of.orgId)))
    .where(and(eq(bids.id, of.bidId), ne(bids.status, 'draft'), not(sealedNow(of.now))));
  return row?.bid ?? null;
}

/** Bids of a call with their vendor, for its sponsor: no drafts, none withdrawn, and none at all while they are sealed. */
export async function listBidsOfCall(q: Queryable, of: { callId: string; now: Date }) {
  return q
    .select({
      bid: bids,
      vendor: { id: organisations.id, legalName: organisations.legalName, country: organisations.country },
    })
    .from(bids)
    .innerJoin(organisations, eq(organisations.id, bids.vendorOrgId))
    .innerJoin(calls, eq(calls.id, bids.callId))
    .where(
      and(
        eq(bids.callId, of.callId),
        not(sealedNow(of.now)),
        inArray(bids.status, ['submitted', 'shortlisted', 'piloting', 'awarded', 'declined', 'expired']),
      ),
    )
    .orderBy(bids.pricePerReadMinor, bids.id)
    .limit(200);
}

/** A vendor's bids with their project, newest first. */
export async function listBidsOfVendor(q: Queryable, input: { vendorOrgId: string; limit: number }) {
  return q
    .select({
      bid: bids,
      call: calls,
      project: { id: projects.id, title: projects.title, currency: projects.currency },
    })
    .from(bids)
    .innerJoin(calls, eq(calls.id, bids.callId))
    .innerJoin(projects, eq(projects.id, bids.projectId))
    .where(eq(bids.vendorOrgId, input.vendorOrgId))
    .orderBy(desc(bids.createdAt))
    .limit(Math.min(input.limit, 200));
}

/** Seats of some bids. */
export async function listSeats(q: Queryable, bidIds: readonly string[]): Promise<BidSeatRow[]> {
  if (bidIds.length === 0) return [];
  return q
    .select()
    .from(bidSeats)
    .where(inArray(bidSeats.bidId, [...bidIds]))
    .limit(5000);
}

/** The versions of a bid, newest first; at most 100. Index: bid_versions_pkey. */
export async function listBidVersions(q: Queryable, bidId: string) {
  return q
    .select()
    .from(bidVersions)
    .where(eq(bidVersions.bidId, bidId))
    .orderBy(desc(bidVersions.version))
    .limit(100);
}

/** Moves a bid from an expected state; null when someone was faster or the state does not fit. */
export async function updateBidStatus(
  tx: Tx,
  input: { bidId: string; from: readonly BidStatus[]; to: BidStatus; now: Date; reason?: string },
): Promise<BidRow | null> {
  const [row] = await tx
    .update(bids)
    .set({
      status: input.to,
      updatedAt: input.now,
      ...(input.reason === undefined ? {} : { statusReason: input.reason }),
    })
    .where(and(eq(bids.id, input.bidId), inArray(bids.status, [...input.from])))
    .returning();
  return row ?? null;
}

/**
 * Bids whose price is not held any more, locked, at most `limit`. One whose pilot is open is still being read and gets its
 * verdict first. Index: bids_held_idx.
 */
export async function lockLapsedBids(tx: Tx, input: { now: Date; limit: number }): Promise<string[]> {
  const rows = await tx.execute<{ id: string }>(sql`
    select b.id from bids b
    where b.status in ('submitted', 'shortlisted', 'piloting') and b.valid_until < ${input.now.toISOString()}::timestamptz
      and not exists (
        select 1 from pilots p join pilot_batches o on o.pilot_id = p.id join batches t on t.id = o.batch_id
        where p.bid_id = b.id and t.status in ('open', 'paused'))
    order by b.valid_until limit ${input.limit} for update of b skip locked`);
  return [...rows].map((row) => row.id);
}

/** The share of a call that goes to people on their own account, or null. */
export async function findDirectShare(q: Queryable, callId: string) {
  const [row] = await q.select().from(directShares).where(eq(directShares.callId, callId));
  return row ?? null;
}

/** Bids of a call that are neither awarded nor gone, with their vendor; at most 200. */
export async function listUndecidedBids(
  q: Queryable,
  callId: string,
): Promise<{ bidId: string; vendorOrgId: string; vendor: string; status: BidStatus }[]> {
  return q
    .select({
      bidId: bids.id,
      vendorOrgId: bids.vendorOrgId,
      vendor: organisations.legalName,
      status: bids.status,
    })
    .from(bids)
    .innerJoin(organisations, eq(organisations.id, bids.vendorOrgId))
    .where(and(eq(bids.callId, callId), inArray(bids.status, ['submitted', 'shortlisted', 'piloting'])))
    .orderBy(bids.id)
    .limit(200);
}

/** Basis points of a call that are given away: to vendors by an award that was not ended early, and to people on their own account. */
export async function awardedShare(q: Queryable, callId: string): Promise<number> {
  const direct = await findDirectShare(q, callId);
  const [row] = await q
    .select({ sum: sql<number>`coalesce(sum(${contracts.shareBasisPoints}), 0)::int` })
    .from(contracts)
    .where(
      and(eq(contracts.callId, callId), eq(contracts.kind, 'award'), ne(contracts.status, 'terminated')),
    );
  return (row?.sum ?? 0) + (direct?.shareBasisPoints ?? 0);
}

/** Number of pilot orders of a call (R15: at most three by default). */
export async function countPilots(q: Queryable, callId: string): Promise<number> {
  const [row] = await q
    .select({ n: sql<number>`count(*)::int` })
    .from(contracts)
    .where(and(eq(contracts.callId, callId), eq(contracts.kind, 'pilot_order')));
  return row?.n ?? 0;
}

/** The contract with this id, or null. */
export async function findContract(q: Queryable, id: string): Promise<ContractRow | null> {
  const [row] = await q.select().from(contracts).where(eq(contracts.id, id));
  return row ?? null;
}

/** Contracts of a project or a vendor, newest first. */
export async function listContracts(
  q: Queryable,
  filter: { projectId?: string; vendorOrgId?: string },
): Promise<ContractRow[]> {
  return q
    .select()
    .from(contracts)
    .where(
      and(
        filter.projectId ? eq(contracts.projectId, filter.projectId) : undefined,
        filter.vendorOrgId ? eq(contracts.vendorOrgId, filter.vendorOrgId) : undefined,
      ),
    )
    .orderBy(desc(contracts.createdAt))
    .limit(200);
}

/** What a vendor has shown before: pilots and how many led to an award. */
export async function listTrackRecords(
  q: Queryable,
  vendorOrgIds: readonly string[],
): Promise<{ vendorOrgId: string; pilots: number; passed: number }[]> {
  if (vendorOrgIds.length === 0) return [];
  return [
    ...(await q.execute<{ vendorOrgId: string; pilots: number; passed: number }>(sql`
      select c.vendor_org_id as "vendorOrgId", count(*)::int as pilots,
        count(*) filter (where s.verdict = 'pass')::int as passed
      from contracts c
      join pilots p on p.contract_id = c.id
      left join lateral (select verdict from scorecards where pilot_id = p.id order by computed_at desc limit 1) s on true
      where c.kind = 'pilot_order' and c.vendor_org_id in ${[...vendorOrgIds]} and p.status = 'decided'
      group by 1`)),
  ];
}

/** Bids handed in and not yet shortlisted or declined, by project, of calls that are not decided. */
export async function countSubmittedBids(
  q: Queryable,
  of: { projectIds: readonly string[]; now: Date },
): Promise<{ projectId: string; n: number }[]> {
  if (of.projectIds.length === 0) return [];
  return q
    .select({ projectId: calls.projectId, n: sql<number>`count(*)::int` })
    .from(bids)
    .innerJoin(calls, eq(calls.id, bids.callId))
    .where(
      and(
        inArray(calls.projectId, [...of.projectIds]),
        inArray(calls.status, ['open', 'closed']),
        eq(bids.status, 'submitted'),
        not(sealedNow(of.now)),
      ),
    )
    .groupBy(calls.projectId);
}
