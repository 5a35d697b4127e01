import type { Queryable } from '#db/client.ts';
import { closedAnswers } from '#server/protocols/rules.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { type RightCount, rightCountsOf } from '#server/scores/reads.ts';
import { type AccuracyOf, calibratedAccuracy } from './extra-reads.ts';

/**
 * How accurate each reader of a batch is per closed field, from its running scores: on gold where the batch has counted
 * any of that field, else against what most of the others gave. A reader of whom nothing is known is taken for the batch.
 */
export async function readerAccuracy(
  q: Queryable,
  input: { batchId: string; schema: LabelSchema; readerIds: readonly string[] },
): Promise<AccuracyOf> {
  const kinds = new Map(
    input.schema.fields.flatMap((field) => {
      const answers = closedAnswers(field);
      return answers === null ? [] : [[field.key, answers.length] as const];
    }),
  );
  const counts = await rightCountsOf(q, {
    batchId: input.batchId,
    readerIds: input.readerIds,
    fields: [...kinds.keys()],
  });
  const known = new Map<string, number>();
  return (annotatorId, field) => {
    const key = `${annotatorId} ${field}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const reference = find(counts.whole, field, 'gold').n > 0 ? 'gold' : 'others';
    const own = find(counts.readers.get(annotatorId) ?? [], field, reference);
    const accuracy = calibratedAccuracy(own, find(counts.whole, field, reference), kinds.get(field) ?? 2);
    known.set(key, accuracy);
    return accuracy;
  };
}

function find(counts: readonly RightCount[], field: string, reference: RightCount['reference']) {
  const found = counts.find((one) => one.field === field && one.reference === reference);
  return found ?? { right: 0, n: 0 };
}
