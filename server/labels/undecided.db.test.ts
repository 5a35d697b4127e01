import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { type AppealScene, because, makeAppealScene, mine } from '#db/seed/factories/appeals.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { appealRejection } from '#server/appeals/appeal-rejection.ts';
import type { OrgContext } from '#server/command/context.ts';
import { listNotices } from '#server/notifications/reads.ts';
import { checkWorkInvariants } from '#server/work/check-invariants.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { closeIncident } from '#server/work/close-incident.ts';
import { createBatch } from '#server/work/create-batch.ts';
import { flagCase } from '#server/work/flag-case.ts';
import { openBatch } from '#server/work/open-batch.ts';
import { previewBatch } from '#server/work/preview-batch.ts';
import { getBatch } from '#server/work/reads.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { listFinalLabels } from './reads.ts';
import { rejectLabel } from './reject-label.ts';
import { viewUndecided } from './undecided.ts';

describe('what a settled test reference leaves undecided is seen, with why, and can be had read again (R5)', () => {
  let t: TestDatabase;
  let at: AppealScene;
  let reference: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 8 });
    at = await makeAppealScene(t.db, { cases: 1 });
    reference = await makeWorkScene(t.db, {
      cases: 6,
      clock: at.scene.clock,
      project: { intendedUse: 'test_reference' },
    });
  });
  afterEach(async () => expect(await checkWorkInvariants(t.db)).toEqual([]));
  afterAll(() => t.drop());

  const casesOf = (from: number, to: number) => reference.dataset.cases.slice(from, to).map((one) => one.id);
  /** Everything that is left for somebody; the label of each case. */
  const readAll = async (who: OrgContext, batchId: string, gradeOf: (caseId: string) => string) => {
    const made = new Map<string, string>();
    for (let lease = await at.claim(who, batchId); lease; lease = await at.claim(who, batchId)) {
      const [row] =
        await t.sql`select t.case_id from slots s join tasks t on t.batch_id = s.batch_id and t.id = s.task_id
        where s.batch_id = ${batchId} and s.lease_id = ${lease.leaseId}`;
      const caseId = String(row?.case_id);
      const labelId = randomUUID();
      reference.clock.advance(4000);
      const answers = { grade: gradeOf(caseId) };
      await submitLabel(who, { ...lease, batchId, labelId, answers, activeMs: 4000 });
      made.set(caseId, labelId);
    }
    return made;
  };
  const settled = async (batchId: string) => {
    if ((await getBatch(t.db, batchId)).status === 'open')
      await closeBatch(reference.sponsor, { batchId, reason: 'Time is up.' });
    for (let pass = 0; pass < 3; pass += 1) await at.settle(batchId);
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
  };
  const told = async (who: OrgContext) =>
    (await listNotices(t.db, who.actor.personId, { limit: 100 })).items.filter(
      (one) => one.kind === 'labels.left_undecided',
    );
  const undecided = (batchId: string) => viewUndecided(reference.sponsor, { batchId });
  /** A relabel batch of what was left undecided, as the link of the batch's page fills in its form. */
  const readAgainInput = (batchId: string, isReadAgain?: false) => ({
    projectId: reference.project.id,
    datasetId: reference.dataset.id,
    name: 'Once more',
    kind: 'relabel' as const,
    parentBatchId: batchId,
    vendorOrgId: reference.vendorOrg.id,
    overlap: 3,
    pricePerReadMinor: 120n,
    goldMode: 'none' as const,
    reviewShareBasisPoints: 0,
    isAdjudicated: false,
    consensusMethod: 'dawid_skene' as const,
    filter: {
      work: {
        batchIds: [batchId],
        isUncertain: true,
        ...(isReadAgain === undefined ? {} : { isReadAgain }),
      },
    },
  });

  test('a case that a false alarm gives back after a settlement by Dawid–Skene: the lead is told, and exactly it is read again', async () => {
    const caseIds = casesOf(0, 3);
    const batchId = await makeBatch(reference, { caseIds, consensusMethod: 'dawid_skene' });
    for (const who of await makeReaders(reference, batchId, 3)) await readAll(who, batchId, () => '2');
    const late = caseIds[1]!;
    const other = await makeBatch(reference, { caseIds: [late] });
    const [finder] = (await makeReaders(reference, other, 1)) as [OrgContext];
    const { leaseId } = (await at.claim(finder, other))!;
    const said = { batchId: other, leaseId, kind: 'phi_seen' as const, note: 'A name.' };
    const { flagId } = await flagCase(finder, said);
    await settled(batchId);
    expect(await undecided(batchId)).toEqual({ cases: 0, because: [] });
    const lead = await makeMember(t.db, {
      org: reference.sponsorOrg,
      roles: ['clinical_lead'],
      clock: reference.clock,
    });
    reference.clock.advance(60_000);
    await closeIncident(at.operator, { batchId: other, flagId, outcome: 'false_alarm', note: 'None.' });
    expect(await undecided(batchId)).toEqual({
      cases: 1,
      because: [{ why: 'after_settlement', cases: 1, readAgain: 0 }],
    });
    const news = {
      title: expect.stringContaining('is left undecided'),
      href: `/sponsor/projects/${reference.project.id}/batches/${batchId}#undecided`,
    };
    expect([await told(lead), await told(reference.sponsor)]).toMatchObject([[news], [news]]);

    const input = readAgainInput(batchId, false);
    expect(await previewBatch(reference.sponsor, input)).toMatchObject({ chosen: 1, faults: [] });
    const again = await createBatch(reference.sponsor, input);
    expect(await t.sql`select case_id from tasks where batch_id = ${again.batchId}`).toMatchObject([
      { case_id: late },
    ]);
    expect(await undecided(batchId)).toMatchObject({ because: [{ cases: 1, readAgain: 1 }] });
    // It is not ordered twice.
    expect(await previewBatch(reference.sponsor, input)).toMatchObject({ chosen: 0 });
    await openBatch(reference.sponsor, { batchId: again.batchId });
    for (const who of await makeReaders(reference, again.batchId, 3)) await at.read(who, again.batchId, '4');
    await settled(again.batchId);
    expect(await listFinalLabels(t.db, again.batchId, { limit: 5 })).toMatchObject([
      { caseId: late, fields: { grade: { value: '4', path: 'dawid_skene' } }, uncertain: 0 },
    ]);
  });

  test('a case that an appeal gives back, and one with too few reads, are told apart; a divided one is as well', async () => {
    const caseIds = casesOf(3, 6);
    const batchId = await makeBatch(reference, { caseIds });
    const [first, second, third] = (await makeReaders(reference, batchId, 3)) as [
      OrgContext,
      OrgContext,
      OrgContext,
    ];
    // One case has three answers, of one a read is rejected that nobody makes again before the batch closes, and one is agreed on.
    const [divided, short] = caseIds;
    await readAll(first, batchId, () => '1');
    await readAll(second, batchId, (caseId) => (caseId === divided ? '2' : '1'));
    const made = await readAll(third, batchId, (caseId) => (caseId === divided ? '4' : '1'));
    const labelId = made.get(short!)!;
    await rejectLabel(reference.sponsor, { batchId, labelId, ...because });
    await settled(batchId);
    expect(await undecided(batchId)).toEqual({
      cases: 2,
      because: [
        { why: 'too_few_reads', cases: 1, readAgain: 0 },
        { why: 'divided', cases: 1, readAgain: 0 },
      ],
    });
    expect(await previewBatch(reference.sponsor, readAgainInput(batchId))).toMatchObject({ chosen: 2 });
    await appealRejection(third, { batchId, labelId, ...mine });
    await at.overturn({ batchId, labelId });
    // What the settled batch says stands, with the read among its sources: the protocol's reads are there, its settlement is over.
    expect(await undecided(batchId)).toEqual({
      cases: 2,
      because: [
        { why: 'after_settlement', cases: 1, readAgain: 0 },
        { why: 'divided', cases: 1, readAgain: 0 },
      ],
    });
    expect(await previewBatch(reference.sponsor, readAgainInput(batchId))).toMatchObject({ chosen: 2 });
  });
});
