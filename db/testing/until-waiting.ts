import { expect, vi } from 'vitest';
import type { TestDatabase } from './database.ts';

/** How long nothing comes to wait before that counts as a hang. Shorter than a test may take, so that this is what is told. */
const HANG_MS = 20_000;

/**
 * Until so many connections of this database wait for a lock, or for one taken by name (`advisory`). A connection that waits for a
 * moment besides is no fault, so they may be more; the server's own processes and other databases' connections do not count.
 */
export async function untilWaiting(
  t: Pick<TestDatabase, 'admin'>,
  count = 1,
  kind: 'any' | 'advisory' = 'any',
): Promise<void> {
  await vi.waitFor(
    async () => {
      const waiting = await t.admin`
        select wait_event from pg_stat_activity
        where datname = current_database() and backend_type = 'client backend' and wait_event_type = 'Lock'`;
      const counted = waiting.filter((one) => kind === 'any' || one.wait_event === 'advisory');
      expect(counted.length).toBeGreaterThanOrEqual(count);
    },
    { timeout: HANG_MS, interval: 20 },
  );
}
