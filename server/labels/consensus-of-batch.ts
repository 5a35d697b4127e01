import { answerKey } from '#server/protocols/rules.ts';
import type { Answers, LabelSchema } from '#server/protocols/schemas.ts';
import { dawidSkene } from '#server/quality/dawid-skene.ts';
import { buildRatingTable } from '#server/quality/rating-table.ts';
import { closedAnswers } from './extra-reads.ts';
import { settleByMajority } from './rules.ts';
import type { FinalField } from './schemas.ts';

export type ConsensusRead = { taskId: string; annotatorId: string; round: number; answers: Answers };

/**
 * Dawid–Skene over all reads of a batch, per closed field; repeats of one person count as repeats (R23). Fields with an
 * open answer (several labels, numbers, text) are settled by majority of first-round reads. Per task and field, with the
 * posterior probability as confidence.
 */
export function settleByDawidSkene(
  schema: LabelSchema,
  reads: readonly ConsensusRead[],
): Map<string, Record<string, FinalField>> {
  const byTask = Map.groupBy(reads, (read) => read.taskId);
  const settled = new Map<string, Record<string, FinalField>>();
  for (const [taskId, own] of byTask) {
    const first = own.filter((read) => read.round === 1);
    settled.set(
      taskId,
      settleByMajority(
        schema,
        (first.length > 0 ? first : own).map((read) => read.answers),
      ),
    );
  }
  for (const field of schema.fields) {
    const categories = closedAnswers(field);
    if (categories === null || reads.length === 0) continue;
    const table = buildRatingTable(
      reads.map((read) => ({
        item: read.taskId,
        rater: read.annotatorId,
        value: answerKey(field, read.answers[field.key]),
      })),
      { categories: categories.map((category) => category.key), duplicates: 'keep' },
    );
    const result = dawidSkene(table);
    for (const [index, taskId] of result.items.entries()) {
      const winner = categories[result.label[index] ?? -1];
      const before = settled.get(taskId)?.[field.key];
      if (winner === undefined || before === undefined || before.path === 'unanswered') continue;
      const fields = settled.get(taskId);
      if (fields === undefined) continue;
      fields[field.key] = {
        value: winner.value,
        confidence: Math.min(1, result.confidence[index] ?? 0),
        votes: before.votes,
        path: before.path === 'single' ? 'single' : 'dawid_skene',
      };
    }
  }
  return settled;
}
