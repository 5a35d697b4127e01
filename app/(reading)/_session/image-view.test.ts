import { expect, test } from 'vitest';
import { FITTED, pan, zoomAt } from './image-view.ts';

test('the point under the pointer stays where it is', () => {
  const view = zoomAt({ scale: 2, x: 10, y: -20 }, 1.5, { x: 100, y: 40 });
  // A point p of the image lies at view + scale × p.
  const before = { x: (100 - 10) / 2, y: (40 + 20) / 2 };
  expect(view.x + view.scale * before.x).toBeCloseTo(100);
  expect(view.y + view.scale * before.y).toBeCloseTo(40);
});

test('zooming out ends with the image fitted in', () => {
  expect(zoomAt({ scale: 1.2, x: 40, y: 8 }, 0.5, { x: 3, y: 3 })).toEqual(FITTED);
  expect(zoomAt({ scale: 15, x: 0, y: 0 }, 4, { x: 0, y: 0 }).scale).toBe(16);
});

test('the image cannot be lost out of its frame', () => {
  const far = pan({ scale: 2, x: 0, y: 0 }, { x: 9_999, y: -9_999 }, { width: 100, height: 50 });
  expect(far).toEqual({ scale: 2, x: 100, y: -50 });
});
