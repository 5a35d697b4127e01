import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { projects } from '#db/schema/projects.ts';
import { makeScene, openReadBatch, policy, readCases } from '#db/seed/factories/governance.ts';
import { makeReaders, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import { listNotices } from '#server/notifications/reads.ts';
import { decideProject } from '#server/projects/decide-project.ts';
import type { QualityPolicy, ThresholdAction } from '#server/projects/schemas.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { stopsOf } from '#server/work/hold-claims.ts';
import { pauseBatch, resumeBatch } from '#server/work/pause-batch.ts';
import { findReader, getBatch } from '#server/work/reads.ts';
import { decideProposal } from './decide-proposal.ts';
import { decidedView } from './governance-schemas.ts';
import { keepScores } from './jobs.ts';
import { noticeCheckpoints } from './notice-checkpoints.ts';
import { signCheckpoint } from './sign-checkpoint.ts';
import { viewCheckpoint, viewCheckpoints } from './view-checkpoints.ts';
import { viewInbox } from './view-inbox.ts';

/*
 * R26: each threshold of the policy does what it names, whatever else holds the batch when it is crossed; each hold is ended by its own
 * decision, and the batch takes claims again only when the last has ended.
 */
describe('several things that hold a batch', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 10 });
  });
  afterAll(() => t.drop());

  const because = { reason: 'The guideline was made clearer.', evidence: 'Twenty cases.' };
  const alpha = (threshold: number, action: ThresholdAction) =>
    ({ field: 'grade', metric: 'krippendorff_alpha', threshold, action }) as const;
  const accuracy = (threshold: number, action: ThresholdAction) =>
    ({ field: 'grade', measure: 'accuracy', threshold, action }) as const;

  /** A batch whose readers agree on nothing, under a policy; nobody has looked at it yet. */
  async function readBadly(bounds: Partial<Pick<QualityPolicy, 'reliability' | 'accuracy'>>) {
    const quality = { ...policy(null, 'notify'), accuracy: [], ...bounds };
    const scene = await makeScene(t.db, { ...quality, reliability: [], accuracy: [] });
    const batchId = await openReadBatch(scene);
    const people = await makeReaders(scene, batchId, 3);
    for (const [index, who] of people.entries())
      await readCases(scene, who, batchId, 32, (place) => index === 1 || (index === 2 && place % 2 === 0));
    await t.db.update(projects).set({ qualityPolicy: quality }).where(eq(projects.id, scene.project.id));
    return { scene, batchId, people, ...steps(scene, batchId) };
  }

  function steps(scene: WorkScene, batchId: string) {
    const system = () =>
      systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
    const open = async () => (await viewInbox(scene.sponsor, { projectId: scene.project.id })).open;
    const lead: () => OrgContext = () => ({
      ...scene.sponsor,
      actor: { ...scene.sponsor.actor, reauthenticatedAt: scene.clock.now() },
    });
    return {
      watch: () => keepScores(system()),
      /** What the batch as a whole is asked about. */
      asked: async () => (await open()).filter((one) => one.subjectKind === 'batch'),
      askedOfPeople: async () => (await open()).filter((one) => one.subjectKind === 'reader'),
      decide: async (proposalId: string, decision: 'resume_batch' | 'keep_paused' | 'acknowledge') =>
        decidedView.parse(await decideProposal(scene.sponsor, { proposalId, decision, ...because }))
          .batchWaitsFor,
      /** Signs what waits longest for the clinical lead. */
      sign: async () => {
        await noticeCheckpoints(system());
        const waiting = (
          await viewCheckpoints(scene.sponsor, { projectId: scene.project.id, batchId })
        ).filter((one) => one.status === 'due');
        const checkpointId = waiting.at(-1)!.id;
        const { personId } = scene.sponsor.actor;
        return signCheckpoint(lead(), {
          checkpointId,
          decision: 'go_on',
          reason: 'Looked at twenty cases.',
          typedName: (await namesOfPeople(t.db, [personId])).get(personId)!.name,
          evidenceSha256: (await viewCheckpoint(scene.sponsor, { checkpointId })).evidenceSha256!,
        });
      },
      state: async () => {
        const batch = await getBatch(t.db, batchId);
        const { status, statusReason } = batch;
        return { status, statusReason, isHeld: batch.checkpointId !== null, stops: stopsOf(batch).length };
      },
    };
  }

  const orders = [
    [alpha(0.9, 'checkpoint'), alpha(0.8, 'stop_claims')],
    [alpha(0.8, 'stop_claims'), alpha(0.9, 'checkpoint')],
  ];

  test.each(orders)(
    'a stop and a checkpoint, in either order of the policy: signing the one leaves the other to be decided',
    async (...reliability) => {
      const { scene, batchId, watch, asked, sign, decide, state } = await readBadly({ reliability });
      await watch();
      expect((await asked()).map((one) => [one.action, one.done]).sort()).toEqual([
        ['checkpoint', 'batch_paused'],
        ['stop_claims', 'batch_paused'],
      ]);
      expect(await state()).toMatchObject({
        status: 'paused',
        isHeld: true,
        stops: 1,
        statusReason: expect.stringContaining('Checkpoint'),
      });
      expect(await sign()).toEqual({ batchStatus: 'paused' });
      // Readers are told what it is that they wait for now.
      expect(await state()).toMatchObject({
        isHeld: false,
        stops: 1,
        statusReason: expect.stringMatching(/below the 0.8/),
      });
      await expect(resumeBatch(scene.sponsor, { batchId })).rejects.toMatchObject({
        kind: 'precondition',
        reason: 'stop_undecided',
        details: [{ message: expect.stringMatching(/below the 0.8/), href: expect.stringMatching(/inbox$/) }],
      });
      const [stop] = await asked();
      expect(stop).toMatchObject({ action: 'stop_claims', decisions: ['resume_batch', 'keep_paused'] });
      expect(await decide(stop!.id, 'resume_batch')).toBeNull();
      expect(await state()).toEqual({ status: 'open', statusReason: null, isHeld: false, stops: 0 });
    },
  );

  test('decided before the signature, the stop leaves the batch to its checkpoint; kept stopped, the signature does not lift it', async () => {
    const reliability = orders[0]!;
    for (const decision of ['resume_batch', 'keep_paused'] as const) {
      const { scene, batchId, watch, asked, sign, decide, state } = await readBadly({ reliability });
      await watch();
      const stop = (await asked()).find((one) => one.action === 'stop_claims')!;
      expect(await decide(stop.id, decision)).toBe(decision === 'resume_batch' ? 'checkpoint' : null);
      expect(await state()).toMatchObject({ status: 'paused', isHeld: true, stops: 0 });
      await expect(resumeBatch(scene.sponsor, { batchId })).rejects.toMatchObject({
        reason: 'checkpoint_unsigned',
      });
      await sign();
      const after =
        decision === 'resume_batch'
          ? { status: 'open', statusReason: null }
          : { status: 'paused', statusReason: because.reason };
      expect(await state()).toMatchObject(after);
      // Who keeps it stopped resumes it by hand.
      if (decision === 'keep_paused') await resumeBatch(scene.sponsor, { batchId });
    }
  });

  test('a batch that was paused by hand first: resuming it does not lift the stop, nor deciding on the stop the pause', async () => {
    const { scene, batchId, watch, asked, decide, state } = await readBadly({
      reliability: [alpha(0.8, 'stop_claims')],
    });
    await pauseBatch(scene.sponsor, { batchId, reason: 'A holiday.' });
    await watch();
    expect(await asked()).toMatchObject([{ done: 'batch_paused' }]);
    expect(await state()).toMatchObject({ status: 'paused', stops: 1, statusReason: 'A holiday.' });
    await expect(resumeBatch(scene.sponsor, { batchId })).rejects.toMatchObject({ reason: 'stop_undecided' });
    expect(await decide((await asked())[0]!.id, 'resume_batch')).toBe('pause');
    expect(await state()).toMatchObject({ status: 'paused', stops: 0, statusReason: 'A holiday.' });
    await resumeBatch(scene.sponsor, { batchId });
    expect(await state()).toMatchObject({ status: 'open', statusReason: null });
  });

  test('two stops at once are two decisions', async () => {
    const { watch, asked, decide, state } = await readBadly({
      reliability: [alpha(0.8, 'stop_claims')],
      accuracy: [accuracy(0.9, 'stop_claims')],
    });
    await watch();
    const [first, second, ...more] = await asked();
    expect([first!.done, second!.done, more]).toEqual(['batch_paused', 'batch_paused', []]);
    expect(await state()).toMatchObject({ status: 'paused', stops: 2 });
    expect(await decide(first!.id, 'resume_batch')).toBe('stop');
    expect(await state()).toMatchObject({ status: 'paused', stops: 1 });
    expect(await decide(second!.id, 'resume_batch')).toBeNull();
    expect(await state()).toMatchObject({ status: 'open', stops: 0 });
  });

  test('two checkpoints at once are two signatures', async () => {
    const { watch, asked, sign, state } = await readBadly({
      reliability: [alpha(0.9, 'checkpoint')],
      accuracy: [accuracy(0.9, 'checkpoint')],
    });
    await watch();
    expect((await asked()).map((one) => one.done)).toEqual(['batch_paused', 'batch_paused']);
    expect(await sign()).toEqual({ batchStatus: 'paused' });
    expect(await state()).toMatchObject({ status: 'paused', isHeld: true });
    expect((await asked()).length).toBe(1);
    expect(await sign()).toEqual({ batchStatus: 'open' });
    expect(await asked()).toEqual([]);
  });

  test('a stop in a paused project: the project goes on without it, and it goes on with the project', async () => {
    const { scene, watch, asked, decide, state } = await readBadly({
      reliability: [alpha(0.8, 'stop_claims')],
    });
    const projectId = scene.project.id;
    await decideProject(scene.sponsor, { projectId, decision: 'paused' });
    await watch();
    await decideProject(scene.sponsor, { projectId, decision: 'resumed' });
    expect(await state()).toMatchObject({
      ...{ status: 'paused', stops: 1 },
      statusReason: expect.stringContaining('below the 0.8'),
    });
    await decideProject(scene.sponsor, { projectId, decision: 'paused' });
    expect(await decide((await asked())[0]!.id, 'resume_batch')).toBe('project');
    expect(await state()).toMatchObject({ status: 'paused', stops: 0 });
    await decideProject(scene.sponsor, { projectId, decision: 'resumed' });
    expect(await state()).toMatchObject({ status: 'open', statusReason: null });
  });

  test('where the batch is over there is nothing left to lift', async () => {
    const { scene, batchId, watch, asked, decide, state } = await readBadly({
      reliability: [alpha(0.8, 'stop_claims')],
    });
    await watch();
    await closeBatch(scene.sponsor, { batchId, reason: 'Enough is read.' });
    expect(await decide((await asked())[0]!.id, 'acknowledge')).toBeNull();
    expect(await state()).toMatchObject({ status: 'closing', stops: 0, statusReason: 'Enough is read.' });
  });

  test('nothing opens a batch that is held, whoever writes it', async () => {
    const { batchId, watch } = await readBadly({ reliability: orders[0]! });
    await watch();
    await expect(t.sql`update batches set status = 'open' where id = ${batchId}`).rejects.toMatchObject({
      code: '23514',
      constraint_name: 'batches_held',
    });
  });

  test.each(['by hand', 'with its project'] as const)(
    'in a batch that is paused %s a person has paid calibration all the same',
    async (how) => {
      const { scene, batchId, people, watch, askedOfPeople } = await readBadly({
        accuracy: [accuracy(0.9, 'calibration_only')],
      });
      const projectId = scene.project.id;
      if (how === 'by hand') await pauseBatch(scene.sponsor, { batchId, reason: 'A holiday.' });
      else await decideProject(scene.sponsor, { projectId, decision: 'paused' });
      await watch();
      const asked = await askedOfPeople();
      expect(asked.map((one) => one.done)).toEqual(asked.map(() => 'calibration_only'));
      const worst = { batchId, annotatorId: people[1]!.actor.personId, tier: 'label' as const };
      expect(await findReader(t.db, worst)).toMatchObject({ status: 'calibration_only' });
      const statusesOf = async () => [
        ...new Set(
          await Promise.all(
            asked.map(async (one) => (await getBatch(t.db, one.calibration!.batchId)).status),
          ),
        ),
      ];
      const title = async () =>
        (await listNotices(t.db, people[1]!.actor.personId, { limit: 1 })).items[0]?.title;
      if (how === 'by hand') {
        expect(await statusesOf()).toEqual(['open']);
        expect(await title()).toMatch(/is ready for you/);
        return;
      }
      // In a project that stands still nobody reads: it opens when that goes on.
      expect(await statusesOf()).toEqual(['paused']);
      expect(await title()).toMatch(/until its project goes on/);
      await decideProject(scene.sponsor, { projectId, decision: 'resumed' });
      expect(await statusesOf()).toEqual(['open']);
    },
  );
});
