import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';

/**
 * Cases on which somebody (or one reader) answered `answer` where the reference says `truth`, newest first. Works on the
 * text of single answers; for sets, and for numbers, which are held right or wrong, none are listed.
 */
export async function listConfusedTasks(
  q: Queryable,
  of: {
    batchId: string;
    field: string;
    reference: 'gold' | 'others' | 'final';
    truth: string;
    answer: string;
    readerId: string | null;
    isNumber: boolean;
    limit: number;
  },
): Promise<string[]> {
  if (of.isNumber) return [];
  const rows = await q.execute<{ taskId: string }>(sql`
    with given as (
      select s.task_id, s.annotator_id, l.submitted_at, l.answers ->> ${of.field}::text as answer,
        l.answers -> ${of.field}::text as raw
      from slots s join labels l on l.batch_id = s.batch_id and l.id = s.label_id
      where s.batch_id = ${of.batchId} and s.tier = 'label' and s.round = 1 and s.status in ('submitted', 'accepted'))
    select g.task_id as "taskId" from given g
    where coalesce(g.answer, '') = ${of.answer}
      ${of.readerId === null ? sql`` : sql`and g.annotator_id = ${of.readerId}`}
      and ${truthIs(of)}
    group by g.task_id order by max(g.submitted_at) desc limit ${of.limit}`);
  return [...rows].map((row) => row.taskId);
}

function truthIs(of: {
  batchId: string;
  field: string;
  reference: 'gold' | 'others' | 'final';
  truth: string;
}) {
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
        from (select o.answer, count(*) as n, max(count(*)) over () as most from given o
          where o.task_id = g.task_id and o.annotator_id <> g.annotator_id and o.answer is not null
          group by o.answer) v) = ${of.truth}`;
  }
}
