import { describe, expect, test } from 'vitest';
import { counterUniform } from './counter-hash.ts';
import { stratifiedShare, stratifiedShift } from './stratified-share.ts';
import { wilsonInterval } from './wilson-interval.ts';

/** A population in strata, each with its share of cases that have the property; the rare stratum is drawn as often as the common. */
const POPULATION = [
  { size: 4000, share: 0.05, drawn: 60 },
  { size: 600, share: 0.4, drawn: 60 },
  { size: 90, share: 0.8, drawn: 60 },
];
const TRUE_SHARE =
  POPULATION.reduce((sum, one) => sum + Math.round(one.size * one.share), 0) /
  POPULATION.reduce((sum, one) => sum + one.size, 0);

/** How many of a stratum's draw without replacement have the property, by selection sampling. */
function draw(stratum: (typeof POPULATION)[number], uniform: () => number): number {
  let marked = Math.round(stratum.size * stratum.share);
  let left = stratum.size;
  let found = 0;
  for (let i = 0; i < stratum.drawn; i += 1, left -= 1) {
    if (uniform() * left >= marked) continue;
    found += 1;
    marked -= 1;
  }
  return found;
}

describe('shares of a population from a weighted draw', () => {
  test('by hand: 900 cases at 10 % and 100 at 50 %, drawn alike, are 14 % and not 30 %', () => {
    const found = stratifiedShare([
      { population: 900, n: 50, successes: 5 },
      { population: 100, n: 50, successes: 25 },
    ]);
    expect(found.value).toBeCloseTo(0.14, 12);
    // .9² (1 − 50/900) .1 × .9 ÷ 49 + .1² (1 − 50/100) .5 × .5 ÷ 49
    expect(found.se).toBeCloseTo(Math.sqrt(0.81 * (850 / 900) * (0.09 / 49) + 0.01 * 0.5 * (0.25 / 49)), 12);
    expect(found).toMatchObject({ n: 100, nExcluded: 0 });
  });

  test('of a population that is known, the weighted share is right on average and its 95 % interval holds it; the plain share does not', () => {
    let at = 0;
    const uniform = () => counterUniform(1, at++, 20_260_101);
    const runs = 3000;
    let [sum, plain, held, plainHeld] = [0, 0, 0, 0];
    for (let run = 0; run < runs; run += 1) {
      const strata = POPULATION.map((one) => ({
        population: one.size,
        n: one.drawn,
        successes: draw(one, uniform),
      }));
      const { value, ci } = stratifiedShare(strata);
      sum += value ?? 0;
      if (ci !== null && ci[0] <= TRUE_SHARE && TRUE_SHARE <= ci[1]) held += 1;
      const marked = strata.reduce((all, one) => all + one.successes, 0);
      plain += marked / 180;
      const naive = wilsonInterval(marked, 180);
      if (naive !== null && naive[0] <= TRUE_SHARE && TRUE_SHARE <= naive[1]) plainHeld += 1;
    }
    expect(Math.abs(sum / runs - TRUE_SHARE)).toBeLessThan(0.002);
    expect(plain / runs).toBeGreaterThan(TRUE_SHARE + 0.2);
    expect(held / runs).toBeGreaterThan(0.93);
    expect(held / runs).toBeLessThan(0.99);
    expect(plainHeld).toBe(0);
  });

  test('a whole population leaves no doubt, an unseen stratum is said, and nothing found still has an interval', () => {
    expect(stratifiedShare([{ population: 40, n: 40, successes: 10 }]).ci).toEqual([0.25, 0.25]);
    const some = stratifiedShare([
      { population: 100, n: 20, successes: 0 },
      { population: 50, n: 0, successes: 0 },
    ]);
    expect(some).toMatchObject({ value: 0, n: 20, nExcluded: 50, exclusion: 'stratum_not_seen' });
    expect(some.ci?.[0]).toBe(0);
    expect(some.ci?.[1]).toBeCloseTo(wilsonInterval(0, 20)?.[1] ?? 0, 12);
    expect(stratifiedShare([{ population: 9, n: 0, successes: 0 }])).toMatchObject({
      value: null,
      reason: 'no_data',
    });
    expect(stratifiedShare([{ population: 9, n: 1, successes: 1 }]).ci?.[1]).toBe(1);
  });
});

describe('shifts between two looks at the same cases', () => {
  test('one stratum is Agresti and Min’s interval: 30 gained and 14 lost of 200', () => {
    const found = stratifiedShift([{ population: 1e9, n: 200, gained: 30, lost: 14 }]);
    expect(found.value).toBeCloseTo(0.08, 12);
    const [b, c, n] = [30.5, 14.5, 202];
    const half = (1.959964 * Math.sqrt(b + c - (b - c) ** 2 / n)) / n;
    expect(found.ci?.[0]).toBeCloseTo((b - c) / n - half, 2);
    expect(found.ci?.[1]).toBeCloseTo((b - c) / n + half, 2);
  });

  test('counts by weight, holds the true shift of a known population, and says how sure “no change” is', () => {
    let at = 0;
    const uniform = () => counterUniform(2, at++, 7);
    const strata = [
      { size: 3000, gain: 0.02, lose: 0.01, drawn: 80 },
      { size: 300, gain: 0.3, lose: 0.05, drawn: 80 },
    ];
    const truth = (3000 * 0.01 + 300 * 0.25) / 3300;
    let held = 0;
    const runs = 2000;
    for (let run = 0; run < runs; run += 1) {
      const { ci } = stratifiedShift(
        strata.map((one) => {
          let [gained, lost] = [0, 0];
          for (let i = 0; i < one.drawn; i += 1) {
            const u = uniform();
            if (u < one.gain) gained += 1;
            else if (u < one.gain + one.lose) lost += 1;
          }
          return { population: one.size, n: one.drawn, gained, lost };
        }),
      );
      if (ci !== null && ci[0] <= truth && truth <= ci[1]) held += 1;
    }
    expect(held / runs).toBeGreaterThan(0.93);
    const none = stratifiedShift([{ population: 500, n: 30, gained: 0, lost: 0 }]);
    expect(none.value).toBe(0);
    expect(none.ci?.[1]).toBeGreaterThan(0.05);
    expect(none.ci?.[0]).toBeCloseTo(-(none.ci?.[1] ?? 0), 12);
  });
});
