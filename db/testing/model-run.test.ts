import fc from 'fast-check';
import { expect, test } from 'vitest';
import { modelRun } from './model-run.ts';

const USUAL = { seed: 7, histories: 20 };

test('runs its own histories with its own seed, unless a hunt names others', () => {
  expect(modelRun(USUAL, {}).parameters).toMatchObject({ seed: 7, numRuns: 20 });
  const hunt = { READROOM_MODEL_SEED: '11', READROOM_MODEL_HISTORIES: '300' };
  expect(modelRun(USUAL, hunt).parameters).toMatchObject({ seed: 11, numRuns: 300 });
  expect(modelRun(USUAL, hunt).timeoutMs).toBeGreaterThan(modelRun(USUAL, {}).timeoutMs);
  expect(() => modelRun(USUAL, { READROOM_MODEL_SEED: 'new' })).toThrow(/READROOM_MODEL_SEED/);
});

test('histories for which there is no time left are a failure, even where those before went well', async () => {
  let ran = 0;
  const slow = fc.asyncProperty(fc.nat(), async () => {
    ran += 1;
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
  const { parameters } = modelRun(USUAL, {});
  await expect(fc.assert(slow, { ...parameters, interruptAfterTimeLimit: 200 })).rejects.toThrow(
    /interrupted/i,
  );
  expect(ran).toBeGreaterThan(1);
  expect(ran).toBeLessThan(USUAL.histories);
});
