import type { Queryable } from '#db/client.ts';
import {
  type BatchRead,
  circumstancesOf,
  type ListedFinal,
  listDecisions,
  listFinalLabels,
  readsOfTasks,
} from '#server/labels/reads.ts';
import { distributionOf, isAmbiguous } from '#server/labels/rules.ts';
import type { FinalField } from '#server/labels/schemas.ts';
import { type ExportSource, readExportSource, WEIGHTS, weightRecord } from './export-source.ts';
import { csvText, type ExportFormat, type ExportRecord, recordsText, uniqueColumns } from './export-text.ts';
import { adjudicationRecord, reviewRecord } from './review-path.ts';

/** Cases per chunk; each brings its reads along. */
const PAGE = 500;

const AFTER = [
  'case_status',
  'method',
  'uncertain_fields',
  'cost_minor',
  'currency',
  'settled_at',
  'version',
  'protocol_version',
  'protocol_sha256',
  'reads',
  'review_path',
  'adjudication',
  'sources',
];

/**
 * Final labels, one line per case, with how the case stands: the label holds while it is `final`. Every field with its confidence, path, whether its readers were divided and how; the
 * reads behind it, each with its reader, their credentials at the claim, payee, protocol version, what was shown and its cost; how they were reviewed and
 * adjudicated; and what the label cost in all.
 */
export async function* exportFinalLabels(
  q: Queryable,
  input: { batchId: string; format: ExportFormat; isGoldShown: boolean },
): AsyncGenerator<string> {
  const { batchId, format, isGoldShown } = input;
  const source = await readExportSource(q, batchId, isGoldShown);
  const wanted = source.fields.flatMap(fieldColumnsOf);
  const fieldColumns = uniqueColumns(wanted, ['case_id', ...AFTER]);
  const columns = ['case_id', ...fieldColumns, ...AFTER, ...(source.weightsOf ? WEIGHTS : [])];
  if (format === 'csv') yield csvText([columns]);
  for (let after: string | null = null; ; ) {
    const page: ListedFinal[] = await listFinalLabels(q, batchId, { after, limit: PAGE });
    if (page.length === 0) return;
    const names = await source.caseNames(page.map((final) => final.caseId));
    const histories = await historiesOf(q, { batchId, taskIds: page.map((final) => final.taskId) }, source);
    const weights = await source.weightsOf?.(page.map((final) => final.taskId));
    const records = page.map((final) => ({
      case_id: names.get(final.caseId) ?? final.caseId,
      ...Object.fromEntries(
        source.fields
          .flatMap((key) => fieldValuesOf(final.fields[key]))
          .map((value, i) => [fieldColumns[i] ?? '', value]),
      ),
      ...finalRecord(final, source),
      ...histories(final.taskId),
      ...weightRecord(weights?.get(final.taskId)),
    }));
    yield recordsText(records, columns, format);
    after = page.at(-1)?.taskId ?? null;
    if (page.length < PAGE) return;
  }
}

/** What a field is exported as; its values are in `fieldValuesOf`, in this order. */
const fieldColumnsOf = (key: string): string[] => [
  key,
  `${key}_confidence`,
  `${key}_path`,
  `${key}_ambiguous`,
  `${key}_distribution`,
];

const fieldValuesOf = (field: FinalField | undefined): unknown[] =>
  field === undefined
    ? [null, null, null, null, null]
    : [field.value, field.confidence, field.path, isAmbiguous(field), distributionOf(field)];

function finalRecord(final: ListedFinal, source: ExportSource): ExportRecord {
  return {
    case_status: final.caseStatus,
    method: final.method,
    uncertain_fields: final.uncertain,
    cost_minor: final.costMinor.toString(),
    currency: final.currency,
    settled_at: final.settledAt.toISOString(),
    version: final.version,
    protocol_version: source.protocol.version,
    protocol_sha256: source.protocol.sha256,
    sources: final.sources,
  };
}

/** Who read these cases, and how the reads were reviewed and adjudicated; by task. */
async function historiesOf(
  q: Queryable,
  at: { batchId: string; taskIds: readonly string[] },
  source: ExportSource,
): Promise<(taskId: string) => ExportRecord> {
  const all = await readsOfTasks(q, at.batchId, at.taskIds);
  const seen = await circumstancesOf(q, { batchId: at.batchId, labelIds: all.map((read) => read.labelId) });
  const decisions = await listDecisions(q, at);
  const reads = Map.groupBy(all, (read) => read.taskId);
  const reviews = Map.groupBy(decisions.reviews, (step) => step.taskId);
  const adjudications = new Map(decisions.adjudications.map((step) => [step.taskId, step]));
  return (taskId) => {
    const adjudication = adjudications.get(taskId);
    return {
      reads: (reads.get(taskId) ?? []).map((read) => ({
        ...sourceRecord(read, source),
        prelabel: seen.get(read.labelId)?.prelabel ?? null,
        shown_assets: seen.get(read.labelId)?.assetIds ?? [],
        shown_context: seen.get(read.labelId)?.contextFields ?? [],
      })),
      review_path: (reviews.get(taskId) ?? []).map((step) => reviewRecord(step, source)),
      adjudication: adjudication ? adjudicationRecord(adjudication, source) : null,
    };
  };
}

/** One read behind a final label: by whom (pseudonym), qualified how, paid to whom, at what price. */
function sourceRecord(read: BatchRead, source: ExportSource): ExportRecord {
  return {
    label_id: read.labelId,
    reader_id: read.annotatorId,
    reader_alias: read.alias,
    round: read.round,
    revision: read.revision,
    label_origin: read.labelOrigin,
    credentials_at_claim: source.standingOf(read.annotatorId, 'label', read.termsNo)?.credentials ?? null,
    protocol_version: source.protocolOf(read).version,
    price_minor: read.priceMinor.toString(),
    fee_minor: read.feeMinor.toString(),
    payee_kind: source.payeeKindOf(read),
  };
}
