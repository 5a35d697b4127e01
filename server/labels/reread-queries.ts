import { sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { auditSamples } from '#db/schema/audits.ts';
import type { MissRule } from '#server/projects/tier-schemas.ts';
import { SLOT_BASE } from '#server/work/rules.ts';

/** Draws cases to be read again blind, or renews what is known of them while nobody reads them. */
export async function putRereads(
  tx: Tx,
  input: { batchId: string; drawn: readonly { taskId: string; isNormal: boolean }[]; now: Date },
): Promise<void> {
  if (input.drawn.length === 0) return;
  const drawnAt = input.now;
  await tx
    .insert(auditSamples)
    .values(
      input.drawn.map((one) => ({
        batchId: input.batchId,
        purpose: 'reread' as const,
        ...one,
        status: 'waiting' as const,
        drawnAt,
      })),
    )
    .onConflictDoUpdate({
      target: [auditSamples.batchId, auditSamples.purpose, auditSamples.taskId],
      set: { isNormal: sql`excluded.is_normal` },
      setWhere: sql`${auditSamples.status} in ('waiting', 'lost')`,
    });
}

/** Takes re-reads back that nobody has taken: their labels are others now, so that they are drawn by those or not at all. */
export async function withdrawRereads(
  tx: Tx,
  of: { batchId: string; taskIds: readonly string[] },
): Promise<void> {
  const taskIds = sql`${sql.param([...of.taskIds])}::uuid[]`;
  await tx.execute(sql`
    with gone as (
      delete from slots where batch_id = ${of.batchId} and task_id = any (${taskIds}) and tier = 'audit' and status = 'open'
        and slot_no >= ${SLOT_BASE.reread}::int
      returning task_id)
    delete from audit_samples s where s.batch_id = ${of.batchId} and s.purpose = 'reread' and s.task_id = any (${taskIds})
      and (s.status in ('waiting', 'lost') or (s.status = 'open' and s.task_id in (select task_id from gone)))`);
}

export type RereadCell = {
  stratum: number | null;
  isNormal: boolean;
  drawn: number;
  /** Still to be read. */
  left: number;
  done: number;
  errors: number;
  /** Of the errors, something found where the label said normal. */
  omissions: number;
};

/** The blind re-reads of a batch by stratum and by whether the label is, or was when it was held against it, the normal one. */
export async function countRereads(q: Queryable, batchId: string): Promise<RereadCell[]> {
  return [
    ...(await q.execute<RereadCell>(sql`
      select t.stratum, s.is_normal as "isNormal", count(*)::int as drawn,
        count(*) filter (where s.status in ('waiting', 'open'))::int as left,
        count(*) filter (where s.status = 'done')::int as done,
        count(*) filter (where r.outcome = 'disagree')::int as errors,
        count(*) filter (where r.outcome = 'disagree' and r.error_kind = 'omission')::int as omissions
      from audit_samples s
      join tasks t on t.batch_id = s.batch_id and t.id = s.task_id
      left join audit_results r on r.batch_id = s.batch_id and r.purpose = s.purpose and r.task_id = s.task_id
      where s.batch_id = ${batchId} and s.purpose = 'reread' and s.is_normal is not null
      group by 1, 2 order by 1, 2`)),
  ];
}

export type ClassCell = { stratum: number | null; isNormal: boolean; n: number };

/**
 * How many final labels of each stratum are the normal one; what was read again counts as what it was then, so that what the re-read
 * has corrected is not missing. Index: the primary key of final_labels, from its end.
 */
export async function countClasses(
  q: Queryable,
  of: { batchId: string; rule: Pick<MissRule, 'field' | 'normalValue'> },
): Promise<ClassCell[]> {
  return [
    ...(await q.execute<ClassCell>(sql`
      select t.stratum, coalesce(case when s.status = 'done' then s.is_normal end,
          f.fields -> ${of.rule.field}::text ->> 'value' = ${of.rule.normalValue}, false) as "isNormal", count(*)::int as n
      from tasks t
      cross join lateral (select x.fields from final_labels x where x.batch_id = t.batch_id and x.task_id = t.id
        order by x.version desc limit 1) f
      left join audit_samples s on s.batch_id = t.batch_id and s.purpose = 'reread' and s.task_id = t.id
      where t.batch_id = ${of.batchId} and not t.is_dealt_gold
      group by 1, 2 order by 1, 2`)),
  ];
}
