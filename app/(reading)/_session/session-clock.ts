import { activeMs, noteActivity, stopTime } from './active-time.ts';
import { failureOf } from './call-failure.ts';
import type { CaseLine } from './case-line.ts';
import type { DeskCalls } from './desk-calls.ts';
import type { DeviceStore } from './device-store.ts';
import { heartbeatMs, shortLeaseMs } from './lease-clock.ts';
import type { ReadingStore } from './reading-state.ts';
import type { Held } from './reading-types.ts';

/** R28: after so long without a sign of life the screen locks over the kept draft; the session ends then too. */
export const LOCK_AFTER_MS = 15 * 60_000;
/** A sign of life that is older and was not told is not told any more: the session would last longer than from it. */
const TELL_WITHIN_MS = 2 * 60_000;

export type SessionClock = {
  /** A sign of life in the page. */
  touch(): void;
  /** Whether there was a sign of life that no call has told yet; the caller tells it. */
  takeUse(): boolean;
  /** Looks what is due; called every few seconds. */
  tick(): void;
  /** Prolongs what is held, now. */
  beat(): Promise<void>;
  lock(): void;
  unlock(): void;
  /** Moves what a finished case took into today's sum and returns it. */
  settle(ms: number): void;
};

/** Time in a reading session: active time, heartbeats of leases, the lock. */
export function createSessionClock(p: {
  store: ReadingStore;
  calls: DeskCalls;
  line: CaseLine;
  today: DeviceStore;
  leaseSeconds: number;
  now(): number;
  /** Leases of what waits in the outbox. */
  waiting(): string[];
  /** Keeps what was put down about a case that is lost; says why where the server does not. */
  handOver(held: Held): Promise<string | null>;
  onFailure(error: unknown): void;
}): SessionClock {
  const { store } = p;
  let seenAt = p.now();
  let beatAt = p.now();
  let usedSinceBeat = false;
  let isBeating = false;

  const takeUse = () => {
    const isUse = usedSinceBeat && p.now() - seenAt <= TELL_WITHIN_MS;
    usedSinceBeat = false;
    return isUse;
  };

  const stop = () => store.setCurrent((held) => ({ ...held, time: stopTime(held.time, p.now()) }));

  async function beat(): Promise<void> {
    const own = store.get().cases.filter((held) => held.amends === null);
    const leaseIds = [...new Set([...own.map((held) => held.leaseId), ...p.waiting()])].slice(0, 40);
    beatAt = p.now();
    if (leaseIds.length === 0 || isBeating) return;
    isBeating = true;
    const isUse = takeUse();
    const active = own
      .map((held) => ({ leaseId: held.leaseId, activeMs: activeMs(held.time, p.now()) }))
      .filter((one) => one.activeMs > 0);
    try {
      const answers = new Map(
        (await p.calls.extend(leaseIds, isUse, active)).map((one) => [one.leaseId, one.leaseUntil]),
      );
      await takeEnds(answers);
    } catch (error) {
      p.onFailure(error);
    } finally {
      isBeating = false;
    }
  }

  async function takeEnds(ends: ReadonlyMap<string, number | null>): Promise<void> {
    const { cases } = store.get();
    const over = cases.filter((held) => held.amends === null && ends.get(held.leaseId) === null);
    const [current] = cases;
    store.set({
      cases: cases.map((held) => {
        const until = ends.get(held.leaseId);
        return until == null ? held : { ...held, leaseUntil: p.line.onDevice(until) };
      }),
    });
    if (over.length === 0) return;
    p.line.drop(over.map((held) => held.leaseId));
    // First, so that a case that comes back brings it along.
    const sealed = await Promise.all(over.map((held) => p.handOver(held)));
    if (current !== undefined && over.includes(current)) {
      const text =
        sealed[over.indexOf(current)] ??
        'Your time on that case was over. What you had put down is kept and comes back if the case does.';
      store.set({ notice: { tone: 'attention', text } });
    }
    void p.line.fill();
  }

  return {
    touch() {
      if (store.get().isLocked) return;
      seenAt = p.now();
      usedSinceBeat = true;
      const [current] = store.get().cases;
      // Once a second is enough to count; each change of state draws the page.
      if (current?.content && p.now() - (current.time.lastAt ?? 0) >= 1_000)
        store.setCurrent((held) => ({ ...held, time: noteActivity(held.time, p.now()) }));
    },
    tick() {
      const { cases, isLocked } = store.get();
      const [current] = cases;
      const short =
        current === undefined || current.amends !== null
          ? null
          : shortLeaseMs(current.leaseUntil, p.leaseSeconds, p.now());
      if (short !== store.get().shortLeaseMs) store.set({ shortLeaseMs: short });
      if (!isLocked && p.now() - seenAt >= LOCK_AFTER_MS) this.lock();
      if (p.now() - beatAt >= heartbeatMs(p.leaseSeconds)) void beat();
    },
    beat,
    takeUse,
    lock() {
      if (store.get().isLocked) return;
      stop();
      // Held leases are prolonged over the locked screen, but never in the name of somebody at it (R28).
      usedSinceBeat = false;
      store.set({ isLocked: true });
    },
    unlock() {
      seenAt = p.now();
      usedSinceBeat = true;
      store.set({ isLocked: false, isOthersSession: false });
      store.setCurrent((held) => ({ ...held, time: noteActivity(held.time, p.now()) }));
      void beat();
    },
    settle(ms) {
      const sum = store.get().activeTodayMs + ms;
      p.today.write(dayOf(p.now()), sum);
      store.set({ activeTodayMs: sum });
    },
  };
}

/** The calendar day of an instant, where the reader is. */
export function dayOf(at: number): string {
  const day = new Date(at);
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()].join('-');
}

/** Active time today: finished cases and the one on the screen. */
export function activeToday(
  state: { activeTodayMs: number; cases: readonly { time: Parameters<typeof activeMs>[0] }[] },
  now: number,
): number {
  const [current] = state.cases;
  return state.activeTodayMs + (current ? activeMs(current.time, now) : 0);
}

/** True when a failed call means that the password is asked for again. */
export function isSignedOut(error: unknown): boolean {
  return failureOf(error).kind === 'signed_out';
}
