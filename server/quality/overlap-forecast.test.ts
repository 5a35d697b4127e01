import fc from 'fast-check';
import { expect, it } from 'vitest';
import { evenConfusion, needsAnotherRead } from './adaptive-overlap.ts';
import { adaptiveForecast } from './overlap-forecast.ts';

type Policy = { readonly minimum: number; readonly maximum: number; readonly minConfidence: number };

/** Every sequence of answers by itself, none merged with another: stops by the rule that buys reads. */
function enumerated(confusion: Float64Array, prior: Float64Array, policy: Policy) {
  const K = prior.length;
  const sums = { reads: 0, accuracy: 0, unsure: 0, tied: 0, rightUntied: 0 };
  const readsShare = new Array<number>(policy.maximum + 1).fill(0);
  const follow = (joint: readonly number[], nReads: number): void => {
    const total = joint.reduce((sum, share) => sum + share, 0);
    const best = Math.max(...joint);
    if (nReads > 0 && !needsAnotherRead({ nReads, confidence: best / total }, policy)) {
      sums.reads += total * nReads;
      sums.accuracy += best;
      readsShare[nReads]! += total;
      if (best / total < policy.minConfidence) sums.unsure += total;
      const isTied = joint.filter((share) => share >= best * (1 - 1e-9)).length > 1;
      if (isTied) sums.tied += total;
      else sums.rightUntied += best;
      return;
    }
    for (let answer = 0; answer < K; answer += 1)
      follow(
        joint.map((share, k) => share * confusion[k * K + answer]!),
        nReads + 1,
      );
  };
  follow([...prior], 0);
  return { ...sums, readsShare };
}

function expectSame(confusion: Float64Array, prior: Float64Array, policy: Policy): void {
  const { readsShare, ...sums } = enumerated(confusion, prior, policy);
  const found = adaptiveForecast(confusion, prior, policy);
  for (const [name, value] of Object.entries(sums))
    expect([name, found[name as keyof typeof sums]]).toEqual([name, expect.closeTo(value, 9)]);
  for (const [n, share] of readsShare.entries()) expect(found.readsShare[n]).toBeCloseTo(share, 9);
}

/** Confidences that no posterior hits exactly, where rounding would decide. */
const policy = fc
  .record({ minimum: fc.integer({ min: 1, max: 4 }), more: fc.integer({ min: 0, max: 3 }) })
  .chain(({ minimum, more }) =>
    fc.double({ min: 0.5001, max: 0.9999, noNaN: true }).map((minConfidence) => ({
      minimum,
      maximum: Math.min(6, minimum + more),
      minConfidence,
    })),
  );

it('is what following every sequence of answers gives, where classes are alike', () => {
  const accuracy = fc.double({ min: 0.3, max: 0.99, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 4 }), accuracy, policy, (K, share, rule) => {
      expectSame(evenConfusion(share, K), new Float64Array(K).fill(1 / K), rule);
    }),
    { numRuns: 60 },
  );
});

it('and where they differ in share and in what they are taken for', () => {
  const shares = (K: number) =>
    fc.array(fc.integer({ min: 1, max: 97 }), { minLength: K, maxLength: K }).map((parts) => {
      const total = parts.reduce((sum, part) => sum + part, 0);
      return parts.map((part) => part / total);
    });
  const problem = fc
    .integer({ min: 2, max: 3 })
    .chain((K) => fc.record({ prior: shares(K), rows: fc.array(shares(K), { minLength: K, maxLength: K }) }));
  fc.assert(
    fc.property(problem, policy, ({ prior, rows }, rule) => {
      expectSame(Float64Array.from(rows.flat()), Float64Array.from(prior), rule);
    }),
    { numRuns: 60 },
  );
});
