import { type Box, boxIou } from './box-overlap.ts';

export type ScoredBox = Box & { readonly image: string; readonly score: number };

/**
 * Average precision of scored boxes of one class against gold boxes: area under the precision–recall curve made monotone (all points). Boxes
 * claim gold in order of falling score (equal scores: input order), each gold box once, at `threshold` overlap or more. Null
 * without gold.
 *
 * Source: Everingham et al. 2010 (2010+ rule).
 *
 * @example averagePrecision(predicted, gold, { threshold: 0.5 })
 */
export function averagePrecision(
  predicted: readonly ScoredBox[],
  gold: ReadonlyArray<Box & { readonly image: string }>,
  options: { threshold?: number } = {},
): number | null {
  const { threshold = 0.5 } = options;
  if (gold.length === 0) return null;
  const order = [...predicted.keys()].sort((a, b) => score(predicted, b) - score(predicted, a) || a - b);
  const isClaimed = new Set<number>();
  const points: Array<{ precision: number; recall: number }> = [];
  for (const [rank, index] of order.entries()) {
    const box = predicted[index];
    let best = -1;
    let bestIou = threshold;
    for (const [candidate, target] of gold.entries()) {
      if (box === undefined || target.image !== box.image || isClaimed.has(candidate)) continue;
      const iou = boxIou(box, target);
      if (iou > bestIou || (best < 0 && iou >= threshold)) {
        best = candidate;
        bestIou = iou;
      }
    }
    if (best >= 0) isClaimed.add(best);
    points.push({ precision: isClaimed.size / (rank + 1), recall: isClaimed.size / gold.length });
  }
  let area = 0;
  let ceiling = 0;
  for (let at = points.length - 1; at >= 0; at -= 1) {
    ceiling = Math.max(ceiling, points[at]?.precision ?? 0);
    area += ceiling * ((points[at]?.recall ?? 0) - (points[at - 1]?.recall ?? 0));
  }
  return area;
}

/**
 * Mean average precision: the mean over the classes that gold has, each the mean over the overlap thresholds (default 0.5 alone; COCO's
 * are 0.50 to 0.95 in steps of 0.05). Boxes of a class are held against gold of that class only. Null without gold.
 *
 * Source: Everingham et al. 2010; Lin et al. 2014 (COCO).
 *
 * @example meanAveragePrecision(predicted, gold, { thresholds: [0.5, 0.75] }).value
 */
export function meanAveragePrecision(
  predicted: ReadonlyArray<ScoredBox & { readonly label: string }>,
  gold: ReadonlyArray<Box & { readonly image: string; readonly label: string }>,
  options: { thresholds?: readonly number[] } = {},
): {
  readonly value: number | null;
  readonly classes: ReadonlyArray<{ readonly label: string; readonly value: number; readonly nGold: number }>;
} {
  const { thresholds = [0.5] } = options;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const classes = [...Map.groupBy(gold, ({ label }) => label)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, own]) => {
      const drawn = predicted.filter((box) => box.label === label);
      const values = thresholds.map((threshold) => averagePrecision(drawn, own, { threshold }) ?? 0);
      return { label, value: mean(values), nGold: own.length };
    });
  return { value: classes.length === 0 ? null : mean(classes.map(({ value }) => value)), classes };
}

function score(boxes: readonly ScoredBox[], index: number): number {
  return boxes[index]?.score ?? 0;
}
