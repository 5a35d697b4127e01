import type { GoldAnswers } from '#server/gold/schemas.ts';
import { answerKey, closedAnswers } from '#server/protocols/rules.ts';
import type { Answers, LabelField, LabelSchema } from '#server/protocols/schemas.ts';
import { type ConsensusMethod, chooseConsensus, runConsensus } from '#server/quality/choose-consensus.ts';
import type { Consensus } from '#server/quality/consensus.ts';
import { type ConfusionSmoothing, dawidSkene, ordinalSmoothing } from '#server/quality/dawid-skene.ts';
import { heldOutGold } from '#server/quality/held-out-gold.ts';
import { buildRatingTable } from '#server/quality/rating-table.ts';
import type { ConsensusChoice } from '#server/work/consensus-choice.ts';
import { settleByMajority } from './rules.ts';
import type { FinalField } from './schemas.ts';

export type ConsensusRead = { taskId: string; annotatorId: string; round: number; answers: Answers };

type Settled = Map<string, Record<string, FinalField>>;
type Category = NonNullable<ReturnType<typeof closedAnswers>>[number];

type KnownAnswers = ReadonlyArray<{ readonly taskId: string; readonly answers: GoldAnswers }>;

/**
 * Dawid–Skene over all reads of a batch, per closed field; repeats of one person count as repeats (R23). Known answers anchor what
 * is thought of each reader, but have no say in their own case's label, which can so be held against them (R8). Matrices are
 * smoothed, because few reads would make error rates of 0 and 1 of chance; of ordered answers more to near levels than to far ones. EM
 * starts from the votes, as published, and only there: of three starts the likeliest is right no more often (`em-starts.test.ts`). Fields
 * with an open answer (several labels, numbers, text) are settled by majority of first-round reads. Per task and field, with
 * the posterior probability as confidence.
 */
export function settleByDawidSkene(
  schema: LabelSchema,
  reads: readonly ConsensusRead[],
  gold: KnownAnswers,
): Settled {
  const settled = settleAllByMajority(schema, reads);
  const known = new Map(gold.map((one) => [one.taskId, one.answers]));
  for (const closed of closedFields(schema, reads)) {
    const { field, categories, table } = closed;
    const truth = truthOf(closed, known);
    const smoothing = smoothingOf(closed);
    const consensus = heldOutGold(truth, (anchors) => dawidSkene(table, { gold: anchors, smoothing }));
    putConsensus(settled, { field, categories, consensus, path: 'dawid_skene' });
  }
  return settled;
}

/** Methods that an automatic choice compares; GLAD costs more than it has ever gained. */
const METHODS: readonly ConsensusMethod[] = ['majority', 'wawa', 'one-coin', 'dawid-skene', 'mace'];

/**
 * As `settleByDawidSkene`, by the method that is most often right on the batch's gold, chosen per closed field; while they are
 * compared no method sees the gold, and afterwards it anchors the one that was chosen. Gold with several acceptable levels
 * compares nothing. A majority leaves ties undecided, as it always does.
 */
export function settleByBest(
  schema: LabelSchema,
  reads: readonly ConsensusRead[],
  gold: KnownAnswers,
): { settled: Settled; choice: ConsensusChoice } {
  const settled = settleAllByMajority(schema, reads);
  const known = new Map(gold.map((one) => [one.taskId, one.answers]));
  const choice: ConsensusChoice = [];
  for (const closed of closedFields(schema, reads)) {
    const { field, categories, table } = closed;
    const truth = truthOf(closed, known);
    const smoothing = smoothingOf(closed);
    const { method, reason, candidates } = chooseConsensus(table, truth, { methods: METHODS, smoothing });
    choice.push({
      field: field.key,
      label: field.label,
      method,
      reason,
      candidates: candidates.map((one) => ({
        method: one.method,
        accuracy: one.accuracy.value,
        interval: one.accuracy.ci === null ? null : [one.accuracy.ci[0], one.accuracy.ci[1]],
        n: one.accuracy.n,
      })),
    });
    if (method === 'majority') continue;
    const path = method === 'dawid-skene' ? 'dawid_skene' : 'weighted';
    const consensus = heldOutGold(truth, (anchors) =>
      runConsensus(table, method, { gold: anchors, smoothing }),
    );
    putConsensus(settled, { field, categories, consensus, path });
  }
  return { settled, choice };
}

type ClosedField = ReturnType<typeof closedFields>[number];

/** The known category of each item, −1 where none or more than one is acceptable. */
function truthOf(
  { field, categories, table }: ClosedField,
  known: ReadonlyMap<string, GoldAnswers>,
): Int32Array {
  return Int32Array.from(table.items, (taskId) => {
    const acceptable = known.get(taskId)?.[field.key] ?? [];
    const key = acceptable.length === 1 ? answerKey(field, acceptable[0]) : null;
    return categories.findIndex((category) => category.key === key);
  });
}

/** In reads. As much as keeps error rates off 0 and 1 and leaves the published classes of Dawid & Skene's table as they are. */
const SMOOTHING = 0.25;

/** A quarter of a read's worth of belief that a reader is right, a tenth of it for every error; of ordered answers half per level. */
function smoothingOf({ field, categories }: ClosedField): ConfusionSmoothing {
  return field.type === 'ordinal'
    ? ordinalSmoothing(categories.length, SMOOTHING)
    : { diagonal: SMOOTHING, offDiagonal: SMOOTHING / 10 };
}

function settleAllByMajority(schema: LabelSchema, reads: readonly ConsensusRead[]): Settled {
  const settled: Settled = new Map();
  for (const [taskId, own] of Map.groupBy(reads, (read) => read.taskId)) {
    const first = own.filter((read) => read.round === 1);
    const independent = (first.length > 0 ? first : own).map((read) => read.answers);
    settled.set(taskId, settleByMajority(schema, independent));
  }
  return settled;
}

/** The fields with a closed list of answers, each with all of its reads as a rating table. */
function closedFields(schema: LabelSchema, reads: readonly ConsensusRead[]) {
  return schema.fields.flatMap((field) => {
    const categories = closedAnswers(field);
    if (categories === null || reads.length === 0) return [];
    const table = buildRatingTable(
      reads.map((read) => ({
        item: read.taskId,
        rater: read.annotatorId,
        value: answerKey(field, read.answers[field.key]),
      })),
      { categories: categories.map((category) => category.key), duplicates: 'keep' },
    );
    return [{ field, categories, table }];
  });
}

/** Puts a consensus in the place of the majority of a field; what most left unanswered stays so. */
function putConsensus(
  settled: Settled,
  input: {
    field: LabelField;
    categories: readonly Category[];
    consensus: Consensus;
    path: FinalField['path'];
  },
): void {
  const { field, categories, consensus, path } = input;
  for (const [index, taskId] of consensus.items.entries()) {
    const winner = categories[consensus.label[index] ?? -1];
    const fields = settled.get(taskId);
    const before = fields?.[field.key];
    if (winner === undefined || fields === undefined || before === undefined || before.path === 'unanswered')
      continue;
    fields[field.key] = {
      value: winner.value,
      confidence: Math.min(1, consensus.confidence[index] ?? 0),
      votes: before.votes,
      path: before.path === 'single' ? 'single' : path,
    };
  }
}
