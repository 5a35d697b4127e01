import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { DAY, MINUTE, plus } from '#server/core/clock.ts';
import { progressOf } from '#server/work/count-progress.ts';
import type { Batch } from '#server/work/reads.ts';
import type { LiveCounts } from './live-rules.ts';
import { listHours } from './roll-up-queries.ts';

const ACTIVE_MS = 10 * MINUTE;

type Row = {
  id: string;
  status: Batch['status'];
  taskCount: number;
  goldMode: Batch['goldMode'];
  submitted: number;
  goldReads: number;
  held: number;
  activeReaders: number;
  activeDeciders: number;
};

/** The small counters of some batches in three statements, however many people watch them. */
export async function readLiveCounts(
  q: Queryable,
  of: { batchIds: readonly string[]; now: Date },
): Promise<Map<string, LiveCounts>> {
  if (of.batchIds.length === 0) return new Map();
  const active = sql`r.last_seen_at > ${plus(of.now, -ACTIVE_MS).toISOString()}::timestamptz`;
  const rows = await q.execute<Row>(sql`
    select b.id, b.status, b.task_count as "taskCount", b.gold_mode as "goldMode",
      coalesce(sum(r.submitted) filter (where r.tier = 'label'), 0)::int as submitted,
      coalesce(sum(r.gold_n) filter (where r.tier = 'label'), 0)::int as "goldReads",
      coalesce(sum(r.claimed - r.submitted - r.skipped - r.expired - r.released) filter (where r.tier = 'label'), 0)::int as held,
      count(*) filter (where r.tier = 'label' and ${active})::int as "activeReaders",
      count(*) filter (where r.tier <> 'label' and ${active})::int as "activeDeciders"
    from batches b left join readers r on r.batch_id = b.id
    where b.id = any (${sql.param([...of.batchIds])}::uuid[]) group by b.id`);
  const batches = [...rows];
  const [progress, hours] = await Promise.all([
    progressOf(q, { batches, now: of.now }),
    listHours(q, { batchIds: of.batchIds, since: plus(of.now, -7 * DAY) }),
  ]);
  return new Map(
    batches.map((row) => [
      row.id,
      {
        status: row.status,
        taskCount: row.taskCount,
        isGoldDealt: row.goldMode === 'dealt',
        submitted: row.submitted,
        goldReads: row.goldReads,
        held: Math.max(0, row.held),
        activeReaders: row.activeReaders,
        activeDeciders: row.activeDeciders,
        progress: progress.get(row.id) ?? { tasks: {}, readsDone: 0, readsNeeded: 0, asOf: of.now },
        hours: hours.get(row.id) ?? [],
      },
    ]),
  );
}
