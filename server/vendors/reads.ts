import type { Queryable } from '#db/client.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import { type EvidenceRow, listReferences, listShownEvidence } from './queries.ts';
import { type EvidenceStanding, standingOf } from './rules.ts';
import { EVIDENCE_TITLES, type EvidenceKind } from './schemas.ts';

/** A document as sponsors hear of it; the document itself only where the vendor opened it. */
export type EvidenceLine = {
  id: string;
  kind: EvidenceKind;
  /** In words: "SOC 2 Type II". */
  title: string;
  standing: EvidenceStanding;
  issuer: string;
  scope: string;
  periodFrom: string;
  periodTo: string;
  expiresOn: string;
  gaps: string;
  /** The operator who compared it with what was entered, and when; null before. */
  reviewer: string | null;
  reviewedAt: Date | null;
  /** Whether the sponsor may open the document itself. */
  isOpen: boolean;
};

/**
 * What some vendors show of how they protect data, for the comparison of bids: per kind the one that counts (reviewed and
 * in date before not reviewed before expired, then the one that holds longest). Every asked vendor is in the map.
 */
export async function evidenceOfVendors(
  q: Queryable,
  of: { vendorOrgIds: readonly string[]; now: Date },
): Promise<Map<string, EvidenceLine[]>> {
  const rows = await listShownEvidence(q, of.vendorOrgIds);
  const lines = await evidenceLines(q, rows, of.now);
  const found = new Map<string, EvidenceLine[]>(of.vendorOrgIds.map((id) => [id, []]));
  rows.forEach((row, at) => {
    const line = lines[at];
    if (line) found.get(row.orgId)?.push(line);
  });
  return new Map([...found].map(([orgId, all]) => [orgId, bestOfKinds(all)]));
}

/** A client that a vendor names with its leave, and what was done for it. */
export type ReferenceLine = { client: string; work: string; yearFrom: number; yearTo: number | null };

/** References that some vendors name, newest first; every asked vendor is in the map. */
export async function referencesOfVendors(
  q: Queryable,
  vendorOrgIds: readonly string[],
): Promise<Map<string, ReferenceLine[]>> {
  const found = new Map<string, ReferenceLine[]>(vendorOrgIds.map((id) => [id, []]));
  for (const { orgId, client, work, yearFrom, yearTo } of await listReferences(q, vendorOrgIds))
    found.get(orgId)?.push({ client, work, yearFrom, yearTo });
  return found;
}

/** Rows as lines, with the reviewer's name and today's standing. */
export async function evidenceLines(
  q: Queryable,
  rows: readonly EvidenceRow[],
  now: Date,
): Promise<EvidenceLine[]> {
  const names = await namesOfPeople(
    q,
    rows.flatMap((row) => (row.reviewedBy === null ? [] : [row.reviewedBy])),
  );
  const today = now.toISOString().slice(0, 10);
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    title: EVIDENCE_TITLES[row.kind],
    standing: standingOf(row, today),
    issuer: row.issuer,
    scope: row.scope,
    periodFrom: row.periodFrom,
    periodTo: row.periodTo,
    expiresOn: row.expiresOn,
    gaps: row.gaps,
    reviewer: row.reviewedBy === null ? null : (names.get(row.reviewedBy)?.name ?? 'Former operator'),
    reviewedAt: row.reviewedAt,
    isOpen: row.isOpenToSponsors,
  }));
}

const ORDER: readonly EvidenceStanding[] = ['in_date', 'ends_soon', 'not_reviewed', 'expired'];

function bestOfKinds(lines: readonly EvidenceLine[]): EvidenceLine[] {
  const sorted = lines.toSorted(
    (a, b) => ORDER.indexOf(a.standing) - ORDER.indexOf(b.standing) || b.expiresOn.localeCompare(a.expiresOn),
  );
  const seen = new Set<string>();
  return sorted.filter((line) => !seen.has(line.kind) && seen.add(line.kind));
}
