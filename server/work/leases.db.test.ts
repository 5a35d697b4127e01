import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { openCase } from '#server/agreements/open-case.ts';
import type { OrgContext } from '#server/command/context.ts';
import { systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY, MINUTE, SECOND } from '#server/core/clock.ts';
import { balanceOf, checkLedger } from '#server/ledger/reads.ts';
import { acceptAfterPeriod } from './accept-after-period.ts';
import { amendLabel } from './amend-label.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { closeBatch } from './close-batch.ts';
import { extendLease } from './extend-lease.ts';
import { flagCase } from './flag-case.ts';
import { pauseBatch, resumeBatch } from './pause-batch.ts';
import { findReader, getBatch } from './reads.ts';
import { reclaimLeases } from './reclaim-leases.ts';
import { releaseLeases } from './release-leases.ts';
import { revokeLeases } from './revoke-leases.ts';
import { saveDraft } from './save-draft.ts';
import { type Standing, setStanding } from './set-standing.ts';
import { settleBatch } from './settle-batch.ts';
import { skipTask } from './skip-task.ts';
import { submitLabel } from './submit-label.ts';
import { findSubmittable, writeSubmission } from './write-submission.ts';

const content = (grade = '2') => ({ labelId: randomUUID(), answers: { grade }, activeMs: 4000 });

const submission = (lease: { batchId: string; leaseId: string }, activeMs: number) => ({
  ...lease,
  labelId: randomUUID(),
  answers: { grade: '2' },
  confidence: null,
  rationale: null,
  labelOrigin: 'manual' as const,
  shown: { assetIds: [], contextFields: [], prelabel: null },
  appBuild: '',
  viewport: '',
  activeMs,
  contentSha256: null,
  work: { tier: 'label' as const, confidence: null, rationale: null },
});

describe('leases and what becomes of them', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
    scene = await makeWorkScene(t.db, { cases: 12, gold: { 0: { grade: ['2'] } } });
  });
  afterAll(async () => {
    expect(await checkLedger(t.db)).toEqual({ ok: true, problems: [] });
    await t.drop();
  });
  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const claim = async (who: OrgContext, batchId: string, limit = 1) =>
    (await claimNextTasks(who, { batchId, tier: 'label', limit })).leases;
  const caseIds = (n: number) => scene.dataset.cases.slice(0, n).map((c) => c.id);
  const reader = async (who: OrgContext, batchId: string) =>
    (await findReader(t.db, { batchId, annotatorId: who.actor.personId, tier: 'label' }))!;

  test('a lease that ran out is refused at submit, its work is kept as a draft, and the case goes to others', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, caseIds: caseIds(1), leaseSeconds: 60 });
    const [one, other] = await makeReaders(scene, batchId, 2);
    const [lease] = await claim(one!, batchId);
    const submit = { batchId, leaseId: lease!.leaseId, ...content() };
    scene.clock.advance(61 * SECOND);
    await expect(submitLabel(one!, submit)).rejects.toMatchObject({ kind: 'conflict', reason: 'lease_over' });
    expect(await claim(other!, batchId)).toEqual([]);
    await reclaimLeases(system());
    await expect(submitLabel(one!, submit)).rejects.toMatchObject({ kind: 'conflict', reason: 'lease_over' });
    const [draft] = await t.sql`select answers from drafts where batch_id = ${batchId}`;
    expect(draft?.answers).toEqual({ grade: '2' });
    const [again] = await claim(other!, batchId);
    expect(await submitLabel(other!, { batchId, leaseId: again!.leaseId, ...content() })).toMatchObject({
      isReplay: false,
    });
    expect(await reader(one!, batchId)).toMatchObject({ claimed: 1, expired: 1, encumberedMinor: 0n });
  });

  test('reclaim and a submit at the last moment never both win', async () => {
    const batchId = await makeBatch(scene, { overlap: 3, leaseSeconds: 60 });
    const people = await makeReaders(scene, batchId, 6);
    const leases = await Promise.all(people.map((who) => claim(who, batchId)));
    scene.clock.advance(59 * SECOND + 999);
    const late = { ...system(), clock: { now: () => new Date(scene.clock.now().getTime() + 2) } };
    const results = await Promise.allSettled([
      ...people.map((who, i) => submitLabel(who, { batchId, leaseId: leases[i]![0]!.leaseId, ...content() })),
      reclaimLeases(late),
    ]);
    const submitted = results.slice(0, 6).filter((r) => r.status === 'fulfilled').length;
    const [row] = await t.sql`select count(*) filter (where status = 'submitted')::int as submitted,
      count(*) filter (where status = 'leased')::int as leased from slots where batch_id = ${batchId}`;
    expect(row).toEqual({ submitted, leased: 0 });
  });

  test('a heartbeat prolongs a lease, not one that is over, and not in a paused batch', async () => {
    const batchId = await makeBatch(scene, { leaseSeconds: 60 });
    const [who] = await makeReaders(scene, batchId, 1);
    const [lease] = await claim(who!, batchId);
    const beat = async () =>
      (await extendLease(who!, { batchId, leaseIds: [lease!.leaseId] }))[0]!.leaseUntil;
    scene.clock.advance(30 * SECOND);
    expect(await beat()).toEqual(new Date(scene.clock.now().getTime() + 60 * SECOND));
    await pauseBatch(scene.sponsor, { batchId, reason: 'a question' });
    scene.clock.advance(30 * SECOND);
    expect(await beat()).toEqual(new Date(scene.clock.now().getTime() + 30 * SECOND));
    const empty = await claimNextTasks(who!, { batchId, tier: 'label', limit: 1 });
    expect(empty.reasons[0]).toMatchObject({ code: 'batch.paused' });
    await submitLabel(who!, { batchId, leaseId: lease!.leaseId, ...content() });
    await resumeBatch(scene.sponsor, { batchId });
    expect(await claim(who!, batchId)).toHaveLength(1);
    scene.clock.advance(61 * SECOND);
    expect(await beat()).toBeNull();
    await reclaimLeases(system());
    expect(await beat()).toBeNull();
    await expect(extendLease(scene.sponsor, { batchId, leaseIds: [lease!.leaseId] })).rejects.toMatchObject({
      reason: 'lease_over',
    });
  });

  test.each(['paused', 'calibration_only'] as const)(
    'R26: the heartbeat of a person who is %s prolongs nothing: they finish within the lease, paid',
    async (to) => {
      const batchId = await makeBatch(scene, { leaseSeconds: 60 });
      const [who] = await makeReaders(scene, batchId, 1);
      const { personId } = who!.actor;
      const stand = (from: Standing, then: Standing) =>
        transact(system(), (tx) =>
          setStanding(tx, { batchId, personId, tier: 'label', from: [from], to: then, reason: null }),
        );
      const [lease] = await claim(who!, batchId);
      const end = new Date(scene.clock.now().getTime() + 60 * SECOND);
      const beat = async () =>
        (await extendLease(who!, { batchId, leaseIds: [lease!.leaseId] }))[0]!.leaseUntil;
      await stand('active', to);
      scene.clock.advance(30 * SECOND);
      expect(await beat()).toEqual(end);
      await stand(to, 'active');
      expect(await beat()).toEqual(new Date(end.getTime() + 30 * SECOND));
      await stand('active', to);
      scene.clock.advance(59 * SECOND);
      await submitLabel(who!, { batchId, leaseId: lease!.leaseId, ...content() });
      expect(await claim(who!, batchId)).toEqual([]);
    },
  );

  test('a skip that comes twice is one skip; of another’s lease, or of one given back otherwise, it is refused', async () => {
    const batchId = await makeBatch(scene, { caseIds: caseIds(2) });
    const [one, other] = await makeReaders(scene, batchId, 2);
    const [lease] = await claim(one!, batchId);
    const skip = { batchId, leaseId: lease!.leaseId, reason: 'unreadable' as const };
    await skipTask(one!, skip);
    await skipTask(one!, skip);
    const [counted] =
      await t.sql`select (select count(*)::int from slot_releases where batch_id = ${batchId}) as n,
      (select sum(skips)::int from tasks where batch_id = ${batchId}) as skips`;
    expect(counted).toEqual({ n: 1, skips: 1 });
    await expect(skipTask(other!, skip)).rejects.toMatchObject({ reason: 'lease_over' });
    const [next] = await claim(other!, batchId);
    await expect(skipTask(one!, { ...skip, leaseId: next!.leaseId })).rejects.toMatchObject({
      reason: 'lease_over',
    });
    await releaseLeases(other!, { batchId, leaseIds: [next!.leaseId] });
    await expect(skipTask(other!, { ...skip, leaseId: next!.leaseId })).rejects.toMatchObject({
      reason: 'lease_over',
    });
  });

  test('a skipped case never comes back to the person, also after a thousand asks, and goes to others', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, caseIds: caseIds(3) });
    const [one, other] = await makeReaders(scene, batchId, 2);
    for (let i = 0; i < 3; i += 1) {
      const [lease] = await claim(one!, batchId);
      await skipTask(one!, { batchId, leaseId: lease!.leaseId, reason: 'unreadable' });
    }
    const none = await claimNextTasks(one!, { batchId, tier: 'label', limit: 1 });
    expect(none).toMatchObject({ leases: [], reasons: [{ code: 'work.all_seen' }] });
    expect(await claim(other!, batchId, 3)).toHaveLength(3);
    const [task] = await t.sql`select sum(skips)::int as skips from tasks where batch_id = ${batchId}`;
    expect(task?.skips).toBe(3);
  });

  test('released cases come back, to anyone', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, caseIds: caseIds(2) });
    const [who] = await makeReaders(scene, batchId, 1);
    const leases = await claim(who!, batchId, 2);
    await releaseLeases(who!, { batchId, leaseIds: leases.map((l) => l.leaseId) });
    expect(await claim(who!, batchId, 2)).toHaveLength(2);
  });

  test('a page that is closed gives back what was not begun, and keeps what was, whatever it asks for', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, caseIds: caseIds(3) });
    const [who, other] = await makeReaders(scene, batchId, 2);
    const leaseIds = (await claim(who!, batchId, 3)).map((lease) => lease.leaseId);
    await saveDraft(who!, { batchId, leaseId: leaseIds[1]!, answers: { grade: '2' }, activeMs: 1 });
    expect(await releaseLeases(who!, { batchId, leaseIds, keepsBegun: true })).toEqual({ released: 2 });
    expect(await claim(other!, batchId, 3)).toHaveLength(2);
    await submitLabel(who!, { batchId, leaseId: leaseIds[1]!, ...content() });
  });

  test('R27: a closed gate takes leases back at once and pays for the time spent, at most the price', async () => {
    const batchId = await makeBatch(scene, { overlap: 3 });
    const [one, other] = await makeReaders(scene, batchId, 2);
    const [read] = await claim(one!, batchId);
    scene.clock.advance(4000);
    await submitLabel(one!, { batchId, leaseId: read!.leaseId, ...content() });
    const [begun] = await claim(one!, batchId, 2);
    // A second after the claim; the device says a day.
    scene.clock.advance(1000);
    await saveDraft(one!, { batchId, leaseId: begun!.leaseId, answers: {}, activeMs: 86_400_000 });
    await claim(other!, batchId);
    const revoked = await transact(system(), (tx) =>
      revokeLeases(tx, {
        personIds: [one!.actor.personId],
        datasetIds: [scene.dataset.id],
        reason: 'agreement_ended',
      }),
    );
    expect(revoked).toBe(2);
    // 120 × 1000 ms ÷ 4000 ms for the one begun, nothing for the one not looked at.
    expect(await reader(one!, batchId)).toMatchObject({
      released: 2,
      accruedMinor: 30n,
      encumberedMinor: 138n,
    });
    await expect(submitLabel(one!, { batchId, leaseId: begun!.leaseId, ...content() })).rejects.toMatchObject(
      {
        reason: 'lease_revoked',
      },
    );
    expect((await reader(other!, batchId)).encumberedMinor).toBe(138n);
  });

  test('R27: where the batch has no label of the tier yet, any time told is paid in full, also before the first heartbeat', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, caseIds: caseIds(2) });
    const [who] = await makeReaders(scene, batchId, 1);
    const [begun] = await claim(who!, batchId, 2);
    scene.clock.advance(500);
    await saveDraft(who!, { batchId, leaseId: begun!.leaseId, answers: {}, activeMs: 400 });
    await transact(system(), (tx) => revokeLeases(tx, { batchIds: [batchId], reason: 'agreement_ended' }));
    // Nothing for the other, which was not looked at.
    expect(await reader(who!, batchId)).toMatchObject({
      released: 2,
      accruedMinor: 120n,
      encumberedMinor: 0n,
    });
  });

  test('R24: PHI seen shuts the case for everyone at once and pays who saw it in full', async () => {
    const batchId = await makeBatch(scene, { overlap: 2, caseIds: [scene.dataset.cases[11]!.id] });
    const [one, other] = await makeReaders(scene, batchId, 2);
    const [lease] = await claim(one!, batchId);
    const [held] = await claim(other!, batchId);
    expect((await openCase(one!, { batchId, leaseId: lease!.leaseId })).assets).toHaveLength(1);
    await flagCase(one!, { batchId, leaseId: lease!.leaseId, kind: 'phi_seen', note: 'A name is burnt in.' });
    expect((await reader(one!, batchId)).accruedMinor).toBe(120n);
    await expect(openCase(other!, { batchId, leaseId: held!.leaseId })).rejects.toMatchObject({
      reason: 'lease_not_found',
    });
    expect(await claim(other!, batchId)).toEqual([]);
    const [task] = await t.sql`select status from tasks where batch_id = ${batchId}`;
    expect(task?.status).toBe('unusable');
    const [notice] =
      await t.sql`select kind from notifications where person_id = ${scene.sponsor.actor.personId}`;
    expect(notice?.kind).toBe('case_flag.phi_seen');
  });

  test('R22: undo writes a new revision within ten minutes, corrects the gold count, and not later', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, caseIds: caseIds(1), goldMode: 'embedded' });
    const [who] = await makeReaders(scene, batchId, 1);
    const [lease] = await claim(who!, batchId);
    scene.clock.advance(4000);
    const { labelId } = await submitLabel(who!, { batchId, leaseId: lease!.leaseId, ...content('3') });
    expect(await reader(who!, batchId)).toMatchObject({ goldN: 1, goldOk: 0 });
    scene.clock.advance(500);
    const amend = { batchId, labelId, newLabelId: randomUUID(), answers: { grade: '2' }, activeMs: 500 };
    await amendLabel(who!, amend);
    expect(await amendLabel(who!, amend)).toMatchObject({ isReplay: true });
    expect(await reader(who!, batchId)).toMatchObject({ goldN: 1, goldOk: 1, activeMs: 4500, submitted: 1 });
    await expect(amendLabel(who!, { ...amend, newLabelId: randomUUID() })).rejects.toMatchObject({
      details: [{ code: 'amend.replaced' }],
    });
    scene.clock.advance(11 * MINUTE);
    await expect(
      amendLabel(who!, { ...amend, labelId: amend.newLabelId, newLabelId: randomUUID() }),
    ).rejects.toMatchObject({ details: [{ code: 'amend.too_late' }] });
  });

  test('R27: an undo is shut with the gate, to who lost their access and for a case that is shut; a pause leaves it open', async () => {
    const batchId = await makeBatch(scene, { overlap: 2, caseIds: caseIds(2).slice(1) });
    const [gone, stays] = (await makeReaders(scene, batchId, 2)) as [OrgContext, OrgContext];
    const read = async (who: OrgContext) => {
      const [lease] = await claim(who, batchId);
      const { labelId } = await submitLabel(who, { batchId, leaseId: lease!.leaseId, ...content() });
      const undo = (grade: string, id = labelId) =>
        amendLabel(who, { batchId, labelId: id, newLabelId: randomUUID(), answers: { grade }, activeMs: 1 });
      return { leaseId: lease!.leaseId, undo };
    };
    const one = await read(gone);
    const other = await read(stays);
    await t.admin`update memberships set status = 'ended', ended_at = now() where person_id = ${gone.actor.personId}`;
    await expect(one.undo('3')).rejects.toMatchObject({
      reason: 'amend_refused',
      details: [{ code: 'gate.not_a_member' }],
    });
    await pauseBatch(scene.sponsor, { batchId, reason: 'A look at the first reads.' });
    const { labelId } = await other.undo('3');
    await flagCase(stays, { batchId, leaseId: other.leaseId, kind: 'phi_seen', note: 'A name is burnt in.' });
    await expect(other.undo('1', labelId)).rejects.toMatchObject({
      details: [{ code: 'amend.case_shut' }],
    });
  });

  test('active time is the device’s word: no more of it counts than has passed since the claim, or since what is amended', async () => {
    // A day is said each time.
    const said = 86_400_000;
    const batchId = await makeBatch(scene, { overlap: 1, caseIds: caseIds(3) });
    const [who] = await makeReaders(scene, batchId, 1);
    const one = { batchId, leaseId: (await claim(who!, batchId))[0]!.leaseId };
    scene.clock.advance(3000);
    const first = await submitLabel(who!, { ...one, ...content(), activeMs: said });
    expect(await reader(who!, batchId)).toMatchObject({ activeMs: 3000, dayActiveMs: 3000 });
    scene.clock.advance(2000);
    let amended = first.labelId;
    for (const [answers, activeMs] of [
      [{ grade: '3' }, 5000],
      [{ grade: '1' }, 6500],
    ] as const) {
      const newLabelId = randomUUID();
      await amendLabel(who!, { batchId, labelId: amended, newLabelId, answers, activeMs: said });
      amended = newLabelId;
      expect(await reader(who!, batchId)).toMatchObject({ activeMs, dayActiveMs: activeMs });
      scene.clock.advance(1500);
    }
    // Alone, as a submission goes that did not fit into a group: its terms are of another protocol version.
    const two = { batchId, leaseId: (await claim(who!, batchId))[0]!.leaseId };
    const found = await findSubmittable(who!, submission(two, said));
    scene.clock.advance(1000);
    if (!('slot' in found)) throw new Error('The lease holds.');
    const alone = { isAccepted: false, goldN: 0, goldOk: 0, countsRead: true };
    await writeSubmission(who!, submission(two, said), found.slot, alone, async () => {});
    expect(await reader(who!, batchId)).toMatchObject({ submitted: 2, activeMs: 7500 });
  });

  test('R30: what nobody decided on in the review period is accepted by itself, and a closed batch settles to the cent', async () => {
    const before = await balanceOf(t.db, {
      code: 'project_funds',
      ownerId: scene.project.id,
      currency: 'USD',
    });
    const batchId = await makeBatch(scene, { overlap: 1, caseIds: caseIds(4), reviewPeriodDays: 3 });
    const [who] = await makeReaders(scene, batchId, 1);
    for (const lease of await claim(who!, batchId, 2))
      await submitLabel(who!, { batchId, leaseId: lease.leaseId, ...content() });
    await acceptAfterPeriod(system());
    expect((await reader(who!, batchId)).accruedMinor).toBe(0n);
    scene.clock.advance(3 * DAY + SECOND);
    await acceptAfterPeriod(system());
    expect(await reader(who!, batchId)).toMatchObject({
      accruedMinor: 240n,
      encumberedMinor: 0n,
      accepted: 2,
    });
    await closeBatch(scene.sponsor, { batchId, reason: 'enough' });
    await t.sql`update tasks set status = 'unusable' where batch_id = ${batchId} and status = 'labelled'`;
    expect(await settleBatch(system(), { batchId })).toBe(true);
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    const after = await balanceOf(t.db, {
      code: 'project_funds',
      ownerId: scene.project.id,
      currency: 'USD',
    });
    expect(before - after).toBe(276n);
  });
});
