import { type SQL, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { allow, type Decision, refuse } from '#server/command/decision.ts';
import type { Batch } from './reads.ts';
import type { Tier } from './rules.ts';

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

/** Whether a person has met the case of task `ot` in batch `o`, or will not meet it there any more. */
const isMet = (personId: string): SQL => sql`(
  (select true from slots s where s.batch_id = ot.batch_id and s.annotator_id = ${personId} and s.task_id = ot.id limit 1) is not null
  or (select true from slot_releases x where x.batch_id = ot.batch_id and x.annotator_id = ${personId} and x.task_id = ot.id
    and x.excludes limit 1) is not null
  or (select true from reader_exclusions e where e.batch_id = ot.batch_id and e.annotator_id = ${personId}
    and e.task_id = ot.id limit 1) is not null)`;

/**
 * While two batches that keep each other's readers away are read at the same time, a person reads the cases that are in both in
 * the one that they joined first: the other waits until they have met them all there, or they are final, or it takes no more
 * reads. So no claim has to look at another batch, and no two that race can give them one case. Walks the cases of both until
 * the first such. Indexes: readers_person_idx, tasks_case_idx, slots_person_task_key.
 */
export async function decidePriorReading(
  q: Queryable,
  batch: Batch,
  who: { personId: string; tier: Tier },
): Promise<Decision> {
  if (who.tier !== 'label' || ['exam', 'training', 'calibration'].includes(batch.kind)) return allow('');
  const others = await q.execute<{ id: string; name: string }>(sql`
    select o.id, o.name from readers r join batches o on o.id = r.batch_id
    where r.annotator_id = ${who.personId} and r.tier = 'label' and o.status in ('open', 'paused') and ${related(batch)}
      and (select (n.joined_at, n.batch_id) <= (r.joined_at, r.batch_id) from readers n where n.batch_id = ${batch.id}
        and n.annotator_id = r.annotator_id and n.tier = 'label') is not true
    order by r.joined_at, o.id`);
  const other = await firstHolding(q, batch, who.personId, [...others]);
  if (other === null) return allow('');
  return refuse({
    code: 'prior_reading.under_way',
    message: `Cases of this batch are also in “${other.name}”, where you read, and nobody reads one in both. Read them there; this batch is open to you when they are done or that one has closed.`,
  });
}

/** The first of these batches with a case of this one that the person can still be given there. */
async function firstHolding(
  q: Queryable,
  batch: Batch,
  personId: string,
  others: readonly { id: string; name: string }[],
): Promise<{ name: string } | null> {
  for (const other of others) {
    // A scalar subquery, so that the planner goes through the one batch and probes the other.
    const rows = await q.execute(sql`
      select 1 from tasks ot
      where ot.batch_id = ${other.id} and ot.status not in ('final', 'unusable') and not ot.is_dealt_gold
        and (select true from tasks nt where nt.batch_id = ${batch.id} and nt.case_id = ot.case_id
          and not nt.is_dealt_gold limit 1) is not null
        and not ${isMet(personId)}
      limit 1`);
    if (rows.length > 0) return other;
  }
  return null;
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
        and x.excludes and x.at >= ${since}::timestamptz) met
    join tasks ot on ot.batch_id = o.id and ot.id = met.task_id
    join tasks nt on nt.batch_id = ${batch.id} and nt.case_id = ot.case_id and not nt.is_dealt_gold
    where o.project_id = ${batch.projectId} and o.id <> ${batch.id} and ${keepsAway(batch)}
    on conflict do nothing`);
}

/** A batch has grown, or a final case of it is read again: whoever reads in it and in one that it shares the rule with is looked at again before their next claim. */
export async function recheckSharedReaders(tx: Tx, batch: Batch): Promise<void> {
  await tx.execute(sql`
    update readers r set checked_at = 'epoch' from batches o
    where ${related(batch)} and o.status in ('open', 'paused') and r.batch_id in (o.id, ${batch.id}) and r.tier = 'label'
      and exists (select 1 from readers x where x.annotator_id = r.annotator_id and x.tier = 'label'
        and x.batch_id in (o.id, ${batch.id}) and x.batch_id <> r.batch_id)`);
}
