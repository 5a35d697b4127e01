import { type MeasuredShare, pooledShare } from '#server/bids/comparison-rules.ts';
import { wilsonInterval } from '#server/quality/wilson-interval.ts';

/** One newest score of one of a vendor's batches; `isSettled` says whether the batch is. */
export type BatchScore = MeasuredShare & {
  batchId: string;
  /** Kind of work, e.g. `CT/chest`. */
  taskType: string;
  isSettled: boolean;
  metric: 'accuracy' | 'krippendorff_alpha' | 'throughput';
};

export type VendorMeasures = {
  /** Lower bound of the accuracy over like work, or over all work where none is like it, and on how many reads; null for none. */
  accuracyLower: number | null;
  accuracyN: number;
  /** Whether the accuracy is of this kind of work. */
  isLike: boolean;
  reliability: number | null;
  readsPerActiveHour: number | null;
};

/**
 * What a vendor's batches say of it for one kind of work; each measure falls back to all its work where none is like it. Of accuracy
 * settled batches only: its n is shown to the vendor, and would tell with each read of an open batch whether that case had a known
 * answer (R21, ADR 009). Batches are pooled by what their intervals are worth, so one bad one is neither hidden nor the only one.
 */
export function measuresOf(scores: readonly BatchScore[], taskType: string): VendorMeasures {
  const kept = KEPT.get(scores) ?? new Map<string, VendorMeasures>();
  KEPT.set(scores, kept);
  const measures = kept.get(taskType) ?? reckon(scores, taskType);
  kept.set(taskType, measures);
  return measures;
}

/** By the scores as they were read, until they are read anew: each question asks for every vendor. */
const KEPT = new WeakMap<readonly BatchScore[], Map<string, VendorMeasures>>();

function reckon(scores: readonly BatchScore[], taskType: string): VendorMeasures {
  const like = summary(scores.filter((one) => one.taskType === taskType));
  const all = summary(scores);
  const isLike = like.accuracyLower !== null;
  const { accuracyLower, accuracyN } = isLike ? like : all;
  return {
    accuracyLower,
    accuracyN,
    isLike,
    reliability: like.reliability ?? all.reliability,
    readsPerActiveHour: like.readsPerActiveHour ?? all.readsPerActiveHour,
  };
}

function summary(scores: readonly BatchScore[]): Omit<VendorMeasures, 'isLike'> {
  const checked = mostChecked(scores.filter((one) => one.metric === 'accuracy' && one.isSettled));
  return {
    accuracyLower: lowerBound(checked),
    accuracyN: checked.reduce((sum, one) => sum + one.n, 0),
    reliability: mean(scores, 'krippendorff_alpha'),
    readsPerActiveHour: mean(scores, 'throughput'),
  };
}

/** Of each batch the field that was checked most, as bids are compared by. */
function mostChecked(scores: readonly BatchScore[]): BatchScore[] {
  const best = new Map<string, BatchScore>();
  for (const one of scores) {
    const before = best.get(one.batchId);
    const isMore = !before || one.n > before.n || (one.n === before.n && one.value < before.value);
    if (isMore) best.set(one.batchId, one);
  }
  return [...best.values()];
}

/** One batch's own bound, which knows its cases; of several the Wilson bound of their pooled share. */
function lowerBound(parts: readonly BatchScore[]): number | null {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined && first.lower !== null) return first.lower;
  const pooled = pooledShare(parts);
  if (pooled === null) return null;
  return wilsonInterval(Math.min(pooled.right, pooled.checked), pooled.checked)?.[0] ?? null;
}

function mean(scores: readonly BatchScore[], metric: BatchScore['metric']): number | null {
  const values = scores.flatMap((one) => (one.metric === metric ? [one.value] : []));
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
