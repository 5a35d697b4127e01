import { describe, expect, it } from 'vitest';
import { assign } from './assignment.ts';
import { matchBoxes } from './box-agreement.ts';
import { type Box, boxIou } from './box-overlap.ts';
import { counterUniform } from './counter-hash.ts';

/** Crowded boxes: most of them meet several others. */
function crowd(stream: number, n: number, spread: number): Box[] {
  return Array.from({ length: n }, (_, index) => {
    const draw = (which: number) => counterUniform(stream, index * 4 + which, 9);
    const [x1, y1] = [draw(0) * spread, draw(1) * spread];
    return { x1, y1, x2: x1 + 5 + draw(2) * 10, y2: y1 + 5 + draw(3) * 10 };
  });
}

describe('matchBoxes', () => {
  it('reaches the total overlap of one assignment over all boxes, however they hang together', () => {
    for (let trial = 0; trial < 40; trial += 1) {
      const first = crowd(trial * 2 + 1, 30, 20 + trial * 3);
      const second = crowd(trial * 2 + 2, 25, 20 + trial * 3);
      for (const threshold of [0.05, 0.3, 0.5]) {
        const ious = first.map((a) => second.map((b) => boxIou(a, b)));
        const whole = assign(ious.map((row) => row.map((iou) => (iou >= threshold ? -iou : 0))));
        const best = whole.reduce((sum, [row, column]) => {
          const iou = ious[row]![column]!;
          return iou >= threshold ? sum + iou : sum;
        }, 0);
        const matches = matchBoxes(first, second, threshold);
        expect(matches.reduce((sum, { iou }) => sum + iou, 0)).toBeCloseTo(best, 9);
        expect(new Set(matches.map((match) => match.first)).size).toBe(matches.length);
        expect(new Set(matches.map((match) => match.second)).size).toBe(matches.length);
        for (const match of matches) expect(match.iou).toBe(ious[match.first]![match.second]);
      }
    }
  });

  it('matches equal boxes without area at an overlap of 1', () => {
    const point = { x1: 3, y1: 3, x2: 3, y2: 3 };
    expect(matchBoxes([point], [point, { x1: 0, y1: 0, x2: 9, y2: 9 }], 1)).toEqual([
      { first: 0, second: 0, iou: 1 },
    ]);
  });
});
