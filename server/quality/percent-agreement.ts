import type { AgreementWeights } from './agreement-weights.ts';
import { chanceCorrected, itemAgreement } from './item-agreement.ts';
import type { Measurement } from './measurement.ts';
import type { RatingTable } from './rating-table.ts';
import { wilsonInterval } from './wilson-interval.ts';

/**
 * Percent agreement: the (weighted) share of agreeing pairs of answers, averaged over the items with at least two answers. Not
 * corrected for chance; shown beside every coefficient that is.
 *
 * p_a = mean_i Σ_k r_ik (r*_ik − 1) / (r_i (r_i − 1)). Gwet's standard error, t interval, within [0, 1]. Where all items agree to the
 * same degree that error is nothing: then the interval is Wilson's, of as many trials as there are items, and there is no error.
 *
 * Source: Gwet 2014, ch. 2 and 5.
 *
 * @example percentAgreement(table).value // .7 for the 2 × 2 table [[20, 5], [10, 15]]
 */
export function percentAgreement(
  table: RatingTable,
  options: { weights?: AgreementWeights; level?: number } = {},
): Measurement {
  const core = itemAgreement(table, options.weights);
  const name = 'percent_agreement';
  const result = chanceCorrected(core, 0, null, { ...options, name });
  const { value, ci, se, n } = result;
  if (value === null) return result;
  if (ci === null || se === null || se < 1e-12) {
    const { level = 0.95 } = options;
    return {
      ...result,
      se: null,
      ci: wilsonInterval(Math.min(n, value * n), n, { level }),
      method: `${name};wilson:${level}`,
    };
  }
  return { ...result, ci: [Math.max(0, ci[0]), Math.min(1, ci[1])] };
}

/**
 * Share of items on which all answers lie within `tolerance` of each other (0: all the same), over items with
 * at least two answers. The stricter, whole-item reading of percent agreement.
 *
 * @example unanimity(table, { tolerance: 1 })
 */
export function unanimity(
  table: RatingTable,
  options: { tolerance?: number } = {},
): { value: number | null; n: number } {
  const { tolerance = 0 } = options;
  let n = 0;
  let hits = 0;
  for (let item = 0; item < table.items.length; item += 1) {
    const start = table.itemStart[item] as number;
    const end = table.itemStart[item + 1] as number;
    if (end - start < 2) continue;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let row = start; row < end; row += 1) {
      const level = table.levels[table.value[row] as number] as number;
      low = Math.min(low, level);
      high = Math.max(high, level);
    }
    n += 1;
    if (high - low <= tolerance) hits += 1;
  }
  return { value: n === 0 ? null : hits / n, n };
}
