import { createHash } from 'node:crypto';
import type { Database } from '#db/client.ts';
import type { Clock } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { errorFields, log } from '#server/log.ts';
import { readLive } from './live-queries.ts';
import type { LiveViewer } from './live-rules.ts';
import type { LiveView } from './schemas.ts';

/** What a subscriber is sent: the whole state, never a difference, so that only the newest matters. */
export type LiveFrame = { version: string; at: Date; view: LiveView };

export type LiveSubscriber = {
  batchId: string;
  viewer: LiveViewer;
  sessionId: string;
  /** Called with the newest state when it has changed; must not wait. */
  send(frame: LiveFrame): void;
  /** Whether the person may still watch; asked again and again. */
  mayStay(): Promise<boolean>;
  /** Called once when they may not. */
  end(): void;
};

export type LiveTailOptions = {
  db: Database;
  clock: Clock;
  everyMs?: number;
  recheckMs?: number;
  mostPerSession?: number;
  mostInAll?: number;
};

/** Sessions whose rights are looked at together: few of the pool's connections. */
const RECHECKS_AT_ONCE = 4;

/**
 * The one poll of this process: however many people watch, the small counters of the watched batches are read once a second and
 * handed to all of them. It sleeps while nobody watches. A state that has not changed is not sent again.
 */
export function createLiveTail(options: LiveTailOptions) {
  const { db, clock, everyMs = 1000, recheckMs = 5000, mostPerSession = 8, mostInAll = 2000 } = options;
  const subscribers = new Map<LiveSubscriber, { version: string }>();
  let timer: NodeJS.Timeout | null = null;
  let checkedAt = performance.now();
  let polls = 0;

  async function tick(): Promise<void> {
    try {
      if (performance.now() - checkedAt >= recheckMs) {
        checkedAt = performance.now();
        await recheck();
      }
      polls += 1;
      const now = clock.now();
      const viewOf = await readLive(db, { watched: [...subscribers.keys()], now });
      for (const one of subscribers.keys()) hand(one, viewOf(one), now);
    } catch (error) {
      // The state stays as it was sent; the next poll tries again.
      log.warn(errorFields(error), 'live poll failed');
    }
    timer = subscribers.size === 0 ? null : setTimeout(tick, everyMs);
  }

  /** Once for each session, however many pages it has open; a few at a time, so that a crowd does not hold the poll up. */
  async function recheck(): Promise<void> {
    const sessions = [
      ...Map.groupBy(subscribers.keys(), (one) => `${one.sessionId} ${one.batchId}`).values(),
    ];
    for (let from = 0; from < sessions.length; from += RECHECKS_AT_ONCE)
      await Promise.all(sessions.slice(from, from + RECHECKS_AT_ONCE).map(endUnlessAllowed));
  }

  async function endUnlessAllowed(own: readonly LiveSubscriber[]): Promise<void> {
    const [first] = own;
    if (first === undefined || (await mayStay(first))) return;
    for (const one of own) {
      subscribers.delete(one);
      one.end();
    }
  }

  /** Who cannot be looked at may not stay: the page asks again, and is answered then. */
  async function mayStay(one: LiveSubscriber): Promise<boolean> {
    try {
      return await one.mayStay();
    } catch (error) {
      log.warn({ ...errorFields(error), batchId: one.batchId }, 'live authorisation could not be checked');
      return false;
    }
  }

  function hand(one: LiveSubscriber, view: LiveView | null, now: Date): void {
    const known = subscribers.get(one);
    if (known === undefined || view === null) return;
    const version = versionOf(view);
    if (version === known.version) return;
    known.version = version;
    one.send({ version, at: now, view });
  }

  return {
    /** Starts sending; the first state comes with the next poll, unless it is the one the subscriber has (`lastVersion`). */
    subscribe(one: LiveSubscriber, lastVersion: string | null): () => void {
      const own = [...subscribers.keys()].filter((other) => other.sessionId === one.sessionId).length;
      if (own >= mostPerSession || subscribers.size >= mostInAll) throw tooMany(own >= mostPerSession);
      subscribers.set(one, { version: lastVersion ?? '' });
      timer ??= setTimeout(tick, 0);
      return () => {
        subscribers.delete(one);
      };
    },
    /** Subscribers, and polls so far: for the tests, which prove that there is one poll for all. */
    state: () => ({ subscribers: subscribers.size, polls, isPolling: timer !== null }),
    stop(): void {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      for (const one of subscribers.keys()) one.end();
      subscribers.clear();
    },
  };
}

export type LiveTail = ReturnType<typeof createLiveTail>;

/** A state by its content, so that another process knows it too. */
export function versionOf(view: LiveView): string {
  return createHash('sha256').update(JSON.stringify(view)).digest('hex').slice(0, 16);
}

function tooMany(isOwn: boolean): AppError {
  return new AppError({
    kind: 'limit',
    reason: 'live_too_many',
    message: isOwn
      ? 'Too many pages of yours are following work live. Close some and try again.'
      : 'Too many people are following work live at this moment. The page refreshes when you load it again.',
  });
}
