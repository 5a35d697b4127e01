import type { Queryable } from '#db/client.ts';
import {
  type AdjudicationStep,
  type BatchRead,
  type Circumstances,
  circumstancesOf,
  listDecisions,
  listReads,
  type ReadCursor,
  type ReviewStep,
} from '#server/labels/reads.ts';
import { answerText } from '#server/scores/measured-fields.ts';
import { type ExportSource, readExportSource, WEIGHTS, weightRecord } from './export-source.ts';
import { csvText, type ExportFormat, type ExportRecord, recordsText, uniqueColumns } from './export-text.ts';
import { adjudicationRecord, reviewRecord } from './review-path.ts';

const PAGE = 2000;

/** Columns before the fields, and after them. */
const BEFORE = ['case_id', 'label_id', 'reader_id', 'reader_alias', 'round', 'revision'];
const AFTER = [
  'confidence',
  'rationale',
  'label_origin',
  'prelabel',
  'shown_assets',
  'shown_context',
  'app_build',
  'viewport',
  'is_gold',
  'active_seconds',
  'submitted_at',
  'status',
  'review_outcome',
  'review_reason',
  'reviewer_alias',
  'reviewer_credentials',
  'reviews',
  'adjudication',
  'price_minor',
  'fee_minor',
  'currency',
  'payee_kind',
  'country',
  'protocol_version',
  'protocol_sha256',
  'credentials_at_claim',
  'gate_basis',
];

/**
 * The reads of one field as `task,worker,label`, in the order they were submitted: the sponsor's case id, the reader's
 * pseudonymous id, the answer as text. Exact in both formats: no cell is changed. Rejected reads are in no export (R33).
 * Yields text in chunks of some thousand lines.
 */
export async function* exportReads(
  q: Queryable,
  input: { batchId: string; field: string; format: ExportFormat },
): AsyncGenerator<string> {
  const source = await readExportSource(q, input.batchId, false);
  if (input.format === 'csv') yield csvText([['task', 'worker', 'label']]);
  for await (const page of readPages(q, input.batchId)) {
    const names = await source.caseNames(page.map((read) => read.caseId));
    const lines = page.map((read) => ({
      task: names.get(read.caseId) ?? read.caseId,
      worker: read.annotatorId,
      label: answerText(read.answers[input.field]) ?? '',
    }));
    yield input.format === 'csv'
      ? csvText(lines.map(({ task, worker, label }) => [task, worker, label]))
      : recordsText(lines, [], 'jsonl');
  }
}

/**
 * Every read with its provenance: all fields, what was shown, reader and payee with the credentials as they stood at the
 * claim, protocol version, how it was reviewed and adjudicated, and what it cost. Which cases are gold it says to who may know.
 */
export async function* exportReadsWithProvenance(
  q: Queryable,
  input: { batchId: string; format: ExportFormat; isGoldShown: boolean },
): AsyncGenerator<string> {
  const { isGoldShown } = input;
  const source = await readExportSource(q, input.batchId, isGoldShown);
  const fieldColumns = uniqueColumns(source.fields, [...BEFORE, ...AFTER]);
  const columns = [...BEFORE, ...fieldColumns, ...AFTER, ...(source.weightsOf ? WEIGHTS : [])];
  if (input.format === 'csv') yield csvText([columns]);
  for await (const page of readPages(q, input.batchId)) {
    const { batchId } = input;
    const names = await source.caseNames(page.map((read) => read.caseId));
    const circumstances = await circumstancesOf(q, { batchId, labelIds: page.map((read) => read.labelId) });
    const decisions = await listDecisions(q, {
      batchId,
      taskIds: [...new Set(page.map((read) => read.taskId))],
    });
    const reviews = Map.groupBy(decisions.reviews, (step) => `${step.taskId}|${step.slotNo}`);
    const adjudications = new Map(decisions.adjudications.map((step) => [step.taskId, step]));
    const weights = await source.weightsOf?.([...new Set(page.map((read) => read.taskId))]);
    const records = page.map((read) => ({
      case_id: names.get(read.caseId) ?? read.caseId,
      ...readRecord(read, source, circumstances.get(read.labelId)),
      is_gold: isGoldShown ? read.isGold : null,
      ...Object.fromEntries(
        fieldColumns.map((column, i) => [column, read.answers[source.fields[i] ?? ''] ?? null]),
      ),
      ...pathRecord(
        reviews.get(`${read.taskId}|${read.slotNo}`) ?? [],
        adjudications.get(read.taskId),
        source,
      ),
      ...weightRecord(weights?.get(read.taskId)),
    }));
    yield recordsText(records, columns, input.format);
  }
}

function readRecord(read: BatchRead, source: ExportSource, seen: Circumstances | undefined): ExportRecord {
  const standing = source.standingOf(read.annotatorId, 'label', read.termsNo);
  const protocol = source.protocolOf(read);
  return {
    label_id: read.labelId,
    reader_id: read.annotatorId,
    reader_alias: read.alias,
    round: read.round,
    revision: read.revision,
    confidence: read.confidence,
    rationale: read.rationale,
    label_origin: read.labelOrigin,
    prelabel: seen?.prelabel ?? null,
    shown_assets: seen?.assetIds ?? [],
    shown_context: seen?.contextFields ?? [],
    app_build: seen?.appBuild ?? null,
    viewport: seen?.viewport ?? null,
    active_seconds: Math.round(read.activeMs / 100) / 10,
    submitted_at: read.submittedAt.toISOString(),
    status: read.slotStatus,
    price_minor: read.priceMinor.toString(),
    fee_minor: read.feeMinor.toString(),
    currency: read.currency,
    payee_kind: source.payeeKindOf(read),
    country: read.country,
    protocol_version: protocol.version,
    protocol_sha256: protocol.sha256,
    credentials_at_claim: standing?.credentials ?? null,
    gate_basis: standing?.gateBasis ?? null,
  };
}

/** The newest review of a read in columns of its own, all of them as a list, and the panel's decision on its case. */
function pathRecord(
  reviews: readonly ReviewStep[],
  adjudication: AdjudicationStep | undefined,
  source: ExportSource,
): ExportRecord {
  const all = reviews.map((step) => reviewRecord(step, source));
  const last = all.at(-1);
  return {
    review_outcome: last?.outcome ?? null,
    review_reason: last?.reason ?? (last?.comment || null),
    reviewer_alias: last?.reviewer_alias ?? null,
    reviewer_credentials: last?.reviewer_credentials ?? null,
    reviews: all,
    adjudication: adjudication ? adjudicationRecord(adjudication, source) : null,
  };
}

async function* readPages(q: Queryable, batchId: string): AsyncGenerator<BatchRead[]> {
  for (let after: ReadCursor | null = null; ; ) {
    const page: BatchRead[] = await listReads(q, batchId, { after, limit: PAGE });
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (page.length < PAGE || !last) return;
    after = { at: last.at, labelId: last.labelId };
  }
}
