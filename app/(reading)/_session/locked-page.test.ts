import { describe, expect, test } from 'vitest';
import type { DeskCalls } from './desk-calls.ts';
import { handClock, memoryStore, ONE_FIELD, settle } from './desk-scene.ts';
import { createReadingSession } from './reading-session.ts';
import type { ClaimResult, PreparedCase } from './reading-types.ts';

/*
 * R28 of a page that nobody is at: what it does by itself is no use of the session, and once it is locked it claims and opens nothing.
 */

const failure = (code: string) =>
  Object.assign(new Error('No.'), { data: { code, reason: code, details: [] } });

/** A page of a batch that has `left` cases, and asks again after `retryAfterMs` where none is free; `log` has each call, with whether it was said to be use. */
function page({ left = 0, retryAfterMs = 30_000 } = {}) {
  const clock = handClock();
  const state = { left, dealt: 0, isOpenShut: false, isSendShut: false };
  const log: string[] = [];
  const note = (call: string, isUse?: boolean) =>
    log.push(isUse === undefined ? call : `${call} ${isUse ? 'by person' : 'by itself'}`);
  const deal = (limit: number): ClaimResult => {
    if (limit === 0 || state.dealt >= state.left)
      return { leases: [], reasons: [{ code: 'work.all_taken', message: '…' }], retryAfterMs };
    const leaseUntil = new Date(clock.now() + 600_000);
    return {
      leases: [{ leaseId: `c${++state.dealt}`, leaseUntil, round: 1, isReturned: false }],
      reasons: [],
      retryAfterMs: null,
    };
  };
  const calls = {
    tier: 'label',
    leases: async () => [],
    claim: async (limit, isUse) => {
      note('claim', isUse);
      return deal(limit);
    },
    open: async (leaseId) => {
      note(`open ${leaseId}`);
      if (state.isOpenShut) throw failure('SERVICE_UNAVAILABLE');
      const content: Partial<PreparedCase> = { context: {}, assets: [], reads: [], draft: null };
      return { ...content, dispose: () => undefined } as PreparedCase;
    },
    send: async (_parcel, limit, isUse) => {
      note(`send for ${limit}`, isUse);
      if (state.isSendShut) throw failure('SERVICE_UNAVAILABLE');
      return limit === 0 ? null : deal(limit);
    },
    saveDraft: async () => true,
    extend: async (leaseIds, isUse) => {
      note('extend', isUse);
      return leaseIds.map((leaseId) => ({ leaseId, leaseUntil: clock.now() + 600_000 }));
    },
  } as Partial<DeskCalls> as DeskCalls;
  const session = createReadingSession({
    reading: ONE_FIELD,
    calls,
    drafts: memoryStore(),
    today: memoryStore(),
    tooOld: () => 0,
    viewport: () => '1x1@1',
    newId: () => crypto.randomUUID(),
    now: clock.now,
    after: clock.after,
  });
  /** So many minutes in which nobody touches anything; returns the calls of that time. */
  async function alone(minutes: number): Promise<string[]> {
    const from = log.length;
    for (let i = 0; i < minutes * 12; i += 1) {
      await clock.pass(5_000);
      session.tick();
      await settle();
    }
    return log.slice(from);
  }
  const isLocked = () => session.store.get().isLocked;
  return { session, state, log, alone, isLocked };
}

describe('R28: a page that nobody is at', () => {
  test('asks for cases by itself until it locks, and not once after', async () => {
    const { session, log, alone, isLocked } = page();
    await session.start();
    expect(log).toEqual(['claim by person']);
    const asked = await alone(16);
    expect(isLocked()).toBe(true);
    expect(asked.length).toBeGreaterThan(20);
    expect(new Set(asked)).toEqual(new Set(['claim by itself']));
    expect(await alone(20)).toEqual([]);
  });

  test('what comes free while it is locked is claimed and opened when its person is back', async () => {
    const { session, state, log, alone, isLocked } = page();
    await session.start();
    await alone(16);
    state.left = 1;
    expect(await alone(10)).toEqual([]);
    session.unlock();
    await settle();
    expect(isLocked()).toBe(false);
    expect(log.slice(-2)).toEqual(['claim by person', 'open c1']);
  });

  test('a case that could not be opened is not tried behind the lock; it is prolonged by itself, and opened after', async () => {
    const { session, state, log, alone } = page({ left: 1 });
    state.isOpenShut = true;
    await session.start();
    await alone(16);
    state.isOpenShut = false;
    expect(new Set(await alone(20))).toEqual(new Set(['extend by itself']));
    session.unlock();
    await settle();
    expect(log.slice(-2)).toEqual(['extend by person', 'open c1']);
    expect(session.store.get().cases[0]?.content).not.toBeNull();
  });

  test('what was handed in is tried again by itself, and brings nothing new behind the lock', async () => {
    const { session, state, log, alone } = page({ left: 3 });
    await session.start();
    await settle();
    state.isSendShut = true;
    session.change((work) => ({ ...work, answers: { present: true } }));
    expect(session.submit()).toEqual([]);
    const tries = await alone(16);
    expect(tries.filter((call) => call.endsWith('by person'))).toEqual([]);
    state.isSendShut = false;
    expect((await alone(2)).filter((call) => !call.startsWith('extend'))).toEqual(['send for 0 by itself']);
    session.unlock();
    await settle();
    expect(log.slice(-2)).toEqual(['claim by person', 'open c2']);
  });

  test('looking again many times does not make it ask more often', async () => {
    const { session, alone } = page();
    await session.start();
    for (let i = 0; i < 5; i += 1) {
      await alone(1 / 12);
      void session.lookAgain();
      await settle();
    }
    expect(await alone(2)).toHaveLength(4);
  });

  test('a person who moves about on a page with nothing to read is told of with what it asks; one who has left is not', async () => {
    const { session, alone } = page();
    await session.start();
    session.touch();
    expect(await alone(1)).toEqual(['claim by person', 'claim by itself']);
    const later = page({ retryAfterMs: 5 * 60_000 });
    await later.session.start();
    later.session.touch();
    expect(await later.alone(6)).toEqual(['claim by itself']);
  });
});
