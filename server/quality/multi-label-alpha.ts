import { fleissKappa } from './fleiss-kappa.ts';
import { gwetAc } from './gwet-ac.ts';
import { type AlphaMeasurement, type AlphaOptions, krippendorffAlpha } from './krippendorff-alpha.ts';
import type { Measurement } from './measurement.ts';
import { binaryTable } from './per-category-agreement.ts';
import { buildRatingTable, type RatingTable } from './rating-table.ts';

export type LabelAgreement = {
  readonly label: string;
  readonly alpha: AlphaMeasurement;
  readonly kappa: Measurement;
  readonly ac1: Measurement;
  /** Share of the answers that have the label; null without answers. */
  readonly prevalence: number | null;
};

/** A reader's answer to a multi-label field; an empty list is the answer "none of them", null is no answer. */
export type MultiLabelRead = {
  readonly item: string;
  readonly rater: string;
  readonly labels: readonly string[] | null;
};

/**
 * Distance of two label sets: 1 − |A ∩ B| / |A ∪ B|; 0 for two empty sets.
 *
 * Source: Jaccard 1912.
 *
 * @example jaccardDistance(new Set(['a', 'b']), new Set(['b', 'c'])) // 2/3
 */
export function jaccardDistance(first: ReadonlySet<string>, second: ReadonlySet<string>): number {
  const both = sharedLabels(first, second);
  const union = first.size + second.size - both;
  return union === 0 ? 0 : 1 - both / union;
}

/**
 * MASI distance: Jaccard's similarity times 1 for equal sets, 2/3 when one contains the other, 1/3 when they overlap, 0 when they do
 * not; one minus that. Milder on a reader who only left something out.
 *
 * Source: Passonneau 2006.
 *
 * @example masiDistance(new Set(['a']), new Set(['a', 'b'])) // 1 − 1/2 · 2/3 = 2/3
 */
export function masiDistance(first: ReadonlySet<string>, second: ReadonlySet<string>): number {
  const similarity = 1 - jaccardDistance(first, second);
  if (similarity === 1) return 0;
  const isNested = sharedLabels(first, second) === Math.min(first.size, second.size);
  return 1 - similarity * (isNested ? 2 / 3 : 1 / 3);
}

/**
 * Krippendorff's alpha of a multi-label field: the disagreement of two answers is the distance of their label sets (default MASI). A
 * rater's second answer to an item is left out. Null reasons as in `krippendorffAlpha`.
 *
 * Source: Passonneau 2006 (alpha with MASI); Krippendorff 2011.
 *
 * @example multiLabelAlpha(reads, { distance: 'jaccard' }).value
 */
export function multiLabelAlpha(
  reads: readonly MultiLabelRead[],
  options: Omit<AlphaOptions, 'scale'> & { readonly distance?: 'masi' | 'jaccard' } = {},
): AlphaMeasurement {
  const keyed = reads.map(({ item, rater, labels }) => ({
    item,
    rater,
    value: labels === null ? null : labelSetKey(labels),
  }));
  const keys = [...new Set(keyed.flatMap(({ value }) => value ?? []))].sort();
  return labelSetAlpha(buildRatingTable(keyed, { categories: keys.length === 0 ? ['[]'] : keys }), options);
}

/** The same for a table whose categories are label sets, as `labelSetKey` writes them. */
export function labelSetAlpha(
  table: RatingTable,
  options: Omit<AlphaOptions, 'scale'> & { readonly distance?: 'masi' | 'jaccard' } = {},
): AlphaMeasurement {
  const { distance = 'masi', ...rest } = options;
  const sets = table.categories.map((key) => new Set(JSON.parse(key) as string[]));
  const measure = distance === 'masi' ? masiDistance : jaccardDistance;
  const none: ReadonlySet<string> = new Set();
  const result = krippendorffAlpha(table, {
    ...rest,
    scale: (left, right) => measure(sets[left] ?? none, sets[right] ?? none),
  });
  return { ...result, method: result.method.replace('custom', distance) };
}

/** The one spelling of a set of labels: JSON of the labels, each once, in code-unit order. */
export function labelSetKey(labels: readonly string[]): string {
  return JSON.stringify([...new Set(labels)].sort());
}

/**
 * Agreement on each label by itself, as "chosen or not", for finding the label whose definition does not work: nominal alpha,
 * Fleiss' kappa, and beside it AC1 and how often the label is chosen (a rare label breaks kappa). `labels` is the protocol's list, so that a
 * label nobody chose is there too (null with `one_category`).
 */
export function perLabelAgreement(
  reads: readonly MultiLabelRead[],
  labels: readonly string[],
  options: Omit<AlphaOptions, 'scale'> = {},
): readonly LabelAgreement[] {
  const keyed = reads.map((read) => ({
    item: read.item,
    rater: read.rater,
    value: read.labels === null ? null : labelSetKey(read.labels),
  }));
  const keys = [...new Set(keyed.flatMap(({ value }) => value ?? []))].sort();
  const table = buildRatingTable(keyed, { categories: keys.length === 0 ? ['[]'] : keys });
  return perLabelOfSets(table, labels, options);
}

/** The same for a table whose categories are label sets, as `labelSetKey` writes them. */
export function perLabelOfSets(
  table: RatingTable,
  labels: readonly string[],
  options: Omit<AlphaOptions, 'scale'> = {},
): readonly LabelAgreement[] {
  const sets = table.categories.map((key) => new Set(JSON.parse(key) as string[]));
  return labels.map((label) => {
    const chosen = binaryTable(table, (answer) => sets[answer]?.has(label) === true);
    const { level = 0.95 } = options;
    return {
      label,
      alpha: krippendorffAlpha(chosen, { ...options, scale: 'nominal' }),
      kappa: fleissKappa(chosen, { level }),
      ac1: gwetAc(chosen, { level }),
      prevalence: chosen.value.length === 0 ? null : mean(chosen.value),
    };
  });
}

function mean(values: Uint16Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function sharedLabels(first: ReadonlySet<string>, second: ReadonlySet<string>): number {
  let shared = 0;
  for (const label of first) if (second.has(label)) shared += 1;
  return shared;
}
