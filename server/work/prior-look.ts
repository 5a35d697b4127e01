import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { KEY_WINDOW } from './claim-queries.ts';
import { SWEEPS_PER_CALL, sawReadsSql } from './rules.ts';

/** A person, the batch they ask for, and an earlier one whose cases they still have to read. */
export type Pair = { batchId: string; annotatorId: string; priorBatchId: string };

/** `waits`: a case of both is still to be read in the earlier one; `looking`: none so far; `through`: none at all. */
export type Looked = 'waits' | 'looking' | 'through';

type Place = { afterTaskId: string | null; isThrough: boolean; againTaskIds: string[] };

const START: Place = { afterTaskId: null, isThrough: false, againTaskIds: [] };
const LOWEST = '00000000-0000-0000-0000-000000000000';

/**
 * Looks for a case of both batches that the person can still be given in the earlier one, a few windows of its tasks per call, on
 * from where the last look stopped. `keeps`, under the lock of the reader's row, writes down how far it came; else it only says
 * what it saw. A batch is gone through once: what has been passed over is final, not shared, met for good or shut to the person here,
 * and none of these ends unsaid (`recheckSharedReaders`).
 */
export async function lookAtPrior(
  q: Queryable,
  pair: Pair,
  how: { keeps: boolean; excludesMet: boolean; windowSize?: number },
): Promise<Looked> {
  let place = await findPlace(q, pair);
  if (place.isThrough && place.againTaskIds.length === 0) return 'through';
  const size = how.windowSize ?? KEY_WINDOW;
  let looked: Looked = 'looking';
  for (let windows = 0; looked === 'looking' && windows < SWEEPS_PER_CALL; windows += 1) {
    const seen = await lookAtWindow(q, pair, place, { ...how, size });
    const isThrough = place.isThrough || (seen.first === null && seen.n < size);
    const to = seen.first === null ? seen.last : seen.before;
    place = { afterTaskId: to ?? place.afterTaskId, isThrough, againTaskIds: seen.again };
    looked = seen.first !== null || seen.again.length > 0 ? 'waits' : isThrough ? 'through' : 'looking';
  }
  if (how.keeps) await keepPlace(q, pair, place);
  return looked;
}

/** How far the look at this pair has come. Index: the primary key. */
async function findPlace(q: Queryable, pair: Pair): Promise<Place> {
  const [row] = await q.execute<Place>(sql`
    select after_task_id as "afterTaskId", is_through as "isThrough", again_task_ids as "againTaskIds" from prior_looks
    where batch_id = ${pair.batchId} and annotator_id = ${pair.annotatorId} and prior_batch_id = ${pair.priorBatchId}`);
  return row ?? START;
}

async function keepPlace(q: Queryable, pair: Pair, place: Place): Promise<void> {
  await q.execute(sql`
    insert into prior_looks (batch_id, annotator_id, prior_batch_id, after_task_id, is_through, again_task_ids)
    values (${pair.batchId}, ${pair.annotatorId}, ${pair.priorBatchId}, ${place.afterTaskId}, ${place.isThrough},
      ${sql.param(place.againTaskIds)}::uuid[])
    on conflict (batch_id, annotator_id, prior_batch_id) do update set after_task_id = excluded.after_task_id,
      is_through = excluded.is_through, again_task_ids = excluded.again_task_ids`);
}

/**
 * One window of the earlier batch's tasks, and those that are in work again: the first that waits, the one before it, the last, how
 * many there were, and which of the latter still wait. A case that the person only holds there may be given back and come again: it is
 * shut to them here at once, where this batch keeps away who has met a case, and waits where it does not. Each look at
 * another table is a scalar subquery, and the limit is none that the planner knows, so that it takes the index whatever it believes of the batch: with a known one it
 * sorts a batch that it takes for small. Indexes: the primary keys,
 * tasks_case_idx, slots_person_task_key.
 */
async function lookAtWindow(
  q: Queryable,
  pair: Pair,
  place: Place,
  how: { keeps: boolean; excludesMet: boolean; size: number },
): Promise<{ first: string | null; before: string | null; last: string | null; n: number; again: string[] }> {
  const { batchId: own, annotatorId: person, priorBatchId: prior } = pair;
  const again = sql`${sql.param(place.againTaskIds)}::uuid[]`;
  const after = sql`${place.afterTaskId ?? LOWEST}::uuid`;
  const shut =
    how.keeps && how.excludesMet
      ? sql`, shut as (
          insert into reader_exclusions (batch_id, annotator_id, task_id)
          select ${own}::uuid, ${person}::uuid, own_id from unmet where held = 1 on conflict do nothing)`
      : sql``;
  const [row] = await q.execute<{
    first: string | null;
    before: string | null;
    last: string | null;
    n: number;
    again: string[];
  }>(sql`
    with next as materialized (
      select t.id, t.case_id, t.status, t.is_dealt_gold from tasks t
      where t.batch_id = ${prior} and t.id > ${after} order by t.batch_id, t.id
      limit (select ${place.isThrough ? 0 : how.size}::int)),
    again as materialized (
      select t.id, t.case_id, t.status, t.is_dealt_gold from tasks t where t.batch_id = ${prior} and t.id = any(${again})),
    shared as materialized (
      select x.id, (select nt.id from tasks nt where nt.batch_id = ${own} and nt.case_id = x.case_id
        and not nt.is_dealt_gold limit 1) as own_id
      from (select * from next union select * from again) x
      where x.status not in ('final', 'unusable') and not x.is_dealt_gold),
    had as materialized (
      select x.id, x.own_id, (select min((s.status = 'leased')::int) from slots s where s.batch_id = ${prior}
        and s.annotator_id = ${person} and s.task_id = x.id) as held
      from shared x where x.own_id is not null),
    unmet as materialized (
      select x.id, x.own_id, x.held from had x
      where x.held is distinct from 0
        and (select true from slot_releases o where o.batch_id = ${prior} and o.annotator_id = ${person} and o.task_id = x.id
          and (o.excludes or ${sql.raw(sawReadsSql('o'))}) limit 1) is null
        and (select true from reader_exclusions e where e.batch_id = ${prior} and e.annotator_id = ${person}
          and e.task_id = x.id limit 1) is null
        and (select true from reader_exclusions e where e.batch_id = ${own} and e.annotator_id = ${person}
          and e.task_id = x.own_id limit 1) is null),
    waiting as materialized (
      select id from unmet where held is null or not ${how.excludesMet}::boolean),
    first as materialized (
      select w.id from waiting w where w.id > ${after} and w.id in (select id from next) order by w.id limit 1)${shut}
    select (select id from first) as first,
      (select n.id from next n where n.id < (select id from first) order by n.id desc limit 1) as before,
      (select n.id from next n order by n.id desc limit 1) as last,
      (select count(*)::int from next) as n,
      array(select w.id from waiting w where w.id = any(${again})) as again`);
  return row ?? { first: null, before: null, last: null, n: 0, again: [] };
}
