import type { Queryable } from '#db/client.ts';
import { closedAnswers } from '#server/protocols/rules.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { type CountedRight, type RightCount, rightCountsOf } from '#server/scores/reads.ts';
import { type AccuracyOf, calibratedAccuracy, withoutCase } from './extra-reads.ts';

/**
 * How accurate each reader of a batch is per closed field, from its running scores: on gold where the batch has counted
 * any of that field, else against what most of the others gave. A reader of whom nothing is known is taken for the batch. By case: its own
 * known answer has no say in what is thought of its readers, so that its label can be held against it (R8), as with Dawid–Skene
 * (`heldOutGold`).
 */
export async function readerAccuracy(
  q: Queryable,
  input: { batchId: string; schema: LabelSchema; readerIds: readonly string[]; taskIds: readonly string[] },
): Promise<(taskId: string) => AccuracyOf> {
  const { batchId, schema, readerIds, taskIds } = input;
  const kinds = new Map(
    schema.fields.flatMap((field) => {
      const answers = closedAnswers(field);
      return answers === null ? [] : [[field.key, answers.length] as const];
    }),
  );
  const counts = await rightCountsOf(q, { batchId, schema, readerIds, taskIds, fields: [...kinds.keys()] });
  return (taskId) => {
    const own = counts.ofGoldCases.get(taskId);
    const known = new Map<string, number>();
    return (annotatorId, field) => {
      const key = `${annotatorId} ${field}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      const wholeOn = (reference: RightCount['reference']) =>
        withoutCase(sumOf(counts.whole, field, reference), sumOf(own?.whole, field, reference));
      const readerOn = (reference: RightCount['reference']) =>
        withoutCase(
          sumOf(counts.readers.get(annotatorId), field, reference),
          sumOf(own?.readers.get(annotatorId), field, reference),
        );
      const reference = wholeOn('gold').n > 0 ? 'gold' : 'others';
      const accuracy = calibratedAccuracy(readerOn(reference), wholeOn(reference), kinds.get(field) ?? 2);
      known.set(key, accuracy);
      return accuracy;
    };
  };
}

/** What was counted of a field against a reference, over all answers. */
function sumOf(
  counts: readonly RightCount[] | undefined,
  field: string,
  reference: RightCount['reference'],
): CountedRight {
  const sum = { right: 0, n: 0 };
  for (const one of counts ?? []) {
    if (one.field !== field || one.reference !== reference) continue;
    sum.right += one.right;
    sum.n += one.n;
  }
  return sum;
}
