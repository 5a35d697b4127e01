import { randomUUID } from 'node:crypto';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Database } from '#db/client.ts';
import { markSharded } from '#db/driver.ts';
import * as schema from '#db/schema/index.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { tablesWithoutBatch } from '#db/testing/batch-of-statement.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { CLAIM_TOGETHER, CLAIM_TOGETHER_WITH_GOLD } from './claim-together.ts';
import { submitAndNext, submitLabel } from './submit-label.ts';
import { SUBMIT_AND_CLAIM, SUBMIT_AND_CLAIM_WITH_GOLD, SUBMIT_TOGETHER } from './submit-together.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

type Seat = { who: OrgContext; batchId: string };
type Group = { query: string; batchIds: Set<string>; people: number; parameters: readonly unknown[] };

/** What says of each of its rows which batch it is of: a group of claims or submits (`one-or-several.ts`). */
const OF_A_GROUP = /jsonb_to_recordset\(\$1::jsonb\) as q \(n int, batch_id uuid/;
const FORMS_OF_ONE = new Set(
  [
    CLAIM_TOGETHER,
    CLAIM_TOGETHER_WITH_GOLD,
    SUBMIT_TOGETHER,
    SUBMIT_AND_CLAIM,
    SUBMIT_AND_CLAIM_WITH_GOLD,
  ].map(({ one }) => one),
);

describe('claims and submits of several batches at the same moment', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 6 });
    scene = await makeWorkScene(t.db, { cases: 30, gold: { 0: { grade: ['2'] }, 1: { grade: ['2'] } } });
  });
  afterAll(() => t.drop());

  /** The groups that six people send who claim, submit with the next claim, and submit, all at once, two in each of three batches. */
  async function groupsOf(more: object, isSharded: boolean): Promise<Group[]> {
    const groups: Group[] = [];
    const sql = postgres(t.url, {
      max: 6,
      onnotice: () => {},
      debug: (_, query, parameters) => {
        if (!OF_A_GROUP.test(query)) return;
        const rows = JSON.parse(String(parameters[0])) as { batch_id: string }[];
        const batchIds = new Set(rows.map((row) => row.batch_id));
        groups.push({ query, batchIds, people: rows.length, parameters });
      },
    });
    const db: Database = drizzle(sql, { schema, casing: 'snake_case' });
    if (isSharded) markSharded(db);
    const seats: Seat[] = [];
    for (let n = 0; n < 3; n += 1) {
      const batchId = await makeBatch(scene, { overlap: 2, prefetch: 4, ...more });
      for (const who of await makeReaders(scene, batchId, 2)) seats.push({ who: { ...who, db }, batchId });
    }
    try {
      await everybody(seats, readTwo);
      await everybody(seats, readTwo);
    } finally {
      await sql.end();
    }
    return groups;
  }

  const everybody = (seats: readonly Seat[], step: (seat: Seat) => Promise<void>) =>
    Promise.all(seats.map(step));

  async function readTwo({ who, batchId }: Seat): Promise<void> {
    const label = () => ({ labelId: randomUUID(), answers: { grade: '2' }, activeMs: 5 });
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
    const { next } = await submitAndNext(who, { batchId, leaseId: leases[0]!.leaseId, ...label(), limit: 1 });
    const [lease] = next.leases;
    await submitLabel(who, { batchId, leaseId: lease!.leaseId, ...label() });
  }

  const KINDS = [
    ['without gold', {}],
    ['with gold dealt', { goldMode: 'dealt', goldShareBasisPoints: 3000 }],
    ['in rounds', { rounds: 2 }],
  ] as const;

  test.each(KINDS)('go as one statement on one PostgreSQL: %s', async (_, more) => {
    const groups = await groupsOf(more, false);
    expect(groups.some((group) => group.batchIds.size > 1)).toBe(true);
  });

  test.each(KINDS)(
    'Citus: on a sharded database each statement is of exactly one batch, which it names: %s',
    async (_, more) => {
      const groups = await groupsOf(more, true);
      expect(groups.some((group) => group.people > 1)).toBe(true);
      expect(new Set(groups.flatMap((group) => [...group.batchIds])).size).toBe(3);
      for (const { query, batchIds, parameters } of groups) {
        const [batchId] = batchIds;
        expect(batchIds.size).toBe(1);
        expect(parameters.at(-1)).toBe(batchId);
        expect(tablesWithoutBatch(query)).toEqual([]);
        // The form that takes no table's batch from a row.
        expect(FORMS_OF_ONE.has(query)).toBe(true);
      }
    },
  );
});
