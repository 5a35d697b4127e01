import { buildConfusionMatrix } from '#server/quality/confusion-matrix.ts';
import { krippendorffAlpha } from '#server/quality/krippendorff-alpha.ts';
import { leaveOneOutAgreement } from '#server/quality/leave-one-out-agreement.ts';
import { type Measurement, unmeasured } from '#server/quality/measurement.ts';
import { pairwiseKappa } from '#server/quality/pairwise-kappa.ts';
import { classScoresOfCases, type PerClassScores } from '#server/quality/per-class.ts';
import { buildRatingTable, type RatingTable } from '#server/quality/rating-table.ts';
import { setDistance } from './label-sets.ts';

/**
 * Version of the way in which labels come to counts and scores; stored with each. Changes whenever the same labels come to other numbers:
 * batches that were counted or measured by another version are counted and measured anew by themselves.
 */
export const METHOD_VERSION = '3';

export type Scale = 'nominal' | 'ordinal' | 'interval' | 'ratio';

/** What of a field matters for measuring. */
export type MeasuredField = {
  key: string;
  label: string;
  scale: Scale | null;
  categories: readonly string[];
  /** The categories in the words shown, in the same order; as they are when left out. */
  categoryLabels?: readonly string[];
  /** Answers are sets of labels, compared by how far they overlap. */
  isSet?: boolean;
};

/** One submitted label as the measures see it. */
export type MeasuredRead = {
  taskId: string;
  readerId: string;
  round: number;
  values: Readonly<Record<string, string | null>>;
};

/** Per task and field the acceptable values of its gold answer (R7: an ordinal answer may be a set of levels). */
export type GoldTruth = ReadonlyMap<string, Readonly<Record<string, readonly string[]>>>;

export type ClassMeasure = {
  className: string;
  sensitivity: Measurement;
  specificity: Measurement;
  precision: Measurement;
  withinOne: Measurement;
};

export type FieldMeasures = {
  field: string;
  label: string;
  scale: Scale | null;
  categories: readonly string[];
  /** In the words shown, in the same order. */
  categoryLabels: readonly string[];
  /** Krippendorff's alpha with the seeded bootstrap over items (10,000 resamples). */
  alpha: Measurement;
  /** Mean of the pairwise (quadratic-weighted when ordered) Cohen's kappas, and the matrix behind it. */
  meanPairwiseKappa: number | null;
  pairwise: { readers: readonly string[]; kappa: readonly (readonly (Measurement | null)[])[] };
  accuracy: Measurement;
  balancedAccuracy: Measurement;
  withinOne: Measurement;
  classes: readonly ClassMeasure[];
  /** Counts, truth by answer, row-major; zeros without a reference. */
  confusion: readonly number[];
  /** R8: agreement with the plurality of the other readers; never called accuracy. */
  consensusAgreement: { overall: Measurement; ties: number; alone: number };
  readers: readonly {
    readerId: string;
    accuracy: Measurement;
    consensusAgreement: Measurement | null;
    reads: number;
  }[];
};

/** Measures one field of a batch. Free text, which has no scale, and fields nobody answered say so instead of a number. */
export function measureField(
  field: MeasuredField,
  reads: readonly MeasuredRead[],
  gold: GoldTruth,
  options: { resamples?: number } = {},
): FieldMeasures {
  if (field.scale === null) return unmeasuredField(field, 'free_text');
  if (field.categories.length === 0) return unmeasuredField(field, 'no_answers');
  const pairs = goldPairs(field, reads, gold);
  const table = tableOf(field, reads);
  const scores = scoresOf(field, pairs);
  const ordered = field.scale !== 'nominal';
  const kappa = pairwiseKappa(table, { weights: ordered ? 'quadratic' : 'none' });
  const resamples = options.resamples ?? 10_000;
  const consensus = leaveOneOutAgreement(table);
  return {
    field: field.key,
    label: field.label,
    scale: field.scale,
    categories: field.categories,
    categoryLabels: field.categoryLabels ?? field.categories,
    alpha: alphaOf(field, table, resamples),
    meanPairwiseKappa: kappa.mean,
    pairwise: {
      readers: kappa.raters,
      kappa: kappa.cells.map((row) => row.map((cell) => (cell === null ? null : plain(cell)))),
    },
    accuracy: scores.accuracy,
    balancedAccuracy: scores.balancedAccuracy,
    withinOne: ordered ? scores.withinOne : unmeasured({ reason: 'not_ordered', method: 'within_one' }),
    classes: scores.classes.map(({ category, ...rest }) => ({ className: category, ...rest })),
    confusion: [...buildConfusionMatrix(pairs, { categories: field.categories }).counts],
    consensusAgreement: { overall: consensus.overall, ties: consensus.nTies, alone: consensus.nAlone },
    readers: table.raters.map((readerId) => ({
      readerId,
      accuracy: scoresOf(
        field,
        pairs.filter((pair) => pair.readerId === readerId),
      ).accuracy,
      consensusAgreement: consensus.raters.find((entry) => entry.rater === readerId)?.agreement ?? null,
      reads:
        pairs.length === 0
          ? countReads(table, readerId)
          : reads.filter((read) => read.readerId === readerId).length,
    })),
  };
}

/** The rating table of a field: first rounds only, because a repeat is not another reader (R23). */
export function tableOf(field: MeasuredField, reads: readonly MeasuredRead[]): RatingTable {
  return buildRatingTable(
    reads
      .filter((read) => read.round === 1)
      .map((read) => ({ item: read.taskId, rater: read.readerId, value: read.values[field.key] ?? null })),
    { categories: field.categories },
  );
}

type GoldPair = { taskId: string; readerId: string; truth: string | null; answer: string | null };

/** Right and wrong per class, reads of one case together; an answer left blank is not right. */
function scoresOf(field: MeasuredField, pairs: readonly GoldPair[]): PerClassScores {
  const { categories } = field;
  const index = new Map(categories.map((category, at) => [category, at]));
  const place = (value: string | null) => (value === null ? -1 : (index.get(value) ?? -1));
  const cases = [...Map.groupBy(pairs, (pair) => pair.taskId).values()].map((own) => ({
    reads: own.map(({ truth, answer }) => ({ truth: place(truth), answer: place(answer) })),
    n: 1,
  }));
  return classScoresOfCases(cases, { categories });
}

/** Alpha on the field's scale; of sets of labels by how far they overlap (MASI). */
function alphaOf(field: MeasuredField, table: RatingTable, resamples: number): Measurement {
  const scale = field.isSet === true ? setDistance(field.categories) : (field.scale ?? 'nominal');
  const alpha = plain(krippendorffAlpha(table, { scale, resamples, seed: 1 }));
  return field.isSet === true ? { ...alpha, method: alpha.method.replace('custom', 'masi') } : alpha;
}

/** Every read of a task with a known answer beside that answer; an acceptable answer counts as the truth itself. */
function goldPairs(field: MeasuredField, reads: readonly MeasuredRead[], gold: GoldTruth) {
  const pairs: GoldPair[] = [];
  for (const read of reads) {
    const acceptable = gold.get(read.taskId)?.[field.key];
    if (!acceptable || acceptable.length === 0 || read.round !== 1) continue;
    const answer = read.values[field.key] ?? null;
    const truth = answer !== null && acceptable.includes(answer) ? answer : (acceptable[0] ?? null);
    pairs.push({ taskId: read.taskId, readerId: read.readerId, truth, answer });
  }
  return pairs;
}

function countReads(table: RatingTable, readerId: string): number {
  const index = table.raters.indexOf(readerId);
  return table.rater.reduce((n, rater) => (rater === index ? n + 1 : n), 0);
}

/** Drops what a specific statistic adds, so that measurements travel and are stored alike. */
function plain(m: Measurement): Measurement {
  const { value, ci, se, n, nExcluded, exclusion, exclusions, reason, method } = m;
  const left = exclusions === undefined ? {} : { exclusions };
  return { value, ci, se, n, nExcluded, exclusion, ...left, reason, method };
}

function unmeasuredField(field: MeasuredField, reason: 'free_text' | 'no_answers'): FieldMeasures {
  const none = (method: string) => unmeasured({ reason, method });
  return {
    field: field.key,
    label: field.label,
    scale: field.scale,
    categories: field.categories,
    categoryLabels: field.categoryLabels ?? field.categories,
    alpha: none('krippendorff_alpha'),
    meanPairwiseKappa: null,
    pairwise: { readers: [], kappa: [] },
    accuracy: none('accuracy'),
    balancedAccuracy: none('balanced_accuracy'),
    withinOne: none('within_one'),
    classes: [],
    confusion: [],
    consensusAgreement: { overall: none('leave_one_out_agreement'), ties: 0, alone: 0 },
    readers: [],
  };
}
