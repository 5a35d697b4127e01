import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { signatures } from '#db/schema/audit.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { DAY } from '#server/core/clock.ts';
import { listActiveGold } from '#server/gold/reads.ts';
import { takeBackGold } from '#server/gold/take-back-gold.ts';
import { disputeGoldItem } from '#server/gold/withdraw-gold-item.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { listNotices } from '#server/notifications/reads.ts';
import { policyPreset } from '#server/projects/presets.ts';
import { hashContent } from '#server/protocols/content-hash.ts';
import { addTasks } from '#server/work/add-tasks.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { cloneBatch } from '#server/work/clone-batch.ts';
import { pauseBatch, resumeBatch } from '#server/work/pause-batch.ts';
import { findReader, getBatch } from '#server/work/reads.ts';
import { requestRepeats } from '#server/work/request-repeats.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { firstReadsOf, listChecked } from './checkpoint-queries.ts';
import { checkpointView, type SignCheckpointInput } from './checkpoint-schemas.ts';
import { decideProposal } from './decide-proposal.ts';
import { keepScores } from './jobs.ts';
import { noticeCheckpoints } from './notice-checkpoints.ts';
import { signCheckpoint } from './sign-checkpoint.ts';
import { viewCheckpoint, viewCheckpoints } from './view-checkpoints.ts';
import { viewInbox } from './view-inbox.ts';

describe('checkpoints of a batch (R26)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 10 });
    scene = await makeWorkScene(t.db, {
      cases: 24,
      fields: [gradeField()],
      project: {
        qualityPolicy: {
          ...policyPreset('research'),
          reliability: [
            { field: 'grade', metric: 'krippendorff_alpha', threshold: 0.8, action: 'checkpoint' },
          ],
        },
      },
    });
  });
  afterAll(() => t.drop());

  const system = () => systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
  const cases = (n: number) => scene.dataset.cases.slice(0, n).map((one) => one.id);
  const claim = (who: OrgContext, batchId: string, limit = 1) =>
    claimNextTasks(who, { batchId, tier: 'label', limit });
  const submit = (who: OrgContext, batchId: string, leaseId: string, grade = '2') =>
    submitLabel(who, { batchId, leaseId, labelId: randomUUID(), answers: { grade }, activeMs: 1000 });
  const read = async (who: OrgContext, batchId: string, grade = '2') => {
    const [lease] = (await claim(who, batchId)).leases;
    await submit(who, batchId, lease!.leaseId, grade);
    scene.clock.advance(1000);
  };
  const dueOf = async (batchId: string) =>
    (await viewCheckpoints(scene.sponsor, { projectId: scene.project.id, batchId }))[0]!;
  const lead = () => ({
    ...scene.sponsor,
    actor: { ...scene.sponsor.actor, reauthenticatedAt: scene.clock.now() },
  });
  const sign = async (
    checkpointId: string,
    over: Partial<SignCheckpointInput> = {},
    as: OrgContext = lead(),
  ) => {
    const { personId } = scene.sponsor.actor;
    return signCheckpoint(as, {
      checkpointId,
      decision: 'go_on',
      reason: 'Twenty cases looked at; all read well.',
      typedName: (await namesOfPeople(t.db, [personId])).get(personId)!.name,
      evidenceSha256: (await viewCheckpoint(scene.sponsor, { checkpointId })).evidenceSha256!,
      ...over,
    });
  };

  describe('at a share', () => {
    let batchId: string;
    let reader: OrgContext;
    let held: string;
    beforeAll(async () => {
      batchId = await makeBatch(scene, {
        caseIds: cases(8),
        overlap: 1,
        checkpointBasisPoints: [1000, 2500, 7500],
      });
      reader = (await makeReaders(scene, batchId, 1))[0]!;
      await read(reader, batchId);
      held = (await claim(reader, batchId)).leases[0]!.leaseId;
    });

    test('new claims stop, with the reason; who holds a case finishes it (R27)', async () => {
      // One of eight reads: the first checkpoint, at 10 %.
      expect(await noticeCheckpoints(system())).toBe(1);
      expect(await noticeCheckpoints(system())).toBe(0);
      const batch = await getBatch(t.db, batchId);
      expect(batch).toMatchObject({
        status: 'paused',
        statusReason: expect.stringMatching(/Checkpoint at 10 %/),
      });
      const refused = await claim(reader, batchId);
      expect(refused.leases).toEqual([]);
      expect(refused.reasons[0]).toMatchObject({
        code: 'batch.paused',
        message: expect.stringMatching(/10 %/),
      });
      await submit(reader, batchId, held);
      const { items: notices } = await listNotices(t.db, scene.sponsor.actor.personId, { limit: 20 });
      expect(notices.some((notice) => notice.kind === 'quality.checkpoint')).toBe(true);
    });

    test('nobody opens it without the signature', async () => {
      await expect(resumeBatch(scene.sponsor, { batchId })).rejects.toMatchObject({
        reason: 'checkpoint_unsigned',
        details: [{ href: expect.stringContaining('/quality/checkpoints/') }],
      });
    });

    test('what is shown follows the last reads, and hashes to what is signed', async () => {
      await keepScores(system());
      await noticeCheckpoints(system());
      const view = checkpointView.parse(
        await viewCheckpoint(scene.sponsor, { checkpointId: (await dueOf(batchId)).id }),
      );
      expect(view.evidence).toMatchObject({ progress: { reads: 2, planned: 8, cases: 8, readers: 1 } });
      expect(hashContent(view.evidence)).toBe(view.evidenceSha256);
      expect(JSON.stringify(view.evidence)).not.toContain(reader.actor.personId);
      expect(view.signerName).not.toBeNull();
    });

    test('only the lead’s own name and password sign, and only over the newest evidence', async () => {
      const { id } = await dueOf(batchId);
      const stale = { ...scene.sponsor, actor: { ...scene.sponsor.actor, reauthenticatedAt: null } };
      await expect(sign(id, {}, stale)).rejects.toMatchObject({ reason: 'reauthentication_required' });
      await expect(sign(id, { typedName: 'Somebody Else' })).rejects.toMatchObject({
        reason: 'typed_name_differs',
      });
      await expect(sign(id, { evidenceSha256: '0'.repeat(64) })).rejects.toMatchObject({
        reason: 'evidence_changed',
      });
      const other = await makeWorkScene(t.db, { cases: 1, clock: scene.clock });
      const stranger = {
        ...other.sponsor,
        actor: { ...other.sponsor.actor, reauthenticatedAt: scene.clock.now() },
      };
      await expect(sign(id, {}, stranger)).rejects.toMatchObject({ kind: 'not_found' });
      expect(await t.db.select().from(signatures).where(eq(signatures.subjectId, id))).toEqual([]);
    });

    test('stop keeps it still; going on is signed later, and the batch stops again at the next share only', async () => {
      const { id } = await dueOf(batchId);
      expect(await sign(id, { decision: 'stop', reason: 'Two of them are wrong.' })).toEqual({
        batchStatus: 'paused',
      });
      await expect(resumeBatch(scene.sponsor, { batchId })).rejects.toMatchObject({
        reason: 'checkpoint_unsigned',
      });
      expect(await sign(id)).toEqual({ batchStatus: 'open' });
      await expect(sign(id)).rejects.toMatchObject({ reason: 'checkpoint_signed' });
      const signed = await t.db.select().from(signatures).where(eq(signatures.subjectId, id));
      expect(signed.map((one) => one.subjectKind)).toEqual(['checkpoint', 'checkpoint']);
      // Two of eight: 25 % is reached at once, and passing 10 % again is no reason.
      expect(await noticeCheckpoints(system())).toBe(1);
      await noticeCheckpoints(system());
      const next = await dueOf(batchId);
      expect(next).toMatchObject({ shareBasisPoints: 2500, status: 'due' });
      await sign(next.id);
      for (let n = 0; n < 3; n += 1) await read(reader, batchId);
      expect(await noticeCheckpoints(system())).toBe(0);
    });
  });

  test('a batch that the sponsor has paused stays so after the signature', async () => {
    const batchId = await makeBatch(scene, { caseIds: cases(4), overlap: 1, checkpointBasisPoints: [2500] });
    const [who] = await makeReaders(scene, batchId, 1);
    await read(who!, batchId);
    await noticeCheckpoints(system());
    await noticeCheckpoints(system());
    await t.sql`update batches set status_reason = 'Holiday.' where id = ${batchId}`;
    expect(await sign((await dueOf(batchId)).id)).toEqual({ batchStatus: 'paused' });
    await resumeBatch(scene.sponsor, { batchId });
    await pauseBatch(scene.sponsor, { batchId, reason: 'Again.' });
  });

  test('several shares passed at once are one stop', async () => {
    const batchId = await makeBatch(scene, {
      caseIds: cases(2),
      overlap: 1,
      checkpointBasisPoints: [500, 2500, 5000],
    });
    const [who] = await makeReaders(scene, batchId, 1);
    await read(who!, batchId);
    await noticeCheckpoints(system());
    const all = await viewCheckpoints(scene.sponsor, { projectId: scene.project.id, batchId });
    expect(all.map((one) => one.shareBasisPoints)).toEqual([5000]);
  });

  test('R23: repeats bring no share nearer: it is one of first reads, and those still held do not take any away', async () => {
    const batchId = await makeBatch(scene, {
      ...{ caseIds: cases(8), overlap: 1, rounds: 2, checkpointBasisPoints: [7500] },
      // Three first reads for each, so that the repeats of one can be made while first reads are left.
      claimRules: { repeatAfterDays: 14, maxReaderShareBasisPoints: 4000 },
    });
    const [one, other] = await makeReaders(scene, batchId, 2);
    for (let n = 0; n < 3; n += 1) await read(one!, batchId);
    scene.clock.advance(15 * DAY);
    for (let n = 0; n < 2; n += 1) await read(one!, batchId);
    const [repeat] = (await claim(one!, batchId)).leases;
    const reader = { batchId, annotatorId: one!.actor.personId, tier: 'label' as const };
    expect(await findReader(t.db, reader)).toMatchObject({ submitted: 5, repeatsTaken: 3 });
    expect(await firstReadsOf(t.db, batchId)).toEqual({ reads: 3, planned: 8 });
    await submit(one!, batchId, repeat!.leaseId);
    for (let n = 0; n < 2; n += 1) await read(other!, batchId);
    expect(await noticeCheckpoints(system())).toBe(0);
    await read(other!, batchId);
    expect(await noticeCheckpoints(system())).toBe(1);
    await noticeCheckpoints(system());
    const view = await viewCheckpoint(scene.sponsor, { checkpointId: (await dueOf(batchId)).id });
    expect(view.evidence).toMatchObject({ progress: { reads: 6, planned: 8 } });
  });

  test('R23: repeats that are asked of one reader put no share off, also in a batch that has grown since', async () => {
    const batchId = await makeBatch(scene, { caseIds: cases(8), overlap: 1, checkpointBasisPoints: [5000] });
    const [who] = await makeReaders(scene, batchId, 1);
    for (let n = 0; n < 2; n += 1) await read(who!, batchId);
    const { personId: annotatorId } = who!.actor;
    await requestRepeats(scene.sponsor, { batchId, annotatorId, rounds: 2, afterDays: 14 });
    const externalIds = scene.dataset.cases.slice(8, 12).map((one) => one.externalId);
    expect(await addTasks(scene.sponsor, { batchId, filter: { externalIds } })).toMatchObject({ added: 4 });
    // Half of the eight cases that it had, a third of its twelve.
    for (let n = 0; n < 2; n += 1) await read(who!, batchId);
    expect(await firstReadsOf(t.db, batchId)).toEqual({ reads: 4, planned: 12 });
    expect(await noticeCheckpoints(system())).toBe(0);
    for (let n = 0; n < 2; n += 1) await read(who!, batchId);
    expect(await noticeCheckpoints(system())).toBe(1);
  });

  test('R23: how many of its slots are asked repeats the batch says itself, as it does to everybody else', async () => {
    const batchId = await makeBatch(scene, { caseIds: cases(4), overlap: 1, checkpointBasisPoints: [5000] });
    const [who] = await makeReaders(scene, batchId, 1);
    // No reader's row tells of them, as when whoever was asked reads here no more.
    await t.sql`update batches set slot_count = slot_count + 8, asked_repeats = 8 where id = ${batchId}`;
    for (let n = 0; n < 2; n += 1) await read(who!, batchId);
    expect(await firstReadsOf(t.db, batchId)).toEqual({ reads: 2, planned: 4 });
    expect(await noticeCheckpoints(system())).toBe(1);
    // Nobody was asked here in truth.
    await t.sql`update batches set slot_count = slot_count - 8, asked_repeats = 0 where id = ${batchId}`;
  });

  test('R7: an answer that is withdrawn brings no share nearer: what was dealt as gold is none of the first reads', async () => {
    const own = await makeWorkScene(t.db, {
      cases: 20,
      fields: [gradeField()],
      gold: Object.fromEntries([0, 1, 2].map((at) => [at, { grade: ['2'] }])),
    });
    const batchId = await makeBatch(own, {
      ...{ goldMode: 'dealt', goldShareBasisPoints: 5000, overlap: 1, checkpointBasisPoints: [9000] },
    });
    const [who] = await makeReaders(own, batchId, 1);
    const { personId: annotatorId } = who!.actor;
    const row = async () => (await findReader(t.db, { batchId, annotatorId, tier: 'label' }))!;
    while ((await row()).goldN < 3) await read(who!, batchId);
    const reads = (await row()).submitted - 3;
    expect(await firstReadsOf(t.db, batchId)).toEqual({ reads, planned: 17 });
    // One more of the 17 brings its share; three more would be those that were gold.
    const share = Math.floor((10_000 * (reads + 1)) / 17);
    await t.sql`update batches set checkpoint_basis_points = ${JSON.stringify([share])}::text::jsonb where id = ${batchId}`;
    for (const { goldItemId } of await listActiveGold(t.db, own.project.id)) {
      await disputeGoldItem(own.sponsor, { goldItemId, reason: 'The biopsy says something else.' });
      await takeBackGold(system(), { batchId, goldItemId });
    }
    expect((await row()).goldN).toBe(0);
    expect(await firstReadsOf(t.db, batchId)).toEqual({ reads, planned: 17 });
    expect(await noticeCheckpoints(system())).toBe(0);
    await read(who!, batchId);
    expect(await noticeCheckpoints(system())).toBe(1);
  });

  test('R31: a read that was rejected is not in: another takes its place', async () => {
    const batchId = await makeBatch(scene, { caseIds: cases(4), overlap: 1, checkpointBasisPoints: [5000] });
    const [one, other] = await makeReaders(scene, batchId, 2);
    await read(one!, batchId);
    const [label] = await t.sql`select id from labels where batch_id = ${batchId}`;
    await rejectLabel(scene.sponsor, {
      ...{ batchId, labelId: label!.id, reason: 'no_effort', evidence: 'Two seconds for forty slices.' },
    });
    await read(other!, batchId);
    expect(await firstReadsOf(t.db, batchId)).toEqual({ reads: 1, planned: 4 });
    expect(await noticeCheckpoints(system())).toBe(0);
    await read(other!, batchId);
    expect(await noticeCheckpoints(system())).toBe(1);
  });

  test('a batch that cannot be looked at keeps no other from its checkpoint', async () => {
    const shares = { caseIds: cases(2), overlap: 1, checkpointBasisPoints: [5000] };
    const broken = await makeBatch(scene, shares);
    const batchId = await makeBatch(scene, shares);
    for (const id of [broken, batchId]) {
      const [who] = await makeReaders(scene, id, 1);
      await read(who!, id);
    }
    // The first in line has shares that nobody can read.
    await t.sql`update batches set checkpoint_basis_points = '["half"]' where id = ${broken}`;
    expect(await noticeCheckpoints(system())).toBe(1);
    expect((await viewCheckpoints(scene.sponsor, { projectId: scene.project.id, batchId })).length).toBe(1);
    await t.sql`update batches set checkpoint_basis_points = '[]' where id = ${broken}`;
  });

  test.each(['self_label', 'pilot'] as const)(
    'R7, R15: a batch of kind %s takes no shares; one that has them from before is not stopped, and its clone has none',
    async (kind) => {
      const asked = { kind, caseIds: cases(4), overlap: 1, vendorOrgId: null, goldMode: 'none' as const };
      await expect(makeBatch(scene, { ...asked, checkpointBasisPoints: [2500] })).rejects.toMatchObject({
        reason: 'batch_invalid',
        details: [{ code: 'batch.checkpoints', path: 'checkpointBasisPoints' }],
      });
      expect((await getBatch(t.db, await makeBatch(scene, asked))).checkpointBasisPoints).toEqual([]);
      const batchId = await makeBatch(scene, asked);
      await t.sql`update batches set checkpoint_basis_points = '[2500]' where id = ${batchId}`;
      if (kind !== 'pilot') {
        const clone = await cloneBatch(scene.sponsor, { batchId, name: 'Again', cases: 'same' });
        expect((await getBatch(t.db, clone.batchId)).checkpointBasisPoints).toEqual([]);
      }
      const stopped = (await listChecked(t.db, { after: null, limit: 500 })).map((one) => one.batchId);
      expect(stopped).not.toContain(batchId);
    },
  );

  test('a crossed bound with the action checkpoint stops the batch; the signature decides the proposal', async () => {
    const batchId = await makeBatch(scene, { overlap: 2 });
    const people = await makeReaders(scene, batchId, 2);
    for (const [at, who] of people.entries())
      for (let n = 0; n < 24; n += 1) await read(who, batchId, (n + at) % 2 === 0 ? '0' : '3');
    await keepScores(system());
    expect(await getBatch(t.db, batchId)).toMatchObject({ status: 'paused' });
    const inbox = await viewInbox(scene.sponsor, { projectId: scene.project.id });
    const proposal = inbox.open.find((one) => one.batchId === batchId)!;
    expect(proposal).toMatchObject({
      action: 'checkpoint',
      done: 'batch_paused',
      decisions: ['keep_paused'],
    });
    const because = { reason: 'Because it is fine.', evidence: 'The numbers.' };
    await expect(
      decideProposal(scene.sponsor, { proposalId: proposal.id, decision: 'resume_batch', ...because }),
    ).rejects.toMatchObject({ reason: 'decision_not_possible' });
    await noticeCheckpoints(system());
    const due = await dueOf(batchId);
    expect(due).toMatchObject({ trigger: 'bound', shareBasisPoints: null, status: 'due' });
    const view = await viewCheckpoint(scene.sponsor, { checkpointId: due.id });
    expect(view.evidence!.sample.length).toBe(20);
    expect(view.evidence!.fields[0]!.alpha.interval![1]).toBeLessThan(0.8);
    await sign(due.id);
    expect((await getBatch(t.db, batchId)).checkpointId).toBeNull();
    const after = await viewInbox(scene.sponsor, { projectId: scene.project.id });
    expect(after.decided.find((one) => one.id === proposal.id)).toMatchObject({ decision: 'resume_batch' });
  });
});
