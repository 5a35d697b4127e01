import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { ensureAgreement } from '#db/seed/factories/agreements.ts';
import { makeBid, makeCall, makeContract } from '#db/seed/factories/bids.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import {
  makeBatch,
  makeReaders,
  makeWorker,
  makeWorkScene,
  type WorkScene,
} from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { createBatch } from '#server/work/create-batch.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { openBatch } from '#server/work/open-batch.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { createLiveTail, type LiveFrame, type LiveSubscriber, type LiveTail } from './live-tail.ts';
import type { LiveView } from './schemas.ts';
import { liveViewerOf, viewLive } from './watch-live.ts';

describe('following a batch live', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let tail: LiveTail;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 6 });
  });
  afterEach(() => tail?.stop());
  afterAll(() => t.drop());

  const start = (options: { mostPerSession?: number; mostInAll?: number } = {}) => {
    tail = createLiveTail({ db: t.db, clock: scene.clock, everyMs: 20, recheckMs: 40, ...options });
  };
  function watcher(batchId: string, change: Partial<LiveSubscriber> = {}) {
    const frames: LiveFrame[] = [];
    const ended: true[] = [];
    const one: LiveSubscriber = {
      batchId,
      viewer: 'sponsor',
      sessionId: randomUUID(),
      send: (frame) => frames.push(frame),
      mayStay: async () => true,
      end: () => ended.push(true),
      ...change,
    };
    return { one, frames, ended };
  }
  async function until(holds: () => boolean): Promise<void> {
    for (let i = 0; i < 300 && !holds(); i += 1) await delay(10);
    expect(holds()).toBe(true);
  }
  async function readOne(who: OrgContext, batchId: string): Promise<void> {
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
    const leaseId = leases[0]!.leaseId;
    await submitLabel(who, { batchId, leaseId, labelId: randomUUID(), answers: { grade: '1' }, activeMs: 1 });
  }

  test('one poll serves everybody, sends what changed and only that, and sleeps when nobody watches', async () => {
    start();
    const batchId = await makeBatch(scene);
    const [reader] = await makeReaders(scene, batchId, 1);
    const watchers = Array.from({ length: 40 }, () => watcher(batchId));
    const leave = watchers.map(({ one }) => tail.subscribe(one, null));
    await until(() => watchers.every(({ frames }) => frames.length === 1));
    const before = tail.state().polls;
    await until(() => tail.state().polls > before + 3);
    expect(watchers.map(({ frames }) => frames.length)).toEqual(watchers.map(() => 1));
    await readOne(reader!, batchId);
    const isThrough = (view: LiveView | undefined) => view?.reads === 1 && view.held === 0;
    await until(() => watchers.every(({ frames }) => isThrough(frames.at(-1)?.view)));
    // At most: at first, held, in its case before it is in its reader's counters or after, and both.
    for (const { frames } of watchers) expect(frames.length).toBeLessThanOrEqual(4);
    expect(watchers[0]!.frames.at(-1)?.view).toEqual(await viewLive(scene.sponsor, { batchId }));
    for (const end of leave) end();
    await until(() => !tail.state().isPolling);
  });

  test('who comes back with the state it has is sent nothing until it changes', async () => {
    start();
    const batchId = await makeBatch(scene);
    const [reader] = await makeReaders(scene, batchId, 1);
    const first = watcher(batchId);
    tail.subscribe(first.one, null);
    await until(() => first.frames.length === 1);
    const again = watcher(batchId);
    tail.subscribe(again.one, first.frames[0]!.version);
    const before = tail.state().polls;
    await until(() => tail.state().polls > before + 3);
    expect(again.frames).toEqual([]);
    await readOne(reader!, batchId);
    await until(() => again.frames.length > 0);
  });

  test('ends for whoever may not watch any more, in every page of the session, and for nobody else', async () => {
    start();
    const batchId = await makeBatch(scene);
    const sessionId = randomUUID();
    let isSignedIn = true;
    const mine = [1, 2].map(() => watcher(batchId, { sessionId, mayStay: async () => isSignedIn }));
    const other = watcher(batchId);
    for (const { one } of [...mine, other]) tail.subscribe(one, null);
    await until(() => other.frames.length === 1);
    isSignedIn = false;
    await until(() => mine.every(({ ended }) => ended.length === 1));
    expect(other.ended).toEqual([]);
    expect(tail.state().subscribers).toBe(1);
  });

  test('ends when it cannot be checked whether somebody may still watch', async () => {
    start();
    const batchId = await makeBatch(scene);
    const mayStay = async () => {
      throw new Error('The database is away.');
    };
    const { one, ended } = watcher(batchId, { mayStay });
    tail.subscribe(one, null);
    await until(() => ended.length === 1);
    expect(tail.state().subscribers).toBe(0);
  });

  test('a flood of pages of one session, or of people, is refused with what to do', async () => {
    start({ mostPerSession: 2, mostInAll: 3 });
    const batchId = await makeBatch(scene);
    const sessionId = randomUUID();
    for (let i = 0; i < 2; i += 1) tail.subscribe(watcher(batchId, { sessionId }).one, null);
    expect(() => tail.subscribe(watcher(batchId, { sessionId }).one, null)).toThrow(
      /Close some and try again/,
    );
    tail.subscribe(watcher(batchId).one, null);
    expect(() => tail.subscribe(watcher(batchId).one, null)).toThrow(/Too many people/);
  });

  test('R21: vendors that share a batch follow each its own people, and nothing by which the others’ work could be told', async () => {
    start();
    const own = await makeOrganisation(t.db, { kind: 'vendor', clock: scene.clock });
    const orgs = [scene.vendorOrg, own];
    await ensureAgreement(t.db, { kind: 'services', org: own, clock: scene.clock });
    const callId = await makeCall(t.db, { projectId: scene.project.id, clock: scene.clock });
    const contractIds: string[] = [];
    for (const org of orgs) {
      const vendor = { orgId: org.id, owner: scene.sponsor, annotators: [] };
      const bidId = await makeBid(t.db, { callId, project: scene.project, vendor, clock: scene.clock });
      contractIds.push(await makeContract(t.db, { bidId, shareBasisPoints: 5000, clock: scene.clock }));
    }
    const { batchId } = await createBatch(scene.sponsor, {
      projectId: scene.project.id,
      datasetId: scene.dataset.id,
      name: 'Shared',
      kind: 'production',
      overlap: 2,
      pricePerReadMinor: 120n,
      goldMode: 'none',
      reviewShareBasisPoints: 0,
      isAdjudicated: false,
      claimRules: { contractIds },
    });
    const leads = await Promise.all(
      orgs.map((org) => makeMember(t.db, { org, roles: ['staffing_lead'], clock: scene.clock })),
    );
    await expect(liveViewerOf(leads[0]!, batchId)).rejects.toMatchObject({ kind: 'not_found' });
    await openBatch(scene.sponsor, { batchId });
    const [mine, theirs] = await Promise.all(
      orgs.map(async (org) => {
        const who = await makeWorker(scene, { org });
        await joinBatch(who, { batchId, tier: 'label' });
        return who;
      }),
    );
    const watchers = await Promise.all(
      leads.map(async (lead) => watcher(batchId, { viewer: await liveViewerOf(lead, batchId) })),
    );
    for (const { one } of watchers) tail.subscribe(one, null);
    await until(() => watchers.every(({ frames }) => frames.length > 0));
    const before = watchers.map(({ frames }) => frames.length);
    await readOne(mine!, batchId);
    await claimNextTasks(mine!, { batchId, tier: 'label', limit: 1 });
    // A look in the middle of the first read sees one held as well.
    await until(() => {
      const view = watchers[0]!.frames.at(-1)?.view;
      return view?.held === 1 && view.reads === 1;
    });
    const part = { status: 'open', isRough: true, readsNeeded: null, activeDeciders: 0, whole: null };
    const first = { ...part, reads: 1, held: 1, activeReaders: 1 };
    expect(watchers[0]!.frames.at(-1)?.view).toEqual(first);
    expect(await viewLive(leads[0]!, { batchId })).toEqual(first);
    // The other has not been sent anything by it.
    expect(watchers[1]!.frames).toHaveLength(before[1]!);
    expect(await viewLive(leads[1]!, { batchId })).toEqual({ ...part, reads: 0, held: 0, activeReaders: 1 });
    await readOne(theirs!, batchId);
    await until(() => watchers[1]!.frames.at(-1)?.view.reads === 1);
    expect((await viewLive(scene.sponsor, { batchId })).whole).toMatchObject({ cases: 6 });
  });

  test('is for the batch’s sponsor and vendor: not another’s, not a draft, not a reader’s', async () => {
    const batchId = await makeBatch(scene);
    const vendor = await makeMember(t.db, { org: scene.vendorOrg, roles: ['staffing_lead'] });
    expect(await liveViewerOf(scene.sponsor, batchId)).toBe('sponsor');
    expect(await liveViewerOf(vendor, batchId)).toBe('vendor');
    const draft = await makeBatch(scene, { isDraft: true });
    await expect(liveViewerOf(vendor, draft)).rejects.toMatchObject({ kind: 'not_found' });
    const [reader] = await makeReaders(scene, batchId, 1);
    await expect(liveViewerOf(reader!, batchId)).rejects.toMatchObject({ reason: 'capability_missing' });
    for (const [kind, role] of [
      ['vendor', 'staffing_lead'],
      ['sponsor', 'project_manager'],
    ] as const) {
      const org = await makeOrganisation(t.db, { kind });
      const stranger = await makeMember(t.db, { org, roles: [role] });
      await expect(liveViewerOf(stranger, batchId)).rejects.toMatchObject({ kind: 'not_found' });
    }
  });
});
