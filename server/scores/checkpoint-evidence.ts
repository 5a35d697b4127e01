import type { Queryable } from '#db/client.ts';
import { externalIdsOf } from '#server/datasets/reads.ts';
import { finalLabelsOfTasks, readsOfTasks } from '#server/labels/reads.ts';
import { getProject } from '#server/projects/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { progressOf } from '#server/work/count-progress.ts';
import { type Batch, mapReaders, type Reader } from '#server/work/reads.ts';
import { drawCases, firstReadsOf } from './checkpoint-queries.ts';
import { SAMPLE_CASES } from './checkpoint-rules.ts';
import type { CheckpointEvidence } from './checkpoint-schemas.ts';
import { ALL_DAYS } from './counts.ts';
import { storedFigure } from './figures.ts';
import { runningScoresOf } from './running-reads.ts';

/**
 * What the clinical lead is shown at a checkpoint, as it stands: progress, the running scores of every field by day with what
 * the policy asks, and cases drawn by chance with their reads by alias. Reads scores and the drawn cases only.
 */
export async function checkpointEvidenceOf(
  q: Queryable,
  input: { batch: Batch; checkpointId: string; now: Date },
): Promise<CheckpointEvidence> {
  const { batch } = input;
  const [project, { labelSchema }, readers, drawn, counted, first] = await Promise.all([
    getProject(q, batch.projectId),
    getProtocolVersion(q, batch.protocolVersionId),
    mapReaders(q, { batchId: batch.id, tier: 'label' }, ({ submitted, activeMs, status }) => ({
      submitted,
      activeMs,
      status,
    })),
    drawCases(q, { batchId: batch.id, checkpointId: input.checkpointId, limit: SAMPLE_CASES }),
    progressOf(q, { batches: [batch], now: input.now }),
    firstReadsOf(q, batch.id),
  ]);
  const { reliability, accuracy } = project.qualityPolicy;
  const fields = labelSchema.fields.filter((field) => field.type !== 'text');
  const trends = await Promise.all(fields.map((field) => trendOf(q, batch.id, field.key)));
  const taskIds = drawn.map((one) => one.taskId);
  const [reads, finals, names] = await Promise.all([
    readsOfTasks(q, batch.id, taskIds),
    finalLabelsOfTasks(q, batch.id, taskIds),
    externalIdsOf(
      q,
      batch.datasetId,
      drawn.map((one) => one.caseId),
    ),
  ]);
  const readsBy = Map.groupBy(reads, (read) => read.taskId);
  return {
    progress: summaryOf(batch, readers, { ...first, casesFinal: counted.get(batch.id)?.tasks.final ?? 0 }),
    fields: fields.map(({ key, label }, at) => ({
      key,
      label,
      asked: {
        reliability: reliability.find((one) => one.field === key)?.threshold ?? null,
        accuracy: accuracy.find((one) => one.field === key && one.measure === 'accuracy')?.threshold ?? null,
      },
      ...(trends[at] as Awaited<ReturnType<typeof trendOf>>),
    })),
    sample: drawn.map((one) => ({
      ...one,
      externalId: names.get(one.caseId) ?? '',
      reads: (readsBy.get(one.taskId) ?? []).map(({ alias, answers, confidence }) => ({
        alias,
        answers,
        confidence,
      })),
      final: finals.get(one.taskId)?.fields ?? null,
    })),
  };
}

async function trendOf(q: Queryable, batchId: string, field: string) {
  const scores = await runningScoresOf(q, { batchId, field, subjectKind: 'batch', subjectId: batchId });
  const of = (metric: string, day: string) =>
    storedFigure(scores.find((row) => row.metric === metric && row.day === day && row.className === ''));
  const at = (day: string) => ({
    alpha: of('krippendorff_alpha', day),
    accuracy: of('accuracy', day),
    consensus: of('consensus_agreement', day),
  });
  const days = [...new Set(scores.map((row) => row.day))].filter((day) => day !== ALL_DAYS).sort();
  return { ...at(ALL_DAYS), days: days.slice(-30).map((day) => ({ day, ...at(day) })) };
}

function summaryOf(
  batch: Batch,
  readers: readonly Pick<Reader, 'submitted' | 'activeMs' | 'status'>[],
  counted: Pick<CheckpointEvidence['progress'], 'reads' | 'planned' | 'casesFinal'>,
): CheckpointEvidence['progress'] {
  const activeMs = readers
    .filter((row) => row.submitted > 0)
    .map((row) => row.activeMs / row.submitted)
    .sort((a, b) => a - b);
  const middle = activeMs[activeMs.length >> 1];
  return {
    ...counted,
    cases: batch.taskCount,
    readers: readers.length,
    readersAway: readers.filter((row) => row.status !== 'active').length,
    medianSeconds: middle === undefined ? null : Math.round(middle / 100) / 10,
  };
}
