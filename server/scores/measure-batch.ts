import { z } from 'zod';
import type { Queryable } from '#db/client.ts';
import { present } from '#server/core/assert.ts';
import { circumstancesOf } from '#server/datasets/reads.ts';
import {
  type FinalLabel,
  type ListedFinal,
  listFinalLabels,
  listGoldAnswers,
  readsOfBatch,
} from '#server/labels/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import type { Measurement } from '#server/quality/measurement.ts';
import { batchSpend, getBatch, mapReaders } from '#server/work/reads.ts';
import { type BatchCosts, batchCosts, isCorrect } from './costs.ts';
import { answerText, measuredFields } from './measured-fields.ts';
import { type FieldMeasures, type GoldTruth, type MeasuredRead, measureField } from './rules.ts';
import { measureSubgroups, type SubgroupDetail } from './subgroup-measures.ts';
import { readsPerActiveHour } from './throughput.ts';

export type ReaderSummary = {
  readerId: string;
  alias: string;
  status: string;
  reads: number;
  throughput: Measurement;
};

export type BatchMeasures = {
  batchId: string;
  cases: number;
  readers: ReaderSummary[];
  reads: number;
  fields: FieldMeasures[];
  throughput: Measurement;
  costs: BatchCosts;
  assisted: boolean;
  /** By site and subgroup column; only where it was asked for (a pilot's card). */
  subgroups?: SubgroupDetail;
};

type MeasureOptions = { resamples?: number; bySubgroup?: boolean };

/**
 * Everything that is measured of a batch, computed from its raw reads: reliability, accuracy, throughput, cost. The
 * recomputation that stored scores must agree with. Reads of rejected labels are left out (R33).
 */
export async function measureBatch(
  q: Queryable,
  batchId: string,
  options: MeasureOptions = {},
): Promise<BatchMeasures> {
  return measureBatches(q, [batchId], options);
}

/**
 * As `measureBatch` for several batches of one protocol version as if they were one: a pilot and its extensions (R10). A
 * person is one reader, whichever batches they read in, by their aliases in each. Named by the last batch.
 */
export async function measureBatches(
  q: Queryable,
  batchIds: readonly string[],
  options: MeasureOptions = {},
): Promise<BatchMeasures> {
  const parts = await Promise.all(batchIds.map((batchId) => gather(q, batchId)));
  const last = present(parts.at(-1), 'A batch to measure');
  const protocol = await getProtocolVersion(q, last.batch.protocolVersionId);
  const labelReads = parts.flatMap((part) => part.reads);
  const gold: GoldTruth = new Map(parts.flatMap((part) => [...part.gold]));
  const finals = parts.flatMap((part) => part.finals);
  const fields = measuredFields(
    protocol.labelSchema,
    labelReads.map((read) => read.answers),
    gold.values(),
  );
  const textsOf = (pick: (key: string) => unknown) =>
    Object.fromEntries(fields.map((field) => [field.key, answerText(pick(field.key))]));
  const reads = labelReads.map(
    (read): MeasuredRead => ({
      taskId: read.taskId,
      readerId: read.annotatorId,
      round: read.round,
      values: textsOf((key) => read.answers[key]),
    }),
  );
  const checks = finals
    .map((final) =>
      isCorrect(
        textsOf((key) => final.fields[key]?.value),
        gold.get(final.taskId),
        protocol.labelSchema.gatedFields,
      ),
    )
    .filter((right) => right !== null);
  const money = (pick: (spend: Part['spend']) => bigint) =>
    parts.reduce((sum, part) => sum + pick(part.spend), 0n);
  return {
    batchId: last.batch.id,
    cases: new Set(labelReads.map((read) => read.taskId)).size,
    readers: readersTogether(parts).map((reader) => ({
      ...reader,
      throughput: readsPerActiveHour(
        labelReads.filter((read) => read.annotatorId === reader.readerId),
        options,
      ),
    })),
    reads: labelReads.length,
    fields: fields.map((field) => measureField(field, reads, gold, options)),
    throughput: readsPerActiveHour(labelReads, options),
    costs: batchCosts({
      currency: last.batch.currency,
      paidMinor: money((spend) => spend.paidMinor),
      feeMinor: money((spend) => spend.feeMinor),
      reads: labelReads.length,
      finalLabels: finals.length,
      checked: { total: checks.length, right: checks.filter((right) => right).length },
    }),
    assisted: parts.some((part) => part.batch.assisted),
    ...(options.bySubgroup
      ? { subgroups: measureSubgroups(fields, reads, gold, await groupsOfTasks(q, parts)) }
      : {}),
  };
}

/** The circumstances of every task's case, by task. */
async function groupsOfTasks(
  q: Queryable,
  parts: readonly Part[],
): Promise<Map<string, Record<string, string>>> {
  const found = new Map<string, Record<string, string>>();
  for (const { batch, reads } of parts) {
    const caseOf = new Map(reads.map((read) => [read.taskId, read.caseId]));
    const groups = await circumstancesOf(q, {
      datasetId: batch.datasetId,
      caseIds: [...new Set(caseOf.values())],
    });
    for (const [taskId, caseId] of caseOf) found.set(taskId, groups.get(caseId) ?? {});
  }
  return found;
}

type Part = Awaited<ReturnType<typeof gather>>;

async function gather(q: Queryable, batchId: string) {
  return {
    batch: await getBatch(q, batchId),
    reads: await readsOfBatch(q, batchId),
    gold: goldTruth(await listGoldAnswers(q, batchId)),
    readers: await everyReader(q, batchId),
    finals: await allFinalLabels(q, batchId),
    spend: await batchSpend(q, batchId),
  };
}

/** Everybody who reads in a batch, in the order they joined. */
async function everyReader(q: Queryable, batchId: string) {
  const all = await mapReaders(
    q,
    { batchId, tier: 'label' },
    ({ annotatorId, alias, status, submitted, readerNo }) => ({
      annotatorId,
      alias,
      status,
      submitted,
      readerNo,
    }),
  );
  return all.sort((a, b) => a.readerNo - b.readerNo);
}

/** Everybody who joined any of the batches, once; the state is that of the last batch they are in. */
function readersTogether(parts: readonly Part[]): Omit<ReaderSummary, 'throughput'>[] {
  const ids = [...new Set(parts.flatMap((part) => part.readers.map((reader) => reader.annotatorId)))];
  return ids.map((readerId) => {
    const rows = parts.map((part) => part.readers.find((reader) => reader.annotatorId === readerId));
    return {
      readerId,
      alias: rows.map((row) => row?.alias ?? '–').join(' / '),
      status: rows.findLast((row) => row !== undefined)?.status ?? '',
      reads: rows.reduce((sum, row) => sum + (row?.submitted ?? 0), 0),
    };
  });
}

/** Final labels that hold: one that was contradicted is none until it is decided anew (`ListedFinal`). */
async function allFinalLabels(q: Queryable, batchId: string): Promise<FinalLabel[]> {
  const all: FinalLabel[] = [];
  for (let after: string | null = null; ; ) {
    const page: ListedFinal[] = await listFinalLabels(q, batchId, { after, limit: 5000 });
    all.push(...page.filter((one) => one.caseStatus === 'final'));
    const last = page.at(-1);
    if (page.length < 5000 || !last) return all;
    after = last.taskId;
  }
}

const goldRecord = z.record(z.string(), z.array(z.unknown()));

function goldTruth(rows: readonly { taskId: string; answers: unknown }[]): GoldTruth {
  return new Map(
    rows.map((row) => [
      row.taskId,
      Object.fromEntries(
        Object.entries(goldRecord.parse(row.answers)).map(([key, values]) => [
          key,
          values.map(answerText).filter((value) => value !== null),
        ]),
      ),
    ]),
  );
}
