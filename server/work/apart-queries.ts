import { sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { lockIndependence } from '#server/staffing/lock-independence.ts';
import type { Batch } from './reads.ts';
import { KEPT_APART_KINDS } from './schemas.ts';

/** Of two batches that keep each other's people away and are joined at the same moment, the later has to see the earlier. */
export const lockApart = (tx: Tx, personId: string): Promise<void> =>
  lockIndependence(tx, 'batches', personId);

/**
 * Another batch in which the person is a reader of any tier and whose people must be others than here, or null: one of them names the
 * other, in whatever project of the sponsor, or both are pilots of one call. The batches of one pilot, its extensions (R10), are no
 * others. Indexes: readers_person_idx, pilot_batches_batch_key.
 */
export async function findBatchApart(
  q: Queryable,
  input: {
    batch: Pick<Batch, 'id' | 'projectId' | 'apartFromBatchIds' | 'independenceGroup'>;
    personId: string;
  },
): Promise<string | null> {
  const { id, projectId, apartFromBatchIds, independenceGroup } = input.batch;
  const [row] = await q.execute<{ id: string }>(sql`
    select b.id from readers r join batches b on b.id = r.batch_id
    where r.annotator_id = ${input.personId} and b.id <> ${id}
      and (b.id = any(${sql.param([...(apartFromBatchIds ?? [])])}::uuid[]) or ${id}::uuid = any(b.apart_from_batch_ids)
        or b.project_id = ${projectId} and b.independence_group = ${independenceGroup}::text and not exists (
          select 1 from pilot_batches own join pilot_batches other on other.pilot_id = own.pilot_id
          where own.batch_id = ${id} and other.batch_id = b.id))
    limit 1`);
  return row?.id ?? null;
}

export type BatchApart = { id: string; projectId: string; projectTitle: string; name: string };

/** The batches whose people are kept apart from those of a batch, whichever of the two names the other. Indexes: the primary key, batches_apart_idx. */
export async function listApart(
  q: Queryable,
  batch: Pick<Batch, 'id' | 'apartFromBatchIds'>,
): Promise<BatchApart[]> {
  const rows = await q.execute<BatchApart>(sql`
    select b.id, b.project_id as "projectId", p.title as "projectTitle", b.name
    from batches b join projects p on p.id = b.project_id
    where b.id = any(${sql.param([...(batch.apartFromBatchIds ?? [])])}::uuid[])
      or b.apart_from_batch_ids @> array[${batch.id}::uuid]
    order by b.created_at, b.id`);
  return [...rows];
}

/** Whether all of these are batches of the organisation that a project is of: no sponsor can shut people out of another's work. */
export async function areOfSameSponsor(
  q: Queryable,
  of: { orgId: string; batchIds: readonly string[] },
): Promise<boolean> {
  if (of.batchIds.length === 0) return true;
  const [row] = await q.execute<{ n: number }>(sql`
    select count(*)::int as n from batches b join projects p on p.id = b.project_id and p.org_id = ${of.orgId}
    where b.id = any(${sql.param([...of.batchIds])}::uuid[])`);
  return row?.n === new Set(of.batchIds).size;
}

export type BatchElsewhere = BatchApart & {
  kind: (typeof KEPT_APART_KINDS)[number];
  status: Batch['status'];
  vendorName: string | null;
};

type Elsewhere = {
  orgId: string;
  projectId: string;
  /** Words that project and batch together are called by; empty for all. */
  text: string;
  /** Batches that are asked for by their ids, whatever they are called. */
  namedIds: readonly string[];
  limit: number;
};

/**
 * Batches of an organisation's other projects whose people can be kept apart, newest project first, and whether there are more; with those
 * named, whatever was searched. Indexes: projects_org_idx, batches_project_idx, the primary key.
 */
export async function listElsewhere(
  q: Queryable,
  of: Elsewhere,
): Promise<{ batches: BatchElsewhere[]; named: BatchElsewhere[]; isCut: boolean }> {
  const words = of.text.split(/\s+/).filter((word) => word !== '');
  const likes = words.map((word) => `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
  const found = await q.execute<BatchElsewhere>(sql`
    ${elsewhere(of)} and concat_ws(' ', p.title, b.name) ilike all (${sql.param(likes)}::text[])
    order by p.created_at desc, p.id, b.created_at desc, b.id limit ${of.limit + 1}`);
  const named =
    of.namedIds.length === 0
      ? []
      : await q.execute<BatchElsewhere>(sql`
          ${elsewhere(of)} and b.id = any(${sql.param([...of.namedIds])}::uuid[])
          order by p.created_at desc, p.id, b.created_at desc, b.id`);
  return { batches: found.slice(0, of.limit), named: [...named], isCut: found.length > of.limit };
}

const elsewhere = (of: Pick<Elsewhere, 'orgId' | 'projectId'>) => sql`
  select b.id, p.id as "projectId", p.title as "projectTitle", b.name, b.kind, b.status, v.legal_name as "vendorName"
  from projects p join batches b on b.project_id = p.id left join organisations v on v.id = b.vendor_org_id
  where p.org_id = ${of.orgId} and p.id <> ${of.projectId} and b.load_state <> 'discarding'
    and b.kind = any(${sql.param([...KEPT_APART_KINDS])}::text[])`;
