import { expect, test } from 'vitest';
import { appRouter } from './_app.ts';

test('every procedure says what comes out of it, so that nothing else does', () => {
  const procedures = Object.entries(
    appRouter._def.procedures as unknown as Record<string, { _def: { output?: unknown } }>,
  );
  const silent = procedures.filter(([, procedure]) => procedure._def.output === undefined);
  expect(procedures.length).toBeGreaterThan(100);
  expect(silent.map(([path]) => path)).toEqual([]);
});
