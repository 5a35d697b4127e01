import type { Queryable } from '#db/client.ts';
import type { Project } from '#server/projects/schemas.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import type { Batch } from '#server/work/reads.ts';
import { ALL_DAYS } from './counts.ts';
import { type Bound, boundsOf, isWatchedBatch } from './governance-rules.ts';
import type { UnwatchedBound } from './governance-schemas.ts';
import { countPlan } from './load-counted.ts';
import type { MeasuredField } from './rules.ts';
import { runningScoresOf } from './running-reads.ts';
import { classLabelOf } from './schema-options.ts';

type Score = { value: number | null; n: number; reason: string | null };

/**
 * Why a bound is not held against a batch, and what would change that; null when it is. Whoever has set a bound relies on it: one that
 * cannot be watched must not look like one that holds.
 */
export function unwatchedWhy(
  bound: Bound,
  field: MeasuredField | undefined,
  score: Score | undefined,
): { why: string; todo: string } | null {
  if (!field)
    return {
      why: 'The protocol of this batch has no such field.',
      todo: 'Name a field of its protocol in the quality policy.',
    };
  if (field.scale === null)
    return {
      why: 'Free text is not compared with anything.',
      todo: 'Set the bound on a field with answers to choose from, or a number.',
    };
  const isOfClass = bound.className !== '' && field.scale !== 'interval';
  if (isOfClass && field.isSet !== true && !field.categories.includes(bound.className))
    return {
      why: `The field has no class “${bound.className}”.`,
      todo: 'Name one of its classes in the quality policy.',
    };
  const isMissing = score === undefined || score.value === null;
  if (bound.metric === 'within_one' && field.scale !== 'ordinal')
    return { why: 'The answers of this field have no order.', todo: 'Ask for its accuracy instead.' };
  if (
    field.scale === 'interval' &&
    ['balanced_accuracy', 'sensitivity', 'specificity'].includes(bound.metric)
  )
    return { why: 'A number has no classes.', todo: 'Ask for its accuracy, or its reliability, instead.' };
  if (isMissing) return whyNoValue(score?.reason ?? 'no_data', bound);
  if (score.n >= bound.fewest) return null;
  return {
    why: `It rests on ${score.n} of the ${bound.fewest} cases that are needed before anything is done.`,
    todo: 'Nothing: it is watched from then on.',
  };
}

function whyNoValue(reason: string, bound: Bound): { why: string; todo: string } {
  switch (reason) {
    case 'too_many_categories':
      return {
        why: 'More than 256 different combinations were answered, too many to compare pair by pair as they come.',
        todo: 'Use “Measure now”, which compares the reads themselves, or set bounds on the accuracy of the field.',
      };
    case 'one_category':
      return {
        why: 'Everybody always gave the same answer: agreement beyond chance is undefined.',
        todo: 'Nothing, if that is what the cases show; else look at some of them.',
      };
    case 'no_reference':
      return {
        why: bound.className === '' ? 'No gold was read yet.' : 'No gold of this class was read yet.',
        todo: 'Have gold dealt in or embedded; it needs at least one case of each class with a bound.',
      };
    case 'one_class':
      return { why: 'The gold that was read has one class only.', todo: 'Add gold of the other classes.' };
    case 'no_overlap':
      return { why: 'No case has two reads yet.', todo: 'Have at least a share of the cases read twice.' };
    default:
      return { why: 'Nothing was counted yet.', todo: 'Nothing: it is watched from the first reads on.' };
  }
}

/** The bounds of a project's policy that are not held against one of its live batches, with why and what to do. */
export async function listUnwatchedBounds(
  q: Queryable,
  of: { project: Project; batches: readonly Batch[] },
): Promise<UnwatchedBound[]> {
  const bounds = boundsOf(of.project.qualityPolicy, 'batch');
  const live = bounds.length === 0 ? [] : of.batches.filter(isWatchedBatch);
  const lists = await Promise.all(
    live.map(async (batch) => {
      const [{ labelSchema }, scores] = await Promise.all([
        getProtocolVersion(q, batch.protocolVersionId),
        runningScoresOf(q, { batchId: batch.id, day: ALL_DAYS, subjectKind: 'batch' }),
      ]);
      const { fields } = countPlan(batch.id, labelSchema, of.project);
      return bounds.flatMap((bound): UnwatchedBound[] => {
        const field = fields.find((one) => one.key === bound.field);
        const score = scores.find(
          (row) =>
            row.field === bound.field && row.metric === bound.metric && row.className === bound.className,
        );
        const found = unwatchedWhy(bound, field, score);
        if (found === null) return [];
        const { metric, className, threshold } = bound;
        const fieldLabel = field?.label ?? bound.field;
        const asked = labelSchema.fields.find((one) => one.key === bound.field);
        const classLabel = classLabelOf(asked, className);
        const of = { batchId: batch.id, batchName: batch.name, fieldLabel, metric, className, classLabel };
        return [{ ...of, threshold, ...found }];
      });
    }),
  );
  return lists.flat().slice(0, 200);
}
