import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import {
  agreementFromPairs,
  type ForecastField,
  type ReadAgreement,
} from '#server/projects/forecast-adjudication.ts';

/** Fewer cases with two reads tell too little to replace what is typical. */
const FEWEST_CASES = 30;
/**
 * The newest batches that are looked at, how many cases of each, and among how many: the first in the order in which readers come to
 * them. Every page of the project asks.
 */
const MOST_BATCHES = 3;
const MOST_CASES = 200;
const AMONG_CASES = 1000;

/**
 * How the readers of a project agree on its closed fields, from first reads in force of its production and relabel batches, of a
 * panel once it is settled, because it reads blind to its end (R7, R21), and of its pilots once all are (R15). Reads with a model's
 * suggestion are left out: they are not comparable (R11). A field that fewer than thirty cases have two reads of is left out. Indexes: batches_project_idx, the primary keys of tasks and slots.
 */
export async function findReadAgreement(
  q: Queryable,
  input: { projectId: string; fields: readonly ForecastField[] },
): Promise<Record<string, ReadAgreement>> {
  if (input.fields.length === 0) return {};
  const keys = input.fields.map((field) => field.key);
  const rows = await q.execute<{ key: string; cases: number; same: number; pairs: number }>(sql`
    with chosen as (
      select b.id from batches b
      where b.project_id = ${input.projectId} and b.opened_at is not null and not b.assisted
        and (b.kind in ('production', 'relabel') or b.kind = 'self_label' and b.status = 'settled'
          or b.kind = 'pilot' and not exists (
          select 1 from batches p where p.project_id = b.project_id and p.kind = 'pilot' and p.status <> 'settled'))
      order by b.opened_at desc limit ${MOST_BATCHES}),
    cases as (
      select t.batch_id, t.id from chosen c cross join lateral (
        select batch_id, id from (
          select batch_id, id, reads_done from tasks where batch_id = c.id order by id limit ${AMONG_CASES}) first
        where reads_done >= 2 limit ${MOST_CASES}) t),
    answers as (
      select f.key, s.batch_id, s.task_id, l.answers ->> f.key as answer, count(*)::int as n
      from cases k
      join slots s on s.batch_id = k.batch_id and s.task_id = k.id and s.tier = 'label' and s.round = 1
        and s.status in ('submitted', 'accepted')
      join labels l on l.batch_id = s.batch_id and l.id = s.label_id
      cross join unnest(${sql.param(keys)}::text[]) as f(key)
      where l.answers ->> f.key is not null
      group by 1, 2, 3, 4),
    agreed as (
      select key, sum(n * (n - 1)) as same, sum(n) * (sum(n) - 1) as pairs
      from answers group by key, batch_id, task_id having sum(n) >= 2)
    select key, count(*)::int as cases, sum(same)::float8 as same, sum(pairs)::float8 as pairs from agreed group by key`);
  const fieldOf = new Map(input.fields.map((field) => [field.key, field]));
  return Object.fromEntries(
    [...rows].flatMap(({ key, cases, same, pairs }) => {
      const field = fieldOf.get(key);
      if (field === undefined || cases < FEWEST_CASES) return [];
      return [[key, { agreement: agreementFromPairs(same / pairs, field), cases }] as const];
    }),
  );
}
