import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { systemContext } from '#server/command/context.ts';
import { MINUTE } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { postAccruals } from '#server/ledger/post-accruals.ts';
import { balanceOf, checkLedger } from '#server/ledger/reads.ts';
import { checkWorkInvariants } from '#server/work/check-invariants.ts';
import { listReaders } from '#server/work/reads.ts';
import { reclaimLeases } from '#server/work/reclaim-leases.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

describe('SIGKILL at any moment', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 6 });
    scene = await makeWorkScene(t.db, { cases: 60, fundsMinor: 10_000_000n });
  });
  afterAll(() => t.drop());

  /** A process that reads as these people; killed after some milliseconds, or left to finish. */
  async function run(
    batchId: string,
    people: readonly OrgContext[],
    killAfterMs: number | null,
  ): Promise<void> {
    const readers = people.map(({ actor }) => ({
      personId: actor.personId,
      userId: actor.userId,
      orgId: actor.orgId,
      sessionId: actor.sessionId,
    }));
    const orders = JSON.stringify({ url: t.url, batchId, now: scene.clock.now().toISOString(), readers });
    const child = fork(path.join(import.meta.dirname, 'victim.ts'), [orders], {
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    await once(child, 'message');
    const ended = once(child, 'exit');
    const timer = killAfterMs === null ? null : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    await ended;
    if (timer) clearTimeout(timer);
    // What it was in the middle of holds its rows until the server has noticed: a posting, which passes over what is locked, would leave them out.
    await expect
      .poll(
        () =>
          t.admin`select pid from pg_stat_activity where datname = current_database() and application_name like '%victim%'`,
      )
      .toEqual([]);
  }

  test('nothing is lost, read twice or paid twice, and every case is read in the end', async () => {
    const batchId = await makeBatch(scene, { kind: 'pilot', overlap: 3 });
    const people = await makeReaders(scene, batchId, 4);
    for (const killAfterMs of [5, 20, 40, 80, 120]) {
      await run(batchId, people, killAfterMs);
      expect(await checkWorkInvariants(t.db)).toEqual([]);
      expect(await checkLedger(t.db)).toEqual({ ok: true, problems: [] });
    }
    // What the dead held comes back when its lease is over.
    scene.clock.advance(20 * MINUTE);
    const ctx = systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: newId() });
    await reclaimLeases(ctx);
    await run(batchId, people, null);
    await postAccruals(ctx, { batchId });
    const [row] =
      await t.sql`select count(*)::int as n, count(distinct (annotator_id, task_id))::int as pairs from labels where batch_id = ${batchId}`;
    expect(row).toEqual({ n: 180, pairs: 180 });
    const readers = await listReaders(t.db, batchId, 'label');
    expect(readers.reduce((sum, reader) => sum + reader.submitted, 0)).toBe(180);
    const earned = readers.reduce((sum, reader) => sum + reader.accruedMinor, 0n);
    expect(earned).toBe(180n * 120n);
    expect(await balanceOf(t.db, { code: 'payable', ownerId: scene.vendorOrg.id, currency: 'USD' })).toBe(
      earned,
    );
    expect(await checkWorkInvariants(t.db)).toEqual([]);
    expect(await checkLedger(t.db)).toEqual({ ok: true, problems: [] });
  }, 120_000);
});
