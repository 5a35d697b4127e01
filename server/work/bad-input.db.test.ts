import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { DAY, MINUTE, SECOND } from '#server/core/clock.ts';
import { submitAdjudication } from '#server/labels/submit-adjudication.ts';
import { submitAudit } from '#server/labels/submit-audit.ts';
import { submitReview } from '#server/labels/submit-review.ts';
import type { LabelField } from '#server/protocols/schemas.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { closeBatch } from './close-batch.ts';
import { extendLease } from './extend-lease.ts';
import { pauseBatch } from './pause-batch.ts';
import { listMyWork, viewCase } from './reading-views.ts';
import { reclaimLeases } from './reclaim-leases.ts';
import { saveDraft } from './save-draft.ts';
import { skipTask } from './skip-task.ts';
import { submitLabel } from './submit-label.ts';

const field = (key: string): LabelField => ({
  key,
  label: key,
  type: 'text',
  definition: 'What you see.',
  required: false,
});

describe('what readers, their devices and their networks do wrong', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
    scene = await makeWorkScene(t.db, { cases: 12, fields: ['a', 'b', 'c', 'd', 'e'].map(field) });
  });
  afterAll(() => t.drop());
  const claim = (who: OrgContext, batchId: string, limit = 1) =>
    claimNextTasks(who, { batchId, tier: 'label', limit });
  const submit = (
    who: OrgContext,
    batchId: string,
    leaseId: string,
    answers = { a: 'Nothing.' },
    activeMs = 10,
  ) => submitLabel(who, { batchId, leaseId, labelId: randomUUID(), answers, activeMs });
  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const labels = async (batchId: string) =>
    (await t.sql`select count(*)::int as n from labels where batch_id = ${batchId}`)[0]?.n;

  test('a claim in an unknown, paused, closing or settled batch gives nothing and says which it is', async () => {
    const [who] = await makeReaders(scene, await makeBatch(scene), 1);
    await expect(claim(who!, randomUUID())).rejects.toMatchObject({
      kind: 'not_found',
      message: 'There is no such batch.',
    });
    const batchId = await makeBatch(scene);
    const [reader] = await makeReaders(scene, batchId, 1);
    const codes = async () => (await claim(reader!, batchId)).reasons.map((one) => one.code);
    await pauseBatch(scene.sponsor, { batchId, reason: 'A question' });
    expect(await codes()).toEqual(['batch.paused']);
    await closeBatch(scene.sponsor, { batchId, reason: 'Enough' });
    expect(await codes()).toEqual(['batch.closing']);
    await t.sql`update batches set status = 'settled' where id = ${batchId}`;
    expect(await codes()).toEqual(['batch.settled']);
    const draft = await makeBatch(scene, { isDraft: true });
    await expect(claim(reader!, draft)).rejects.toMatchObject({ reason: 'not_joined' });
  });

  test('answers beyond 64 kB, or of a field the slot’s protocol version lacks, are refused in words and nothing is kept of them', async () => {
    const batchId = await makeBatch(scene);
    const [who] = await makeReaders(scene, batchId, 1);
    const { leases } = await claim(who!, batchId);
    const on = { batchId, leaseId: leases[0]!.leaseId };
    const long = Object.fromEntries(['a', 'b', 'c', 'd'].map((key) => [key, 'x'.repeat(19_000)]));
    const tooLarge = {
      kind: 'invalid',
      reason: 'label_too_large',
      message: expect.stringContaining('64 kB'),
    };
    await expect(submit(who!, batchId, on.leaseId, long as { a: string })).rejects.toMatchObject(tooLarge);
    await expect(saveDraft(who!, { ...on, answers: long, activeMs: 1 })).rejects.toMatchObject(tooLarge);
    // One text alone has its own limit, at the door.
    await expect(submit(who!, batchId, on.leaseId, { a: 'x'.repeat(20_001) })).rejects.toMatchObject({
      name: 'ZodError',
    });
    await expect(
      submit(who!, batchId, on.leaseId, { grade: '2' } as unknown as { a: string }),
    ).rejects.toMatchObject({ reason: 'answers_invalid', details: [{ code: 'unknown_field' }] });
    expect(await labels(batchId)).toBe(0);
    const [drafts] = await t.sql`select count(*)::int as n from drafts where batch_id = ${batchId}`;
    expect(drafts?.n).toBe(0);
    await submit(who!, batchId, on.leaseId);
  });

  test('whoever does not hold the case is told nothing of the protocol by what is wrong with their answers', async () => {
    const assisted = await makeBatch(scene, { assisted: true });
    for (const batchId of [await makeBatch(scene), assisted]) {
      const [holder] = await makeReaders(scene, batchId, 1);
      const [stranger] = await makeReaders(scene, await makeBatch(scene), 1);
      const { leases } = await claim(holder!, batchId);
      const wrong = { grade: '2' } as unknown as { a: string };
      await expect(submit(stranger!, batchId, randomUUID(), wrong)).rejects.toMatchObject({
        reason: 'lease_unknown',
        details: [],
      });
      await expect(submit(stranger!, batchId, leases[0]!.leaseId, wrong)).rejects.toMatchObject({
        reason: 'lease_unknown',
        details: [],
      });
      const [told] = await Promise.allSettled([submit(holder!, batchId, leases[0]!.leaseId, wrong)]);
      expect(told).toMatchObject({
        reason: { reason: batchId === assisted ? 'prelabel_unstated' : 'answers_invalid' },
      });
    }
    const batchId = await makeBatch(scene);
    const [stranger] = await makeReaders(scene, await makeBatch(scene), 1);
    const lease = { batchId, leaseId: randomUUID(), labelId: randomUUID(), activeMs: 1 };
    const answers = { grade: '2' };
    const unknown = { reason: 'lease_unknown', details: [] };
    const rationale = 'Seen twice.';
    await expect(submitAdjudication(stranger!, { ...lease, answers, rationale })).rejects.toMatchObject(
      unknown,
    );
    await expect(submitAudit(stranger!, { ...lease, answers, outcome: 'read' })).rejects.toMatchObject(
      unknown,
    );
    const decisions = [{ labelId: randomUUID(), outcome: 'fix_accept' as const, comment: '' }];
    await expect(
      submitReview(stranger!, { ...lease, decisions, fixedAnswers: answers }),
    ).rejects.toMatchObject(unknown);
  });

  test('ten minutes without a connection: within the lease the read is taken; beyond it, it is kept and comes back with the case', async () => {
    const long = await makeBatch(scene, { leaseSeconds: 900 });
    const short = await makeBatch(scene, {
      leaseSeconds: 300,
      overlap: 1,
      caseIds: [scene.dataset.cases[0]!.id],
    });
    const [who] = await makeReaders(scene, long, 1);
    const [reader] = await makeReaders(scene, short, 1);
    const one = (await claim(who!, long)).leases[0]!;
    const two = (await claim(reader!, short)).leases[0]!;
    scene.clock.advance(10 * MINUTE);
    expect(await submit(who!, long, one.leaseId)).toMatchObject({ isReplay: false });
    await reclaimLeases(system());
    await expect(submit(reader!, short, two.leaseId, { a: 'A nodule.' }, 540_000)).rejects.toMatchObject({
      reason: 'lease_over',
      message: expect.stringContaining('is kept as a draft'),
    });
    expect(
      (await extendLease(reader!, { batchId: short, leaseIds: [two.leaseId] }))[0]?.leaseUntil,
    ).toBeNull();
    expect(await listMyWork(reader!)).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ batchId: short, keptDrafts: 1 })]),
    );
    const again = (await claim(reader!, short)).leases[0]!;
    expect(await viewCase(reader!, { batchId: short, leaseId: again.leaseId })).toMatchObject({
      draft: { answers: { a: 'A nodule.' }, activeMs: 540_000 },
    });
    await submit(reader!, short, again.leaseId, { a: 'A nodule.' });
    const mine = (await listMyWork(reader!)).find((line) => line.batchId === short);
    expect(mine?.keptDrafts).toBe(0);
  });

  test('an old device that comes back hands its work over, but not over newer work of another', async () => {
    const batchId = await makeBatch(scene, {
      leaseSeconds: 300,
      overlap: 1,
      caseIds: [scene.dataset.cases[1]!.id],
    });
    const [who] = await makeReaders(scene, batchId, 1);
    const { leaseId } = (await claim(who!, batchId)).leases[0]!;
    const put = (a: string, ageMs?: number) =>
      saveDraft(who!, { batchId, leaseId, answers: { a }, activeMs: 1000, ageMs });
    const kept = async () => {
      const [row] =
        await t.sql`select answers from drafts where batch_id = ${batchId} and lease_id = ${leaseId}`;
      return row?.answers;
    };
    scene.clock.advance(2 * MINUTE);
    await put('Of the second device.');
    // Who signs out of the first hands over what is left there, while the case is held.
    await put('Of the first, before, under the lease.', MINUTE);
    expect(await kept()).toEqual({ a: 'Of the second device.' });
    scene.clock.advance(10 * MINUTE);
    await reclaimLeases(system());
    await put('Of the first, before.', 11 * MINUTE);
    expect(await kept()).toEqual({ a: 'Of the second device.' });
    await put('Of the first, later.', 9 * MINUTE);
    expect(await kept()).toEqual({ a: 'Of the first, later.' });
    await put('After the lease.');
    expect(await kept()).toEqual({ a: 'After the lease.' });
  });

  test('a device’s clock does not matter: leases end and active time is bounded by the server’s', async () => {
    const batchId = await makeBatch(scene, { leaseSeconds: 60 });
    const [who] = await makeReaders(scene, batchId, 1);
    const { leases } = await claim(who!, batchId, 2);
    await expect(submit(who!, batchId, leases[0]!.leaseId, { a: 'x' }, 2 * DAY)).rejects.toMatchObject({
      name: 'ZodError',
    });
    await expect(submit(who!, batchId, leases[0]!.leaseId, { a: 'x' }, -5)).rejects.toMatchObject({
      name: 'ZodError',
    });
    scene.clock.advance(59 * SECOND);
    await submit(who!, batchId, leases[0]!.leaseId);
    scene.clock.advance(2 * SECOND);
    await expect(submit(who!, batchId, leases[1]!.leaseId)).rejects.toMatchObject({ reason: 'lease_over' });
  });

  test('a thousand skips by three people leave every case to the others, and each is told the truth at the end', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, prefetch: 20 });
    const people = await makeReaders(scene, batchId, 4);
    const skipAll = async (who: OrgContext) => {
      for (;;) {
        const { leases, reasons, retryAfterMs } = await claim(who, batchId, 20);
        if (leases.length === 0 && reasons[0]?.code !== 'work.searching') return { reasons, retryAfterMs };
        for (const { leaseId } of leases) await skipTask(who, { batchId, leaseId, reason: 'not_qualified' });
      }
    };
    for (const who of people.slice(0, 3))
      expect((await skipAll(who)).reasons).toMatchObject([{ code: 'work.all_seen' }]);
    // What skips there were before: 1,000 of them, of cases that are no longer open.
    await t.sql`insert into slot_releases (batch_id, annotator_id, task_id, at, lease_id, slot_no, tier, cause, excludes,
        reason, paid_minor)
      select ${batchId}, ${people[0]!.actor.personId}, gen_random_uuid(), ${'2026-01-01T00:00:00Z'}, gen_random_uuid(), 0,
        'label', 'skipped', true, 'other', 0 from generate_series(1, 1000)`;
    await t.sql`update readers set claimed = claimed + 1000, skipped = skipped + 1000
      where batch_id = ${batchId} and annotator_id = ${people[0]!.actor.personId}`;
    expect((await claim(people[0]!, batchId)).leases).toEqual([]);
    let read = 0;
    for (;;) {
      const { leases } = await claim(people[3]!, batchId, 5);
      if (leases.length === 0) break;
      for (const { leaseId } of leases) await submit(people[3]!, batchId, leaseId);
      read += leases.length;
    }
    expect(read).toBe(12);
    const [row] = await t.sql`select min(skips)::int as fewest, max(skips)::int as most from tasks
      where batch_id = ${batchId}`;
    expect(row).toEqual({ fewest: 3, most: 3 });
  });
});
