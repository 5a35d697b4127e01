import { NO_TIME, noteActivity } from './active-time.ts';
import { failureOf } from './call-failure.ts';
import type { DeskCalls } from './desk-calls.ts';
import type { DeviceStore } from './device-store.ts';
import { workOf } from './draft-of.ts';
import { clockAhead } from './lease-clock.ts';
import type { ReadingStore } from './reading-state.ts';
import {
  type ClaimResult,
  type Held,
  type Lease,
  NO_WORK,
  type PreparedCase,
  type Work,
} from './reading-types.ts';

/** `refusal`: it was handed in, and why that was not taken. */
export type KeptDraft = { work: Work; activeMs: number; at: number; refusal?: string };

export type CaseLine = {
  /** Cases to ask for so that one is on the screen and the agreed number ahead; none while the screen is locked (R28). */
  wanted(): number;
  /** Takes in claimed cases, or the reasons why there are none. */
  take(result: ClaimResult): void;
  takeLeases(leases: readonly Lease[]): void;
  /** Claims what is wanted, unless that is under way. `isUse`: a person has asked for it; else the page does so by itself. */
  fill(isUse?: boolean): Promise<void>;
  /** Opens what could not be while the screen was locked. */
  resume(): void;
  /** Takes cases off the line. */
  drop(leaseIds: readonly string[]): void;
  putFirst(held: Held): void;
  /** An instant of the server by the clock of this device, which may be wrong by hours. */
  onDevice(at: number): number;
};

const SOONEST_MS = 1_000;
const OPEN_TRIES = 3;

/** The cases on the screen and ahead: claimed, opened and decoded before they are needed. */
export function createCaseLine(p: {
  store: ReadingStore;
  calls: DeskCalls;
  drafts: DeviceStore;
  prefetch: number;
  leaseSeconds: number;
  /** Whether the batch is this page's: no other page claims, and none that was left. */
  isHere(): boolean;
  /** Whether the person did something that no call has told yet. */
  takeUse(): boolean;
  now(): number;
  after(ms: number, act: () => void): () => void;
  onFailure(error: unknown): void;
}): CaseLine {
  const { store, calls } = p;
  /** By how much this device's clock is ahead of the server's; 0 until it matters. */
  let aheadMs = 0;
  const opening = new Set<string>();
  let stopRetry = () => {};
  const retry = (ms: number, act: () => void) => {
    stopRetry();
    stopRetry = p.after(ms, act);
  };
  const patch = (leaseId: string, change: (held: Held) => Held) =>
    store.set({
      cases: store.get().cases.map((held) => (held.leaseId === leaseId ? change(held) : held)),
    });

  async function prepare(leaseId: string, tries = 1): Promise<void> {
    // Nobody is at a locked screen, and what is opened is logged as opened by its person (R28).
    if (store.get().isLocked || opening.has(leaseId)) return;
    opening.add(leaseId);
    try {
      const content = await calls.open(leaseId);
      if (!store.get().cases.some((held) => held.leaseId === leaseId)) return content.dispose();
      const kept = p.drafts.read(leaseId) as KeptDraft | null;
      const { work, activeMs } = begun(content, kept);
      patch(leaseId, (held) => ({
        ...held,
        content,
        work,
        time: { ...NO_TIME, countedMs: activeMs },
      }));
      begin();
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === 'refused') {
        const isAhead = store.get().cases[0]?.leaseId !== leaseId;
        line.drop([leaseId]);
        // Given back by the page as it was before a reload, a moment after this one had asked what is held: nobody has seen it.
        if (isAhead && failure.reason === 'lease_not_found') return void line.fill();
        store.set({ notice: { tone: 'attention', text: failure.message } });
        if (store.get().cases.length === 0) {
          // A gate that is shut for one case is mostly shut for all: say why instead of asking on.
          store.set({
            reasons:
              failure.details.length > 0 ? failure.details.map((d) => ({ ...d })) : [failureReason(failure)],
          });
        }
        return;
      }
      p.onFailure(error);
      const wait = failure.kind === 'offline' || tries < OPEN_TRIES ? 2_000 * tries : 30_000;
      p.after(wait, () => {
        if (store.get().cases.some((held) => held.leaseId === leaseId && held.content === null))
          void prepare(leaseId, Math.min(tries + 1, 10));
      });
    } finally {
      opening.delete(leaseId);
    }
  }

  /** The clock of the case on the screen starts when it can be seen. */
  function begin() {
    const [current] = store.get().cases;
    if (current?.content && current.time.lastAt === null && !store.get().isLocked)
      store.setCurrent((held) => ({ ...held, time: noteActivity(held.time, p.now()) }));
  }

  const held = (lease: Lease): Held => ({
    leaseId: lease.leaseId,
    leaseUntil: line.onDevice(lease.leaseUntil.getTime()),
    round: lease.round,
    isReturned: lease.isReturned,
    content: null,
    work: NO_WORK,
    time: NO_TIME,
    amends: null,
  });

  const line: CaseLine = {
    wanted() {
      const { cases, isLocked } = store.get();
      return p.isHere() && !isLocked ? Math.max(0, p.prefetch + 1 - cases.length) : 0;
    },
    takeLeases(leases) {
      const known = new Set(store.get().cases.map((held) => held.leaseId));
      const fresh = leases.filter((lease) => !known.has(lease.leaseId)).map(held);
      if (fresh.length === 0) return;
      store.set({ cases: [...store.get().cases, ...fresh], reasons: [], retryAt: null });
      for (const held of fresh) void prepare(held.leaseId);
    },
    onDevice: (at) => at + aheadMs,
    take(result) {
      const [fresh] = result.leases;
      if (fresh !== undefined) aheadMs = clockAhead(fresh.leaseUntil.getTime(), p.leaseSeconds, p.now());
      line.takeLeases(result.leases);
      if (result.leases.length > 0 || store.get().cases.length > 0) return;
      const wait = result.retryAfterMs === null ? null : Math.max(SOONEST_MS, result.retryAfterMs);
      store.set({ reasons: result.reasons, retryAt: wait === null ? null : p.now() + wait });
      if (wait !== null) retry(wait, () => void line.fill());
    },
    async fill(isUse = false) {
      const limit = line.wanted();
      if (limit === 0 || store.get().isClaiming) return;
      store.set({ isClaiming: true });
      try {
        line.take(await calls.claim(Math.min(limit, 20), p.takeUse() || isUse));
      } catch (error) {
        const failure = failureOf(error);
        if (failure.kind === 'refused') {
          const reasons = failure.details.length > 0 ? [...failure.details] : [failureReason(failure)];
          store.set({ reasons: reasons.map((one) => ({ ...one })), retryAt: null });
        } else {
          p.onFailure(error);
          retry(5_000, () => {
            if (store.get().cases.length === 0) void line.fill();
          });
        }
      } finally {
        store.set({ isClaiming: false });
      }
    },
    resume() {
      for (const held of store.get().cases) if (held.content === null) void prepare(held.leaseId);
    },
    drop(leaseIds) {
      const gone = new Set(leaseIds);
      const { cases, last } = store.get();
      for (const held of cases) {
        if (gone.has(held.leaseId) && held.leaseId !== last?.held.leaseId) held.content?.dispose();
      }
      store.set({ cases: cases.filter((held) => !gone.has(held.leaseId)), faults: [], draft: 'none' });
      begin();
    },
    putFirst(held) {
      store.set({ cases: [held, ...store.get().cases], faults: [] });
      if (held.content === null) void prepare(held.leaseId);
      begin();
    },
  };
  return line;
}

const failureReason = (failure: { reason: string; message: string }) => ({
  code: failure.reason,
  message: failure.message,
});

/** What was put down before: the newer of the device's and the server's draft, else the label that came back. */
function begun(content: PreparedCase, kept: KeptDraft | null): { work: Work; activeMs: number } {
  const { draft } = content;
  if (kept !== null && (draft === null || kept.at >= draft.savedAt))
    return { work: stillMeant(content, kept.work), activeMs: kept.activeMs };
  if (draft !== null) return { work: stillMeant(content, workOf(draft)), activeMs: draft.activeMs };
  return { work: { ...NO_WORK, answers: content.returnedAnswers ?? {} }, activeMs: 0 };
}

/** Decisions on reads that are not before the person any more are left out: such a read was undone, corrected or taken away since. */
function stillMeant(content: PreparedCase, work: Work): Work {
  const shown = new Set(content.reads.map((read) => read.labelId));
  const decisions = Object.entries(work.decisions).filter(([labelId]) => shown.has(labelId));
  return { ...work, decisions: Object.fromEntries(decisions) };
}
