import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { plus, SECOND } from '#server/core/clock.ts';
import type { BatchFacts } from './batch-facts.ts';
import type { ClaimKey } from './claim-queries.ts';
import { claimSlots, type SlotsClaimed } from './claim-slots.ts';
import { type HotSql, hotSql, transactHot, tryAgain } from './hot-sql.ts';
import { RECHECK_SECONDS } from './rules.ts';

type Claim = ClaimKey & { limit: number; now: Date };

/**
 * As `claimSlots` for a review, an audit or a decision. It shows a case that the person could be given a moment later in a batch that keeps
 * the people of this one away: there they are looked at again before their next claim, which shuts the case to them (`excludeMetCases`).
 */
export async function claimDecision(db: Database, facts: BatchFacts, claim: Claim): Promise<SlotsClaimed> {
  const batchIds = await listKeptApart(db, facts, claim);
  if (batchIds.length === 0) return tryAgain(() => claimSlots(hotSql(db), facts, claim));
  return transactHot(db, async (hot) => {
    await lookAnew(hot, { ...claim, batchIds });
    return claimSlots(hot, facts, claim);
  });
}

/** Batches under way that the person reads in and that keep the people of this one away. Index: readers_person_idx. */
async function listKeptApart(db: Database, facts: BatchFacts, { annotatorId }: ClaimKey): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select o.id from readers r join batches o on o.id = r.batch_id
    where r.annotator_id = ${annotatorId} and r.tier = 'label' and o.project_id = ${facts.projectId} and o.id <> ${facts.id}
      and o.status in ('open', 'paused') and (o.exclude_prior_readers = 'siblings'
        or (o.exclude_prior_readers = 'listed' and ${facts.id}::uuid = any(o.excluded_batch_ids)))
    order by o.id`);
  return [...rows].map((row) => row.id);
}

/** Holds the person's rows there, so that no claim there is in between; what they were given since the last look is looked at. Index: the primary key. */
async function lookAnew(
  hot: HotSql,
  p: { batchIds: readonly string[]; annotatorId: string; now: Date },
): Promise<void> {
  const last = plus(p.now, -RECHECK_SECONDS * SECOND).toISOString();
  for (const batchId of p.batchIds)
    await hot`update readers set checked_at = least(checked_at, ${last}::timestamptz)
      where batch_id = ${batchId} and annotator_id = ${p.annotatorId} and tier = 'label'`;
}
