import type { TestDatabase } from './database.ts';

/** Keeps everyone from writing to a table until what it returns is called. */
export async function holdTable(
  t: Pick<TestDatabase, 'admin'>,
  table: 'cases' | 'audit_events',
): Promise<() => Promise<void>> {
  const [isHeld, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const holding = t.admin.begin(async (tx) => {
    await tx`lock table ${tx(table)} in share mode`;
    isHeld.resolve();
    await end.promise;
  });
  await Promise.race([isHeld.promise, holding]);
  return async () => {
    end.resolve();
    await holding;
  };
}
