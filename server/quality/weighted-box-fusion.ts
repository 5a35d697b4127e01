import { type Box, boxIou } from './box-overlap.ts';

export type FusionBox = Box & { readonly label: string; readonly score: number };

/**
 * Weighted boxes fusion: one consensus box per group of overlapping boxes of the same label, its corners the average weighted by
 * score; groups that few readers drew get a lower score. Boxes are taken by falling weighted score (equal: reader, then input order); each joins the
 * group it overlaps most, above `threshold` (default 0.55), or starts one.
 *
 * Final score = mean weighted score × min(number of boxes, Σ weights) / Σ weights, in units of the mean weight, as the authors'
 * implementation has it. `weights` trust readers differently (default all 1).
 *
 * Source: Solovyev, Wang & Gabruseva 2021, "Weighted boxes fusion".
 *
 * @example fuseBoxes([annaBoxes, benBoxes], { threshold: 0.5, weights: [2, 1] })
 */
export function fuseBoxes(
  readers: ReadonlyArray<readonly FusionBox[]>,
  options: { threshold?: number; weights?: readonly number[] } = {},
): FusionBox[] {
  const { threshold = 0.55, weights = readers.map(() => 1) } = options;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const boxes = readers
    .flatMap((own, reader) => own.map((box) => ({ ...box, weighted: box.score * (weights[reader] ?? 1) })))
    .map((box, order) => ({ ...box, order }))
    .sort((a, b) => b.weighted - a.weighted || a.order - b.order);
  const groups: Array<{ members: Array<FusionBox & { weighted: number }>; fused: Box }> = [];
  for (const box of boxes) {
    let best: (typeof groups)[number] | null = null;
    let bestIou = threshold;
    for (const group of groups) {
      if (group.members[0]?.label !== box.label) continue;
      const iou = boxIou(group.fused, box);
      if (iou > bestIou) {
        best = group;
        bestIou = iou;
      }
    }
    if (best === null) groups.push({ members: [box], fused: box });
    else {
      best.members.push(box);
      best.fused = weightedCorners(best.members);
    }
  }
  return groups
    .map(({ members, fused }) => {
      const mean = members.reduce((sum, { weighted }) => sum + weighted, 0) / members.length;
      const score = (mean * Math.min(readers.length, members.length)) / total;
      const { x1, y1, x2, y2 } = fused;
      return { x1, y1, x2, y2, label: members[0]?.label ?? '', score };
    })
    .sort((a, b) => b.score - a.score);
}

function weightedCorners(members: ReadonlyArray<Box & { readonly weighted: number }>): Box {
  const total = members.reduce((sum, { weighted }) => sum + weighted, 0);
  const mean = (corner: keyof Box) =>
    members.reduce((sum, box) => sum + box[corner] * box.weighted, 0) / total;
  return { x1: mean('x1'), y1: mean('y1'), x2: mean('x2'), y2: mean('y2') };
}
