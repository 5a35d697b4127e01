import { z } from 'zod';
import type { Queryable } from '#db/client.ts';
import { type FinalLabel, listFinalLabels, listGoldAnswers, readsOfBatch } from '#server/labels/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import type { Measurement } from '#server/quality/measurement.ts';
import { batchSpend, getBatch, listReaders } from '#server/work/reads.ts';
import { type BatchCosts, batchCosts, isCorrect } from './costs.ts';
import { answerText, measuredFields } from './measured-fields.ts';
import { type FieldMeasures, type GoldTruth, type MeasuredRead, measureField } from './rules.ts';
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
};

/**
 * Everything that is measured of a batch, computed from its raw reads: reliability, accuracy, throughput, cost. The
 * recomputation that stored scores must agree with. Reads of rejected labels are left out (R33).
 */
export async function measureBatch(
  q: Queryable,
  batchId: string,
  options: { resamples?: number } = {},
): Promise<BatchMeasures> {
  const batch = await getBatch(q, batchId);
  const protocol = await getProtocolVersion(q, batch.protocolVersionId);
  const labelReads = await readsOfBatch(q, batchId);
  const gold = goldTruth(await listGoldAnswers(q, batchId));
  const readers = await listReaders(q, batchId);
  const fields = measuredFields(
    protocol.labelSchema,
    labelReads.map((read) => read.answers),
    gold.values(),
  );
  const reads = labelReads.map(
    (read): MeasuredRead => ({
      taskId: read.taskId,
      readerId: read.annotatorId,
      round: read.round,
      values: Object.fromEntries(fields.map((field) => [field.key, answerText(read.answers[field.key])])),
    }),
  );
  const finals = await allFinalLabels(q, batchId);
  const checked = { total: 0, right: 0 };
  for (const final of finals) {
    const values = Object.fromEntries(
      fields.map((field) => [field.key, answerText(final.fields[field.key]?.value)]),
    );
    const right = isCorrect(values, gold.get(final.taskId), protocol.labelSchema.gatedFields);
    if (right === null) continue;
    checked.total += 1;
    if (right) checked.right += 1;
  }
  const spend = await batchSpend(q, batchId);
  return {
    batchId,
    cases: new Set(labelReads.map((read) => read.taskId)).size,
    readers: readers
      .filter((reader) => reader.tier === 'label')
      .map((reader) => ({
        readerId: reader.annotatorId,
        alias: reader.alias,
        status: reader.status,
        reads: reader.submitted,
        throughput: readsPerActiveHour(
          labelReads.filter((read) => read.annotatorId === reader.annotatorId),
          options,
        ),
      })),
    reads: labelReads.length,
    fields: fields.map((field) => measureField(field, reads, gold, options)),
    throughput: readsPerActiveHour(labelReads, options),
    costs: batchCosts({
      currency: batch.currency,
      paidMinor: spend.paidMinor,
      feeMinor: spend.feeMinor,
      reads: labelReads.length,
      finalLabels: finals.length,
      checked,
    }),
    assisted: batch.assisted,
  };
}

async function allFinalLabels(q: Queryable, batchId: string): Promise<FinalLabel[]> {
  const all: FinalLabel[] = [];
  for (let after: string | null = null; ; ) {
    const page: FinalLabel[] = await listFinalLabels(q, batchId, { after, limit: 5000 });
    all.push(...page);
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
