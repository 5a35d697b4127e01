import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { readSteps } from '#db/seed/factories/read-steps.ts';
import { makeBatch, makeReaders, makeWorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { systemContext } from '#server/command/context.ts';
import { balanceOf } from '#server/ledger/reads.ts';
import { policyPreset } from '#server/projects/presets.ts';
import { checkWorkInvariants } from '#server/work/check-invariants.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { getBatch } from '#server/work/reads.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { viewDecisionCase } from './label-views.ts';
import { listFinalLabels } from './reads.ts';
import { settleTasks } from './settle-tasks.ts';
import { submitReview } from './submit-review.ts';
import { decisionCaseView } from './view-schemas.ts';

/* What becomes of cases with fewer reads than were asked for when their batch closes. */
describe('closed early', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
  });
  afterAll(async () => {
    expect(await checkWorkInvariants(t.db)).toEqual([]);
    await t.drop();
  });

  /** Three cases: one on which three agree, one on which two do not, and one that one has read; then the batch is closed. */
  async function closedWith(intendedUse: 'training' | 'test_reference') {
    const scene = await makeWorkScene(t.db, {
      cases: 3,
      fields: [gradeField()],
      project: { intendedUse, qualityPolicy: policyPreset('test_reference') },
    });
    const batchId = await makeBatch(scene, { overlap: 3, goldMode: 'none', isAdjudicated: true });
    // Everybody begins at the same case.
    for (const [index, who] of (await makeReaders(scene, batchId, 3)).entries()) {
      const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 3 - index });
      for (const [place, { leaseId }] of leases.entries()) {
        const grade = index === 1 && place === 1 ? '3' : '2';
        await submitLabel(who, {
          batchId,
          leaseId,
          labelId: randomUUID(),
          answers: { grade },
          activeMs: 5000,
        });
      }
    }
    await closeBatch(scene.sponsor, { batchId, reason: 'The study ended.' });
    const ctx = systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
    for (let pass = 0; pass < 2; pass += 1) await settleTasks(ctx, { batchId });
    const finals = await listFinalLabels(t.db, batchId, { limit: 10 });
    const panel = await t.sql`select 1 from slots where batch_id = ${batchId} and tier = 'adjudicate'`;
    return {
      status: (await getBatch(t.db, batchId)).status,
      panel: panel.length,
      finals: finals
        .map(({ fields, costMinor }) => ({
          value: fields.grade?.value ?? null,
          path: fields.grade?.path,
          costMinor,
        }))
        .sort((one, other) => Number(other.costMinor - one.costMinor)),
    };
  }

  test('a case takes the reads that it has, and goes to the panel where they disagree', async () => {
    expect(await closedWith('training')).toEqual({
      status: 'closing',
      panel: 1,
      finals: [
        { value: '2', path: 'unanimous', costMinor: 3n * 138n },
        { value: '2', path: 'single', costMinor: 138n },
      ],
    });
  });

  test.each(['dawid_skene', 'auto'] as const)(
    'R27, R29: by %s it settles too: what nobody has read is waited for no longer',
    async (consensusMethod) => {
      const known = { 0: { grade: ['2'] }, 1: { grade: ['2'] } };
      const scene = await makeWorkScene(t.db, { cases: 5, fields: [gradeField()], gold: known });
      const batchId = await makeBatch(scene, { overlap: 2, consensusMethod });
      const at = readSteps(scene);
      const [first, second] = await makeReaders(scene, batchId, 2);
      for (const who of [first!, second!]) for (let n = 0; n < 2; n += 1) await at.read(who, batchId, '2');
      const out = (await at.claim(first!, batchId))!;
      await closeBatch(scene.sponsor, { batchId, reason: 'Enough is read.' });
      await at.settle(batchId);
      // The read that is out is finished (R27), and has its say in what the others come to.
      expect(await listFinalLabels(t.db, batchId, { limit: 10 })).toEqual([]);
      await submitLabel(first!, {
        ...out,
        batchId,
        labelId: randomUUID(),
        answers: { grade: '3' },
        activeMs: 5000,
      });
      for (let pass = 0; pass < 3; pass += 1) await at.settle(batchId);
      const states = (await at.tasksOf(batchId)).map(({ status, readsDone }) => `${status} ${readsDone}`);
      expect(states.sort()).toEqual(['final 1', 'final 2', 'final 2', 'open 0', 'open 0']);
      expect(await listFinalLabels(t.db, batchId, { limit: 10 })).toHaveLength(3);
      expect((await getBatch(t.db, batchId)).status).toBe('settled');
      const { project } = scene;
      expect(await balanceOf(t.db, { code: 'project_funds', ownerId: project.id, currency: 'USD' })).toBe(
        100_000_000n - 5n * 138n,
      );
    },
  );

  test('R27: a review that goes on while its batch closes returns nothing, which nobody could take up', async () => {
    const scene = await makeWorkScene(t.db, { cases: 2, fields: [gradeField()] });
    const batchId = await makeBatch(scene, { overlap: 1, reviewShareBasisPoints: 10_000 });
    const [author, other] = await makeReaders(scene, batchId, 2);
    const at = readSteps(scene);
    const labelIds = [await at.read(author!, batchId, '1'), await at.read(author!, batchId, '1')];
    await at.settle(batchId);
    const [reviewer] = await makeReaders(scene, batchId, 1, 'review');
    const { leases } = await claimNextTasks(reviewer!, { batchId, tier: 'review', limit: 2 });
    const shown = async (leaseId: string) =>
      decisionCaseView.parse(await viewDecisionCase(reviewer!, { batchId, leaseId }));
    expect(await shown(leases[0]!.leaseId)).toMatchObject({ mayReturn: true });
    await closeBatch(scene.sponsor, { batchId, reason: 'Enough is read.' });

    for (const [index, { leaseId }] of leases.entries()) {
      const { mayReturn, reads } = await shown(leaseId);
      expect(mayReturn).toBe(false);
      const labelId = reads[0]!.labelId;
      expect(labelIds).toContain(labelId);
      const review = { batchId, leaseId, labelId: randomUUID(), activeMs: 1 };
      const decide = (outcome: 'return' | 'accept', to: 'author' | 'another') =>
        submitReview(reviewer!, { ...review, decisions: [{ labelId, outcome, to, comment: 'Look again.' }] });
      for (const to of ['author', 'another'] as const)
        await expect(decide('return', to)).rejects.toMatchObject({
          kind: 'precondition',
          reason: 'batch_closing',
          message: expect.stringMatching(/Fix and accept.*accept it as it is.*or reject it/),
        });
      // Nobody is told of work that could not come to them, and the lease is still the reviewer's to decide under.
      const told = await t.sql`select kind from notifications
        where kind like 'label.%' and person_id in (${author!.actor.personId}, ${other!.actor.personId})`;
      expect(told).toEqual([]);
      if (index === 0) await decide('accept', 'author');
      else
        await submitReview(reviewer!, {
          ...review,
          decisions: [{ labelId, outcome: 'fix_accept' }],
          fixedAnswers: { grade: '3' },
        });
    }
    await at.settle(batchId);
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    expect(await at.readerOf(reviewer!, batchId, 'review')).toMatchObject({ submitted: 2 });
  });

  test('R5: with fewer reads than its protocol names, a case of a test reference is paid and undecided, by nobody alone', async () => {
    expect(await closedWith('test_reference')).toEqual({
      status: 'settled',
      panel: 0,
      finals: [
        { value: '2', path: 'unanimous', costMinor: 3n * 138n },
        { value: null, path: 'undecided', costMinor: 2n * 138n },
        { value: null, path: 'undecided', costMinor: 138n },
      ],
    });
  });
});
