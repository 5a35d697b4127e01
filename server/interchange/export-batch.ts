import { stringify } from 'csv-stringify/sync';
import type { Queryable } from '#db/client.ts';
import { externalIdsOf } from '#server/datasets/reads.ts';
import {
  type BatchRead,
  type FinalLabel,
  listFinalLabels,
  listReads,
  type ReadCursor,
} from '#server/labels/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { answerText } from '#server/scores/measured-fields.ts';
import { getBatch, listTerms, type Terms } from '#server/work/reads.ts';

const PAGE = 2000;

export type ExportFormat = 'csv' | 'jsonl';

/** Everything an export needs to know before its first line. */
type Source = {
  batchId: string;
  datasetId: string;
  schema: LabelSchema;
  protocolVersion: number;
  protocolSha256: string;
};

async function sourceOf(q: Queryable, batchId: string): Promise<Source> {
  const batch = await getBatch(q, batchId);
  const protocol = await getProtocolVersion(q, batch.protocolVersionId);
  return {
    batchId,
    datasetId: batch.datasetId,
    schema: protocol.labelSchema,
    protocolVersion: protocol.version,
    protocolSha256: protocol.contentSha256,
  };
}

/**
 * The reads of one field as `task,worker,label`, in the order they were submitted: the sponsor's case id, the reader's
 * pseudonymous id, the answer. Rejected reads are in no export (R33). Yields text in chunks of some thousand lines.
 */
export async function* exportReads(
  q: Queryable,
  input: { batchId: string; field: string },
): AsyncGenerator<string> {
  const source = await sourceOf(q, input.batchId);
  yield stringify([['task', 'worker', 'label']]);
  for await (const page of readPages(q, input.batchId)) {
    const names = await externalIdsOf(
      q,
      source.datasetId,
      page.map((read) => read.caseId),
    );
    yield stringify(
      page.map((read) => [
        names.get(read.caseId) ?? read.caseId,
        read.annotatorId,
        answerText(read.answers[input.field]) ?? '',
      ]),
    );
  }
}

/**
 * Every read with its provenance: all fields, round and revision, origin, time, price, protocol version, and the reader's
 * credentials as they stood at the claim.
 */
export async function* exportReadsWithProvenance(
  q: Queryable,
  input: { batchId: string; format: ExportFormat },
): AsyncGenerator<string> {
  const source = await sourceOf(q, input.batchId);
  const terms = new Map(
    (await listTerms(q, input.batchId)).map((row) => [`${row.annotatorId}|${row.tier}|${row.termsNo}`, row]),
  );
  const fields = source.schema.fields.map((field) => field.key);
  const header = [
    'case_id',
    'reader_id',
    'reader_alias',
    'round',
    'revision',
    ...fields,
    'label_origin',
    'is_gold',
    'active_seconds',
    'submitted_at',
    'status',
    'price_minor',
    'fee_minor',
    'currency',
    'country',
    'protocol_version',
    'protocol_sha256',
    'credentials_at_claim',
    'gate_basis',
  ];
  if (input.format === 'csv') yield stringify([header]);
  for await (const page of readPages(q, input.batchId)) {
    const names = await externalIdsOf(
      q,
      source.datasetId,
      page.map((read) => read.caseId),
    );
    const records = page.map((read) =>
      readRecord(read, source, names, terms.get(`${read.annotatorId}|label|${read.termsNo}`)),
    );
    yield input.format === 'csv'
      ? stringify(records.map((record) => header.map((key) => flat(record[key]))))
      : lines(records);
  }
}

function readRecord(
  read: BatchRead,
  source: Source,
  names: ReadonlyMap<string, string>,
  terms: Terms | undefined,
): Record<string, unknown> {
  return {
    case_id: names.get(read.caseId) ?? read.caseId,
    reader_id: read.annotatorId,
    reader_alias: read.alias,
    round: read.round,
    revision: read.revision,
    ...read.answers,
    label_origin: read.labelOrigin,
    is_gold: read.isGold,
    active_seconds: Math.round(read.activeMs / 100) / 10,
    submitted_at: read.submittedAt.toISOString(),
    status: read.slotStatus,
    price_minor: read.priceMinor.toString(),
    fee_minor: read.feeMinor.toString(),
    currency: read.currency,
    country: read.country,
    protocol_version: source.protocolVersion,
    protocol_sha256: source.protocolSha256,
    credentials_at_claim: terms?.credentialSnapshot ?? null,
    gate_basis: terms?.gateBasis ?? null,
  };
}

/** Final labels, one line per case: every field with its confidence and path, what it rests on, and what it cost. */
export async function* exportFinalLabels(
  q: Queryable,
  input: { batchId: string; format: ExportFormat },
): AsyncGenerator<string> {
  const source = await sourceOf(q, input.batchId);
  const keys = source.schema.fields.map((field) => field.key);
  const header = [
    'case_id',
    ...keys.flatMap((key) => [key, `${key}_confidence`, `${key}_path`]),
    'method',
    'uncertain_fields',
    'cost_minor',
    'currency',
    'settled_at',
    'version',
    'protocol_version',
    'protocol_sha256',
    'sources',
  ];
  if (input.format === 'csv') yield stringify([header]);
  for (let after: string | null = null; ; ) {
    const page: FinalLabel[] = await listFinalLabels(q, input.batchId, { after, limit: PAGE });
    if (page.length === 0) return;
    const names = await externalIdsOf(
      q,
      source.datasetId,
      page.map((final) => final.caseId),
    );
    const records = page.map((final) => finalRecord(final, source, keys, names));
    yield input.format === 'csv'
      ? stringify(records.map((record) => header.map((key) => flat(record[key]))))
      : lines(records);
    after = page.at(-1)?.taskId ?? null;
    if (page.length < PAGE) return;
  }
}

function finalRecord(
  final: FinalLabel,
  source: Source,
  keys: readonly string[],
  names: ReadonlyMap<string, string>,
): Record<string, unknown> {
  return {
    case_id: names.get(final.caseId) ?? final.caseId,
    ...Object.fromEntries(
      keys.flatMap((key) => {
        const field = final.fields[key];
        return [
          [key, field?.value ?? null],
          [`${key}_confidence`, field?.confidence ?? null],
          [`${key}_path`, field?.path ?? null],
        ];
      }),
    ),
    method: final.method,
    uncertain_fields: final.uncertain,
    cost_minor: final.costMinor.toString(),
    currency: final.currency,
    settled_at: final.settledAt.toISOString(),
    version: final.version,
    protocol_version: source.protocolVersion,
    protocol_sha256: source.protocolSha256,
    sources: final.sources,
  };
}

async function* readPages(q: Queryable, batchId: string): AsyncGenerator<BatchRead[]> {
  for (let after: ReadCursor | null = null; ; ) {
    const page: BatchRead[] = await listReads(q, batchId, { after, limit: PAGE });
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (page.length < PAGE || !last) return;
    after = { submittedAt: last.submittedAt, labelId: last.labelId };
  }
}

/** A value as one CSV cell; structures as JSON. A leading formula sign is quoted, so that spreadsheets do not run it. */
function flat(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function lines(records: readonly Record<string, unknown>[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}
