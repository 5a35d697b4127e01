/**
 * How much credit a pair of answers earns: `none` only for the same answer, `linear` and `quadratic` by distance of the
 * category values, or an own matrix of agreement weights (row-major K × K, 1 = full agreement).
 */
export type AgreementWeights = 'none' | 'linear' | 'quadratic' | Float64Array;

/**
 * Agreement weights w_kl of every two categories, row-major K × K, 1 on the diagonal.
 *
 * none: 1 if k = l · linear: 1 − |v_k − v_l| / R · quadratic: 1 − (v_k − v_l)² / R², with v the category VALUES
 * (`RatingTable.levels`) and R their range. With one category the matrix is [1]. Own weights are returned as they are.
 *
 * Source: Cohen 1968; Gwet 2014, ch. 3.
 *
 * @example agreementWeights('linear', Float64Array.of(0, 1, 2)) // [1, .5, 0, .5, 1, .5, 0, .5, 1]
 */
export function agreementWeights(weights: AgreementWeights, levels: Float64Array): Float64Array {
  if (typeof weights !== 'string') return weights;
  const nCategories = levels.length;
  const matrix = new Float64Array(nCategories * nCategories);
  const range = Math.max(...levels) - Math.min(...levels);
  for (let left = 0; left < nCategories; left += 1) {
    for (let right = 0; right < nCategories; right += 1) {
      const distance =
        range === 0 ? 0 : Math.abs((levels[left] as number) - (levels[right] as number)) / range;
      matrix[left * nCategories + right] =
        weights === 'none'
          ? Number(left === right)
          : 1 - (weights === 'linear' ? distance : distance * distance);
    }
  }
  return matrix;
}

/** Agreement weights from a matrix of disagreement weights: 1 − d / max(d) (Cohen 1968 states weights as disagreement). */
export function agreementFromDisagreement(disagreement: ReadonlyArray<readonly number[]>): Float64Array {
  const flat = disagreement.flat();
  const largest = Math.max(...flat);
  return Float64Array.from(flat, (weight) => (largest === 0 ? 1 : 1 - weight / largest));
}

/** Name of the weights for `Measurement.method`. */
export function weightsName(weights: AgreementWeights): string {
  return typeof weights === 'string' ? weights : 'custom';
}
