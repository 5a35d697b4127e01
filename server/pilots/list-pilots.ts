import { and, count, desc, eq, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { contracts } from '#db/schema/bids.ts';
import { pilots } from '#db/schema/pilots.ts';
import { findScorecard, type PilotRow, type ScorecardRow } from './compute-scorecard.ts';

export type ListedPilot = { pilot: PilotRow; scorecard: ScorecardRow | null };

const isDecided = sql`${pilots.status} = 'decided'`;

/**
 * Pilots of a project with their newest scorecard, oldest first: those not decided yet, and the newest others, 50 in all. A call has
 * three at most.
 */
export async function listPilotsOfProject(q: Queryable, projectId: string): Promise<ListedPilot[]> {
  const rows = await q
    .select()
    .from(pilots)
    .where(eq(pilots.projectId, projectId))
    .orderBy(isDecided, desc(pilots.createdAt), desc(pilots.id))
    .limit(50);
  rows.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1));
  return withScorecards(q, rows);
}

/** A page of a vendor's pilots with their newest scorecard: those not decided yet first, each part the newest first. */
export async function listPilotsOfVendor(
  q: Queryable,
  of: { vendorOrgId: string; after: string | null; limit: number },
): Promise<ListedPilot[]> {
  const rows = await q
    .select({ pilot: pilots })
    .from(pilots)
    .innerJoin(contracts, eq(contracts.id, pilots.contractId))
    .where(
      and(
        ofVendor(of.vendorOrgId),
        of.after === null
          ? undefined
          : // The rest of the decided ones is after all others.
            sql`(not (${isDecided}), ${pilots.createdAt}, ${pilots.id}) < (
              select not (p.status = 'decided'), p.created_at, p.id from pilots p where p.id = ${of.after})`,
      ),
    )
    .orderBy(isDecided, desc(pilots.createdAt), desc(pilots.id))
    .limit(of.limit);
  return withScorecards(
    q,
    rows.map((row) => row.pilot),
  );
}

/** How many pilots a vendor has been ordered. */
export async function countPilotsOfVendor(q: Queryable, vendorOrgId: string): Promise<number> {
  const [row] = await q
    .select({ n: count() })
    .from(pilots)
    .innerJoin(contracts, eq(contracts.id, pilots.contractId))
    .where(ofVendor(vendorOrgId));
  return row?.n ?? 0;
}

const ofVendor = (vendorOrgId: string) =>
  and(eq(contracts.vendorOrgId, vendorOrgId), eq(contracts.kind, 'pilot_order'));

const withScorecards = (q: Queryable, rows: readonly PilotRow[]): Promise<ListedPilot[]> =>
  Promise.all(rows.map(async (pilot) => ({ pilot, scorecard: await findScorecard(q, pilot.id) })));
