import { type SQL, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { shutCasesOf } from './shut-cases.ts';

export type CaseKey = { datasetId: string; caseId: string };

/**
 * Rows (dataset_id, id) of a case and of all cases of its sponsor that hold the very same content, in whatever dataset and project: a person
 * may keep what the intake proposes to leave out as a copy, and other projects are not looked through. What is seen in one is in all (R24).
 * Index: cases_content_idx.
 */
export const sameContent = (of: { datasetId: SQL; caseId: SQL }): SQL => sql`(
  select ${of.datasetId} as dataset_id, ${of.caseId} as id
  union select copy.dataset_id, copy.id from cases own join datasets from_set on from_set.id = own.dataset_id
    join cases copy on copy.content_sha256 = own.content_sha256
    join datasets to_set on to_set.id = copy.dataset_id and to_set.org_id = from_set.org_id
  where own.dataset_id = ${of.datasetId} and own.id = ${of.caseId})`;

/** A case and its copies (`sameContent`), always in the same order. */
export async function listSameContent(q: Queryable, of: CaseKey): Promise<CaseKey[]> {
  const rows = await q.execute<CaseKey>(sql`
    select c.dataset_id as "datasetId", c.id as "caseId"
    from ${sameContent({ datasetId: sql`${of.datasetId}::uuid`, caseId: sql`${of.caseId}::uuid` })} c order by 1, 2`);
  return [...rows];
}

/**
 * Lets what shuts or opens a sponsor's copies (R24) and what adds some, or brings their cases into work, take turns from here to their end:
 * neither an import nor a batch that opens or grows can miss a report that commits beside it, nor a report what they bring. These wait for
 * none of their own. Whoever changes copies, opens a batch or lets one grow takes it before any batch; an import takes it last, so that
 * nobody's report waits while a file is stored. What is asked after it sees what was committed meanwhile.
 */
export async function lockCopies(tx: Tx, datasetId: string, to: 'add' | 'change'): Promise<void> {
  const lock = to === 'add' ? sql`pg_advisory_xact_lock_shared` : sql`pg_advisory_xact_lock`;
  await tx.execute(
    sql`select ${lock}(hashtextextended('copies|' || org_id, 0)) from datasets where id = ${datasetId}`,
  );
}

/** Contents of a sponsor's cases that are shut because of what was seen in them (R24). */
export async function listShutContents(q: Queryable, orgId: string): Promise<ReadonlySet<string>> {
  const rows = await q.execute<{ sha256: string }>(sql`
    select distinct c.content_sha256 as sha256 from datasets d
    cross join lateral ${shutCasesOf(sql`d.id`)} q
    join cases c on c.dataset_id = d.id and c.id = q.case_id and c.content_sha256 is not null
    where d.org_id = ${orgId}`);
  return new Set([...rows].map((row) => row.sha256));
}
