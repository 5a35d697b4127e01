import { describe, expect, test } from 'vitest';
import type { DeskCalls, Parcel } from './desk-calls.ts';
import { handClock, type MemoryStore, memoryStore, settle } from './desk-scene.ts';
import { createReadingSession } from './reading-session.ts';
import { type ClaimResult, type Lease, NO_WORK, type PreparedCase, type Reading } from './reading-types.ts';
import { LOCK_AFTER_MS } from './session-clock.ts';

const wire = (code: string, reason: string) =>
  Object.assign(new Error('No.'), { data: { code, reason, details: [] } });

const reading = {
  batchId: 'b',
  prefetch: 2,
  leaseSeconds: 600,
  progress: { submitted: 4 },
  protocol: {
    labelSchema: {
      fields: [{ key: 'present', label: 'Nodule', type: 'boolean', definition: 'A nodule.', required: true }],
      rules: [],
      gatedFields: ['present'],
    },
  },
} as unknown as Reading;

const content = (more: Partial<PreparedCase> = {}): PreparedCase => ({
  context: {},
  receipt: 'sealed',
  assets: [],
  reads: [],
  asked: null,
  clarifications: [],
  returnedComment: null,
  returnedAnswers: null,
  draft: null,
  dispose: () => undefined,
  ...more,
});

/** A desk with cases c1, c2, …; `deny` makes the next send fail. */
function bench(more: { drafts?: MemoryStore; cases?: number; held?: string[]; kind?: Reading['kind'] } = {}) {
  const clock = handClock();
  let next = 1;
  let id = 0;
  const left = more.cases ?? 10;
  const sent: Parcel[] = [];
  const failures: unknown[] = [];
  const closed: string[] = [];
  const sentOnClose: string[] = [];
  const extended: { ids: string[]; isUse: boolean }[] = [];
  const ends = new Map<string, null>();
  const drafts = more.drafts ?? memoryStore();
  const deal = (limit: number): ClaimResult => {
    const leases: Lease[] = [];
    while (leases.length < limit && next <= left) {
      const leaseUntil = new Date(clock.now() + 600_000);
      leases.push({ leaseId: `c${next}`, leaseUntil, round: 1, isReturned: false });
      next += 1;
    }
    const reasons = leases.length > 0 ? [] : [{ code: 'work.none_left', message: 'Nothing is left.' }];
    return { leases, reasons, retryAfterMs: null };
  };
  const calls: DeskCalls = {
    tier: 'label',
    leases: async () =>
      (more.held ?? []).map((leaseId) => ({
        leaseId,
        leaseUntil: new Date(clock.now() + 600_000),
        round: 1,
        isReturned: false,
      })),
    claim: async (limit) => deal(limit),
    open: async () => content(),
    send: async (parcel, limit) => {
      const failure = failures.shift();
      if (failure) throw failure;
      sent.push(parcel);
      return limit === 0 || parcel.kind === 'amend' ? null : deal(limit);
    },
    sendOnClose: async (parcel) => void sentOnClose.push(parcel.on.leaseId),
    saveDraft: async () => true,
    extend: async (ids, isUse) => {
      extended.push({ ids, isUse });
      return ids.map((leaseId) => ({
        leaseId,
        leaseUntil: ends.has(leaseId) ? null : clock.now() + 600_000,
      }));
    },
    release: async () => undefined,
    releaseOnClose: async (ids) => void closed.push(...ids),
    feedback: async () => ({
      fields: [{ key: 'present', given: true, expected: [false], isRight: false }],
      rationale: null,
    }),
    flag: async () => ({ dueAt: new Date(clock.now()), isHeld: true }),
  };
  const session = createReadingSession({
    reading: { ...reading, kind: more.kind ?? 'production' },
    calls,
    drafts,
    today: memoryStore(),
    tooOld: () => 0,
    viewport: () => '1x1@1',
    newId: () => `id${++id}`,
    now: clock.now,
    after: clock.after,
  });
  const answer = (present: boolean) =>
    session.change((work) => ({ ...work, answers: { ...work.answers, present } }));
  const ids = () => session.store.get().cases.map((held) => held.leaseId);
  return {
    session,
    sent,
    sentOnClose,
    failures,
    closed,
    extended,
    ends,
    drafts,
    pass: clock.pass,
    answer,
    ids,
  };
}

describe('a reading session', () => {
  test('keeps the agreed number of cases ahead, and shows the next in the same turn as the submit', async () => {
    const { session, ids, answer, sent } = bench();
    await session.start();
    await settle();
    expect(ids()).toEqual(['c1', 'c2', 'c3']);
    answer(true);
    expect(session.submit()).toEqual([]);
    expect(session.store.get().cases[0]?.leaseId).toBe('c2');
    expect(session.store.get().cases[0]?.content).not.toBeNull();
    await settle();
    expect(ids()).toEqual(['c2', 'c3', 'c4']);
    expect(sent[0]).toMatchObject({ kind: 'label', on: { leaseId: 'c1' }, answers: { present: true } });
    expect(session.store.get().submitted).toBe(5);
  });

  test('what is wrong is said and nothing is sent', async () => {
    const { session, sent, ids } = bench();
    await session.start();
    await settle();
    expect(session.submit().map((fault) => fault.path)).toEqual(['present']);
    expect(ids()[0]).toBe('c1');
    expect(sent).toEqual([]);
  });

  test('without a connection reading goes on; what was read is kept on the device and sent later', async () => {
    const { session, failures, answer, sent, pass, drafts } = bench();
    await session.start();
    await settle();
    failures.push(new TypeError('fetch failed'));
    answer(true);
    session.submit();
    await settle();
    expect(session.store.get()).toMatchObject({ isOnline: false, unsent: 1 });
    answer(false);
    session.submit();
    expect((drafts.all.get('outbox') as unknown[]).length).toBe(2);
    await pass(1_000);
    expect(sent.map((parcel) => parcel.on.leaseId)).toEqual(['c1', 'c2']);
    expect(session.store.get()).toMatchObject({ isOnline: true, unsent: 0 });
    expect(drafts.all.has('outbox')).toBe(false);
  });

  test('R22: an unsent label is taken back and submitted once; a sent one is amended', async () => {
    const { session, failures, answer, sent, pass, ids } = bench();
    await session.start();
    await settle();
    failures.push(new TypeError('fetch failed'));
    await pass(20_000);
    answer(true);
    session.submit();
    await settle();
    session.undo();
    expect(ids()[0]).toBe('c1');
    expect(session.store.get().submitted).toBe(4);
    answer(false);
    session.submit();
    await pass(1_000);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ kind: 'label', answers: { present: false }, on: { activeMs: 20_000 } });
    await pass(9_000);
    session.undo();
    expect(session.store.get().cases[0]).toMatchObject({ leaseId: 'c1', amends: 'id2' });
    await pass(3_000);
    answer(true);
    session.submit();
    await settle();
    // The time of the label that it replaces is counted there, and that of the next case is the next case's.
    expect(sent[1]).toMatchObject({
      kind: 'amend',
      amends: 'id2',
      answers: { present: true },
      on: { activeMs: 3_000 },
    });
    expect(session.store.get().activeTodayMs).toBe(23_000);
    expect(session.store.get().submitted).toBe(5);
  });

  test('R22: in a training what was right is shown once the case is in, and it is undone no more; elsewhere nothing is shown', async () => {
    for (const kind of ['training', 'production'] as const) {
      const { session, answer, ids } = bench({ kind });
      await session.start();
      await settle();
      answer(true);
      session.submit();
      await settle();
      const shown = session.store.get();
      // The case itself stays beside its answer until one goes on.
      expect(shown.lesson?.held?.leaseId).toBe(kind === 'training' ? 'c1' : undefined);
      expect(shown.lesson?.answer?.fields).toEqual(
        kind === 'training'
          ? [{ key: 'present', given: true, expected: [false], isRight: false }]
          : undefined,
      );
      session.undo();
      expect(ids()[0]).toBe(kind === 'training' ? 'c2' : 'c1');
      session.closeLesson();
      expect(session.store.get().lesson).toBeNull();
    }
  });

  test('undo ends after ten minutes', async () => {
    const { session, answer, pass, ids } = bench();
    await session.start();
    await settle();
    answer(true);
    session.submit();
    await pass(11 * 60_000);
    const before = ids();
    session.undo();
    expect(ids()).toEqual(before);
    expect(session.store.get().notice?.text).toContain('10 minutes');
  });

  test('a draft on the device comes back after a crash', async () => {
    const drafts = memoryStore();
    const first = bench({ drafts });
    await first.session.start();
    await settle();
    first.answer(true);
    await first.pass(400);
    const again = bench({ drafts, held: ['c1'] });
    await again.session.start();
    await settle();
    expect(again.session.store.get().cases[0]?.work.answers).toEqual({ present: true });
  });

  test('after a crash the case that was begun is on the screen, in whatever order the held cases come', async () => {
    const drafts = memoryStore();
    drafts.write('h2', { work: { ...NO_WORK, answers: { present: true } }, activeMs: 5_000, at: 1 });
    const { session, ids } = bench({ drafts, held: ['h1', 'h2', 'h3'] });
    await session.start();
    await settle();
    expect(ids().slice(0, 3)).toEqual(['h2', 'h1', 'h3']);
    expect(session.store.get().cases[0]?.work.answers).toEqual({ present: true });
  });

  test('R28: fifteen idle minutes lock the screen over the draft; leases are prolonged, not as use', async () => {
    const { session, pass, answer, extended } = bench();
    await session.start();
    await settle();
    answer(true);
    for (let minute = 0; minute < 16; minute += 1) {
      await pass(60_000);
      session.tick();
      await settle();
    }
    expect(LOCK_AFTER_MS).toBe(900_000);
    expect(session.store.get().isLocked).toBe(true);
    expect(session.submit()).toEqual([]);
    expect(session.store.get().cases[0]).toMatchObject({
      leaseId: 'c1',
      work: { answers: { present: true } },
    });
    expect(extended.length).toBeGreaterThan(10);
    expect(extended.slice(1).every((beat) => !beat.isUse)).toBe(true);
    session.unlock();
    expect(session.store.get().isLocked).toBe(false);
    session.submit();
    await settle();
    expect(session.store.get().cases[0]?.leaseId).toBe('c2');
  });

  test('closing the page gives back what was claimed ahead, not the case on the screen nor what was begun', async () => {
    const drafts = memoryStore();
    drafts.write('h3', { work: { ...NO_WORK, answers: { present: true } }, activeMs: 5_000, at: 1 });
    const { session, closed, ids } = bench({ drafts, held: ['h1', 'h2', 'h3'] });
    await session.start();
    await settle();
    // What was begun comes first; then one is on the screen.
    expect(ids()).toEqual(['h3', 'h1', 'h2']);
    session.close();
    expect(closed).toEqual(['h1', 'h2']);
    expect(ids()).toEqual(['h3']);
    session.close();
    expect(closed).toEqual(['h1', 'h2']);
    // The page was kept by the browser and comes back.
    await session.lookAgain();
    expect(ids()).toEqual(['h3', 'c1', 'c2']);
  });

  test('closing the page sends all that waits, each by itself, and keeps it until somebody hears the answer', async () => {
    const drafts = memoryStore();
    const { session, sent, sentOnClose, failures, answer } = bench({ drafts });
    await session.start();
    await settle();
    failures.push(new TypeError('fetch failed'));
    for (const present of [true, false]) {
      answer(present);
      session.submit();
      await settle();
    }
    session.close();
    expect(sentOnClose).toEqual(['c1', 'c2']);
    expect(sent).toEqual([]);
    expect(drafts.all.get('outbox')).toHaveLength(2);
  });

  test('closing the page over a label that is undone keeps the case behind it, too', async () => {
    const { session, closed, answer, ids } = bench();
    await session.start();
    await settle();
    answer(true);
    session.submit();
    await settle();
    session.undo();
    expect(ids()).toEqual(['c1', 'c2', 'c3', 'c4']);
    session.close();
    expect(closed).toEqual(['c3', 'c4']);
  });

  test('a case whose lease is over leaves the line and is replaced', async () => {
    const { session, ends, pass, ids } = bench();
    await session.start();
    await settle();
    ends.set('c1', null);
    await pass(61_000);
    session.tick();
    await settle();
    expect(ids()[0]).toBe('c2');
    expect(session.store.get().notice?.text).toContain('is kept');
  });

  test('answers that the server refuses come back with what is wrong', async () => {
    const { session, failures, answer, ids } = bench();
    await session.start();
    await settle();
    failures.push(wire('BAD_REQUEST', 'answers_invalid'));
    answer(true);
    session.submit();
    await settle();
    expect(ids()[0]).toBe('c1');
    expect(session.store.get().cases[0]?.work.answers).toEqual({ present: true });
    expect(session.store.get().submitted).toBe(4);
  });

  test('at the end it says why nothing comes', async () => {
    const { session, answer } = bench({ cases: 1 });
    await session.start();
    await settle();
    answer(true);
    session.submit();
    await settle();
    expect(session.store.get().cases).toEqual([]);
    expect(session.store.get().reasons.map((reason) => reason.code)).toEqual(['work.none_left']);
  });

  test('a skipped case is passed on with its reason and is no read', async () => {
    const { session, sent, ids } = bench();
    await session.start();
    await settle();
    session.skip('c1', 'unreadable', '');
    expect(ids()[0]).toBe('c2');
    await settle();
    expect(sent[0]).toMatchObject({ kind: 'skip', reason: 'unreadable' });
    expect(session.store.get().submitted).toBe(4);
  });
});
