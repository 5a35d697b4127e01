import { expect, it } from 'vitest';
import { dawidSkene } from './dawid-skene.ts';
import { threadEngine } from './em-threads.ts';
import { syntheticTable } from './synthetic-reads.ts';

it('matches the reference log-likelihood after ten iterations, to the same bits with any number of threads', () => {
  const table = syntheticTable(100_000, 5);
  const options = { maxIterations: 10, tolerance: 0 };
  const alone = dawidSkene(table, options);
  expect(alone.logLikelihood).toBeCloseTo(-105552.6725, 3);
  for (const helpers of [1, 2]) {
    const shared = dawidSkene(table, { ...options, engine: threadEngine(helpers) });
    expect(shared.logLikelihood).toBe(alone.logLikelihood);
    expect(Buffer.from(shared.posterior.buffer).equals(Buffer.from(alone.posterior.buffer))).toBe(true);
  }
});
