import { sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { labelRecalls } from '#db/schema/credentials.ts';

/** A batch that a person reads or has read in, with what its project asks of readers. */
export type ReaderBatch = {
  batchId: string;
  projectId: string;
  sponsorOrgId: string;
  isLive: boolean;
  credentialRule: unknown;
};

/** Where a person is or was a reader. Index: readers_person_idx. */
export async function listBatchesOfReader(q: Queryable, personId: string): Promise<ReaderBatch[]> {
  const rows = await q.execute<ReaderBatch>(sql`
    select distinct b.id as "batchId", b.project_id as "projectId", p.org_id as "sponsorOrgId",
      b.status in ('open', 'paused', 'closing') as "isLive", p.credential_rule as "credentialRule"
    from readers r join batches b on b.id = r.batch_id join projects p on p.id = b.project_id
    where r.annotator_id = ${personId} and b.kind not in ('exam', 'training') order by 1 limit 5000`);
  return [...rows];
}

/**
 * Reads of a person in a batch handed in since a day that stand, and the snapshots of credentials under which they were made.
 * Index: slots_person_task_key.
 */
export async function listReadsSince(
  q: Queryable,
  at: { batchId: string; personId: string; since: string },
): Promise<{ reads: number; snapshot: unknown }[]> {
  const rows = await q.execute<{ reads: number; snapshot: unknown }>(sql`
    select count(*)::int as reads, t.credential_snapshot as snapshot
    from slots s join terms t on t.batch_id = s.batch_id and t.annotator_id = s.annotator_id and t.tier = s.tier
      and t.terms_no = s.terms_no
    where s.batch_id = ${at.batchId} and s.annotator_id = ${at.personId} and s.status in ('submitted', 'accepted')
      and s.submitted_at >= ${at.since}::date
    group by t.terms_no, t.tier, t.credential_snapshot`);
  return [...rows];
}

/** Adds a recall once per check and batch; false when it is there. */
export async function insertRecall(tx: Tx, row: typeof labelRecalls.$inferInsert): Promise<boolean> {
  const rows = await tx
    .insert(labelRecalls)
    .values(row)
    .onConflictDoNothing({ target: [labelRecalls.verificationId, labelRecalls.batchId] })
    .returning({ id: labelRecalls.id });
  return rows.length === 1;
}
