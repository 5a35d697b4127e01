import { describe, expect, test } from 'vitest';
import { counterUniform } from './counter-hash.ts';
import { bernoulliCusum } from './cusum.ts';
import { bernoulliCusumLimit, bernoulliCusumRunLength } from './cusum-limit.ts';

/** Mean number of answers until a signal over `runs` simulated readers. */
function simulated(plan: { good: number; bad: number; limit: number }, share: number, runs: number): number {
  let answers = 0;
  for (let run = 1; run <= runs; run += 1) {
    let score = 0;
    for (let at = 0; ; at += 1) {
      const [point] = bernoulliCusum([counterUniform(run, at, 7) < share], plan, score);
      score = point?.score ?? 0;
      answers += 1;
      if (point?.isSignal) break;
    }
  }
  return answers / runs;
}

describe('limit of a CUSUM of right and wrong answers', () => {
  test.each([
    { good: 0.9, bad: 0.75 },
    { good: 0.95, bad: 0.85 },
    { good: 0.8, bad: 0.6 },
  ])('$good against $bad: a false alarm about once in 500, a real drop found much sooner', (plan) => {
    const limit = bernoulliCusumLimit({ ...plan, falseAlarmLength: 500 });
    const quiet = simulated({ ...plan, limit }, plan.good, 400);
    // The chain's rounding and 400 runs (standard error 5 %) together stay within a third.
    expect(quiet).toBeGreaterThan(330);
    expect(quiet).toBeLessThan(900);
    expect(simulated({ ...plan, limit }, plan.bad, 400)).toBeLessThan(70);
  });

  test('a higher limit waits longer, and a plan that makes no sense is refused', () => {
    const at = (limit: number) => bernoulliCusumRunLength({ good: 0.9, bad: 0.75, limit, share: 0.9 });
    expect(at(3)).toBeGreaterThan(at(2));
    expect(() => bernoulliCusumLimit({ good: 0.7, bad: 0.9, falseAlarmLength: 500 })).toThrow(
      '0 < bad < good',
    );
  });
});
