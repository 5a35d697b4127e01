import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { newestSubmissions, submittedBefore } from '#db/submission-order.ts';

/** Reads that one statement looks at, and how many statements one question is worth: 20,000 reads, some tenths of a second. */
const WINDOW = 2000;
const MOST_WINDOWS = 10;

export type ConfusedOf = {
  batchId: string;
  field: string;
  reference: 'gold' | 'others' | 'final';
  truth: string;
  answer: string;
  readerId: string | null;
  isNumber: boolean;
  limit: number;
};

/**
 * Cases on which somebody (or one reader) answered `answer` where the reference says `truth`, newest first. Works on the
 * text of single answers; for sets, and for numbers, which are held right or wrong, none are listed. Looks through the
 * newest reads window by window until there are enough cases, and at no more than `windows` of them: `newestReads` says how
 * many when older ones were not looked at, so that the cost does not grow with the batch.
 */
export async function listConfusedTasks(
  q: Queryable,
  of: ConfusedOf,
  limits: { window?: number; windows?: number } = {},
): Promise<{ taskIds: string[]; newestReads: number | null }> {
  const { window = WINDOW, windows = MOST_WINDOWS } = limits;
  if (of.isNumber) return { taskIds: [], newestReads: null };
  const found = new Set<string>();
  let before: Place | null = null;
  for (let i = 1; i <= windows; i += 1) {
    const page: Page = await confusedIn(q, of, before, window);
    for (const taskId of page.taskIds) if (found.size < of.limit) found.add(taskId);
    before = page.end;
    if (before === null) return { taskIds: [...found], newestReads: null };
    if (found.size >= of.limit) return { taskIds: [...found], newestReads: i * window };
  }
  return { taskIds: [...found], newestReads: windows * window };
}

type Place = { at: string; id: string };
/** Cases of one window, newest first; `end` is its oldest read, null when there are none beyond it. */
type Page = { taskIds: string[]; end: Place | null };

/** One window of reads, before a place in the order of submission. Index: labels_submitted_idx. */
async function confusedIn(q: Queryable, of: ConfusedOf, before: Place | null, window: number): Promise<Page> {
  const [row] = await q.execute<{
    taskIds: string[] | null;
    n: number;
    at: string | null;
    id: string | null;
  }>(sql`
    with looked as materialized (
      select l.id, l.task_id, l.slot_no, l.tier, l.round, l.annotator_id, l.submitted_at,
        l.answers ->> ${of.field}::text as answer, l.answers -> ${of.field}::text as raw
      from labels l
      where l.batch_id = ${of.batchId}
        ${before ? sql`and ${submittedBefore(sql`l`, before)}` : sql``}
      order by ${newestSubmissions(sql`l`)} limit ${window}),
    given as (
      select g.task_id, g.annotator_id, g.submitted_at, g.answer, g.raw from looked g
      join slots s on s.batch_id = ${of.batchId} and s.task_id = g.task_id and s.slot_no = g.slot_no
      where s.label_id = g.id and g.tier = 'label' and g.round = 1 and s.status in ('submitted', 'accepted')
        and coalesce(g.answer, '') = ${of.answer}
        ${of.readerId === null ? sql`` : sql`and g.annotator_id = ${of.readerId}`}),
    hits as (
      select g.task_id, max(g.submitted_at) as at from given g where ${truthIs(of)} group by g.task_id)
    select (select array_agg(task_id order by at desc, task_id) from hits) as "taskIds",
      (select count(*)::int from looked) as n, e.submitted_at::text as at, e.id
    from (values (1)) one left join (select submitted_at, id from looked order by submitted_at, id limit 1) e on true`);
  const isFull = row !== undefined && row.n === window && row.at !== null && row.id !== null;
  return {
    taskIds: row?.taskIds ?? [],
    end: isFull ? { at: row.at ?? '', id: row.id ?? '' } : null,
  };
}

/** Whether the reference says `truth` of a given answer `g`: probes of the case's own rows, by primary key. */
function truthIs(of: ConfusedOf) {
  switch (of.reference) {
    case 'gold':
      return sql`exists (select 1 from gold_answers k where k.batch_id = ${of.batchId} and k.task_id = g.task_id
        and k.withdrawn_at is null and case when k.answers -> ${of.field}::text @> g.raw then g.answer = ${of.truth}
          else k.answers -> ${of.field}::text ->> 0 = ${of.truth} end)`;
    case 'final':
      return sql`(select f.fields -> ${of.field}::text ->> 'value' from final_labels f
        where f.batch_id = ${of.batchId} and f.task_id = g.task_id order by f.version desc limit 1) = ${of.truth}`;
    case 'others':
      return sql`(select case when count(*) filter (where v.n = v.most) = 1
          then min(v.answer) filter (where v.n = v.most) end
        from (select o.answers ->> ${of.field}::text as answer, count(*) as n, max(count(*)) over () as most
          from slots t join labels o on o.batch_id = t.batch_id and o.id = t.label_id
          where t.batch_id = ${of.batchId} and t.task_id = g.task_id and t.tier = 'label' and t.round = 1
            and t.status in ('submitted', 'accepted') and t.annotator_id <> g.annotator_id
            and o.answers ->> ${of.field}::text is not null
          group by 1) v) = ${of.truth}`;
  }
}
