import { describe, expect, test } from 'vitest';
import { DISSENT_ADDED, draftWork } from '#server/work/draft-work.ts';
import type { DeskCalls, Parcel } from './desk-calls.ts';
import { handClock, type MemoryStore, memoryStore, ONE_FIELD, settle } from './desk-scene.ts';
import { draftWorkOf, workOf } from './draft-of.ts';
import { createReadingSession } from './reading-session.ts';
import { type DeskTier, type Lease, NO_WORK, type PreparedCase, type Work } from './reading-types.ts';

const READ = '00000000-0000-4000-8000-000000000001';
const GONE = '00000000-0000-4000-8000-000000000002';
const reject = { outcome: 'reject', reason: 'no_effort', comment: 'Two seconds.', to: 'author' } as const;

const WORKS: Record<DeskTier, Work> = {
  label: { ...NO_WORK, answers: { present: true }, confidence: 4 },
  review: { ...NO_WORK, decisions: { [READ]: reject } },
  audit: {
    ...NO_WORK,
    answers: { present: false },
    rationale: 'The margin is free.',
    check: { outcome: 'disagree', errorKind: 'boundary' },
  },
  adjudicate: { ...NO_WORK, answers: { present: true }, rationale: 'By the scale bar.' },
};
const TIERS = Object.keys(WORKS) as DeskTier[];

type Saved = Parameters<DeskCalls['saveDraft']>[0];

/** A desk at a tier whose server keeps one draft, as it does for one case. */
function desk(tier: DeskTier, more: { drafts?: MemoryStore; reads?: string[] } = {}) {
  const clock = handClock();
  let leases = 0;
  const drafts = more.drafts ?? memoryStore();
  const saved: Saved[] = [];
  const told: { leaseId: string; activeMs: number }[][] = [];
  const flagged: string[] = [];
  const state = {
    over: false,
    refusal: null as unknown,
    sealed: null as unknown,
    isOffline: false,
    hasNewer: false,
  };
  const lease = (): Lease => ({
    leaseId: `c${++leases}`,
    leaseUntil: new Date(clock.now() + 600_000),
    round: 1,
    isReturned: false,
  });
  const calls = {
    tier,
    leases: async () => [],
    claim: async () => ({ leases: [lease()], reasons: [], retryAfterMs: null }),
    open: async (): Promise<PreparedCase> => {
      const last = saved.at(-1);
      return {
        context: {},
        receipt: 'sealed',
        assets: [],
        reads: (more.reads ?? [READ]).map((labelId) => ({ labelId, name: 'Reader A', answers: {} })) as never,
        asked: null,
        clarifications: [],
        returnedComment: null,
        returnedAnswers: null,
        draft: last ? { ...last, savedAt: clock.now() } : null,
        dispose: () => undefined,
      };
    },
    send: async () => {
      if (state.refusal) throw state.refusal;
      return null;
    },
    saveDraft: async (input: Saved) => {
      if (state.isOffline) throw new TypeError('fetch failed');
      if (state.hasNewer) return false;
      if (state.sealed) throw state.sealed;
      saved.push(input);
      return true;
    },
    extend: async (ids: string[], _isUse: boolean, active: { leaseId: string; activeMs: number }[]) => {
      told.push(active);
      return ids.map((leaseId) => ({ leaseId, leaseUntil: state.over ? null : clock.now() + 600_000 }));
    },
    flag: async ({ leaseId }: { leaseId: string }) => {
      if (state.isOffline) throw new TypeError('fetch failed');
      flagged.push(leaseId);
      return { dueAt: new Date(clock.now()), isHeld: !state.over };
    },
  } as unknown as DeskCalls;
  const session = createReadingSession({
    reading: ONE_FIELD,
    calls,
    drafts,
    today: memoryStore(),
    tooOld: () => 0,
    viewport: () => '1x1@1',
    newId: () => crypto.randomUUID(),
    now: clock.now,
    after: clock.after,
  });
  const onScreen = () => session.store.get().cases[0];
  return { session, saved, told, flagged, state, drafts, pass: clock.pass, onScreen };
}

describe('what is put down is kept at every tier', () => {
  test.each(TIERS)('on the server as it was put down, and in the words it takes (%s)', (tier) => {
    const work = WORKS[tier];
    const kept = draftWork.parse(draftWorkOf(tier, work));
    expect(workOf({ answers: work.answers, work: kept, activeMs: 1, savedAt: 1 })).toEqual(work);
  });

  test.each(TIERS)('saved when the person pauses, and there in another browser (%s)', async (tier) => {
    const { session, saved, pass } = desk(tier);
    await session.start();
    await settle();
    session.change(() => WORKS[tier]);
    await pass(3_000);
    expect(saved).toHaveLength(1);
    expect(saved[0]).toMatchObject({ leaseId: 'c1', work: { tier } });
  });

  test('nothing is called saved that was not, because the server has what another device put down later', async () => {
    const { session, state, pass } = desk('label');
    await session.start();
    await settle();
    state.hasNewer = true;
    session.change(() => WORKS.label);
    await pass(3_000);
    expect(session.store.get().draft).toBe('device');
    state.hasNewer = false;
    session.change(() => ({ ...WORKS.label }));
    await pass(3_000);
    expect(session.store.get().draft).toBe('saved');
  });

  test.each(TIERS)(
    'a case that runs out hands over what was put down, and brings it along under its next lease (%s)',
    async (tier) => {
      const { session, state, saved, drafts, pass, onScreen } = desk(tier);
      await session.start();
      await settle();
      // Within the moment in which neither the device nor the server has it.
      session.change(() => WORKS[tier]);
      state.over = true;
      await pass(100);
      session.reconnect();
      await settle();
      expect(saved.map((one) => one.leaseId)).toEqual(['c1']);
      expect(drafts.all.size).toBe(0);
      expect(onScreen()).toMatchObject({ leaseId: 'c2', work: WORKS[tier] });
    },
  );

  test('what an earlier visit left under a lease that is over is handed over before the next case comes', async () => {
    const drafts = memoryStore();
    drafts.write('old', { work: WORKS.review, activeMs: 5_000, at: 1 });
    const offline = desk('review', { drafts });
    offline.state.isOffline = true;
    await offline.session.start();
    await settle();
    expect([...drafts.all.keys()]).toEqual(['old']);
    const { session, saved, onScreen } = desk('review', { drafts });
    await session.start();
    await settle();
    expect(saved.map((one) => one.leaseId)).toEqual(['old']);
    expect(drafts.all.size).toBe(0);
    expect(onScreen()?.work).toEqual(WORKS.review);
  });

  test('what nobody can read any more takes no place of what is left, and of that the latest goes first', async () => {
    const drafts = memoryStore();
    for (let i = 0; i < 25; i += 1) drafts.write(`gone${i}`, null);
    for (let i = 0; i < 25; i += 1)
      drafts.write(`left${i}`, { work: WORKS.review, activeMs: 5_000, at: 1_000 + i });
    const { session, saved } = desk('review', { drafts });
    await session.start();
    await settle();
    const latest = Array.from({ length: 20 }, (_, i) => `left${24 - i}`);
    expect(saved.map((one) => one.leaseId)).toEqual(latest);
    expect([...drafts.all.keys()]).toEqual(['left0', 'left1', 'left2', 'left3', 'left4']);
  });

  test('decisions on reads that are not there any more are left out', async () => {
    const drafts = memoryStore();
    const decisions = { [READ]: reject, [GONE]: reject };
    drafts.write('c1', { work: { ...NO_WORK, decisions }, activeMs: 5_000, at: 1 });
    const { session, onScreen } = desk('review', { drafts });
    await session.start();
    await settle();
    expect(onScreen()?.work.decisions).toEqual({ [READ]: reject });
  });

  test.each(['lease_over', 'labels_changed'])(
    'a review that is refused (%s) loses nothing: it is with the server, or on the screen again',
    async (reason) => {
      const { session, saved, state, onScreen } = desk('review');
      await session.start();
      await settle();
      session.change(() => WORKS.review);
      state.refusal = Object.assign(new Error('No.'), { data: { code: 'CONFLICT', reason, details: [] } });
      expect(session.submit()).toEqual([]);
      await settle();
      if (reason === 'lease_over') expect(saved[0]?.work).toEqual(draftWorkOf('review', WORKS.review));
      else expect(onScreen()).toMatchObject({ leaseId: 'c1', work: WORKS.review });
    },
  );

  test.each([
    { code: DISSENT_ADDED, comesBack: true },
    { code: 'not_waiting', comesBack: false },
  ])(
    'R25: a panel’s decision that a further check has come before is on the screen again; one that nobody waits for is kept ($code)',
    async ({ code, comesBack }) => {
      const { session, saved, state, onScreen } = desk('adjudicate');
      await session.start();
      await settle();
      session.change(() => WORKS.adjudicate);
      const details = [{ code, message: 'No.' }];
      state.refusal = Object.assign(new Error('No.'), {
        data: { code: 'CONFLICT', reason: 'labels_changed', details },
      });
      expect(session.submit()).toEqual([]);
      await settle();
      expect(session.store.get().faults).toEqual([]);
      if (comesBack) expect(onScreen()).toMatchObject({ leaseId: 'c1', work: WORKS.adjudicate });
      else expect(saved[0]?.work).toEqual(draftWorkOf('adjudicate', WORKS.adjudicate));
    },
  );

  test('R27: whose case the gate took is told so, by the heartbeat and by a submit; the device keeps nothing of it', async () => {
    const message = 'This case was taken back from you.';
    const revoked = () =>
      Object.assign(new Error(message), { data: { code: 'CONFLICT', reason: 'lease_revoked', details: [] } });
    const { session, saved, state, drafts, pass } = desk('label');
    await session.start();
    await settle();
    session.change(() => WORKS.label);
    await pass(400);
    state.sealed = revoked();
    state.over = true;
    await pass(300_000);
    session.tick();
    await settle();
    expect(session.store.get().notice?.text).toBe(message);
    state.over = false;
    session.change(() => WORKS.label);
    state.refusal = revoked();
    expect(session.submit()).toEqual([]);
    await settle();
    expect(session.store.get().notice?.text).toBe(`One case was not taken: ${message}`);
    expect(saved).toEqual([]);
    expect([...drafts.all.keys()]).toEqual([]);
  });

  test('R27: the heartbeat tells the time on a case before anything is put down', async () => {
    const { session, told, pass } = desk('review');
    await session.start();
    await settle();
    await pass(20_000);
    session.touch();
    await pass(41_000);
    session.tick();
    await settle();
    expect(told.at(-1)).toEqual([{ leaseId: 'c1', activeMs: 61_000 }]);
  });
});

const refusal = (code: string, reason: string) =>
  Object.assign(new Error('No.'), { data: { code, reason, details: [] } });
const on = { leaseId: 'c0', labelId: 'l0', activeMs: 7_000, viewport: '1x1@1', receipt: 'sealed' };
const parcels: Record<DeskTier, Parcel> = {
  label: { kind: 'label', on, answers: { present: true }, confidence: 4 },
  review: { kind: 'review', on, decisions: WORKS.review.decisions, fixedAnswers: null },
  audit: {
    kind: 'audit',
    on,
    outcome: 'disagree',
    errorKind: 'boundary',
    answers: { present: false },
    comment: 'The margin is free.',
  },
  adjudicate: { kind: 'adjudicate', on, answers: { present: true }, rationale: 'By the scale bar.' },
};

describe('what was handed in is lost by no refusal', () => {
  test('somebody else signs in on the same browser: the page locks, keeps all, and sends it for its own person', async () => {
    const { session, state, saved, drafts } = desk('label');
    await session.start();
    await settle();
    session.change(() => WORKS.label);
    state.refusal = refusal('UNAUTHORIZED', 'signed_in_as_other');
    session.submit();
    await settle();
    expect(session.store.get()).toMatchObject({ isLocked: true, isOthersSession: true, unsent: 1 });
    expect(drafts.all.get('outbox')).toMatchObject([{ body: { answers: { present: true } } }]);
    state.refusal = null;
    session.unlock();
    await settle();
    expect(session.store.get()).toMatchObject({ isLocked: false, isOthersSession: false, unsent: 0 });
    expect(drafts.all.has('outbox')).toBe(false);
    expect(saved).toEqual([]);
  });

  test.each(TIERS)('after a reload a refused parcel becomes a draft of the server (%s)', async (tier) => {
    const drafts = memoryStore();
    drafts.write('outbox', [{ id: 'l0', body: parcels[tier] }]);
    const { session, state, saved } = desk(tier, { drafts });
    state.refusal = refusal('FORBIDDEN', 'case_not_opened');
    await session.start();
    await settle();
    expect(saved).toMatchObject([{ leaseId: 'c0', activeMs: 7_000, work: draftWorkOf(tier, WORKS[tier]) }]);
    expect(saved[0]?.answers).toEqual(WORKS[tier].answers);
    expect(drafts.all.size).toBe(0);
  });

  test('what the server keeps not even as a draft is shown, and stays on the device until it was seen', async () => {
    const drafts = memoryStore();
    drafts.write('outbox', [{ id: 'l0', body: parcels.label }]);
    const first = desk('label', { drafts });
    first.state.refusal = refusal('CONFLICT', 'lease_over');
    first.state.sealed = refusal('CONFLICT', 'lease_over');
    await first.session.start();
    await settle();
    const shown = { key: 'c0', message: 'No.', work: WORKS.label };
    expect(first.session.store.get().notTaken).toEqual([shown]);
    // The page was reloaded before anybody looked.
    const again = desk('label', { drafts });
    again.state.sealed = refusal('CONFLICT', 'lease_over');
    await again.session.start();
    await settle();
    expect(again.session.store.get().notTaken).toEqual([shown]);
    again.session.seen('c0');
    expect(again.session.store.get().notTaken).toEqual([]);
    expect(drafts.all.size).toBe(0);
  });

  test('a draft that is refused for anything but the end of its case stays on the device', async () => {
    const drafts = memoryStore();
    drafts.write('old', { work: WORKS.label, activeMs: 5_000, at: 1 });
    const { session, state } = desk('label', { drafts });
    state.sealed = refusal('FORBIDDEN', 'capability_missing');
    await session.start();
    await settle();
    expect([...drafts.all.keys()]).toEqual(['old']);
  });

  test('a change that is not taken is shown, and stays on the device until it was seen (R22)', async () => {
    const drafts = memoryStore();
    drafts.write('outbox', [{ id: 'l1', body: { ...parcels.label, kind: 'amend', amends: 'l0' } }]);
    const first = desk('label', { drafts });
    first.state.refusal = refusal('CONFLICT', 'undo_over');
    await first.session.start();
    await settle();
    const shown = { key: 'outbox-refused-l1', message: 'No.', work: WORKS.label };
    expect(first.session.store.get().notTaken).toEqual([shown]);
    // The page was reloaded before anybody looked. It is no draft of a case: nothing of it is sent.
    const again = desk('label', { drafts });
    await again.session.start();
    await settle();
    expect(again.session.store.get().notTaken).toEqual([shown]);
    expect(again.saved).toEqual([]);
    again.session.seen(shown.key);
    expect(again.session.store.get().notTaken).toEqual([]);
    expect(drafts.all.size).toBe(0);
  });

  test('a change that neither the server nor the device takes is shown as in this page alone (R22)', async () => {
    const drafts = memoryStore();
    drafts.write('outbox', [{ id: 'l1', body: { ...parcels.label, kind: 'amend', amends: 'l0' } }]);
    drafts.isFull = true;
    const { session, state } = desk('label', { drafts });
    state.refusal = refusal('CONFLICT', 'undo_over');
    await session.start();
    await settle();
    expect(session.store.get().notTaken).toMatchObject([{ work: WORKS.label, isUnkept: true }]);
  });
});

describe('what is said about a case (R24)', () => {
  test('goes with the case it was begun about, also when that has left the screen meanwhile', async () => {
    const { session, state, pass, onScreen, flagged } = desk('label');
    await session.start();
    await settle();
    state.isOffline = true;
    expect(await session.flag('c1', 'phi_seen', 'A name.')).toBe('Readroom could not be reached.');
    // The device is back when the lease is over; what was written is sent once more.
    Object.assign(state, { isOffline: false, over: true });
    await pass(61_000);
    session.tick();
    await settle();
    expect(onScreen()?.leaseId).toBe('c2');
    session.skip('c1', 'unreadable', '');
    expect(await session.flag('c1', 'phi_seen', 'A name.')).toBeNull();
    expect(flagged).toEqual(['c1']);
    expect(onScreen()?.leaseId).toBe('c2');
    expect(session.store.get().notice?.text).toContain('your pay stays as it is');
    state.over = false;
    expect(await session.flag('c2', 'phi_seen', 'A name.')).toBeNull();
    expect(session.store.get().notice?.text).toContain('paid for it in full');
    expect(onScreen()?.leaseId).not.toBe('c2');
  });
});
