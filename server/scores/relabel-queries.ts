import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';

/** The newest final label of a task `t`, as `f`. Index: the primary key, from its end. */
const newest = sql`cross join lateral (
  select x.fields, x.settled_at from final_labels x where x.batch_id = t.batch_id and x.task_id = t.id
  order by x.version desc limit 1) f`;

const answerOf = (alias: string, field: string) =>
  sql`${sql.raw(alias)}.fields -> ${field}::text ->> 'value'`;
const votesOf = (alias: string, field: string) =>
  sql`coalesce(${sql.raw(alias)}.fields -> ${field}::text -> 'votes', '[]')`;

/** The earlier label that a task stands beside, as `p`. */
const prior = sql`join final_labels p on p.batch_id = l.prior_batch_id and p.task_id = l.prior_task_id
  and p.version = l.prior_version`;

export type MoveCell = { stratum: number | null; before: string | null; after: string | null; n: number };

/** Old value by new value of a relabel batch's settled cases, by stratum of the draw; counted in the database. */
export async function listMoves(q: Queryable, of: { batchId: string; field: string }): Promise<MoveCell[]> {
  return [
    ...(await q.execute<MoveCell>(sql`
      select t.stratum, ${answerOf('p', of.field)} as before, ${answerOf('f', of.field)} as after, count(*)::int as n
      from relabel_links l
      join tasks t on t.batch_id = l.batch_id and t.id = l.task_id
      ${newest} ${prior}
      where l.batch_id = ${of.batchId}
      group by 1, 2, 3 limit 20000`)),
  ];
}

export type VotesCell = { side: 'before' | 'after'; votes: { value: unknown; n: number }[]; n: number };

/** The votes behind the old and the new final labels of the compared cases, each pattern with how often. */
export async function listVotes(q: Queryable, of: { batchId: string; field: string }): Promise<VotesCell[]> {
  return [
    ...(await q.execute<VotesCell>(sql`
      select v.side, v.votes, count(*)::int as n
      from relabel_links l
      join tasks t on t.batch_id = l.batch_id and t.id = l.task_id
      ${newest} ${prior}
      cross join lateral (values ('before', ${votesOf('p', of.field)}), ('after', ${votesOf('f', of.field)})) v (side, votes)
      where l.batch_id = ${of.batchId}
      group by 1, 2 limit 20000`)),
  ];
}

export type ChangedCase = {
  taskId: string;
  externalId: string;
  priorBatchId: string;
  priorBatchName: string;
  before: string | null;
  after: string | null;
  beforeVotes: { value: unknown; n: number }[];
  afterVotes: { value: unknown; n: number }[];
};

/** The cases whose value changed, settled last first. */
export async function listChangedCases(
  q: Queryable,
  of: { batchId: string; field: string; limit: number },
): Promise<ChangedCase[]> {
  return [
    ...(await q.execute<ChangedCase>(sql`
      select t.id as "taskId", c.external_id as "externalId", b.id as "priorBatchId", b.name as "priorBatchName",
        ${answerOf('p', of.field)} as before, ${answerOf('f', of.field)} as after,
        ${votesOf('p', of.field)} as "beforeVotes", ${votesOf('f', of.field)} as "afterVotes"
      from relabel_links l
      join tasks t on t.batch_id = l.batch_id and t.id = l.task_id
      ${newest} ${prior}
      join batches o on o.id = t.batch_id
      join cases c on c.dataset_id = o.dataset_id and c.id = t.case_id
      join batches b on b.id = l.prior_batch_id
      where l.batch_id = ${of.batchId}
        and ${answerOf('p', of.field)} is distinct from ${answerOf('f', of.field)}
      order by f.settled_at desc, t.id limit ${of.limit}`)),
  ];
}

/** Cases with an earlier final label, and how many of them are settled anew. */
export async function countRelabelled(
  q: Queryable,
  batchId: string,
): Promise<{ cases: number; settled: number }> {
  const [row] = await q.execute<{ cases: number; settled: number }>(sql`
    select count(*)::int as cases, count(*) filter (where exists (
      select 1 from final_labels f where f.batch_id = l.batch_id and f.task_id = l.task_id))::int as settled
    from relabel_links l where l.batch_id = ${batchId}`);
  return row ?? { cases: 0, settled: 0 };
}

export type ValueCell = { stratum: number | null; value: string | null; divided: boolean; n: number };

/** Final values of a batch's cases by stratum, and whether their reads differed; dealt gold left out. */
export async function listValues(q: Queryable, of: { batchId: string; field: string }): Promise<ValueCell[]> {
  return [
    ...(await q.execute<ValueCell>(sql`
      select t.stratum, ${answerOf('f', of.field)} as value, jsonb_array_length(${votesOf('f', of.field)}) > 1 as divided,
        count(*)::int as n
      from tasks t ${newest}
      where t.batch_id = ${of.batchId} and not t.is_dealt_gold
      group by 1, 2, 3 limit 20000`)),
  ];
}
