import { sql } from 'drizzle-orm';
import { describe, expect, inject, test } from 'vitest';
import { createTestDatabase } from '#db/testing/database.ts';
import { openDatabase } from './client.ts';
import { hotDriverOf } from './driver.ts';

type Mode = { plan_cache_mode: string };

const planning = async (driver: ReturnType<typeof hotDriverOf>) =>
  (await driver<Mode[]>`show plan_cache_mode`)[0]?.plan_cache_mode;

describe('a pool', () => {
  test('sets connections aside whose plans are made once; a transaction and all else are left to the planner', async () => {
    const t = await createTestDatabase(inject('adminUrl'));
    try {
      expect(await planning(hotDriverOf(t.db))).toBe('force_generic_plan');
      expect(await hotDriverOf(t.db)`show enable_seqscan`).toMatchObject([{ enable_seqscan: 'off' }]);
      expect(await t.db.execute<Mode>(sql`show plan_cache_mode`)).toMatchObject([
        { plan_cache_mode: 'auto' },
      ]);
      await t.db.transaction(async (tx) => {
        await tx.execute(sql`set local application_name = 'mine'`);
        expect(await hotDriverOf(tx)`show application_name`).toMatchObject([{ application_name: 'mine' }]);
      });
    } finally {
      await t.drop();
    }
  });

  test('holds no more connections than it was given, shared out or not', async () => {
    const t = await createTestDatabase(inject('adminUrl'));
    const opened = async (max: number, isRead: boolean) => {
      const name = `pool of ${max}`;
      const { db, close } = openDatabase(t.url, { max, name, isRead });
      try {
        // More at once than there are connections, each long enough that none is free for the next.
        const all = Array.from({ length: 2 * max }, () => [
          db.execute(sql`select pg_sleep(0.05)`),
          hotDriverOf(db)`select pg_sleep(0.05)`,
        ]);
        await Promise.all(all.flat());
        const [row] =
          await t.admin`select count(*)::int as n from pg_stat_activity where application_name = ${name}`;
        return row?.n ?? Number.NaN;
      } finally {
        await close();
      }
    };
    try {
      for (const [max, isRead] of [
        [1, true],
        [5, true],
        [5, false],
      ] as const)
        expect(await opened(max, isRead)).toBeLessThanOrEqual(max);
    } finally {
      await t.drop();
    }
  });
});
