import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { hintOfReader, rememberReader } from './reader-place.ts';
import { submitAndNext } from './submit-label.ts';

describe('where a reader’s row lies is only a hint', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let batchId: string;
  let who: OrgContext;
  let other: OrgContext;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 20 });
  });
  afterAll(() => t.drop());
  beforeEach(async () => {
    batchId = await makeBatch(scene, { overlap: 2 });
    [who, other] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
  });

  const of = (one: OrgContext) => ({ batchId, annotatorId: one.actor.personId });
  const claim = async (one: OrgContext) => {
    const { leases } = await claimNextTasks(one, { batchId, tier: 'label', limit: 1 });
    return leases[0]!.leaseId;
  };
  const pass = async (one: OrgContext, leaseId: string) => {
    const label = { labelId: randomUUID(), answers: { grade: '2' }, activeMs: 1000 };
    const { next } = await submitAndNext(one, { batchId, leaseId, ...label, limit: 1 });
    return next.leases[0]!.leaseId;
  };
  const placeOf = async (one: OrgContext) => {
    const [row] = await t.sql<{ at: string }[]>`
      select ctid as at from readers where batch_id = ${batchId} and annotator_id = ${one.actor.personId}`;
    return row!.at;
  };
  const countsOf = async (one: OrgContext) => {
    const [row] = await t.sql<{ claimed: number; submitted: number; held: number }[]>`
      select claimed, submitted, cardinality(held) as held from readers
      where batch_id = ${batchId} and annotator_id = ${one.actor.personId}`;
    return row;
  };

  test('a claim, a submit, and both at once leave the place where the row lies', async () => {
    const first = await claim(who);
    expect(hintOfReader(t.db, of(who))).toBe(await placeOf(who));
    const second = await pass(who, first);
    expect(hintOfReader(t.db, of(who))).toBe(await placeOf(who));
    await pass(who, second);
    expect(await countsOf(who)).toEqual({ claimed: 3, submitted: 2, held: 1 });
  });

  test('every eighth write goes by the key, so that the page is tidied up', async () => {
    let leaseId = await claim(who);
    const hints: (string | null)[] = [hintOfReader(t.db, of(who))];
    for (let n = 2; n <= 16; n += 1) {
      leaseId = await pass(who, leaseId);
      hints.push(hintOfReader(t.db, of(who)));
    }
    expect(hints.flatMap((hint, at) => (hint === null ? [at + 1] : []))).toEqual([8, 16]);
  });

  test('rows that another process has moved are found by their keys', async () => {
    const leaseId = await claim(who);
    await t.sql`update readers set released = released where batch_id = ${batchId}`;
    await t.sql`update slots set lease_until = lease_until where batch_id = ${batchId}`;
    expect(hintOfReader(t.db, of(who))).not.toBe(await placeOf(who));
    await pass(who, leaseId);
    expect(await countsOf(who)).toEqual({ claimed: 2, submitted: 1, held: 1 });
    expect(hintOfReader(t.db, of(who))).toBe(await placeOf(who));
  });

  test('a place where somebody else’s row lies by now is not taken for one’s own', async () => {
    const [mine, theirs] = [await claim(who), await claim(other)];
    rememberReader(t.db, of(who), await placeOf(other));
    rememberReader(t.db, of(other), '(99999,1)');
    const next = [await pass(who, mine), await pass(other, theirs)];
    for (const one of [who, other])
      expect(await countsOf(one)).toEqual({ claimed: 2, submitted: 1, held: 1 });
    const rows =
      await t.sql`select annotator_id from slots where lease_id = any (${next}::uuid[]) order by annotator_id`;
    expect(rows.map((row) => row.annotator_id)).toEqual([who.actor.personId, other.actor.personId].sort());
  });
});
