import { and, eq, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { projects } from '#db/schema/projects.ts';
import { readers } from '#db/schema/work.ts';
import { findEngagements } from '#server/staffing/reads.ts';
import { LIVE, pagesOfBatches } from './batch-pages.ts';
import { fits, rolesFor } from './eligibility-rules.ts';
import type { Batch, Reader } from './reads.ts';
import type { Tier } from './rules.ts';

const WORK_TIERS: readonly Tier[] = ['label', 'review', 'audit', 'adjudicate'];

/** A batch under way and a tier of it that a person is engaged for. */
export type WorkCandidate = {
  batch: Batch;
  tier: Tier;
  project: { title: string; modality: string; anatomy: string };
  /** Their row, once they have joined. */
  reader: Reader | null;
};

/**
 * Everything under way that a person is engaged for, what is most needed first: own returned work, then priority, then deadline, then what
 * is begun. All of it: a list may be cut only after it is in order.
 */
export async function listCandidates(
  q: Queryable,
  of: { personId: string; pageSize?: number | undefined },
): Promise<WorkCandidate[]> {
  const { personId } = of;
  const size = of.pageSize === undefined ? {} : { size: of.pageSize };
  const engagements = await findEngagements(q, { personId });
  const found: WorkCandidate[] = [];
  for (const projectId of new Set(engagements.map((one) => one.projectId))) {
    const [project] = await q.select().from(projects).where(eq(projects.id, projectId));
    if (!project) continue;
    const own = engagements.filter((one) => one.projectId === projectId);
    for await (const page of pagesOfBatches(q, {
      projectId,
      statuses: LIVE,
      readableBy: personId,
      ...size,
    })) {
      const joined = await joinedOf(q, personId, page);
      for (const batch of page)
        for (const tier of WORK_TIERS) {
          const isMeant = own.some(
            (one) => rolesFor(batch, tier).includes(one.role) && fits(batch, project.orgId, one, tier),
          );
          if (isMeant)
            found.push({ batch, tier, project, reader: joined.get(`${batch.id} ${tier}`) ?? null });
        }
    }
  }
  return found.sort(byNeed);
}

/** The rows of a person in some batches, each named, by batch and tier: one statement however many they are. Index: readers_person_idx. */
async function joinedOf(
  q: Queryable,
  personId: string,
  page: readonly Batch[],
): Promise<Map<string, Reader>> {
  const rows = await q
    .select()
    .from(readers)
    .where(
      and(
        eq(readers.annotatorId, personId),
        sql`${readers.batchId} = any (${sql.param(page.map((batch) => batch.id))}::uuid[])`,
      ),
    );
  return new Map(rows.map((row) => [`${row.batchId} ${row.tier}`, row]));
}

function byNeed(a: WorkCandidate, b: WorkCandidate): number {
  const returned = (one: WorkCandidate) => Number((one.reader?.returned ?? 0) > 0);
  const due = (one: WorkCandidate) => one.batch.dueAt?.getTime() ?? Number.MAX_SAFE_INTEGER;
  return (
    returned(b) - returned(a) ||
    b.batch.priority - a.batch.priority ||
    due(a) - due(b) ||
    Number(b.reader !== null) - Number(a.reader !== null)
  );
}
