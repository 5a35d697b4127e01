import { type SQL, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { slotsOut } from '#server/work/held-slots.ts';
import { PERSONAL_CLASSES } from './gate-requirements.ts';

/** Whose leases are looked at again: each names what may have shut the gate on them. */
export type HolderScope =
  /** An organisation: of those who read through it, and of those who read its data. */
  | { orgId: string }
  | { personId: string; viaOrgId: string }
  /** A project whose countries have changed. */
  | { projectId: string }
  /** A class of data, or a class of rules that holds for any personal data. */
  | { dataClass: string }
  /** An attestation, evidence or assessment of a transfer was in date until a day before this one. */
  | { endedBefore: string };

export type Holder = { personId: string; viaOrgId: string; datasetId: string; country: string | null };

/** Live batches that may hold such leases, by id (batches_status_idx). */
export async function listBatchesOfScope(
  q: Queryable,
  at: { scope: HolderScope; after: string | null; limit: number },
): Promise<string[]> {
  const rows = await q.execute<{ id: string }>(sql`
    select b.id from batches b join datasets d on d.id = b.dataset_id
    where b.status in ('open', 'paused', 'closing')
      ${'dataClass' in at.scope ? sql`and d.data_class = any(${sql.param(classesOf(at.scope.dataClass))}::text[])` : sql``}
      ${'projectId' in at.scope ? sql`and b.project_id = ${at.scope.projectId}` : sql``}
      ${at.after === null ? sql`` : sql`and b.id > ${at.after}`}
    order by b.id limit ${at.limit}`);
  return rows.map((row) => row.id);
}

const classesOf = (dataClass: string): string[] =>
  dataClass.startsWith('personal_') ? [...PERSONAL_CLASSES] : [dataClass];

/**
 * Who holds a lease in a batch, through whom (R32: one organisation in a batch) and from which country it was claimed, by
 * person. One shard: readers_holding_idx, slots_person_task_key and the key of terms; then workforce_attestations_person_idx and
 * transfer_assessments_org_idx.
 */
export async function listHolders(
  q: Queryable,
  at: { batchId: string; scope: HolderScope; after: string | null; limit: number },
): Promise<Holder[]> {
  const rows = await q.execute<Holder>(sql`
    select distinct on (t.annotator_id) t.annotator_id as "personId", t.payee_org_id as "viaOrgId", d.id as "datasetId", t.country
    from ${slotsOut(at.batchId, at.after === null ? sql`true` : sql`h.annotator_id > ${at.after}`)}
    join terms t on t.batch_id = s.batch_id and t.annotator_id = s.annotator_id and t.tier = s.tier and t.terms_no = s.terms_no
    join batches b on b.id = s.batch_id
    join datasets d on d.id = b.dataset_id
    where ${isOf(at.scope)}
    order by t.annotator_id, t.valid_from desc limit ${at.limit}`);
  return [...rows];
}

function isOf(scope: HolderScope): SQL {
  if ('orgId' in scope) return sql`(t.payee_org_id = ${scope.orgId} or d.org_id = ${scope.orgId})`;
  if ('personId' in scope)
    return sql`t.annotator_id = ${scope.personId} and t.payee_org_id = ${scope.viaOrgId}`;
  // The batches themselves are of the class or the project.
  if ('dataClass' in scope || 'projectId' in scope) return sql`true`;
  const day = sql`${scope.endedBefore}::date`;
  return sql`(d.evidence_expires_on < ${day}
    or exists (select 1 from workforce_attestations w where w.person_id = t.annotator_id and w.org_id = t.payee_org_id
      and w.revoked_at is null and w.valid_until < ${day})
    or exists (select 1 from transfer_assessments ta where ta.org_id = d.org_id and ta.country = t.country
      and ta.valid_until < ${day}))`;
}
