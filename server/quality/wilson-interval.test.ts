import { expect, it } from 'vitest';
import { proportion } from './proportion.ts';
import { wilsonInterval } from './wilson-interval.ts';

it.each([
  { x: 81, n: 263, plain: [0.255289, 0.36621], corrected: [0.2535, 0.3682] },
  { x: 15, n: 148, plain: [0.062386, 0.160487], corrected: [0.0598, 0.1644] },
  { x: 0, n: 20, plain: [0, 0.161125], corrected: [0, 0.2005] },
  { x: 1, n: 29, plain: [0.006113, 0.171755], corrected: [0.0018, 0.1963] },
  { x: 10, n: 10, plain: [0.722467, 1], corrected: null },
  { x: 95, n: 100, plain: [0.88825, 0.978456], corrected: null },
])('wilsonInterval of $x of $n equals Newcombe 1998', ({ x, n, plain, corrected }) => {
  for (const side of [0, 1] as const) {
    expect(wilsonInterval(x, n)![side]).toBeCloseTo(plain[side]!, 6);
    if (corrected) expect(wilsonInterval(x, n, { continuity: true })![side]).toBeCloseTo(corrected[side]!, 4);
  }
});

it('a proportion of nothing is null with a reason, never NaN (R8)', () => {
  expect(proportion(0, 0)).toMatchObject({ value: null, ci: null, n: 0, reason: 'no_reference' });
  expect(wilsonInterval(0, 0)).toBeNull();
});
