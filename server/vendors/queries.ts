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

/** Evidence of some vendors that others may hear of, soonest to end first (vendor_evidence_org_idx); 60 a vendor. */
export async function listShownEvidence(q: Queryable, orgIds: readonly string[]): Promise<EvidenceRow[]> {
  if (orgIds.length === 0) return [];
  return q
    .select()
    .from(vendorEvidence)
    .where(
      and(
        inArray(vendorEvidence.orgId, [...orgIds]),
        inArray(vendorEvidence.status, ['uploaded', 'reviewed', 'expired']),
      ),
    )
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

/** True when the vendor has a live bid on a project of the sponsor, or works for it. */
export async function hasBidWith(
  q: Queryable,
  at: { vendorOrgId: string; sponsorOrgId: string },
): Promise<boolean> {
  const rows = await q.execute(sql`
    select 1 from bids b join projects p on p.id = b.project_id
    where b.vendor_org_id = ${at.vendorOrgId} and p.org_id = ${at.sponsorOrgId}
      and b.status = any (${sql.param([...LIVE_BIDS])}::text[]) limit 1`);
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

/** References of some vendors that are shown, newest first; 20 a vendor. */
export async function listReferences(q: Queryable, orgIds: readonly string[]): Promise<ReferenceRow[]> {
  if (orgIds.length === 0) return [];
  return q
    .select()
    .from(vendorReferences)
    .where(and(inArray(vendorReferences.orgId, [...orgIds]), isNull(vendorReferences.withdrawnAt)))
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
 * Newest card of each decided pilot of some vendors, newest first, 20 a vendor; `onlyShown`: those they show to others
 * (R16). Whose project it was is not among it.
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
        row_number() over (partition by c.vendor_org_id order by p.decided_at desc, p.id) as place
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
