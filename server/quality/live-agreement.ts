import { type AgreementWeights, agreementWeights } from './agreement-weights.ts';
import { creditAgainst, pairAgreement } from './item-agreement.ts';
import { addCoincidences, disagreementsOf } from './krippendorff-alpha.ts';
import { type Measurement, measured, unmeasured } from './measurement.ts';
import type { Scale } from './scale-differences.ts';
import { studentCritical } from './student-critical.ts';

/**
 * Running sums from which the agreement coefficients of a batch follow exactly, so that a new read costs the same in a batch of ten
 * items and of ten million. Plain numbers: they can be stored and read back.
 */
export type LiveAgreement = {
  readonly nCategories: number;
  /** Agreement weights of percent agreement, Fleiss and AC; row-major K × K. */
  readonly weights: Float64Array;
  /** Of the pairable items: K marginals, then the coincidences of different categories. */
  readonly coincidences: Float64Array;
  /** Pairable items. */
  readonly nPairable: number;
  /** Σ z zᵀ over items with an answer, z = (1, is pairable, agreement, share of each category). */
  readonly moments: Float64Array;
};

/** No items yet; `levels` are the numbers behind the categories. */
export function emptyAgreement(levels: Float64Array, weights: AgreementWeights = 'none'): LiveAgreement {
  const K = levels.length;
  return {
    nCategories: K,
    weights: agreementWeights(weights, levels),
    coincidences: new Float64Array(K + (K * (K - 1)) / 2),
    nPairable: 0,
    moments: new Float64Array((K + 3) ** 2),
  };
}

/**
 * The sums after one item went from `before` to `after`, both its answers per category (all zero for an item without answers): a
 * new read, an amended one, or one taken back. Costs O(K²), whatever the size of the batch. The arguments are not changed.
 *
 * @example state = moveItem(state, Float64Array.of(1, 0), Float64Array.of(1, 1)) // a second reader disagreed
 */
export function moveItem(state: LiveAgreement, before: Float64Array, after: Float64Array): LiveAgreement {
  const coincidences = state.coincidences.slice();
  const moments = state.moments.slice();
  const lost = addItem(state, before, -1, coincidences, moments);
  const gained = addItem(state, after, 1, coincidences, moments);
  return { ...state, coincidences, moments, nPairable: state.nPairable - lost + gained };
}

/** Adds or takes away one item; returns 1 when it is pairable. */
function addItem(
  state: LiveAgreement,
  counts: Float64Array,
  sign: 1 | -1,
  coincidences: Float64Array,
  moments: Float64Array,
): number {
  const K = state.nCategories;
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return 0;
  const isPairable = total > 1;
  const z = new Float64Array(K + 3);
  z[0] = 1;
  z[1] = isPairable ? 1 : 0;
  z[2] = isPairable ? pairAgreement(counts, 0, K, state.weights) / (total * (total - 1)) : 0;
  for (let k = 0; k < K; k += 1) z[3 + k] = (counts[k] as number) / total;
  for (let row = 0; row < z.length; row += 1) {
    for (let column = 0; column < z.length; column += 1) {
      const at = row * z.length + column;
      moments[at] = (moments[at] as number) + sign * (z[row] as number) * (z[column] as number);
    }
  }
  if (!isPairable) return 0;
  const own = new Float64Array(coincidences.length);
  addCoincidences(counts, own, 0);
  for (let at = 0; at < own.length; at += 1)
    coincidences[at] = (coincidences[at] as number) + sign * (own[at] as number);
  return 1;
}

/** Krippendorff's alpha from the sums; equals `krippendorffAlpha(…, { interval: 'none' })` of the same reads. */
export function liveAlpha(state: LiveAgreement, scale: Scale, levels: Float64Array): Measurement {
  const method = `krippendorff_alpha:${scale}`;
  const { nPairable: n } = state;
  if (n === 0) return unmeasured({ reason: 'no_overlap', method });
  const { observed, expected } = disagreementsOf(scale, levels)(state.coincidences);
  // What subtraction has left behind of a category that is gone is not variation.
  if (expected < 1e-12) return unmeasured({ reason: 'one_category', n, method });
  return measured({ value: 1 - observed / expected, n, method });
}

/** Gwet's AC1 or AC2 with its analytic interval from the sums; equals `gwetAc` of the same reads. */
export function liveGwetAc(state: LiveAgreement, level = 0.95): Measurement {
  const K = state.nCategories;
  if (K < 2) return unmeasured({ reason: 'one_category', n: state.nPairable, method: 'gwet_ac' });
  const factor = state.weights.reduce((sum, weight) => sum + weight, 0) / (K * (K - 1));
  const credit = prevalenceOf(state).map((share) => factor * (1 - share));
  return fromMoments(state, credit, 'gwet_ac', level);
}

/** Fleiss' kappa with its analytic interval from the sums; equals `fleissKappa` of the same reads. */
export function liveFleissKappa(state: LiveAgreement, level = 0.95): Measurement {
  return fromMoments(state, creditAgainst(state.weights, prevalenceOf(state)), 'fleiss_kappa', level);
}

function prevalenceOf(state: LiveAgreement): Float64Array {
  const nItems = state.moments[0] as number;
  return Float64Array.from({ length: state.nCategories }, (_, k) =>
    nItems === 0 ? 0 : (state.moments[3 + k] as number) / nItems,
  );
}

/**
 * The chance-corrected coefficient whose chance is Σ π_k credit_k. Gwet's linearised items are linear in z, so that their sum of squares is a
 * quadratic form in the moments.
 */
function fromMoments(state: LiveAgreement, credit: Float64Array, name: string, level: number): Measurement {
  const method = `${name};gwet_linearised:${level}`;
  const width = state.nCategories + 3;
  const nItems = state.moments[0] as number;
  const { nPairable } = state;
  const nExcluded = nItems - nPairable;
  if (nPairable === 0)
    return unmeasured({ reason: 'no_overlap', nExcluded, exclusion: 'fewer_than_two_answers', method });
  const expected = prevalenceOf(state).reduce((sum, share, k) => sum + share * (credit[k] as number), 0);
  if (1 - expected < 1e-12)
    return unmeasured({
      reason: 'one_category',
      n: nPairable,
      nExcluded,
      exclusion: 'fewer_than_two_answers',
      method,
    });
  const value = ((state.moments[2] as number) / nPairable - expected) / (1 - expected);
  if (nItems < 2)
    return measured({ value, n: nPairable, nExcluded, exclusion: 'fewer_than_two_answers', method });
  const scale = nItems / nPairable / (1 - expected);
  const shift = (2 * (1 - value)) / (1 - expected);
  const form = new Float64Array(width);
  form[0] = shift * expected - value;
  form[1] = -scale * expected;
  form[2] = scale;
  for (let k = 0; k < state.nCategories; k += 1) form[3 + k] = -shift * (credit[k] as number);
  let squares = 0;
  for (let row = 0; row < width; row += 1) {
    for (let column = 0; column < width; column += 1) {
      squares +=
        (form[row] as number) * (form[column] as number) * (state.moments[row * width + column] as number);
    }
  }
  const se = Math.sqrt(Math.max(0, squares) / (nItems * (nItems - 1)));
  const margin = studentCritical(level, nItems - 1) * se;
  const ci = [Math.max(Math.min(-1, value), value - margin), Math.min(1, value + margin)] as const;
  return measured({ value, se, ci, n: nPairable, nExcluded, exclusion: 'fewer_than_two_answers', method });
}
