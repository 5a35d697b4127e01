import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { datasetDocuments, datasets } from '#db/schema/datasets.ts';
import { files } from '#db/schema/files.ts';
import { organisations } from '#db/schema/identity.ts';
import { type DatasetDocument, type HeaderCheck, headerCheck } from './schemas.ts';

/** Adds the row of a document. */
export async function insertDocument(db: Tx, row: typeof datasetDocuments.$inferInsert): Promise<void> {
  await db.insert(datasetDocuments).values(row);
}

const shown = {
  id: datasetDocuments.id,
  kind: datasetDocuments.kind,
  issuer: datasetDocuments.issuer,
  reference: datasetDocuments.reference,
  scope: datasetDocuments.scope,
  issuedOn: datasetDocuments.issuedOn,
  expiresOn: datasetDocuments.expiresOn,
  bytes: files.bytes,
  sha256: files.sha256,
  uploadedAt: datasetDocuments.uploadedAt,
};

/** The documents of some datasets, newest first, at most 20 of each in sight of a page. */
export async function listDocuments(
  q: Queryable,
  datasetIds: readonly string[],
): Promise<Map<string, DatasetDocument[]>> {
  if (datasetIds.length === 0) return new Map();
  const rows = await q
    .select({ ...shown, datasetId: datasetDocuments.datasetId })
    .from(datasetDocuments)
    .innerJoin(files, eq(files.id, datasetDocuments.fileId))
    .where(inArray(datasetDocuments.datasetId, [...datasetIds]))
    .orderBy(desc(datasetDocuments.uploadedAt), desc(datasetDocuments.id))
    .limit(20 * datasetIds.length);
  const byDataset = new Map<string, DatasetDocument[]>();
  for (const { datasetId, ...document } of rows)
    byDataset.set(datasetId, [...(byDataset.get(datasetId) ?? []), document]);
  return byDataset;
}

/** Whose document it is and where its bytes are; null when there is none. */
export async function findDocument(
  q: Queryable,
  documentId: string,
): Promise<{ fileId: string; orgId: string; datasetId: string } | null> {
  const [row] = await q
    .select({
      fileId: datasetDocuments.fileId,
      orgId: datasets.orgId,
      datasetId: datasetDocuments.datasetId,
    })
    .from(datasetDocuments)
    .innerJoin(datasets, eq(datasets.id, datasetDocuments.datasetId))
    .where(eq(datasetDocuments.id, documentId));
  return row ?? null;
}

type DocumentLine = DatasetDocument & {
  dataset: string;
  sponsor: string;
  dataClass: (typeof datasets.$inferSelect)['dataClass'];
  isCurrent: boolean;
  headerCheck: HeaderCheck | null;
};

/** Every sponsor's documents, newest first, keyset by time and id (`dataset_documents_uploaded_idx`). */
export async function listAllDocuments(
  q: Queryable,
  page: { before?: { uploadedAt: Date; id: string } | undefined; limit: number },
): Promise<DocumentLine[]> {
  const { before } = page;
  const rows = await q
    .select({
      ...shown,
      dataset: datasets.name,
      sponsor: organisations.legalName,
      dataClass: datasets.dataClass,
      isCurrent: sql<boolean>`coalesce(${datasets.evidence} ->> 'sha256' = ${files.sha256}, false)`,
      headerCheck: sql<unknown>`${datasets.evidence} -> 'headerCheck'`,
    })
    .from(datasetDocuments)
    .innerJoin(files, eq(files.id, datasetDocuments.fileId))
    .innerJoin(datasets, eq(datasets.id, datasetDocuments.datasetId))
    .innerJoin(organisations, eq(organisations.id, datasets.orgId))
    .where(
      and(
        before === undefined
          ? undefined
          : sql`(${datasetDocuments.uploadedAt}, ${datasetDocuments.id}) < (${before.uploadedAt.toISOString()}::timestamptz, ${before.id}::uuid)`,
      ),
    )
    .orderBy(desc(datasetDocuments.uploadedAt), desc(datasetDocuments.id))
    .limit(page.limit);
  return rows.map((row) => ({ ...row, headerCheck: headerCheck.nullable().parse(row.headerCheck) }));
}
