import { describe, expect, test } from 'vitest';
import type { DeskCalls } from './desk-calls.ts';
import { handClock, memoryStore, ONE_FIELD, settle } from './desk-scene.ts';
import { createReadingSession } from './reading-session.ts';
import type { PreparedCase } from './reading-types.ts';

/**
 * A browser with one shelf, in which pages of the same batch are opened; `net` is the connection of all of them. `held` is what a page
 * is told it holds when it starts, of which `gone` was given back just then.
 */
function browser({ tooOld = 0, held = [] as string[], gone = [] as string[] } = {}) {
  const clock = handClock();
  const drafts = memoryStore();
  const net = { isOffline: false };
  const claims: string[] = [];
  const sent: string[] = [];
  const reached = async () => {
    if (net.isOffline) throw new TypeError('fetch failed');
  };
  function open(page: string) {
    let leases = 0;
    let ids = 0;
    const deal = (limit: number) => {
      if (limit > 0) claims.push(page);
      const leaseUntil = new Date(clock.now() + 600_000);
      const leaseId = `${page}${++leases}`;
      return { leases: limit > 0 ? [{ leaseId, leaseUntil, round: 1, isReturned: false }] : [], reasons: [] };
    };
    const calls = {
      tier: 'label',
      leases: async () =>
        held.map((leaseId) => ({
          ...{ leaseId, round: 1, isReturned: false },
          leaseUntil: new Date(clock.now() + 600_000),
        })),
      claim: async (limit: number) => reached().then(() => ({ ...deal(limit), retryAfterMs: null })),
      open: async (leaseId: string) => {
        if (gone.includes(leaseId))
          throw Object.assign(new Error('No.'), {
            data: { code: 'NOT_FOUND', reason: 'lease_not_found', details: [] },
          });
        const content = { context: {}, receipt: 's', assets: [], reads: [], asked: null, draft: null };
        return content as unknown as PreparedCase;
      },
      send: async (parcel: { on: { leaseId: string } }, limit: number) => {
        await reached();
        sent.push(parcel.on.leaseId);
        return limit > 0 ? { ...deal(limit), retryAfterMs: null } : null;
      },
      saveDraft: async () => reached().then(() => true),
      extend: async () => reached().then(() => []),
      sendOnClose: async () => undefined,
      releaseOnClose: async () => undefined,
    } as unknown as DeskCalls;
    const session = createReadingSession({
      reading: ONE_FIELD,
      calls,
      drafts,
      today: memoryStore(),
      tooOld: () => tooOld,
      viewport: () => '1x1@1',
      newId: () => `${page}-${++ids}`,
      now: clock.now,
      after: clock.after,
    });
    const put = () => session.change((work) => ({ ...work, answers: { present: true } }));
    const hand = async () => {
      put();
      session.submit();
      await settle();
    };
    return { session, put, hand };
  }
  const outbox = () => ((drafts.all.get('outbox') as { id: string }[]) ?? []).map((item) => item.id);
  return { open, net, drafts, claims, sent, outbox, pass: clock.pass };
}

async function started(page: ReturnType<ReturnType<typeof browser>['open']>) {
  await page.session.start();
  await settle();
  return page;
}

describe('a page that does not have the batch', () => {
  test('claims nothing and sends nothing when the connection is back', async () => {
    const { open, net, claims, sent, outbox } = browser();
    const first = await started(open('a'));
    net.isOffline = true;
    await first.hand();
    const second = open('b');
    net.isOffline = false;
    const before = claims.length;
    second.session.reconnect();
    await second.session.lookAgain();
    second.session.unlock();
    await settle();
    expect(claims.slice(before)).toEqual([]);
    expect(sent).toEqual([]);
    expect(outbox()).toEqual(['a-1']);
  });

  test('knows what another left on the device when it gets the batch, and takes nothing of it away', async () => {
    const { open, net, sent, outbox, pass } = browser();
    const second = open('b');
    const first = await started(open('a'));
    net.isOffline = true;
    await first.hand();
    first.session.pause();
    net.isOffline = false;
    await started(second);
    expect(sent).toEqual(['a1']);
    await second.hand();
    expect(sent).toEqual(['a1', 'b1']);
    // The page that was left still sends what it had; the server knows it by its id.
    await pass(1_000);
    expect(sent).toEqual(['a1', 'b1', 'a1']);
    expect(outbox()).toEqual([]);
  });

  test('sends what it had after it was left, and claims nothing with it', async () => {
    const { open, net, claims, sent, pass } = browser();
    const page = await started(open('a'));
    net.isOffline = true;
    await page.hand();
    page.session.pause();
    net.isOffline = false;
    const before = claims.length;
    await pass(1_000);
    await pass(60_000);
    expect(sent).toEqual(['a1']);
    expect(claims.slice(before)).toEqual([]);
  });
});

describe('a page that is loaded again', () => {
  test('says nothing of what it had claimed ahead and gave back on its way out', async () => {
    const { open } = browser({ held: ['shown', 'ahead'], gone: ['ahead'] });
    const { session } = await started(open('a'));
    expect(session.store.get()).toMatchObject({ notice: null, reasons: [] });
    expect(session.store.get().cases.map((held) => held.leaseId)).toEqual(['shown']);
  });

  test('says that the case on the screen is gone', async () => {
    const { open } = browser({ held: ['shown'], gone: ['shown'] });
    const { session } = await started(open('a'));
    expect(session.store.get().notice?.text).toBe('No.');
  });
});

describe('what the device does not take', () => {
  test('is never called kept there: neither what was handed in nor what is put down', async () => {
    const { open, net, drafts, pass } = browser();
    const { session, put, hand } = await started(open('a'));
    drafts.isFull = true;
    net.isOffline = true;
    put();
    await pass(400);
    expect(session.store.get().draft).toBe('unkept');
    await hand();
    expect(session.store.get()).toMatchObject({ unsent: 1, unkept: 1, draft: 'none' });
    net.isOffline = false;
    await pass(1_000);
    expect(session.store.get()).toMatchObject({ unsent: 0, unkept: 0 });
  });

  test('goes to the server at once, and again when the connection is back', async () => {
    const { open, net, drafts, pass } = browser();
    const { session, put } = await started(open('a'));
    drafts.isFull = true;
    put();
    await pass(400);
    expect(session.store.get().draft).toBe('saved');
    net.isOffline = true;
    put();
    await pass(400);
    expect(session.store.get().draft).toBe('unkept');
    net.isOffline = false;
    await pass(5_000);
    expect(session.store.get().draft).toBe('saved');
  });

  test('what was too old to stay is said', async () => {
    const { session } = await started(browser({ tooOld: 3 }).open('a'));
    expect(session.store.get().notice?.text).toContain('3 cases that waited unsent');
    const { session: other } = await started(browser().open('a'));
    expect(other.store.get().notice).toBeNull();
  });
});
