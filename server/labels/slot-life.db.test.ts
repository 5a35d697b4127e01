import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { modelRun } from '#db/testing/model-run.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { MINUTE, SECOND } from '#server/core/clock.ts';
import { reserveBatchFunds } from '#server/ledger/reserve-batch-funds.ts';
import { amendLabel } from '#server/work/amend-label.ts';
import { checkWorkInvariants } from '#server/work/check-invariants.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { countMoreReserve } from '#server/work/more-reads.ts';
import { pauseBatch, resumeBatch } from '#server/work/pause-batch.ts';
import { getBatch, sumReaders } from '#server/work/reads.ts';
import { reclaimLeases } from '#server/work/reclaim-leases.ts';
import { releaseLeases } from '#server/work/release-leases.ts';
import { skipTask } from '#server/work/skip-task.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { rejectLabel } from './reject-label.ts';
import { settleTasks } from './settle-tasks.ts';
import { submitReview } from './submit-review.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

/*
 * The whole life of slots against a simple model: with gold dealt among them, repeats, reviews that accept, return and reject,
 * rejections by the sponsor, undo, skips, leases given back and run out, pauses, and the end of the batch. What a reader holds is
 * the claim’s model (server/work/slot-machine.db.test.ts); here it is what becomes of each label.
 */
const RUN = modelRun({ seed: 5, histories: 5, secondsEach: 40 });
const READERS = 3;
const ACTS = [
  'claim',
  'submit',
  'submit',
  'submit',
  'submit',
  'skip',
  'release',
  'sleep',
  'reclaim',
] as const;
const DECISIONS = ['review', 'review', 'review', 'reject', 'amend', 'pause', 'together'] as const;
const step = fc.record({
  who: fc.nat({ max: READERS - 1 }),
  what: fc.constantFrom(...ACTS, ...DECISIONS),
  pick: fc.nat({ max: 80 }),
});
const kind = fc.record({ hasGold: fc.boolean(), rounds: fc.constantFrom(1, 2) });

type Held = { taskId: string; until: number; corrects: string | null };
type Label = {
  who: number;
  taskId: string;
  /** When the read was handed in; undoing it does not move that. */
  at: number;
  state: 'submitted' | 'accepted' | 'returned' | 'correcting' | 'rejected' | 'replaced';
};

/** Returns that a closing batch has refused, in all histories. */
let refused = 0;
let t: TestDatabase;
let scene: WorkScene;
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'), { max: 12 });
  const gold = { 0: { grade: ['2'] }, 1: { grade: ['2'] } };
  scene = await makeWorkScene(t.db, { cases: 6, gold });
});
afterAll(() => t.drop());

async function play({ hasGold, rounds }: { hasGold: boolean; rounds: number }) {
  const batchId = await makeBatch(scene, {
    caseIds: scene.dataset.cases.slice(0, 4).map((one) => one.id),
    overlap: 2,
    rounds,
    leaseSeconds: 60,
    reviewShareBasisPoints: 10_000,
    // What is returned is reviewed again and again: with reviews that cost hardly anything the budget does not end before the work.
    pricePerReviewMinor: 1n,
    // Four cases, so that they are soon read and decided on, or two of them and two that are known.
    ...(hasGold ? { goldMode: 'dealt', goldShareBasisPoints: 3000 } : {}),
  });
  // As if the sponsor had funded more: what is reviewed a third time was not reserved for (R29).
  await transact(scene.sponsor, async (tx) => {
    const more = { batchId, projectId: scene.project.id, amountMinor: 1000n, currency: 'USD' as const };
    await reserveBatchFunds(tx, more);
    await countMoreReserve(tx.db, more);
  });
  const people = await makeReaders(scene, batchId, READERS);
  const [reviewer] = (await makeReaders(scene, batchId, 1, 'review')) as [OrgContext];
  const held = people.map(() => new Map<string, Held>());
  const labels = new Map<string, Label>();
  /** When the reads of a case were last decided on. */
  const reviewed = new Map<string, number>();
  const count = { submitted: 0, skipped: 0, rejected: 0 };
  const now = () => scene.clock.now().getTime();
  const system = systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const isOpen = async () => (await getBatch(t.db, batchId)).status === 'open';
  const pickOf = <T>(list: readonly T[], pick: number): T | undefined =>
    list[pick % Math.max(1, list.length)];
  const liveOf = (who: number) => [...held[who]!].filter(([, { until }]) => until > now()).map(([id]) => id);
  /** A correction that is not handed in waits for its author again; one that is passed on stands as it was. */
  const letGo = (who: number, leaseId: string, to: 'returned' | 'submitted') => {
    const { corrects } = held[who]!.get(leaseId)!;
    held[who]!.delete(leaseId);
    if (corrects !== null) labels.get(corrects)!.state = to;
  };

  /** What its reader holds of a case is a repeat of the read that was rejected, and goes with it (R23). */
  const dropHeld = (label: Label) => {
    for (const [id, { taskId, corrects }] of [...held[label.who]!])
      if (taskId === label.taskId && corrects === null) held[label.who]!.delete(id);
  };

  async function claim(who: number, limit: number) {
    const { leases } = await claimNextTasks(people[who]!, { batchId, tier: 'label', limit });
    if (!(await isOpen())) expect(leases).toEqual([]);
    for (const lease of leases) {
      const [slot] =
        await t.sql`select label_id, task_id from slots where batch_id = ${batchId} and lease_id = ${lease.leaseId}`;
      // Taken back at this very moment, with the read before it.
      if (slot === undefined) continue;
      const corrects = (slot.label_id ?? null) as string | null;
      expect(lease.isReturned).toBe(corrects !== null);
      if (corrects !== null) {
        expect(labels.get(corrects)).toMatchObject({ who, state: 'returned' });
        labels.get(corrects)!.state = 'correcting';
      }
      held[who]!.set(lease.leaseId, { taskId: slot.task_id, until: lease.leaseUntil.getTime(), corrects });
    }
  }
  async function submit(who: number, leaseId: string) {
    const labelId = randomUUID();
    const { corrects } = held[who]!.get(leaseId)!;
    await submitLabel(people[who]!, { batchId, leaseId, labelId, answers: { grade: '1' }, activeMs: 100 });
    const [slot] =
      await t.sql`select task_id, status, slot_no from slots where batch_id = ${batchId} and label_id = ${labelId}`;
    const isGold = slot!.slot_no >= 1_000_000 && slot!.slot_no < 10_000_000;
    expect(slot!.status).toBe(isGold ? 'accepted' : 'submitted');
    held[who]!.delete(leaseId);
    if (corrects !== null) labels.get(corrects)!.state = 'replaced';
    labels.set(labelId, { who, taskId: slot!.task_id, at: now(), state: isGold ? 'accepted' : 'submitted' });
    count.submitted += 1;
  }
  async function amend(who: number, pick: number) {
    const own = pickOf(
      [...labels].filter(([, label]) => label.who === who),
      pick,
    );
    if (own === undefined) return;
    const [labelId, label] = own;
    const { status } = await getBatch(t.db, batchId);
    const mayBe =
      ['submitted', 'accepted'].includes(label.state) &&
      // What is read after a review is over can be undone until the next (R22).
      (reviewed.get(label.taskId) ?? 0) < label.at &&
      label.at + 10 * MINUTE > now() &&
      ['open', 'paused'].includes(status);
    const newLabelId = randomUUID();
    const tried = amendLabel(people[who]!, {
      batchId,
      labelId,
      newLabelId,
      answers: { grade: '2' },
      activeMs: 1,
    });
    if (!mayBe) return void (await expect(tried).rejects.toMatchObject({ reason: 'amend_refused' }));
    await tried;
    labels.set(newLabelId, { ...label });
    label.state = 'replaced';
  }
  async function reject(pick: number, decidable = [...labels]) {
    const one = pickOf(decidable, pick);
    if (one === undefined) return;
    const [labelId, label] = one;
    const tried = rejectLabel(scene.sponsor, {
      batchId,
      labelId,
      reason: 'no_effort',
      evidence: 'Two seconds.',
    });
    if (label.state === 'replaced')
      return void (await expect(tried).rejects.toMatchObject({ reason: 'label_not_found' }));
    if (label.state !== 'submitted')
      return void (await expect(tried).rejects.toMatchObject({ reason: 'label_decided' }));
    await tried;
    label.state = 'rejected';
    dropHeld(label);
    count.rejected += 1;
  }
  async function review(pick: number): Promise<boolean> {
    await settleTasks(system, { batchId });
    const { leases } = await claimNextTasks(reviewer, { batchId, tier: 'review', limit: 1 });
    const leaseId = leases[0]?.leaseId;
    if (leaseId === undefined) return false;
    const reads =
      await t.sql`select s.label_id, s.task_id from slots s join slots r on r.batch_id = s.batch_id and r.task_id = s.task_id
      where r.batch_id = ${batchId} and r.lease_id = ${leaseId} and s.tier = 'label' and s.status in ('submitted', 'accepted')
      order by s.slot_no`;
    const decisions = reads.map(({ label_id: labelId, task_id: taskId }, i) => {
      const label = labels.get(labelId)!;
      expect(label.taskId).toBe(taskId);
      reviewed.set(taskId, now());
      const outcome =
        label.state === 'accepted'
          ? ('accept' as const)
          : (['accept', 'return', 'reject', 'return'] as const)[(pick >> (2 * i)) % 4]!;
      const reason = outcome === 'reject' ? { reason: 'no_effort' as const } : {};
      return { labelId: labelId as string, outcome, comment: 'Look again.', ...reason };
    });
    const given = { batchId, leaseId, labelId: randomUUID(), activeMs: 1 };
    const returned = decisions.filter(({ outcome }) => outcome === 'return');
    if (returned.length > 0 && (await getBatch(t.db, batchId)).status === 'closing') {
      // Nobody would claim what is returned now: it is refused, and decided otherwise.
      await expect(submitReview(reviewer, { ...given, decisions })).rejects.toMatchObject({
        reason: 'batch_closing',
      });
      refused += 1;
      for (const one of returned) one.outcome = 'accept';
    }
    await submitReview(reviewer, { ...given, decisions });
    for (const { labelId, outcome } of decisions) {
      labels.get(labelId)!.state = ({ accept: 'accepted', return: 'returned', reject: 'rejected' } as const)[
        outcome
      ];
      if (outcome === 'reject') count.rejected += 1;
    }
    // Of a read and its repeat that both come back, either may come first.
    for (const { labelId, outcome } of decisions)
      if (outcome === 'return') await claim(labels.get(labelId)!.who, 1);
    return true;
  }
  async function reclaim() {
    await reclaimLeases(system);
    for (const who of people.keys())
      for (const [id, { until }] of [...held[who]!]) if (until <= now()) letGo(who, id, 'returned');
  }
  async function act({ who, what, pick }: { who: number; what: string; pick: number }) {
    if (liveOf(who).length === 0) await claim(who, 2);
    if ([...labels.values()].some((label) => label.who === who && label.state === 'returned'))
      await claim(who, 1);
    // Corrections are few: every other time one is taken first.
    const live = liveOf(who);
    const correcting = live.filter((id) => held[who]!.get(id)!.corrects !== null);
    const leaseId = pickOf(pick % 2 === 0 && correcting.length > 0 ? correcting : live, pick);
    if (what === 'claim') await claim(who, 1 + (pick % 3));
    else if (what === 'submit' && leaseId) await submit(who, leaseId);
    else if (what === 'skip' && leaseId) {
      await skipTask(people[who]!, { batchId, leaseId, reason: 'other' });
      letGo(who, leaseId, 'submitted');
      count.skipped += 1;
    } else if (what === 'release' && leaseId) {
      await releaseLeases(people[who]!, { batchId, leaseIds: [leaseId] });
      letGo(who, leaseId, 'returned');
    } else if (what === 'sleep') scene.clock.advance(25 * SECOND);
    else if (what === 'reclaim') await reclaim();
    else if (what === 'review') {
      // All hand in what they hold, so that there is something to decide on.
      for (const one of people.keys()) for (const id of liveOf(one)) await submit(one, id);
      await review(pick);
    } else if (what === 'reject') await reject(pick);
    else if (what === 'amend') await amend(who, pick);
    else if (what === 'pause') {
      // What is held is handed in, and nothing new is given, until it goes on (R27).
      if (!(await isOpen())) return;
      await pauseBatch(scene.sponsor, { batchId, reason: 'A question.' });
      for (const one of people.keys()) await claim(one, 2);
      if (leaseId) await submit(who, leaseId);
      await resumeBatch(scene.sponsor, { batchId });
    } else if (what === 'together') {
      // One hands in, the others claim, and the sponsor rejects something of theirs, all at the same moment.
      const others = [...people.keys()].filter((one) => one !== who);
      const theirs = [...labels].filter(([, label]) => label.who !== who && label.state === 'submitted');
      await Promise.all([
        leaseId === undefined ? null : submit(who, leaseId),
        ...others.map((one) => claim(one, 1 + (pick % 2))),
        reject(pick, theirs),
      ]);
      for (const label of labels.values()) if (label.state === 'rejected') dropHeld(label);
    }
  }
  /** Everything that is under way comes to its end: what is not rejected is accepted, and paid. */
  async function finish() {
    if (['open', 'paused'].includes((await getBatch(t.db, batchId)).status))
      await closeBatch(scene.sponsor, { batchId, reason: 'Enough is read.' });
    scene.clock.advance(10 * MINUTE);
    await reclaim();
    for (let n = 0; n < 30 && (await getBatch(t.db, batchId)).status !== 'settled'; n += 1)
      await review(5 * n + 1);
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    const standing = [...labels.values()].filter(
      (label) => !['rejected', 'replaced'].includes(label.state),
    ).length;
    const totals = await sumReaders(t.db, batchId);
    const expected = {
      ...count,
      accepted: standing,
      accruedMinor: BigInt(standing) * 120n,
      encumberedMinor: 0n,
    };
    expect(totals).toMatchObject(expected);
  }
  return { act, finish };
}

test(
  'whatever becomes of reads, labels are in the state, and people are paid, as a list of what was decided says',
  async () => {
    await fc.assert(
      fc.asyncProperty(kind, fc.array(step, { minLength: 30, maxLength: 50 }), async (of, steps) => {
        const { act, finish } = await play(of);
        for (const one of steps) await act(one);
        expect(await checkWorkInvariants(t.db)).toEqual([]);
        await finish();
        expect(await checkWorkInvariants(t.db)).toEqual([]);
      }),
      RUN.parameters,
    );
    expect(refused).toBeGreaterThan(0);
  },
  RUN.timeoutMs,
);
