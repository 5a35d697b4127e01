import { sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { getProject } from '#server/projects/reads.ts';
import type { Batch } from './reads.ts';
import type { Tier } from './rules.ts';

/**
 * Keeps gold that a person has met in another batch of the project from being dealt to them here, as far as enough is left
 * to measure them by (the policy's fewest gold answers): what they met last is kept back first. Looked at on joining and
 * once a minute, so that no claim pays for it. Walks the batch's gold and the person's other batches, never their reads.
 * Indexes: tasks_gold_idx, readers_person_idx, tasks_case_idx, slots_person_task_key.
 */
export async function excludeMetGold(
  tx: Tx,
  batch: Batch,
  who: { annotatorId: string; tier: Tier },
): Promise<void> {
  if (batch.goldMode !== 'dealt' || who.tier !== 'label') return;
  const { qualityPolicy } = await getProject(tx, batch.projectId);
  const most = Math.max(0, batch.goldCount - qualityPolicy.gold.minAnswers);
  if (most === 0) return;
  await tx.execute(sql`
    with met as (
      select g.id, max(m.claimed_at) as at
      from tasks g
      join readers r on r.annotator_id = ${who.annotatorId} and r.batch_id <> ${batch.id}
      join batches b on b.id = r.batch_id and b.project_id = ${batch.projectId}
      join tasks o on o.batch_id = b.id and o.case_id = g.case_id
      join slots m on m.batch_id = o.batch_id and m.annotator_id = ${who.annotatorId} and m.task_id = o.id
      where g.batch_id = ${batch.id} and g.is_dealt_gold
      group by g.id)
    insert into reader_exclusions (batch_id, annotator_id, task_id)
    select ${batch.id}::uuid, ${who.annotatorId}::uuid, met.id from met
    where (select true from reader_exclusions e where e.batch_id = ${batch.id} and e.annotator_id = ${who.annotatorId}
        and e.task_id = met.id) is null
      and (select true from slots s where s.batch_id = ${batch.id} and s.annotator_id = ${who.annotatorId}
        and s.task_id = met.id limit 1) is null
    order by met.at desc nulls last, met.id
    limit greatest(0, ${most}::int - (select count(*)::int from reader_exclusions e
      join tasks g on g.batch_id = e.batch_id and g.id = e.task_id and g.is_dealt_gold
      where e.batch_id = ${batch.id} and e.annotator_id = ${who.annotatorId}))
    on conflict do nothing`);
}
