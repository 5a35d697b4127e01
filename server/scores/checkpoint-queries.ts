import { and, asc, desc, eq, gt, inArray, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { checkpoints } from '#db/schema/governance.ts';
import { AppError } from '#server/core/errors.ts';
import { countOut, slotsOut } from '#server/work/held-slots.ts';
import { SLOTS_PER_USE } from '#server/work/rules.ts';

export type Checkpoint = typeof checkpoints.$inferSelect;
/** What comes after an id, null for the beginning. */
export type Page = { after: string | null; limit: number };

/** Adds a checkpoint; false when the batch has stopped at this share before. */
export async function insertCheckpoint(tx: Tx, row: typeof checkpoints.$inferInsert): Promise<boolean> {
  const rows = await tx
    .insert(checkpoints)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: checkpoints.id });
  return rows.length === 1;
}

/** A checkpoint by id, `not_found` when there is none; locked on request. */
export async function getCheckpoint(
  q: Queryable,
  checkpointId: string,
  how: 'read' | 'update' = 'read',
): Promise<Checkpoint> {
  const query = q.select().from(checkpoints).where(eq(checkpoints.id, checkpointId));
  const [row] = await (how === 'update' ? query.for('update') : query);
  if (!row)
    throw new AppError({
      kind: 'not_found',
      reason: 'checkpoint_not_found',
      message: 'There is no such checkpoint.',
    });
  return row;
}

export async function updateCheckpoint(
  tx: Tx,
  checkpointId: string,
  set: Partial<typeof checkpoints.$inferInsert>,
): Promise<void> {
  await tx.update(checkpoints).set(set).where(eq(checkpoints.id, checkpointId));
}

/** A project's checkpoints, what waits first, then the newest; at most 200. Index: checkpoints_project_idx. */
export async function listCheckpoints(
  q: Queryable,
  of: { projectId: string; batchId?: string | undefined },
): Promise<Checkpoint[]> {
  return q
    .select()
    .from(checkpoints)
    .where(
      and(
        eq(checkpoints.projectId, of.projectId),
        of.batchId === undefined ? undefined : eq(checkpoints.batchId, of.batchId),
      ),
    )
    .orderBy(sql`${checkpoints.status} = 'signed'`, desc(checkpoints.reachedAt))
    .limit(200);
}

/** Checkpoints that are not signed and keep their batch still, with their evidence's age; a page by id. */
export async function listUnsigned(q: Queryable, page: Page): Promise<Checkpoint[]> {
  return q
    .select()
    .from(checkpoints)
    .where(
      and(
        inArray(checkpoints.status, ['due', 'stopped']),
        // What a panel or a pilot was freed of holds nothing, and nothing is gathered for it.
        sql`exists (select 1 from batches b where b.id = ${checkpoints.batchId}
          and (b.kind in ('production', 'relabel') or b.checkpoint_id = ${checkpoints.id}))`,
        page.after === null ? undefined : gt(checkpoints.id, page.after),
      ),
    )
    .orderBy(asc(checkpoints.id))
    .limit(page.limit);
}

/** The checkpoint of a batch that has waited longest for its signature; null when none does. Index: checkpoints_batch_idx. */
export async function nextUnsigned(q: Queryable, batchId: string): Promise<Checkpoint | null> {
  const [row] = await q
    .select()
    .from(checkpoints)
    .where(and(eq(checkpoints.batchId, batchId), inArray(checkpoints.status, ['due', 'stopped'])))
    .orderBy(asc(checkpoints.reachedAt), asc(checkpoints.id))
    .limit(1);
  return row ?? null;
}

/** How far a batch that has checkpoints can be, and where it has stopped before. */
export type CheckedProgress = {
  batchId: string;
  shares: unknown;
  /** First reads that are in at most: none of what `firstReadsOf` counts is missing, and what gold was withdrawn from may be among them.
   * None comes to be in without making it more, save on an appeal, which makes more planned (R31). */
  atMost: number;
  planned: number;
  held: number[];
};

/**
 * First reads of batch `b` that are in, at most, by the readers' own rows and what is leased: submitted reads without gold that is
 * dealt besides, corrections, what waits for its correction, and repeats (R23). Of repeats taken, those still held are none of the
 * submitted. What the counters say no more (an answer that was withdrawn is nobody's gold, R7) or never said (a read that was rejected,
 * or given to another) makes it more than there are, never less. Indexes: readers_holding_idx, slots_aside_idx.
 */
const MOST_FIRST_READS = sql`(coalesce((
    select sum(r.submitted - r.corrected - r.repeats_taken - case when b.gold_mode = 'dealt' then r.gold_n else 0 end)
    from readers r where r.batch_id = b.id and r.tier = 'label'), 0)
  - (select count(*) from slots s where s.batch_id = b.id and s.aside = 'returned' and s.tier = 'label' and s.slot_no < ${SLOTS_PER_USE})
  + (select count(*) from ${slotsOut(sql`b.id`, sql`h.tier = 'label'`)} where s.round > 1))::int`;

/** First reads of batch `b` that are in, exactly: what was dealt as gold has slots of another use, gold or no more. Index: the primary key. */
const FIRST_READS = sql`(select count(*)::int from slots s
  where s.batch_id = b.id and s.tier = 'label' and s.slot_no < ${SLOTS_PER_USE} and s.status in ('submitted', 'accepted'))`;

/**
 * First reads that batch `b` is to have: all of its slots but the repeats that were asked of single readers (R23), of which it knows
 * itself how many there are (`counter-invariants.ts`).
 */
const PLANNED = sql`(b.slot_count - b.asked_repeats)`;

/**
 * Open batches with checkpoints and how many of their planned first reads can be in; a page by id. Costs the readers of these batches,
 * not their reads: who has reached a share by this is counted by `firstReadsOf`.
 */
export async function listChecked(q: Queryable, page: Page): Promise<CheckedProgress[]> {
  const rows = await q.execute<CheckedProgress>(sql`
    select b.id as "batchId", b.checkpoint_basis_points as shares, ${PLANNED} as planned, ${MOST_FIRST_READS} as "atMost",
      coalesce((select array_agg(c.share_basis_points) from checkpoints c
        where c.batch_id = b.id and c.trigger = 'share'), '{}') as held
    from batches b
    where b.status = 'open' and b.kind in ('production', 'relabel') and b.checkpoint_id is null
      and b.checkpoint_basis_points <> '[]'::jsonb
      ${page.after === null ? sql`` : sql`and b.id > ${page.after}`}
    order by b.id limit ${page.limit}`);
  return [...rows];
}

/** First reads of a batch that are in, and that there are to be, exactly. Goes through all slots of the batch. */
export async function firstReadsOf(
  q: Queryable,
  batchId: string,
): Promise<{ reads: number; planned: number }> {
  const [row] = await q.execute<{ reads: number; planned: number }>(sql`
    select ${FIRST_READS} as reads, ${PLANNED} as planned from batches b where b.id = ${batchId}`);
  return row ?? { reads: 0, planned: 0 };
}

/** What an exact count found, and what the counters said at that instant: what moves them afterwards is held against it. */
export type ExactLook = Pick<CheckedProgress, 'atMost' | 'planned'> & { reads: number };

/** As `firstReadsOf`, with what `listChecked` says of the batch at the same instant. */
export async function lookExactly(q: Queryable, batchId: string): Promise<ExactLook> {
  const [row] = await q.execute<ExactLook>(sql`
    select ${FIRST_READS} as reads, ${PLANNED} as planned, ${MOST_FIRST_READS} as "atMost" from batches b where b.id = ${batchId}`);
  return row ?? { reads: 0, planned: 0, atMost: 0 };
}

/** Cases drawn for a checkpoint: by a hash of both ids from those whose reads are in, the same at every look. */
export async function drawCases(
  q: Queryable,
  of: { batchId: string; checkpointId: string; limit: number },
): Promise<{ taskId: string; caseId: string; status: string }[]> {
  const rows = await q.execute<{ taskId: string; caseId: string; status: string }>(sql`
    select id as "taskId", case_id as "caseId", status from tasks
    where batch_id = ${of.batchId} and not is_dealt_gold
      and status in ('labelled', 'in_review', 'in_adjudication', 'final')
    order by md5(${of.checkpointId}::text || id::text) limit ${of.limit}`);
  return [...rows];
}

/** Label leases that are out in a batch. */
export async function countReading(q: Queryable, batchId: string): Promise<number> {
  const [row] = await q.execute<{ n: number }>(sql`
    select ${countOut(batchId, 'label')} as n`);
  return row?.n ?? 0;
}
