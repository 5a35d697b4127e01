import { sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { MINUTE, plus } from '#server/core/clock.ts';
import { getProject } from '#server/projects/reads.ts';
import type { Batch } from './reads.ts';
import type { Tier } from './rules.ts';

/** A look and a claim elsewhere at the same moment, on processes whose clocks differ: what is that close to the last look is looked at again. */
const OVERLAP_MS = MINUTE;

/**
 * Keeps gold from being dealt to a person here that they know from elsewhere in the project. What a training that they have joined
 * shows the answer of, always (R21): it measures nothing any more. What they have only met in another batch, as far as enough is left
 * to measure them by (the policy's fewest gold answers): what they met last is kept back first. Looked at on joining and
 * once a minute (`checkedAt`: the last time; then only batches where they have been at work since), so that no claim pays for it. Asks for
 * each piece of the batch's gold in each of the person's other batches, by key, and walks neither their reads nor any batch's cases.
 * Indexes: tasks_gold_idx, readers_person_idx, tasks_case_idx, slots_person_task_key.
 */
export async function excludeMetGold(
  tx: Tx,
  batch: Batch,
  who: { annotatorId: string; tier: Tier; checkedAt?: Date },
): Promise<void> {
  if (batch.goldMode !== 'dealt' || who.tier !== 'label') return;
  const since = who.checkedAt ? plus(who.checkedAt, -OVERLAP_MS) : new Date(0);
  const { qualityPolicy } = await getProject(tx, batch.projectId);
  const most = Math.max(0, batch.goldCount - qualityPolicy.gold.minAnswers);
  const isHad = sql`(select true from slots s where s.batch_id = ${batch.id} and s.annotator_id = ${who.annotatorId}
        and s.task_id = met.id limit 1)`;
  // `offset 0` keeps each look its own, by key: joined freely, the cases of all batches were read to find a hundred.
  await tx.execute(sql`
    with others as materialized (
      select r.batch_id, r.tier = 'label' and b.kind = 'training' as is_taught from readers r
      join batches b on b.id = r.batch_id and b.project_id = ${batch.projectId}
      where r.annotator_id = ${who.annotatorId} and r.batch_id <> ${batch.id}
        and (b.kind = 'training' or r.last_seen_at >= ${since.toISOString()}::timestamptz)),
    gold as materialized (
      select g.id, g.case_id from tasks g where g.batch_id = ${batch.id} and g.is_dealt_gold and exists (select from others)),
    met as (
      select g.id, max(m.claimed_at) as at, bool_or(b.is_taught) as is_taught
      from others b cross join gold g
      cross join lateral (
        select o.id from tasks o where o.batch_id = b.batch_id and o.case_id = g.case_id offset 0) o
      left join lateral (
        select s.task_id, s.claimed_at from slots s
        where s.batch_id = b.batch_id and s.annotator_id = ${who.annotatorId} and s.task_id = o.id offset 0) m on true
      where m.task_id is not null or b.is_taught
      group by g.id),
    kept as (
      select e.task_id as id from reader_exclusions e
      join tasks g on g.batch_id = e.batch_id and g.id = e.task_id and g.is_dealt_gold
      where e.batch_id = ${batch.id} and e.annotator_id = ${who.annotatorId}),
    fresh as (
      select met.* from met
      where (select true from kept where kept.id = met.id) is null and ${isHad} is null)
    insert into reader_exclusions (batch_id, annotator_id, task_id)
    select ${batch.id}::uuid, ${who.annotatorId}::uuid, x.id from (
      select id from fresh where is_taught
      union all (
        select id from fresh where not is_taught order by at desc nulls last, id
        limit greatest(0, ${most}::int - (select count(*)::int from kept)
          - (select count(*)::int from fresh where is_taught)))) x
    on conflict do nothing`);
}

/** Who joins a training is looked at again before their next claim where gold is dealt, so that none of it comes to them meanwhile. Index: readers_person_idx. */
export async function recheckTrained(
  tx: Tx,
  training: Pick<Batch, 'id' | 'projectId'>,
  annotatorId: string,
): Promise<void> {
  await tx.execute(sql`
    update readers r set checked_at = 'epoch' from batches b
    where r.annotator_id = ${annotatorId} and r.tier = 'label' and b.id = r.batch_id and b.id <> ${training.id}
      and b.project_id = ${training.projectId} and b.gold_mode = 'dealt' and b.status in ('open', 'paused')`);
}
