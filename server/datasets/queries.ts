import { sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { type assets, type cases, datasets } from '#db/schema/datasets.ts';

/** Rows of one insert. Rows travel as one JSON parameter, several times faster than a parameter per cell. */
const CHUNK = 5000;

/** Adds the dataset's row. */
export async function insertDataset(db: Tx, row: typeof datasets.$inferInsert): Promise<void> {
  await db.insert(datasets).values(row);
}

/** Adds cases and their assets in chunks, in file order. */
export async function insertCases(
  db: Tx,
  caseRows: readonly (typeof cases.$inferInsert)[],
  assetRows: readonly (typeof assets.$inferInsert)[],
): Promise<void> {
  for (let from = 0; from < caseRows.length; from += CHUNK) {
    const rows = JSON.stringify(caseRows.slice(from, from + CHUNK));
    await db.execute(sql`
      insert into cases (dataset_id, id, external_id, patient_key, site, split, subgroups, context, position,
        content_sha256, near_key)
      select "datasetId", id, "externalId", "patientKey", site, split, subgroups, context, position,
        "contentSha256", "nearKey"
      from jsonb_to_recordset(${rows}::text::jsonb) as r("datasetId" uuid, id uuid, "externalId" text,
        "patientKey" text, site text, split text, subgroups jsonb, context jsonb, position int,
        "contentSha256" text, "nearKey" text)`);
  }
  for (let from = 0; from < assetRows.length; from += CHUNK) {
    const rows = JSON.stringify(assetRows.slice(from, from + CHUNK));
    await db.execute(sql`
      insert into assets (dataset_id, id, case_id, position, name, kind, media_type, text, file_id, sha256)
      select "datasetId", id, "caseId", position, name, kind, "mediaType", text, "fileId", sha256
      from jsonb_to_recordset(${rows}::text::jsonb) as r("datasetId" uuid, id uuid, "caseId" uuid, position smallint,
        name text, kind text, "mediaType" text, text text, "fileId" uuid, sha256 text)`);
  }
}
