import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { checkLedger } from '#server/ledger/reads.ts';
import { policyPreset } from '#server/projects/presets.ts';
import type { AdjudicationRule } from '#server/projects/schemas.ts';
import { amendLabel } from '#server/work/amend-label.ts';
import { noAdjudication } from '#server/work/batch-rules.ts';
import { viewBatch } from '#server/work/batch-views.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { viewCase } from '#server/work/reading-views.ts';
import { findReader, getBatch, listReaders } from '#server/work/reads.ts';
import { requestRepeats } from '#server/work/request-repeats.ts';
import type { Tier } from '#server/work/rules.ts';
import { skipTask } from '#server/work/skip-task.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { batchDetailView } from '#server/work/view-schemas.ts';
import { viewDecisionCase, viewReads } from './label-views.ts';
import { getProvenance, listFinalLabels, readsOfBatch } from './reads.ts';
import { rejectLabel } from './reject-label.ts';
import { settleTasks } from './settle-tasks.ts';
import { submitAdjudication } from './submit-adjudication.ts';
import { submitReview } from './submit-review.ts';

const rule: AdjudicationRule = { ...noAdjudication, noMajority: true };

describe('what becomes of labels', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
    scene = await makeWorkScene(t.db, {
      cases: 6,
      fields: [gradeField()],
      project: { qualityPolicy: { ...policyPreset('research'), adjudication: rule } },
    });
  });
  afterAll(async () => {
    expect(await checkLedger(t.db)).toEqual({ ok: true, problems: [] });
    await t.drop();
  });

  const settle = (batchId: string) =>
    settleTasks(systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() }), {
      batchId,
    });
  const cases = (n: number) => scene.dataset.cases.slice(0, n).map((c) => c.id);
  const claim = async (who: OrgContext, batchId: string, tier: Tier = 'label') =>
    (await claimNextTasks(who, { batchId, tier, limit: 1 })).leases[0];
  /** One person reads the next case. */
  const read = async (who: OrgContext, batchId: string, grade: string) => {
    const lease = await claim(who, batchId);
    const labelId = randomUUID();
    await submitLabel(who, { batchId, leaseId: lease!.leaseId, labelId, answers: { grade }, activeMs: 5000 });
    return labelId;
  };
  const status = async (batchId: string) =>
    (await t.sql`select status from tasks where batch_id = ${batchId} order by sort_key`).map(
      (row) => row.status,
    );
  const reader = async (who: OrgContext, batchId: string, tier: Tier = 'label') =>
    (await findReader(t.db, { batchId, annotatorId: who.actor.personId, tier }))!;

  test('a majority becomes the final label with its votes, path and cost, and accepts its reads', async () => {
    const batchId = await makeBatch(scene, { caseIds: cases(1), isAdjudicated: true });
    const people = await makeReaders(scene, batchId, 3);
    for (const [i, who] of people.entries()) await read(who, batchId, i === 0 ? '1' : '3');
    await settle(batchId);
    const [final] = await listFinalLabels(t.db, batchId, { limit: 10 });
    expect(final).toMatchObject({
      fields: {
        grade: {
          value: '3',
          path: 'majority',
          votes: [
            { value: '3', n: 2 },
            { value: '1', n: 1 },
          ],
        },
      },
      costMinor: 3n * 138n,
      uncertain: 0,
    });
    expect((await listReaders(t.db, batchId)).map((r) => r.accruedMinor)).toEqual([120n, 120n, 120n]);
    // All cases are done: the batch closes and settles by itself.
    await settle(batchId);
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
  });

  test('R25: without a majority the panel decides, blind to names, with a rationale; no reader may, nor twice', async () => {
    const batchId = await makeBatch(scene, { caseIds: cases(1), isAdjudicated: true });
    const people = await makeReaders(scene, batchId, 3);
    for (const [i, who] of people.entries()) await read(who, batchId, String(i));
    await settle(batchId);
    expect(await status(batchId)).toEqual(['in_adjudication']);
    const [judge] = await makeReaders(scene, batchId, 1, 'adjudicate');
    const lease = await claim(judge!, batchId, 'adjudicate');
    const seen = await viewDecisionCase(judge!, { batchId, leaseId: lease!.leaseId });
    expect(seen.reads.map((r) => r.name)).toEqual(['Reader A', 'Reader B', 'Reader C']);
    expect(JSON.stringify(seen)).not.toContain(people[0]!.actor.personId);
    const decide = {
      batchId,
      leaseId: lease!.leaseId,
      labelId: randomUUID(),
      answers: { grade: '2' },
      rationale: 'Cribriform glands.',
      activeMs: 9000,
    };
    await submitAdjudication(judge!, decide);
    expect(await submitAdjudication(judge!, decide)).toMatchObject({ isReplay: true });
    const [final] = await listFinalLabels(t.db, batchId, { limit: 10 });
    // The panel is the sponsor's own staff: no price, no fee (R2).
    expect(final).toMatchObject({ fields: { grade: { value: '2', path: 'adjudication' } }, costMinor: 414n });
    const history = await getProvenance(t.db, { batchId, taskId: final!.taskId });
    expect(history!.steps.map((s) => [s.tier, s.alias])).toEqual([
      ['label', 'R01'],
      ['label', 'R02'],
      ['label', 'R03'],
      ['adjudicate', 'A01'],
    ]);
    expect(history!.steps[0]).toMatchObject({
      protocolVersion: 1,
      priceMinor: 120n,
      gateBasis: expect.any(String),
    });
  });

  test('a review returns, fixes and rejects: the author corrects without being paid twice, a rejected read is replaced', async () => {
    const batchId = await makeBatch(scene, { caseIds: cases(1), overlap: 2, reviewShareBasisPoints: 10_000 });
    const [one, other, third] = await makeReaders(scene, batchId, 3);
    const first = await read(one!, batchId, '1');
    const second = await read(other!, batchId, '4');
    await settle(batchId);
    expect(await status(batchId)).toEqual(['in_review']);
    const [reviewer] = await makeReaders(scene, batchId, 1, 'review');
    const review = async (decisions: object[], fixedAnswers?: object) => {
      const lease = await claim(reviewer!, batchId, 'review');
      const input = {
        batchId,
        leaseId: lease!.leaseId,
        labelId: randomUUID(),
        decisions,
        fixedAnswers,
        activeMs: 3000,
      };
      return submitReview(reviewer!, input as Parameters<typeof submitReview>[1]);
    };
    await review([
      { labelId: first, outcome: 'return', comment: 'Look at the lower left.' },
      { labelId: second, outcome: 'reject', reason: 'wrong_case', comment: 'Describes another biopsy.' },
    ]);
    expect(await status(batchId)).toEqual(['open']);
    // R31: each author is told of their own read, from when the week to appeal runs; neither is told by whom (R21).
    const notes = (who: OrgContext) =>
      t.sql`select kind, href, title, detail from notifications where person_id = ${who.actor.personId}`;
    const told = { other: await notes(other!), one: await notes(one!), third: await notes(third!) };
    expect(told.other).toMatchObject([
      {
        kind: 'label.rejected',
        href: '/work/earnings',
        detail: { batchId, labelId: second, reason: 'wrong_case' },
      },
    ]);
    expect(told.one).toMatchObject([
      { kind: 'label.returned', href: '/work', detail: { batchId, labelId: first } },
    ]);
    expect(told.third).toEqual([]);
    for (const hidden of [reviewer!.actor.personId, 'V01', 'lower left', 'another biopsy'])
      expect(JSON.stringify(told)).not.toContain(hidden);
    expect(await reader(other!, batchId)).toMatchObject({
      rejected: 1,
      accruedMinor: 0n,
      encumberedMinor: 0n,
    });
    // The author gets it back and nobody else; who was rejected does not get the case again.
    const back = await claimNextTasks(one!, { batchId, tier: 'label', limit: 1 });
    expect(back.leases[0]).toMatchObject({ isReturned: true });
    expect(await claim(other!, batchId)).toBeUndefined();
    const corrected = randomUUID();
    await submitLabel(one!, {
      batchId,
      leaseId: back.leases[0]!.leaseId,
      labelId: corrected,
      answers: { grade: '2' },
      activeMs: 2000,
    });
    const replaced = await read(third!, batchId, '3');
    await settle(batchId);
    await review(
      [
        { labelId: corrected, outcome: 'accept' },
        { labelId: replaced, outcome: 'fix_accept', comment: 'Grade 2.' },
      ],
      { grade: '2' },
    );
    expect(await reader(one!, batchId)).toMatchObject({
      submitted: 2,
      accepted: 1,
      accruedMinor: 120n,
      encumberedMinor: 0n,
    });
    const [final] = await listFinalLabels(t.db, batchId, { limit: 10 });
    expect(final).toMatchObject({ method: 'review', fields: { grade: { value: '2', path: 'review' } } });
    // Two accepted reads and two reviews.
    expect(final!.costMinor).toBe(4n * 138n);
    expect((await readsOfBatch(t.db, batchId)).map((r) => r.labelId).sort()).toEqual(
      [corrected, replaced].sort(),
    );
    expect(await reader(reviewer!, batchId, 'review')).toMatchObject({ submitted: 2, accruedMinor: 240n });
  });

  test('a return to somebody else pays the author, who is done with it; the other reads blind', async () => {
    const batchId = await makeBatch(scene, { caseIds: cases(1), overlap: 1, reviewShareBasisPoints: 10_000 });
    const [one, other] = await makeReaders(scene, batchId, 2);
    const first = await read(one!, batchId, '1');
    await settle(batchId);
    const [reviewer] = await makeReaders(scene, batchId, 1, 'review');
    const lease = await claim(reviewer!, batchId, 'review');
    const decided = { batchId, leaseId: lease!.leaseId, labelId: randomUUID(), activeMs: 1 };
    const decisions = [{ labelId: first, outcome: 'return', to: 'another', comment: 'Look again.' }] as const;
    await submitReview(reviewer!, { ...decided, decisions: [...decisions] });
    expect(await status(batchId)).toEqual(['open']);
    expect(await reader(one!, batchId)).toMatchObject({
      accruedMinor: 120n,
      encumberedMinor: 0n,
      returned: 0,
    });
    expect(await claim(one!, batchId)).toBeUndefined();
    const taken = await claim(other!, batchId);
    expect(taken).toMatchObject({ isReturned: false });
    const seen = await viewCase(other!, { batchId, leaseId: taken!.leaseId });
    expect(seen).toMatchObject({ returned: null, draft: null });
    const again = { labelId: randomUUID(), answers: { grade: '3' }, activeMs: 1 };
    await submitLabel(other!, { batchId, leaseId: taken!.leaseId, ...again });
    await settle(batchId);
    const next = await claim(reviewer!, batchId, 'review');
    const accept = [{ labelId: again.labelId, outcome: 'accept' as const }];
    await submitReview(reviewer!, {
      ...decided,
      leaseId: next!.leaseId,
      labelId: randomUUID(),
      decisions: accept,
    });
    await settle(batchId);
    const [final] = await listFinalLabels(t.db, batchId, { limit: 1 });
    // Two reads and two reviews were paid: the read that was taken from its author is part of what the label cost (R12).
    expect(final).toMatchObject({
      fields: { grade: { value: '3', path: 'single' } },
      costMinor: 4n * 138n,
    });
  });

  test('R31: a returned read that its author passes on stands as it was, is decided on again and paid', async () => {
    const batchId = await makeBatch(scene, { caseIds: cases(1), overlap: 1, reviewShareBasisPoints: 10_000 });
    const [one, other] = await makeReaders(scene, batchId, 2);
    const labelId = await read(one!, batchId, '1');
    await settle(batchId);
    const [reviewer] = await makeReaders(scene, batchId, 1, 'review');
    const review = async (outcome: 'return' | 'accept') => {
      const { leaseId } = (await claim(reviewer!, batchId, 'review'))!;
      const decisions = [{ labelId, outcome, comment: 'Look at the lower left.' }];
      await submitReview(reviewer!, { batchId, leaseId, labelId: randomUUID(), decisions, activeMs: 1 });
    };
    await review('return');
    const lease = await claim(one!, batchId);
    expect(lease).toMatchObject({ isReturned: true });
    await skipTask(one!, { batchId, leaseId: lease!.leaseId, reason: 'not_qualified' });
    // Nobody else is asked, and what it costs is held as before; it comes back to its author only if it is returned again.
    expect(await reader(one!, batchId)).toMatchObject({ skipped: 1, returned: 0, encumberedMinor: 138n });
    for (const who of [one!, other!]) expect(await claim(who, batchId)).toBeUndefined();
    expect(await status(batchId)).toEqual(['labelled']);
    await settle(batchId);
    await review('return');
    const again = await claim(one!, batchId);
    await skipTask(one!, { batchId, leaseId: again!.leaseId, reason: 'other' });
    await settle(batchId);
    await review('accept');
    await settle(batchId);
    expect(await reader(one!, batchId)).toMatchObject({
      accruedMinor: 120n,
      encumberedMinor: 0n,
      accepted: 1,
    });
    const [final] = await listFinalLabels(t.db, batchId, { limit: 1 });
    expect(final).toMatchObject({ fields: { grade: { value: '1' } }, costMinor: 4n * 138n });
  });

  test('R31: the sponsor rejects for a reason of the list while acceptance is pending, and never after', async () => {
    const batchId = await makeBatch(scene, { caseIds: cases(1), overlap: 1 });
    const [one, other] = await makeReaders(scene, batchId, 2);
    const labelId = await read(one!, batchId, '1');
    const reject = { batchId, labelId, reason: 'no_effort', evidence: 'Submitted in 0.2 s.' } as const;
    await expect(rejectLabel(await stranger(), reject)).rejects.toMatchObject({ kind: 'not_found' });
    // What can be rejected is listed by alias, with when it is accepted by itself at the latest.
    const listed = async (isWaiting: boolean) =>
      (await viewReads(scene.sponsor, { batchId, limit: 10, isWaiting })).map((read) => [
        read.alias,
        read.status,
        read.acceptedBy !== null,
      ]);
    expect(await listed(true)).toEqual([['R01', 'submitted', true]]);
    await rejectLabel(scene.sponsor, reject);
    for (const isWaiting of [true, false]) expect(await listed(isWaiting)).toEqual([]);
    await expect(rejectLabel(scene.sponsor, reject)).rejects.toMatchObject({ reason: 'label_decided' });
    await read(other!, batchId, '2');
    await settle(batchId);
    const [final] = await listFinalLabels(t.db, batchId, { limit: 10 });
    expect(final).toMatchObject({ fields: { grade: { value: '2', path: 'single' } }, costMinor: 138n });
    expect(await listed(true)).toEqual([]);
    expect(await listed(false)).toEqual([['R02', 'accepted', false]]);
  });
  const stranger = async () => (await makeWorkScene(t.db, { cases: 1, clock: scene.clock })).sponsor;

  test('R22: an undo after the case was settled settles it again as a new version', async () => {
    const batchId = await makeBatch(scene, { caseIds: cases(2), overlap: 1 });
    const [who] = await makeReaders(scene, batchId, 1);
    const labelId = await read(who!, batchId, '1');
    await settle(batchId);
    await amendLabel(who!, {
      batchId,
      labelId,
      newLabelId: randomUUID(),
      answers: { grade: '4' },
      activeMs: 100,
    });
    await settle(batchId);
    const [final] = await listFinalLabels(t.db, batchId, { limit: 10 });
    expect(final).toMatchObject({ version: 2, fields: { grade: { value: '4' } }, costMinor: 138n });
  });

  test('a tie that nobody adjudicates stays undecided; closing early takes the reads there are', async () => {
    const batchId = await makeBatch(scene, { caseIds: cases(2), overlap: 3 });
    const [one, other] = await makeReaders(scene, batchId, 2);
    await read(one!, batchId, '1');
    await read(other!, batchId, '3');
    await closeBatch(scene.sponsor, { batchId, reason: 'time is up' });
    await settle(batchId);
    await settle(batchId);
    const finals = await listFinalLabels(t.db, batchId, { limit: 10 });
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    // Both began at the head of their lanes, so they read the same case; the other was read by nobody.
    expect(finals.map((f) => [f.uncertain, f.fields.grade?.path])).toEqual([[1, 'undecided']]);
  });

  test('an automatic choice settles by what is most often right on gold, and keeps why; a test reference names its method (R5)', async () => {
    const many = await makeWorkScene(t.db, {
      cases: 30,
      fields: [gradeField()],
      gold: Object.fromEntries(Array.from({ length: 24 }, (_, n) => [n, { grade: [String(n % 4)] }])),
    });
    const made = { overlap: 3, goldMode: 'embedded', consensusMethod: 'auto', seed: 5 } as const;
    const batchId = await makeBatch(many, made);
    const people = await makeReaders(many, batchId, 3);
    for (const [index, who] of people.entries()) {
      for (;;) {
        const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 10 });
        if (leases.length === 0) break;
        const slots = await t.sql`select s.lease_id, k.case_id from slots s
          join tasks k on k.batch_id = s.batch_id and k.id = s.task_id
          where s.batch_id = ${batchId} and s.lease_id in ${t.sql(leases.map((one) => one.leaseId))}`;
        for (const slot of slots) {
          const n = many.dataset.cases.findIndex((one) => one.id === slot.case_id);
          // One is always right; two take every 3 for a 2, and outvote them.
          const grade = n % 4 === 3 && index > 0 ? '2' : String(n % 4);
          const label = { labelId: randomUUID(), answers: { grade }, activeMs: 1000 };
          await submitLabel(who, { batchId, leaseId: slot.lease_id, ...label });
        }
      }
    }
    const ctx = systemContext({ db: t.db, clock: many.clock, name: 'test', requestId: randomUUID() });
    await settleTasks(ctx, { batchId });
    const { consensusChoice: choice } = batchDetailView.parse(await viewBatch(many.sponsor, { batchId }));
    expect(choice).toMatchObject([{ field: 'grade' }]);
    const [{ method, reason, candidates }] = choice as [NonNullable<typeof choice>[number]];
    const of = (name: string) => candidates.find((one) => one.method === name)!.accuracy!;
    expect(of(method)).toBe(Math.max(...candidates.map((one) => one.accuracy ?? 0)));
    expect(of('majority')).toBeCloseTo(18 / 24, 9);
    expect(reason).toContain('of 24 gold items');
    const finals = await listFinalLabels(t.db, batchId, { limit: 50 });
    expect(finals).toHaveLength(30);
    expect(finals.every((final) => final.method === 'auto')).toBe(true);
    const right = finals.filter((final) => {
      const n = many.dataset.cases.findIndex((one) => one.id === final.caseId);
      return n < 24 && final.fields.grade?.value === String(n % 4);
    });
    expect(right.length / 24).toBeCloseTo(of(method), 9);
    const reference = await makeWorkScene(t.db, { cases: 2, project: { intendedUse: 'test_reference' } });
    await expect(makeBatch(reference, { ...made, goldMode: 'none' })).rejects.toMatchObject({
      details: [expect.objectContaining({ path: 'consensusMethod' })],
    });
  });

  test('R23: repeats asked of one reader come after the first reads and count as repeats in Dawid–Skene', async () => {
    const batchId = await makeBatch(scene, {
      kind: 'pilot',
      caseIds: cases(3),
      overlap: 2,
      consensusMethod: 'dawid_skene',
    });
    const [one, other] = await makeReaders(scene, batchId, 2);
    await requestRepeats(scene.sponsor, {
      batchId,
      annotatorId: one!.actor.personId,
      rounds: 3,
      afterDays: 0,
    });
    const rounds: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      const lease = await claim(one!, batchId);
      rounds.push(lease!.round);
      const submit = { labelId: randomUUID(), answers: { grade: '2' }, activeMs: 1000 };
      await submitLabel(one!, { batchId, leaseId: lease!.leaseId, ...submit });
    }
    expect(rounds).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
    expect(await claim(one!, batchId)).toBeUndefined();
    for (let i = 0; i < 3; i += 1) await read(other!, batchId, i === 0 ? '1' : '2');
    // What is to be read counts the repeats, so that progress ends at its end.
    expect(await viewBatch(scene.sponsor, { batchId })).toMatchObject({
      slotCount: 12,
      totals: { submitted: 12 },
    });
    await settle(batchId);
    const finals = await listFinalLabels(t.db, batchId, { limit: 10 });
    expect(finals.map((f) => [f.fields.grade?.value, f.fields.grade?.path])).toEqual([
      ['2', 'dawid_skene'],
      ['2', 'dawid_skene'],
      ['2', 'dawid_skene'],
    ]);
    // Pilot reads are accepted at submit (R30): four reads of every case.
    expect(finals.map((f) => f.costMinor)).toEqual([552n, 552n, 552n]);
  });
});
