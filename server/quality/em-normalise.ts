import type { EmProblem } from './em-problem.ts';

/** Added to every count before normalising, so that nothing is impossible and an unused row is uniform. */
const epsilon = 1e-10;

/** Class shares from the class counts. */
export function normalisePrior(problem: EmProblem): void {
  const { nCategories: K, counts } = problem;
  const { prior } = problem.pass;
  const classes = problem.confusion.length;
  let total = 0;
  for (let k = 0; k < K; k += 1) total += (counts[classes + k] as number) + epsilon;
  for (let k = 0; k < K; k += 1) prior[k] = ((counts[classes + k] as number) + epsilon) / total;
}

/**
 * The normalising half of the M-step with a free confusion matrix per rater; `pseudo` holds pseudo-counts truth × answer (null
 * for none). Returns the log density of that Dirichlet prior at the new matrices, up to a constant.
 */
export function normaliseConfusions(problem: EmProblem, pseudo: Float64Array | null): number {
  normalisePrior(problem);
  const { nCategories: K, counts, confusion } = problem;
  let logPrior = 0;
  for (let base = 0; base < confusion.length; base += K * K) {
    for (let truth = 0; truth < K; truth += 1) {
      let total = 0;
      for (let answer = 0; answer < K; answer += 1) {
        const at = base + answer * K + truth;
        const extra = pseudo === null ? 0 : (pseudo[truth * K + answer] as number);
        const count = (counts[at] as number) + extra + epsilon;
        confusion[at] = count;
        total += count;
      }
      for (let answer = 0; answer < K; answer += 1) {
        const at = base + answer * K + truth;
        confusion[at] = (confusion[at] as number) / total;
        if (pseudo !== null)
          logPrior += (pseudo[truth * K + answer] as number) * Math.log(confusion[at] as number);
      }
    }
  }
  return logPrior;
}

/**
 * The normalising half of the M-step with one accuracy per rater, wrong answers spread evenly; `right` and `wrong` are
 * pseudo-counts of the accuracy. Returns their log Beta density up to a constant.
 */
export function normaliseOneCoin(problem: EmProblem, right: number, wrong: number): number {
  normalisePrior(problem);
  const { nCategories: K, counts, confusion } = problem;
  let logPrior = 0;
  for (let base = 0; base < confusion.length; base += K * K) {
    let hits = right + epsilon;
    let total = right + wrong + 2 * epsilon;
    for (let at = 0; at < K * K; at += 1) {
      const count = counts[base + at] as number;
      total += count;
      if (at % (K + 1) === 0) hits += count;
    }
    const accuracy = hits / total;
    for (let at = 0; at < K * K; at += 1) {
      confusion[base + at] = at % (K + 1) === 0 ? accuracy : (1 - accuracy) / Math.max(1, K - 1);
    }
    if (right + wrong > 0) logPrior += right * Math.log(accuracy) + wrong * Math.log(1 - accuracy);
  }
  return logPrior;
}
