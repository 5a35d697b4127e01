import { and, asc, desc, eq, gt, inArray, isNull, lte, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import {
  vendorEvidence,
  vendorProfiles,
  vendorReferences,
  vendorSamples,
  vendorShownScorecards,
} from '#db/schema/vendors.ts';
import type { EvidenceStatus } from './schemas.ts';

export type EvidenceRow = typeof vendorEvidence.$inferSelect;
export type ProfileRow = typeof vendorProfiles.$inferSelect;
export type ReferenceRow = typeof vendorReferences.$inferSelect;
export type SampleRow = typeof vendorSamples.$inferSelect;

/** Bids that let a sponsor see more of a vendor than its name. */
const LIVE_BIDS = ['submitted', 'shortlisted', 'piloting', 'awarded'] as const;

/**
 * Evidence of some vendors that others may hear of, latest to end first (vendor_evidence_org_idx); 60 a vendor, counted for
 * each, so that one who uploads many does not push out what others show.
 */
export async function listShownEvidence(q: Queryable, orgIds: readonly string[]): Promise<EvidenceRow[]> {
  if (orgIds.length === 0) return [];
  const own = sql`(
    select x.id from unnest(${sql.param([...orgIds])}::uuid[]) o(id) cross join lateral (
      select e.id from vendor_evidence e
      where e.org_id = o.id and e.status in ('uploaded', 'reviewed', 'expired')
      order by e.expires_on desc, e.id limit 60) x)`;
  return q
    .select()
    .from(vendorEvidence)
    .where(sql`${vendorEvidence.id} in ${own}`)
    .orderBy(vendorEvidence.orgId, desc(vendorEvidence.expiresOn), vendorEvidence.id)
    .limit(60 * orgIds.length);
}

/** All of a vendor's own documents, newest first. */
export async function listOwnEvidence(q: Queryable, orgId: string): Promise<EvidenceRow[]> {
  return q
    .select()
    .from(vendorEvidence)
    .where(eq(vendorEvidence.orgId, orgId))
    .orderBy(desc(vendorEvidence.uploadedAt), desc(vendorEvidence.id))
    .limit(200);
}

/** What waits for an operator, oldest first (vendor_evidence_waiting_idx), with how many there are. */
export async function listWaitingEvidence(
  q: Queryable,
  limit: number,
): Promise<{ waiting: number; rows: EvidenceRow[] }> {
  const isWaiting = eq(vendorEvidence.status, 'uploaded');
  return {
    waiting: await q.$count(vendorEvidence, isWaiting),
    rows: await q
      .select()
      .from(vendorEvidence)
      .where(isWaiting)
      .orderBy(asc(vendorEvidence.uploadedAt), asc(vendorEvidence.id))
      .limit(limit),
  };
}

/** The document with this id, or null. */
export async function findEvidence(q: Queryable, id: string): Promise<EvidenceRow | null> {
  const [row] = await q.select().from(vendorEvidence).where(eq(vendorEvidence.id, id));
  return row ?? null;
}

export async function insertEvidence(tx: Tx, row: typeof vendorEvidence.$inferInsert): Promise<void> {
  await tx.insert(vendorEvidence).values(row);
}

/** Moves a document that is still in `expected`; false when somebody was faster. */
export async function updateEvidence(
  tx: Tx,
  at: { id: string; expected: EvidenceStatus },
  set: Partial<EvidenceRow>,
): Promise<boolean> {
  const rows = await tx
    .update(vendorEvidence)
    .set(set)
    .where(and(eq(vendorEvidence.id, at.id), eq(vendorEvidence.status, at.expected)))
    .returning({ id: vendorEvidence.id });
  return rows.length === 1;
}

/** Documents in force that end on or before a day, by id after `after` (vendor_evidence_expiry_idx), locked. */
export async function lockEndingBy(
  tx: Tx,
  at: { day: string; after: string | null; limit: number },
): Promise<EvidenceRow[]> {
  return tx
    .select()
    .from(vendorEvidence)
    .where(
      and(
        inArray(vendorEvidence.status, ['uploaded', 'reviewed']),
        lte(vendorEvidence.expiresOn, at.day),
        at.after === null ? undefined : gt(vendorEvidence.id, at.after),
      ),
    )
    .orderBy(vendorEvidence.id)
    .limit(at.limit)
    .for('update', { skipLocked: true });
}

/**
 * True when the vendor has a live bid on a project of the sponsor, or works for it. A bid that is still sealed at `now` opens
 * nothing: who has bid is told to nobody before the end. Index: bids_vendor_idx.
 */
export async function hasBidWith(
  q: Queryable,
  at: { vendorOrgId: string; sponsorOrgId: string; now: Date },
): Promise<boolean> {
  const rows = await q.execute(sql`
    select 1 from bids b join projects p on p.id = b.project_id join calls c on c.id = b.call_id
    where b.vendor_org_id = ${at.vendorOrgId} and p.org_id = ${at.sponsorOrgId}
      and b.status = any (${sql.param([...LIVE_BIDS])}::text[])
      and not (c.is_sealed and c.status = 'open' and c.closes_at > ${at.now.toISOString()}::timestamptz) limit 1`);
  return rows.length > 0;
}

/** Profiles of some vendors. */
export async function listProfiles(q: Queryable, orgIds: readonly string[]): Promise<ProfileRow[]> {
  if (orgIds.length === 0) return [];
  return q
    .select()
    .from(vendorProfiles)
    .where(inArray(vendorProfiles.orgId, [...orgIds]))
    .limit(orgIds.length);
}

/** References of some vendors that are shown, newest first; 20 a vendor, counted for each (vendor_references_org_idx). */
export async function listReferences(q: Queryable, orgIds: readonly string[]): Promise<ReferenceRow[]> {
  if (orgIds.length === 0) return [];
  const own = sql`(
    select x.id from unnest(${sql.param([...orgIds])}::uuid[]) o(id) cross join lateral (
      select r.id from vendor_references r
      where r.org_id = o.id and r.withdrawn_at is null order by r.created_at desc, r.id limit 20) x)`;
  return q
    .select()
    .from(vendorReferences)
    .where(sql`${vendorReferences.id} in ${own}`)
    .orderBy(vendorReferences.orgId, desc(vendorReferences.createdAt))
    .limit(20 * orgIds.length);
}

/** The sample with this id, or null. */
export async function findSample(q: Queryable, id: string): Promise<SampleRow | null> {
  const [row] = await q.select().from(vendorSamples).where(eq(vendorSamples.id, id));
  return row ?? null;
}

/** Samples of a vendor that are shown, newest first. */
export async function listSamples(q: Queryable, orgId: string): Promise<SampleRow[]> {
  return q
    .select()
    .from(vendorSamples)
    .where(and(eq(vendorSamples.orgId, orgId), isNull(vendorSamples.withdrawnAt)))
    .orderBy(desc(vendorSamples.createdAt))
    .limit(50);
}

export type ScorecardRow = {
  pilotId: string;
  orgId: string;
  decidedAt: string;
  verdict: 'pass' | 'inconclusive' | 'fail';
  results: unknown;
  modality: string;
  anatomy: string;
  isShown: boolean;
  [key: string]: unknown;
};

/**
 * Newest card of each decided pilot of some vendors, 20 a vendor: those they show to others first, so that each can be hidden
 * again, then newest first; `onlyShown`: no others (R16). Whose project it was is not among it.
 */
export async function listDecidedCards(
  q: Queryable,
  of: { orgIds: readonly string[]; onlyShown: boolean },
): Promise<ScorecardRow[]> {
  if (of.orgIds.length === 0) return [];
  const rows = await q.execute<ScorecardRow>(sql`
    select * from (
      select p.id as "pilotId", c.vendor_org_id as "orgId", p.decided_at as "decidedAt", card.verdict, card.results,
        j.modality, j.anatomy, v.id is not null as "isShown",
        row_number() over (partition by c.vendor_org_id order by v.id is null, p.decided_at desc, p.id) as place
      from contracts c
      join pilots p on p.contract_id = c.id and p.status = 'decided'
      join projects j on j.id = p.project_id
      join lateral (select verdict, results from scorecards where pilot_id = p.id order by computed_at desc, id desc limit 1) card
        on true
      left join vendor_shown_scorecards v on v.pilot_id = p.id and v.org_id = c.vendor_org_id and v.hidden_at is null
      where c.kind = 'pilot_order' and c.vendor_org_id = any (${sql.param([...of.orgIds])}::uuid[])
        and (${!of.onlyShown} or v.id is not null)) x
    where place <= 20 order by "orgId", place`);
  return [...rows];
}

/** True for a decided pilot of this vendor with a card, however long ago: what was shown can always be hidden again. */
export async function hasDecidedCard(q: Queryable, of: { orgId: string; pilotId: string }): Promise<boolean> {
  const rows = await q.execute(sql`
    select 1 from pilots p join contracts c on c.id = p.contract_id and c.kind = 'pilot_order'
    where p.id = ${of.pilotId} and p.status = 'decided' and c.vendor_org_id = ${of.orgId}
      and exists (select 1 from scorecards s where s.pilot_id = p.id) limit 1`);
  return rows.length > 0;
}

/** Shows a card or hides it again; does nothing when it is so already. */
export async function setShown(
  tx: Tx,
  at: { id: string; orgId: string; pilotId: string; personId: string; now: Date; isShown: boolean },
): Promise<void> {
  if (at.isShown) {
    await tx
      .insert(vendorShownScorecards)
      .values({ id: at.id, orgId: at.orgId, pilotId: at.pilotId, shownBy: at.personId, shownAt: at.now })
      .onConflictDoNothing();
    return;
  }
  await tx
    .update(vendorShownScorecards)
    .set({ hiddenAt: at.now })
    .where(
      and(
        eq(vendorShownScorecards.orgId, at.orgId),
        eq(vendorShownScorecards.pilotId, at.pilotId),
        isNull(vendorShownScorecards.hiddenAt),
      ),
    );
}
