/** An axis-parallel box, corners in any one unit: x1 ≤ x2, y1 ≤ y2. */
export type Box = { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };

/** What is wrong with a box, or null: it must be finite and not turned inside out (zero area is allowed). */
export function boxProblem(box: Box): 'not_finite' | 'x2_before_x1' | 'y2_before_y1' | null {
  if (![box.x1, box.y1, box.x2, box.y2].every(Number.isFinite)) return 'not_finite';
  if (box.x2 < box.x1) return 'x2_before_x1';
  return box.y2 < box.y1 ? 'y2_before_y1' : null;
}

/**
 * Intersection over union of two boxes; 0 when they are apart, 1 for two equal boxes without area.
 *
 * Source: Jaccard 1912; Everingham et al. 2010 (without their "+1" for pixel boxes).
 *
 * @example boxIou({ x1: 0, y1: 0, x2: 2, y2: 1 }, { x1: 1, y1: 0, x2: 3, y2: 1 }) // 1/3
 */
export function boxIou(a: Box, b: Box): number {
  const width = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1);
  const height = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1);
  if (width < 0 || height < 0) return 0;
  const intersection = width * height;
  const union = area(a) + area(b) - intersection;
  if (union > 0) return intersection / union;
  return a.x1 === b.x1 && a.y1 === b.y1 && a.x2 === b.x2 && a.y2 === b.y2 ? 1 : 0;
}

function area(box: Box): number {
  return (box.x2 - box.x1) * (box.y2 - box.y1);
}
