'use client';

import { useEffect, useState, useSyncExternalStore } from 'react';
import { browserCalls } from '#app/(reading)/_session/browser-calls.ts';
import { browserStore, forgetOld, SHELVES, takeTooOld } from '#app/(reading)/_session/device-store.ts';
import { createReadingSession, type ReadingSession } from '#app/(reading)/_session/reading-session.ts';
import type { ReadingState } from '#app/(reading)/_session/reading-state.ts';
import type { DeskTier, Reading } from '#app/(reading)/_session/reading-types.ts';

const TICK_MS = 5_000;
const SIGNS_OF_LIFE = ['pointermove', 'pointerdown', 'keydown', 'wheel', 'touchmove'] as const;

export type DeskInput = { reading: Reading; tier: DeskTier; personId: string; appBuild: string };

/** The session of this page with the browser's clock, storage and events tied to it. */
export function useDesk(input: DeskInput): { session: ReadingSession; state: ReadingState; now: number } {
  const [session] = useState(() => openSession(input));
  const [now, setNow] = useState(() => Date.now());
  const { store } = session;
  const state = useSyncExternalStore(store.subscribe, store.get, store.get);

  useEffect(() => {
    forgetOld(SHELVES, () => Date.now());
    let stop = () => {};
    const lock = holdBatch(`readroom.${input.personId}.${input.reading.batchId}.${input.tier}`, {
      onHeld: () => {
        stop = attend(session, () => setNow(Date.now()));
        void session.start();
      },
      onTaken: () => session.store.set({ phase: 'elsewhere' }),
    });
    return () => {
      lock.release();
      stop();
      session.pause();
    };
  }, [session, input.personId, input.reading.batchId, input.tier]);

  const mayLose =
    state.unkept > 0 || state.draft === 'unkept' || state.notTaken.some((one) => one.isUnkept === true);
  useEffect(() => {
    if (!mayLose) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [mayLose]);

  return { session, state, now };
}

/**
 * Ties the page's events and clock to the session, and returns how to untie them. Only where the batch is this page's: another tab that
 * heard that the connection is back would claim cases that nobody sees.
 */
function attend(session: ReadingSession, onTick: () => void): () => void {
  const touch = () => session.touch();
  const seen = () => (document.hidden ? session.hide() : session.touch());
  const close = () => session.close();
  // A page that the browser had kept comes back without what it gave up.
  const back = (event: PageTransitionEvent) => {
    if (!event.persisted) return;
    session.reconnect();
    void session.lookAgain();
  };
  const online = () => session.reconnect();
  const offline = () => session.store.set({ isOnline: false });
  const timer = setInterval(() => {
    session.tick();
    onTick();
  }, TICK_MS);
  for (const name of SIGNS_OF_LIFE) window.addEventListener(name, touch, { passive: true });
  document.addEventListener('visibilitychange', seen);
  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', back);
  window.addEventListener('online', online);
  window.addEventListener('offline', offline);
  return () => {
    clearInterval(timer);
    for (const name of SIGNS_OF_LIFE) window.removeEventListener(name, touch);
    document.removeEventListener('visibilitychange', seen);
    window.removeEventListener('pagehide', close);
    window.removeEventListener('pageshow', back);
    window.removeEventListener('online', online);
    window.removeEventListener('offline', offline);
  };
}

function openSession({ reading, tier, personId, appBuild }: DeskInput): ReadingSession {
  const now = () => Date.now();
  const shelf = `${SHELVES}.${personId}`;
  return createReadingSession({
    reading,
    calls: browserCalls(reading.batchId, tier, { personId, appBuild }),
    drafts: browserStore(`${shelf}.${reading.batchId}.${tier}`, now),
    today: browserStore(`${shelf}.active`, now),
    tooOld: () => takeTooOld(browserStore(shelf, now)),
    viewport: () => `${window.innerWidth}x${window.innerHeight}@${window.devicePixelRatio}`,
    newId: () => crypto.randomUUID(),
    now,
    after: (ms, act) => {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
  });
}

/** One tab of a browser reads a batch at a time: two would answer the same case twice. */
function holdBatch(name: string, on: { onHeld(): void; onTaken(): void }): { release(): void } {
  let release = () => {};
  let isOver = false;
  const released = new Promise<void>((resolve) => {
    release = () => {
      isOver = true;
      resolve();
    };
  });
  if (!('locks' in navigator)) {
    on.onHeld();
    return { release };
  }
  const ask = (triesLeft: number): void => {
    void navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (isOver) return;
      if (lock !== null) {
        on.onHeld();
        return released;
      }
      // A page that is just being left gives the batch up in a moment.
      if (triesLeft === 0) on.onTaken();
      else setTimeout(() => ask(triesLeft - 1), 250);
    });
  };
  ask(3);
  return { release };
}
