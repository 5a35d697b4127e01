import { assert } from '#server/core/assert.ts';

/** A binary mask, row-major: 0 outside, anything else inside. */
export type Mask = { readonly width: number; readonly height: number; readonly data: Uint8Array };

/**
 * Dice coefficient and intersection over union of two masks of the same size. Two empty masks agree on everything that
 * can be said: both null (nothing was marked), never 0 or 1.
 *
 * Dice = 2|A ∩ B| / (|A| + |B|), IoU = |A ∩ B| / |A ∪ B|.
 *
 * Source: Dice 1945; Jaccard 1912.
 *
 * @example maskOverlap(first, second).dice
 */
export function maskOverlap(first: Mask, second: Mask): { dice: number | null; iou: number | null } {
  assertSameSize(first, second);
  let both = 0;
  let sum = 0;
  for (let pixel = 0; pixel < first.data.length; pixel += 1) {
    const a = first.data[pixel] === 0 ? 0 : 1;
    const b = second.data[pixel] === 0 ? 0 : 1;
    both += a & b;
    sum += a + b;
  }
  return sum === 0 ? { dice: null, iou: null } : { dice: (2 * both) / sum, iou: both / (sum - both) };
}

/** Masks are compared pixel by pixel, so their sizes must agree. */
export function assertSameSize(first: Mask, second: Mask): void {
  assert(
    first.width === second.width &&
      first.height === second.height &&
      first.data.length === second.data.length &&
      first.data.length === first.width * first.height,
    'two masks of different size were compared',
  );
}
