import { type SQL, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { allow, type Decision, refuse } from '#server/command/decision.ts';
import { lookAtPrior } from './prior-look.ts';
import type { Batch } from './reads.ts';
import { sawReadsSql, type Tier } from './rules.ts';

/** Whether this batch keeps away who has met a case in batch `o`. */
const keepsAway = (batch: Batch): SQL =>
  batch.excludePriorReaders === 'siblings'
    ? sql`true`
    : batch.excludePriorReaders === 'listed'
      ? sql`o.id = any(${sql.param(batch.excludedBatchIds ?? [])}::uuid[])`
      : sql`false`;

/**
 * Batches `o` of the project of which one keeps the other's readers away. Exams, training and calibration are of known cases,
 * which are met more than once by rule.
 */
const related = (batch: Batch): SQL => sql`o.project_id = ${batch.projectId} and o.id <> ${batch.id}
  and o.kind not in ('exam', 'training', 'calibration')
  and (${keepsAway(batch)} or o.exclude_prior_readers = 'siblings'
    or (o.exclude_prior_readers = 'listed' and ${batch.id}::uuid = any(o.excluded_batch_ids)))`;

/**
 * While two batches that keep each other's readers away are read at the same time, a person reads the cases that are in both in
 * the one that they joined first: the other waits until they have met them all there, or they are final, or it takes no more
 * reads. So no claim has to look at another batch, and no two that race can give them one case. Looks through a few windows of
 * tasks a call (`lookAtPrior`): a reader's own look before a claim (`keeps`) goes on where the last one stopped, and is refused until it is
 * through; who joins is let in unless a case was seen, and makes that look before their first claim. Indexes: readers_person_idx.
 */
export async function decidePriorReading(
  q: Queryable,
  batch: Batch,
  who: { personId: string; tier: Tier; keeps: boolean },
): Promise<{ decision: Decision; isThrough: boolean }> {
  const none = { decision: allow(''), isThrough: true };
  if (who.tier !== 'label' || ['exam', 'training', 'calibration'].includes(batch.kind)) return none;
  const others = await q.execute<{ id: string; name: string; excludesMet: boolean }>(sql`
    select o.id, o.name, ${keepsAway(batch)} as "excludesMet" from readers r join batches o on o.id = r.batch_id
    where r.annotator_id = ${who.personId} and r.tier = 'label' and o.status in ('open', 'paused') and ${related(batch)}
      and (select (n.joined_at, n.batch_id) <= (r.joined_at, r.batch_id) from readers n where n.batch_id = ${batch.id}
        and n.annotator_id = r.annotator_id and n.tier = 'label') is not true
    order by r.joined_at, o.id`);
  const key = { batchId: batch.id, annotatorId: who.personId };
  // Whoever sends a look back (`recheckSharedReaders`) takes this lock first.
  const isKept =
    who.keeps && others.length > 0 && (await holdReader(q, { batchId: batch.id, personId: who.personId }));
  for (const { id, name, excludesMet } of others) {
    const looked = await lookAtPrior(q, { ...key, priorBatchId: id }, { keeps: isKept, excludesMet });
    if (looked === 'waits') return { decision: underWay({ id, name }), isThrough: false };
    if (looked === 'looking')
      return { decision: who.keeps ? stillLooking(name) : allow(''), isThrough: false };
  }
  return { decision: allow(''), isThrough: others.length === 0 || isKept };
}

const underWay = ({ id, name }: { id: string; name: string }): Decision =>
  refuse({
    code: 'prior_reading.under_way',
    message: `Cases of this batch are also in “${name}”, where you read, and nobody reads one in both. Read them there; this batch is open to you when they are done or that one has closed.`,
    href: `/work/read/${id}`,
  });

/** The one reason that goes away by asking again at once. */
export const STILL_LOOKING = 'prior_reading.looking';

const stillLooking = (name: string): Decision =>
  refuse({
    code: STILL_LOOKING,
    message: `Looking whether cases that you have still to read in “${name}” are in this batch too. This takes some seconds.`,
  });

/** Locks a person's own row in the batch; false when they have none yet. Index: the primary key. */
async function holdReader(q: Queryable, of: { batchId: string; personId: string }): Promise<boolean> {
  const rows = await q.execute(sql`select 1 from readers where batch_id = ${of.batchId}
    and annotator_id = ${of.personId} and tier = 'label' for update`);
  return rows.length > 0;
}

/**
 * Keeps the cases from a person that they have met in batches whose readers this one keeps away: all on joining, and with each look
 * at their eligibility what they were given since the last. Walks what they have met there. Indexes: slots_person_task_key, the
 * primary keys, tasks_case_idx.
 */
export async function excludeMetCases(
  tx: Tx,
  batch: Batch,
  who: { annotatorId: string; tier: Tier; checkedAt?: Date },
): Promise<void> {
  if (batch.excludePriorReaders === 'none' || who.tier !== 'label') return;
  const since = (who.checkedAt ?? new Date(0)).toISOString();
  await tx.execute(sql`
    insert into reader_exclusions (batch_id, annotator_id, task_id)
    select ${batch.id}::uuid, ${who.annotatorId}::uuid, nt.id
    from batches o
    cross join lateral (
      select s.task_id from slots s where s.batch_id = o.id and s.annotator_id = ${who.annotatorId}
        and s.claimed_at >= ${since}::timestamptz
      union
      select x.task_id from slot_releases x where x.batch_id = o.id and x.annotator_id = ${who.annotatorId}
        and (x.excludes or ${sql.raw(sawReadsSql('x'))}) and x.at >= ${since}::timestamptz) met
    join tasks ot on ot.batch_id = o.id and ot.id = met.task_id
    join tasks nt on nt.batch_id = ${batch.id} and nt.case_id = ot.case_id and not nt.is_dealt_gold
    where o.project_id = ${batch.projectId} and o.id <> ${batch.id} and ${keepsAway(batch)}
    on conflict do nothing`);
}

/** Cases in work again that a look keeps in mind; with more it starts anew. */
const MOST_AGAIN = 100;

/**
 * A batch has grown (`all`), or cases of it that were out of work are in work again (none: nobody is looked at): whoever reads in it and in one that it shares the
 * rule with is looked at again before their next claim, and their look goes back to these cases. First the readers' rows, in
 * order, which a look that is under way holds; so no look that has not seen the change can say that it is through. Indexes: the primary keys.
 */
export async function recheckSharedReaders(
  tx: Tx,
  batch: Batch,
  tasks: 'all' | readonly string[],
): Promise<void> {
  const live = await tx.execute<{ id: string }>(
    sql`select o.id from batches o where ${related(batch)} and o.status in ('open', 'paused')`,
  );
  if (live.length === 0) return;
  const others = sql`${sql.param([...live].map((one) => one.id))}::uuid[]`;
  await tx.execute(sql`
    with mine as materialized (
      select r.batch_id, r.annotator_id, r.tier from readers r
      where r.batch_id = any(${others} || ${batch.id}::uuid) and r.tier = 'label' and ${tasks.length > 0}::boolean
        and exists (select 1 from readers x where x.annotator_id = r.annotator_id and x.tier = 'label' and x.batch_id <> r.batch_id
          and case when r.batch_id = ${batch.id} then x.batch_id = any(${others}) else x.batch_id = ${batch.id} end)
      order by r.batch_id, r.annotator_id for no key update of r)
    update readers r set checked_at = 'epoch' from mine
    where r.batch_id = mine.batch_id and r.annotator_id = mine.annotator_id and r.tier = mine.tier`);
  const asPrior = sql`batch_id = any(${others}) and prior_batch_id = ${batch.id}`;
  if (tasks === 'all') {
    await tx.execute(sql`delete from prior_looks where ${asPrior}`);
    await tx.execute(
      sql`delete from prior_looks where batch_id = ${batch.id} and prior_batch_id = any(${others})`,
    );
    return;
  }
  const again = sql`${sql.param([...tasks])}::uuid[]`;
  const isTooMany = sql`cardinality(again_task_ids) + ${tasks.length}::int > ${MOST_AGAIN}::int`;
  await tx.execute(sql`
    update prior_looks set after_task_id = case when ${isTooMany} then null else after_task_id end,
      is_through = is_through and not ${isTooMany},
      again_task_ids = case when ${isTooMany} then '{}' else array(select distinct unnest(again_task_ids || ${again})) end
    where ${asPrior} and ${tasks.length > 0}::boolean`);
}
