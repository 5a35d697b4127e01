import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type AppealScene, because, mine } from '#db/seed/factories/appeals.ts';
import { makeSignedProtocol } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import type { TestDatabase } from '#db/testing/database.ts';
import { openAppealScene } from '#db/testing/read-scenes.ts';
import { HOUR } from '#server/core/clock.ts';
import { finalFactsOf, listFinalLabels } from '#server/labels/reads.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { checkWorkInvariants } from '#server/work/check-invariants.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { getBatch } from '#server/work/reads.ts';
import { settleBatch } from '#server/work/settle-batch.ts';
import { appealRejection } from './appeal-rejection.ts';

/* R31: a read is given back weeks after its case has gone on: to another batch, to a close, to a settlement under way. */
describe('appeals decided late', () => {
  let t: TestDatabase;
  let at: AppealScene;
  let scene: WorkScene;
  beforeAll(async () => {
    ({ t, at, scene } = await openAppealScene(inject('adminUrl'), { cases: 2 }));
  });
  afterAll(async () => {
    expect(await checkWorkInvariants(t.db)).toEqual([]);
    await t.drop();
  });

  const settle = async (batchId: string) => {
    for (let pass = 0; pass < 2; pass += 1) await at.settle(batchId);
    scene.clock.advance(HOUR);
    return (await getBatch(t.db, batchId)).status;
  };
  const oneCase = () => [scene.dataset.cases[0]!.id];
  /** A batch in which an author's read of 4 is rejected and appealed; the next case, if there is one, is on somebody's screen. */
  async function appealed(on: WorkScene, input: Parameters<typeof makeBatch>[1]) {
    const batchId = await makeBatch(on, input);
    const [author, ...others] = await makeReaders(on, batchId, 3);
    const labelId = await at.read(author!, batchId, '4');
    await at.claim(others[1]!, batchId);
    await rejectLabel(on.sponsor, { batchId, labelId, ...because });
    await appealRejection(author!, { batchId, labelId, ...mine });
    const [row] = await t.sql`select case_id from tasks where batch_id = ${batchId} and id =
      (select task_id from labels where id = ${labelId})`;
    return { batchId, labelId, others, caseId: String(row?.case_id) };
  }
  const finalsOf = (batchId: string) => listFinalLabels(t.db, batchId, { limit: 5 });
  /** As the system, with something that happens once, right before the n-th transaction that is opened by it. */
  function decidesBefore(n: number, happens: () => Promise<void>) {
    const ctx = at.system();
    let opened = 0;
    const transaction: typeof ctx.db.transaction = async (...args) => {
      opened += 1;
      if (opened === n) await happens();
      return ctx.db.transaction(...args);
    };
    const db = new Proxy(ctx.db, {
      get: (of, key) => (key === 'transaction' ? transaction : Reflect.get(of, key)),
    });
    return { ...ctx, db };
  }
  const statusOf = async ({ batchId, caseId }: { batchId: string; caseId: string }) =>
    (await t.sql`select status from tasks where batch_id = ${batchId} and case_id = ${caseId}`)[0]?.status;
  /** The case read once in another batch of the project, by somebody else. */
  async function readAgain(input: Parameters<typeof makeBatch>[1], grade: string): Promise<string> {
    const batchId = await makeBatch(scene, { caseIds: oneCase(), overlap: 1, ...input });
    const [other] = await makeReaders(scene, batchId, 1);
    await at.read(other!, batchId, grade);
    expect(await settle(batchId)).toBe('settled');
    return batchId;
  }
  const newest = async (batchIds: string[], caseId = oneCase()[0]) => {
    const found = (await finalFactsOf(t.db, batchIds)).find((one) => one.caseId === caseId);
    return { batchId: found?.batchId, grade: found?.values.grade };
  };
  /** The earlier label that a relabel batch of the case would stand beside, none of them its parent. */
  const priorOfNext = async (...caseIds: string[]) => {
    const batchId = await makeBatch(scene, { kind: 'relabel', caseIds, overlap: 1, isDraft: true });
    return (await t.sql`select prior_batch_id as id from relabel_links where batch_id = ${batchId}`)[0]?.id;
  };

  test('a label that a later batch made stays the newest when a read of the settled batch before it is given back', async () => {
    const first = await appealed(scene, { caseIds: oneCase(), overlap: 1 });
    await at.read(first.others[0]!, first.batchId, '1');
    expect(await settle(first.batchId)).toBe('settled');
    const [before] = await finalsOf(first.batchId);
    const createdBy = scene.sponsor.actor.personId;
    const { id: protocolVersionId } = await makeSignedProtocol(t.db, {
      projectId: scene.project.id,
      orgId: scene.sponsorOrg.id,
      createdBy,
      version: 2,
      clock: scene.clock,
    });
    const again = await readAgain({ kind: 'relabel', parentBatchId: first.batchId, protocolVersionId }, '2');
    expect(await newest([first.batchId, again])).toEqual({ batchId: again, grade: '2' });
    await at.overturn(first);
    const [after] = await finalsOf(first.batchId);
    expect(after).toMatchObject({ version: 2, costMinor: 2n * 138n, settledAt: before!.settledAt });
    expect(await newest([first.batchId, again])).toEqual({ batchId: again, grade: '2' });
    expect(await priorOfNext(first.caseId)).toBe(again);
  });

  test('so it does when a batch under way settles the case anew', async () => {
    // Both cases of the scene: somebody has the other one on their screen, so that the batch goes on.
    const first = await appealed(scene, { overlap: 1 });
    const caseIds = [first.caseId];
    await at.read(first.others[0]!, first.batchId, '1');
    expect(await settle(first.batchId)).toBe('open');
    const again = await readAgain({ kind: 'relabel', parentBatchId: first.batchId, caseIds }, '2');
    await at.overturn(first);
    expect(await settle(first.batchId)).toBe('open');
    expect(await finalsOf(first.batchId)).toMatchObject([
      { version: 2, fields: { grade: { path: 'undecided' } } },
    ]);
    expect(await newest([first.batchId, again], first.caseId)).toEqual({ batchId: again, grade: '2' });
    expect(await priorOfNext(first.caseId)).toBe(again);
  });

  test('a case that a batch gave up is not settled by the one read it is given back, once another batch has settled it', async () => {
    const first = await appealed(scene, { caseIds: oneCase(), overlap: 1 });
    await closeBatch(scene.sponsor, { batchId: first.batchId, reason: 'Time is up.' });
    expect(await settle(first.batchId)).toBe('settled');
    const again = await readAgain({}, '2');
    await at.overturn(first);
    expect(await finalsOf(first.batchId)).toMatchObject([{ version: 1, fields: { grade: { value: '4' } } }]);
    expect(await newest([first.batchId, again])).toEqual({ batchId: again, grade: '2' });
    expect(await priorOfNext(first.caseId)).toBe(again);
  });

  test('a batch does not settle over a decision that came while it was settling: the case has its label first', async () => {
    const first = await appealed(scene, { caseIds: oneCase(), overlap: 1 });
    await at.read(first.others[0]!, first.batchId, '1');
    const { batchId } = first;
    await at.settle(batchId);
    expect([(await getBatch(t.db, batchId)).status, await statusOf(first)]).toEqual(['closing', 'final']);
    // Settling has found nothing under way and goes on to the acceptance of what is submitted.
    const between = decidesBefore(2, () => at.overturn(first));
    expect(await settleBatch(between, { batchId })).toBe(false);
    expect(await statusOf(first)).toBe('labelled');
    expect(await settle(batchId)).toBe('settled');
    expect(await finalsOf(batchId)).toMatchObject([
      { version: 2, fields: { grade: { path: 'undecided' } }, costMinor: 2n * 138n },
    ]);
  });

  test('nor over a case that it had given up and that is given a read back meanwhile', async () => {
    const first = await appealed(scene, { caseIds: oneCase(), overlap: 1 });
    const { batchId } = first;
    await closeBatch(scene.sponsor, { batchId, reason: 'Time is up.' });
    expect(
      await settleBatch(
        decidesBefore(3, () => at.overturn(first)),
        { batchId },
      ),
    ).toBe(false);
    expect(await settle(batchId)).toBe('settled');
    expect(await finalsOf(batchId)).toMatchObject([{ version: 1, fields: { grade: { value: '4' } } }]);
  });

  test.each([
    [0, { value: null, path: 'undecided', votes: [{ value: '4', n: 1 }] }],
    [1, { value: null, path: 'undecided', votes: [{ value: '4', n: 2 }] }],
    [2, { value: '4', path: 'unanimous', votes: [{ value: '4', n: 3 }] }],
  ])(
    'R5: in a test reference that was closed, a read given back beside %i others settles its case only where these are the three reads of its protocol',
    async (others, grade) => {
      const reference = await makeWorkScene(t.db, {
        cases: 1,
        clock: scene.clock,
        project: { intendedUse: 'test_reference' },
      });
      const first = await at.rejectedRead(reference, 3);
      const { batchId } = first;
      await appealRejection(first.author, { ...first, ...mine });
      for (const who of first.others.slice(0, others)) await at.read(who, batchId, '4');
      await closeBatch(reference.sponsor, { batchId, reason: 'Time is up.' });
      await at.overturn(first);
      expect(await settle(batchId)).toBe('settled');
      expect(await finalsOf(batchId)).toMatchObject([
        { version: 1, fields: { grade }, costMinor: BigInt(others + 1) * 138n },
      ]);
    },
  );
});
