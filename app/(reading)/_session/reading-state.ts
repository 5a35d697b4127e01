import type { ClaimReason, Fault, Feedback, Held, Work } from './reading-types.ts';

export type Notice = { tone: 'information' | 'attention' | 'good'; text: string };

/** The label that `undo` would take back. */
export type LastSubmit = { held: Held; labelId: string; itemId: string; at: number };

/** A training case that was handed in, still on the screen; `answer` is null until the server has said what is right. */
export type Lesson = {
  /** Null when the page was opened anew meanwhile: then the case is not here any more. */
  held: Held | null;
  answer: Feedback | null;
};

/** Handed in, and taken by the server neither as that nor as a draft: the person sees what it was before it goes. */
export type NotTaken = {
  /** Its key on the device. */
  key: string;
  message: string;
  work: Work;
  /** In this page alone: the device did not take it. */
  isUnkept?: boolean;
};

export type ReadingState = {
  /** `elsewhere`: another tab of this browser reads this batch. */
  phase: 'starting' | 'reading' | 'elsewhere' | 'failed';
  /** The case on the screen, then those ahead. */
  cases: readonly Held[];
  isClaiming: boolean;
  /** Why nothing more comes; empty while there is work. */
  reasons: readonly ClaimReason[];
  /** When the page looks again by itself; null when it does not. */
  retryAt: number | null;
  last: LastSubmit | null;
  notice: Notice | null;
  notTaken: readonly NotTaken[];
  /** In a training: the case that was handed in with what is right, until it was looked at. */
  lesson: Lesson | null;
  /** Shown after a refused submit, until the next. */
  faults: readonly Fault[];
  isOnline: boolean;
  unsent: number;
  /** So many of the unsent are in this page alone: the device did not take them. */
  unkept: number;
  /** Where the newest of what is put down is; `unkept`: in this page alone. */
  draft: 'none' | 'device' | 'saved' | 'unkept';
  /** Submitted in this batch, those on their way included. */
  submitted: number;
  activeTodayMs: number;
  isLocked: boolean;
  /** Somebody else has signed in on this browser: nothing is sent, and all is kept, until the person signs in again. */
  isOthersSession: boolean;
  /** Time left on the case, only when short. */
  shortLeaseMs: number | null;
};

export type ReadingStore = {
  get(): ReadingState;
  set(patch: Partial<ReadingState>): void;
  /** Changes the case on the screen. */
  setCurrent(change: (held: Held) => Held): void;
  subscribe(listener: () => void): () => void;
};

/** The state of one reading page, for `useSyncExternalStore`. */
export function createReadingStore(submitted: number): ReadingStore {
  let state: ReadingState = {
    phase: 'starting',
    cases: [],
    isClaiming: false,
    reasons: [],
    retryAt: null,
    last: null,
    notice: null,
    notTaken: [],
    lesson: null,
    faults: [],
    isOnline: true,
    unsent: 0,
    unkept: 0,
    draft: 'none',
    submitted,
    activeTodayMs: 0,
    isLocked: false,
    isOthersSession: false,
    shortLeaseMs: null,
  };
  const listeners = new Set<() => void>();
  const set = (patch: Partial<ReadingState>) => {
    state = { ...state, ...patch };
    for (const listener of listeners) listener();
  };
  return {
    get: () => state,
    set,
    setCurrent: (change) => {
      const [current, ...ahead] = state.cases;
      if (current) set({ cases: [change(current), ...ahead] });
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
