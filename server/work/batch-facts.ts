import { eq } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { goldAnswers as goldAnswersTable } from '#db/schema/labels.ts';
import { type GoldAnswers, goldAnswers } from '#server/gold/schemas.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { type Batch, getBatch } from './reads.ts';

/** What of a batch never changes once it is open; safe to keep in the process. State and money are not among it. */
export type BatchFacts = Pick<
  Batch,
  | 'id'
  | 'projectId'
  | 'datasetId'
  | 'vendorOrgId'
  | 'protocolVersionId'
  | 'kind'
  | 'overlap'
  | 'rounds'
  | 'goldMode'
  | 'goldShareBasisPoints'
  | 'goldCount'
  | 'goldExposureLimit'
  | 'repeatAfterDays'
  | 'repeatShareBasisPoints'
  | 'seed'
  | 'leaseSeconds'
  | 'prefetch'
  | 'currency'
  | 'assisted'
>;

const MOST_KEPT = 2000;
const facts = new WeakMap<Database, Map<string, BatchFacts>>();
const gold = new WeakMap<Database, Map<string, Map<string, GoldAnswers>>>();
const schemas = new WeakMap<Database, Map<string, LabelSchema>>();

/** A batch's fixed facts, read once per process. */
export async function batchFacts(db: Database, batchId: string): Promise<BatchFacts> {
  const kept = keptFor(facts, db);
  const known = kept.get(batchId);
  if (known) return known;
  const batch = await getBatch(db, batchId);
  if (batch.status !== 'draft') remember(kept, batchId, batch);
  return batch;
}

/** The label schema of a signed protocol version, read once per process: a signed version never changes. */
export async function signedSchema(db: Database, protocolVersionId: string): Promise<LabelSchema> {
  const kept = keptFor(schemas, db);
  const known = kept.get(protocolVersionId);
  if (known) return known;
  const version = await getProtocolVersion(db, protocolVersionId);
  if (version.status === 'signed' || version.status === 'superseded')
    remember(kept, protocolVersionId, version.labelSchema);
  return version.labelSchema;
}

/** Known answers of a batch by task, read once per process: they are copied when the batch is made and never change. */
export async function goldOf(db: Database, batchId: string): Promise<ReadonlyMap<string, GoldAnswers>> {
  const kept = keptFor(gold, db);
  const known = kept.get(batchId);
  if (known) return known;
  const rows = await db.select().from(goldAnswersTable).where(eq(goldAnswersTable.batchId, batchId));
  const found = new Map(rows.map((row) => [row.taskId, goldAnswers.parse(row.answers)]));
  remember(kept, batchId, found);
  return found;
}

function keptFor<T>(store: WeakMap<Database, Map<string, T>>, db: Database): Map<string, T> {
  const found = store.get(db) ?? new Map<string, T>();
  store.set(db, found);
  return found;
}

function remember<T>(kept: Map<string, T>, key: string, value: T): void {
  if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value ?? '');
  kept.set(key, value);
}
