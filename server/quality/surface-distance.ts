import { assertSameSize, type Mask } from './mask-overlap.ts';
import { quantileOfSorted } from './quantile-of-sorted.ts';

export type SurfaceDistances = {
  /** Largest distance from either outline to the other. */
  readonly hausdorff: number;
  /** The 95th percentile of those distances, the usual robust form: the larger of the two directions. */
  readonly hausdorff95: number;
  /** Mean over both outlines of the distance to the other. */
  readonly average: number;
};

/**
 * Distances between the outlines of two masks, in millimetres when `spacing` (pixel width and height) is. An outline pixel is inside and has an
 * outside 4-neighbour (or lies on the edge). Null when a mask is empty: there is no outline.
 *
 * Source: Huttenlocher et al. 1993 (Hausdorff); Heimann et al. 2009 (average symmetric surface distance).
 *
 * @example surfaceDistances(first, second, { spacing: [0.7, 0.7] })?.hausdorff95
 */
export function surfaceDistances(
  first: Mask,
  second: Mask,
  options: { spacing?: readonly [number, number] } = {},
): SurfaceDistances | null {
  assertSameSize(first, second);
  const { spacing = [1, 1] } = options;
  const a = outline(first, spacing);
  const b = outline(second, spacing);
  if (a.length === 0 || b.length === 0) return null;
  const there = directedDistances(a, b);
  const back = directedDistances(b, a);
  const sum = there.reduce((total, d) => total + d, 0) + back.reduce((total, d) => total + d, 0);
  return {
    hausdorff: Math.max(there.at(-1) ?? 0, back.at(-1) ?? 0),
    hausdorff95: Math.max(quantileOfSorted(there, 0.95), quantileOfSorted(back, 0.95)),
    average: sum / (there.length + back.length),
  };
}

type Point = readonly [x: number, y: number];

function outline(mask: Mask, spacing: readonly [number, number]): Point[] {
  const { width, height, data } = mask;
  const isInside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] !== 0;
  const points: Point[] = [];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const isEdge = !isInside(x - 1, y) || !isInside(x + 1, y) || !isInside(x, y - 1) || !isInside(x, y + 1);
      if (isInside(x, y) && isEdge) points.push([x * spacing[0], y * spacing[1]]);
    }
  }
  return points;
}

/** Distance from each point of `from` to the nearest of `to`, ascending. */
function directedDistances(from: readonly Point[], to: readonly Point[]): Float64Array {
  return Float64Array.from(from, ([x, y]) => {
    let nearest = Number.POSITIVE_INFINITY;
    for (const [otherX, otherY] of to) nearest = Math.min(nearest, (x - otherX) ** 2 + (y - otherY) ** 2);
    return Math.sqrt(nearest);
  }).sort();
}
