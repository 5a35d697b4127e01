import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { METHOD_VERSION } from './rules.ts';

/**
 * Batches with something to count: under way and read, reviewed, rejected or settled since their mark, counted but not
 * watched, watched under another policy than today's, not looked through for six hours, settled and not looked through since, or
 * counted by a rule of old; at most 500, longest waiting first.
 */
export async function listDueBatches(q: Queryable, now: Date): Promise<string[]> {
  const rows = await q.execute<{ id: string }>(sql`
    select b.id from batches b join projects p on p.id = b.project_id left join score_marks m on m.batch_id = b.id
    where (b.status in ('open', 'paused', 'closing') and (m.batch_id is null
        or m.swept_at is null or m.swept_at <= ${now.toISOString()}::timestamptz - interval '6 hours'
        or exists (select 1 from readers r where r.batch_id = b.id and r.last_seen_at >= m.counted_to)
        or m.changed_at > coalesce(m.watched_at, '-infinity')
        or m.watched_policy is distinct from md5(p.quality_policy::text)
        or exists (select 1 from reviews v where v.batch_id = b.id and v.created_at >= m.counted_to)
        or exists (select 1 from final_labels f where f.batch_id = b.id and f.settled_at >= m.counted_to)
        or exists (select 1 from gold_answers g where g.batch_id = b.id and g.withdrawn_at >= m.counted_to)))
      or (b.status = 'settled' and (m.swept_at is null or m.swept_at < b.settled_at))
      or (m.counted_as is not null and not starts_with(m.counted_as, ${`${METHOD_VERSION} `}))
    order by m.advanced_at nulls first limit 500`);
  return [...rows].map((row) => row.id);
}
