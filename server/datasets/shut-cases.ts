import { type SQL, sql } from 'drizzle-orm';

/** A case is shut for protected information (R24) while any file of it is quarantined; `q` is a row of assets. */
const IS_SHUT = sql`q.quarantined_at is not null`;

/** Whether a case is shut. Index: assets_quarantined_idx. */
export const isCaseShut = (of: { datasetId: SQL; caseId: SQL }): SQL => sql`exists (select 1 from assets q
  where q.dataset_id = ${of.datasetId} and q.case_id = ${of.caseId} and ${IS_SHUT})`;

/** Cases (case_id) of a dataset that are shut; there are few. Index: assets_quarantined_idx. */
export const shutCasesOf = (datasetId: SQL): SQL => sql`(
  select distinct q.case_id from assets q where q.dataset_id = ${datasetId} and ${IS_SHUT})`;
