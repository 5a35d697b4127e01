import { assign } from './assignment.ts';
import { type BootstrapOptions, bootstrapInterval } from './bootstrap-interval.ts';
import { type Box, boxIou } from './box-overlap.ts';
import { type Measurement, measured, unmeasured } from './measurement.ts';
import { wilsonInterval } from './wilson-interval.ts';

export type LabelledBox = Box & { readonly label: string };

export type BoxMatch = { readonly first: number; readonly second: number; readonly iou: number };

export type BoxAgreement = {
  /** Pairs that overlap enough, by index into the two lists. */
  readonly matches: readonly BoxMatch[];
  /** Matched boxes, boxes of the first list without a partner, and of the second. */
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  /** 2 TP / (2 TP + FP + FN); null with `no_boxes` when both lists are empty. */
  readonly f1: Measurement;
  /** TP / all of the first list. */
  readonly precision: Measurement;
  /** TP / all of the second list. */
  readonly recall: Measurement;
  /** Mean overlap of the matched pairs; null with `no_match`. */
  readonly meanIou: Measurement;
  /** Share of the matched pairs with the same label; null with `no_match`. */
  readonly labelAgreement: Measurement;
};

/**
 * Agreement of two sets of boxes on ONE image, by the one-to-one matching of largest total overlap; pairs under the threshold
 * (default 0.5) are not matches. Labels do not steer the matching; whether they agree is reported. For several images add up with
 * `pooledBoxAgreement`.
 *
 * @example boxAgreement(ownBoxes, goldBoxes, { threshold: 0.5 }).f1.value
 */
export function boxAgreement(
  first: readonly LabelledBox[],
  second: readonly LabelledBox[],
  options: { threshold?: number } = {},
): BoxAgreement {
  return pooledBoxAgreement([{ first, second }], options);
}

/** The same over many images: matched within each, counted over all. Indexes of `matches` are within the image. */
export function pooledBoxAgreement(
  images: ReadonlyArray<{ readonly first: readonly LabelledBox[]; readonly second: readonly LabelledBox[] }>,
  options: BootstrapOptions & { threshold?: number } = {},
): BoxAgreement {
  const { threshold = 0.5, level = 0.95, resamples = 2000 } = options;
  const perImage = new Float64Array(images.length * 2);
  const matches: BoxMatch[] = [];
  let sameLabel = 0;
  let nFirst = 0;
  let nSecond = 0;
  for (const [image, { first, second }] of images.entries()) {
    nFirst += first.length;
    nSecond += second.length;
    const found = matchBoxes(first, second, threshold);
    perImage[image * 2] = 2 * found.length;
    perImage[image * 2 + 1] = first.length + second.length;
    for (const match of found) {
      matches.push(match);
      if (first[match.first]?.label === second[match.second]?.label) sameLabel += 1;
    }
  }
  const hits = matches.length;
  const share = (name: string, successes: number, n: number, reason: string): Measurement => {
    const method = `${name}:iou_${threshold};wilson:${level}`;
    if (n === 0) return unmeasured({ reason, method });
    return measured({ value: successes / n, ci: wilsonInterval(successes, n, { level }), n, method });
  };
  return {
    matches,
    truePositives: hits,
    falsePositives: nFirst - hits,
    falseNegatives: nSecond - hits,
    f1: f1Of(perImage, images.length, { ...options, resamples }, `box_f1:iou_${threshold}`),
    precision: share('box_precision', hits, nFirst, 'no_boxes'),
    recall: share('box_recall', hits, nSecond, 'no_boxes'),
    meanIou:
      hits === 0
        ? unmeasured({ reason: 'no_match', method: 'mean_iou' })
        : measured({
            value: matches.reduce((sum, { iou }) => sum + iou, 0) / hits,
            n: hits,
            method: 'mean_iou',
          }),
    labelAgreement: share('label_agreement', sameLabel, hits, 'no_match'),
  };
}

/** F1 with the bootstrap over images (the independent unit); no interval for a single image. */
function f1Of(perImage: Float64Array, nImages: number, options: BootstrapOptions, name: string): Measurement {
  let hits = 0;
  let n = 0;
  for (let image = 0; image < nImages; image += 1) {
    hits += perImage[image * 2] as number;
    n += perImage[image * 2 + 1] as number;
  }
  if (n === 0) return unmeasured({ reason: 'no_boxes', method: name });
  if (nImages < 2) return measured({ value: hits / n, n, method: name });
  const boot = bootstrapInterval({
    contributions: perImage,
    width: 2,
    statistic: (sums) => (sums[1] === 0 ? null : (sums[0] as number) / (sums[1] as number)),
    ...options,
  });
  return measured({ value: hits / n, ci: boot.ci, se: boot.se, n, method: `${name};${boot.method}` });
}

/**
 * Pairs of the optimal matching with at least the threshold's overlap, by index in the first list. Boxes that no chain of such overlaps
 * connects are matched apart from each other: an image of thousands of cells costs little more than its crowded places.
 */
export function matchBoxes(first: readonly Box[], second: readonly Box[], threshold: number): BoxMatch[] {
  const pairs = overlappingPairs(first, second, threshold);
  return connectedPairs(pairs, first.length, second.length)
    .flatMap(matchConnected)
    .sort((a, b) => a.first - b.first);
}

/** Every two boxes that overlap enough: both lists by their left edges, each box compared with those it meets on the way. */
function overlappingPairs(first: readonly Box[], second: readonly Box[], threshold: number): BoxMatch[] {
  const byLeft = [...second.keys()].sort((a, b) => (second[a] as Box).x1 - (second[b] as Box).x1);
  const widest = second.reduce((most, box) => Math.max(most, box.x2 - box.x1), 0);
  const pairs: BoxMatch[] = [];
  const order = [...first.keys()].sort((a, b) => (first[a] as Box).x1 - (first[b] as Box).x1);
  let from = 0;
  for (const index of order) {
    const box = first[index] as Box;
    while (from < byLeft.length && (second[byLeft[from] as number] as Box).x1 + widest < box.x1) from += 1;
    for (let at = from; at < byLeft.length; at += 1) {
      const other = byLeft[at] as number;
      if ((second[other] as Box).x1 > box.x2) break;
      const iou = boxIou(box, second[other] as Box);
      if (iou >= threshold && iou > 0) pairs.push({ first: index, second: other, iou });
    }
  }
  return pairs;
}

/** The pairs in sets of those that share a box, directly or by others. */
function connectedPairs(pairs: readonly BoxMatch[], nFirst: number, nSecond: number): BoxMatch[][] {
  const parent = Int32Array.from({ length: nFirst + nSecond }, (_, node) => node);
  const rootOf = (node: number): number => {
    let root = node;
    while (parent[root] !== root) root = parent[root] as number;
    for (let at = node; parent[at] !== root; ) {
      const next = parent[at] as number;
      parent[at] = root;
      at = next;
    }
    return root;
  };
  for (const { first, second } of pairs) parent[rootOf(first)] = rootOf(nFirst + second);
  const sets = new Map<number, BoxMatch[]>();
  for (const pair of pairs) {
    const root = rootOf(pair.first);
    const own = sets.get(root);
    if (own === undefined) sets.set(root, [pair]);
    else own.push(pair);
  }
  return [...sets.values()];
}

/** The matching of largest total overlap among connected pairs. */
function matchConnected(pairs: readonly BoxMatch[]): BoxMatch[] {
  if (pairs.length === 1) return [...pairs];
  const rows = [...new Set(pairs.map(({ first }) => first))].sort((a, b) => a - b);
  const columns = [...new Set(pairs.map(({ second }) => second))].sort((a, b) => a - b);
  const rowOf = new Map(rows.map((first, row) => [first, row]));
  const columnOf = new Map(columns.map((second, column) => [second, column]));
  // Pairs under the threshold are worth nothing, so they cannot push a real match aside.
  const costs = rows.map(() => new Array<number>(columns.length).fill(0));
  const known = new Map<string, BoxMatch>();
  for (const pair of pairs) {
    const [row = 0, column = 0] = [rowOf.get(pair.first), columnOf.get(pair.second)];
    (costs[row] as number[])[column] = -pair.iou;
    known.set(`${row},${column}`, pair);
  }
  return assign(costs).flatMap(([row, column]) => known.get(`${row},${column}`) ?? []);
}
