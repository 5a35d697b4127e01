import { scores } from '#db/schema/scores.ts';
import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { newId } from '#server/core/ids.ts';
import { exclusionsOf, type Measurement } from '#server/quality/measurement.ts';
import { getBatch } from '#server/work/reads.ts';
import { type BatchMeasures, measureBatch } from './measure-batch.ts';
import { METHOD_VERSION } from './rules.ts';

type ScoreRow = typeof scores.$inferInsert;

/**
 * Measures a batch from its raw reads and stores every number with method, version, n and interval. Append-only: the
 * newest row of a metric counts, older ones are its history.
 */
export async function scoreBatch(
  ctx: CommandContext,
  input: { batchId: string; resamples?: number; bySubgroup?: boolean },
): Promise<BatchMeasures> {
  const { batchId, ...options } = input;
  const measures = await measureBatch(ctx.db, batchId, options);
  await transact(ctx, async (tx) => {
    const batch = await getBatch(tx.db, input.batchId);
    const rows = scoreRows(measures, { projectId: batch.projectId, computedAt: tx.now });
    for (let at = 0; at < rows.length; at += 500) await tx.db.insert(scores).values(rows.slice(at, at + 500));
  });
  return measures;
}

/** The rows to store for a batch's measures. */
export function scoreRows(
  measures: BatchMeasures,
  input: { projectId: string; computedAt: Date },
): ScoreRow[] {
  const rows: ScoreRow[] = [];
  const add = (
    subject: { kind: ScoreRow['subjectKind']; id: string; otherId?: string },
    field: string,
    metric: string,
    m: Measurement,
    className = '',
  ) =>
    rows.push({
      id: newId(),
      projectId: input.projectId,
      batchId: measures.batchId,
      subjectKind: subject.kind,
      subjectId: subject.id,
      otherId: subject.otherId ?? null,
      field,
      className,
      metric,
      value: m.value,
      lower: m.ci?.[0] ?? null,
      upper: m.ci?.[1] ?? null,
      n: Math.round(m.n),
      excluded: Math.round(m.nExcluded),
      exclusions: exclusionsOf(m),
      reason: m.reason,
      method: m.method,
      methodVersion: METHOD_VERSION,
      computedAt: input.computedAt,
    });
  const whole = { kind: 'batch' as const, id: measures.batchId };
  add(whole, '', 'throughput', measures.throughput);
  for (const reader of measures.readers)
    add({ kind: 'reader', id: reader.readerId }, '', 'throughput', reader.throughput);
  for (const field of measures.fields) {
    add(whole, field.field, 'krippendorff_alpha', field.alpha);
    add(whole, field.field, 'accuracy', field.accuracy);
    add(whole, field.field, 'balanced_accuracy', field.balancedAccuracy);
    add(whole, field.field, 'within_one', field.withinOne);
    add(whole, field.field, 'consensus_agreement', field.consensusAgreement.overall);
    for (const c of field.classes) {
      add(whole, field.field, 'sensitivity', c.sensitivity, c.className);
      add(whole, field.field, 'specificity', c.specificity, c.className);
    }
    for (const reader of field.readers) {
      add({ kind: 'reader', id: reader.readerId }, field.field, 'accuracy', reader.accuracy);
      if (reader.consensusAgreement)
        add(
          { kind: 'reader', id: reader.readerId },
          field.field,
          'consensus_agreement',
          reader.consensusAgreement,
        );
    }
    field.pairwise.readers.forEach((first, i) => {
      field.pairwise.readers.slice(i + 1).forEach((second, offset) => {
        const cell = field.pairwise.kappa[i]?.[i + 1 + offset];
        if (cell) add({ kind: 'pair', id: first, otherId: second }, field.field, 'cohen_kappa', cell);
      });
    });
  }
  return rows;
}
