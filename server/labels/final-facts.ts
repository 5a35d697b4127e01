import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';

/** What the newest final label of a case says of it, whichever of the batches it comes from, as long as it holds. */
export type FinalFacts = {
  caseId: string;
  batchId: string;
  protocolVersionId: string;
  /** Field → settled value as text; a list is joined by " | ". Fields without a value are absent. */
  values: Record<string, string>;
  isUncertain: boolean;
  /** Its independent reads differ in a field. */
  isDisputed: boolean;
};

type Row = Omit<FinalFacts, 'values'> & { values: Record<string, unknown> | null };

/**
 * When the batch `b` of a final label `f` settled its case for the first time, at the latest when the batch itself was settled. Of several
 * batches the one that is latest by this has the newest label of a case: what an appeal, a check or the panel changes in a batch later is
 * a version of its own label, and comes before no batch that has read the case anew since. Index: the primary key.
 */
export const SETTLED_FIRST = sql.raw(`least(b.settled_at, case when f.version = 1 then f.settled_at else (
  select v.settled_at from final_labels v where v.batch_id = f.batch_id and v.task_id = f.task_id and v.version = 1) end)`);

/**
 * The newest final label of every case in some batches; what new batches are chosen by. A case whose newest label was contradicted has none
 * while it is decided anew, or for good where it is never decided (`ListedFinal`): neither what was found wrong nor what an
 * earlier batch had said before it is known of the case. Indexes: the primary keys.
 */
export async function finalFactsOf(q: Queryable, batchIds: readonly string[]): Promise<FinalFacts[]> {
  if (batchIds.length === 0) return [];
  const rows = await q.execute<Row & Record<string, unknown>>(sql`
    select f.case_id as "caseId", f.batch_id as "batchId", f.protocol_version_id as "protocolVersionId",
      f.uncertain > 0 as "isUncertain",
      (select jsonb_object_agg(e.key, e.value -> 'value') from jsonb_each(f.fields) e) as values,
      exists (select 1 from jsonb_each(f.fields) e where jsonb_array_length(e.value -> 'votes') > 1) as "isDisputed"
    from (
      select distinct on (f.case_id) f.case_id, f.batch_id, f.task_id, f.uncertain, f.fields, b.protocol_version_id
      from final_labels f join batches b on b.id = f.batch_id
      where f.batch_id = any(${sql.param([...batchIds])}::uuid[])
      order by f.case_id, ${SETTLED_FIRST} desc, f.batch_id, f.version desc) f
    join tasks k on k.batch_id = f.batch_id and k.id = f.task_id and k.status = 'final'
    order by f.case_id`);
  return [...rows].map((row) => ({
    ...row,
    values: Object.fromEntries(
      Object.entries(row.values ?? {}).flatMap(([key, value]) =>
        value === null ? [] : [[key, valueText(value)]],
      ),
    ),
  }));
}

/** A value as the text by which classes are named. */
export function valueText(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join(' | ') : String(value);
}

/** Cases of whom a reader, named by batch and alias, has a label in force: `caseId` → `batch|alias` list. */
export async function casesReadByAlias(
  q: Queryable,
  readers: readonly { batchId: string; alias: string }[],
): Promise<Map<string, string[]>> {
  const rows = await q.execute<{ caseId: string; who: string }>(sql`
    select k.case_id as "caseId", w.batch_id || '|' || w.alias as who
    from unnest(${sql.param(readers.map((one) => one.batchId))}::uuid[], ${sql.param(readers.map((one) => one.alias))}::text[]) as w (batch_id, alias)
    join readers r on r.batch_id = w.batch_id and r.alias = w.alias and r.tier = 'label'
    join slots s on s.batch_id = r.batch_id and s.annotator_id = r.annotator_id and s.tier = 'label'
      and s.status in ('submitted', 'accepted')
    join tasks k on k.batch_id = s.batch_id and k.id = s.task_id`);
  const found = new Map<string, string[]>();
  for (const { caseId, who } of rows) found.set(caseId, [...(found.get(caseId) ?? []), who]);
  return found;
}
