import type { DeviceStore } from './device-store.ts';
import type { Reading } from './reading-types.ts';

/** What tests of the desk stand on: a device's store, a clock that is turned by hand, and time for what was begun to end. */

/** A batch whose cases ask for one thing, whether a nodule is `present`; nothing is fetched ahead. */
export const ONE_FIELD = {
  batchId: 'b',
  kind: 'production',
  prefetch: 0,
  leaseSeconds: 600,
  progress: { submitted: 0 },
  protocol: {
    labelSchema: {
      fields: [{ key: 'present', label: 'Nodule', type: 'boolean', definition: 'A nodule.', required: true }],
      rules: [],
      gatedFields: [],
    },
  },
} as unknown as Reading;

export type MemoryStore = DeviceStore & { all: Map<string, unknown>; isFull: boolean };

export function memoryStore(): MemoryStore {
  const all = new Map<string, unknown>();
  const store: MemoryStore = {
    all,
    isFull: false,
    read: (key) => all.get(key) ?? null,
    write: (key, value) => {
      if (!store.isFull) all.set(key, structuredClone(value));
      return !store.isFull;
    },
    remove: (key) => void all.delete(key),
    keys: () => [...all.keys()],
  };
  return store;
}

/** Lets all promises that are kept by now have their say. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 60; i += 1) await Promise.resolve();
}

/** A clock in milliseconds; `pass` turns it on and lets what is due by then happen. */
export function handClock() {
  let now = 1_000_000;
  const timers: { at: number; act: () => void; isOff: boolean }[] = [];
  return {
    now: () => now,
    after: (ms: number, act: () => void) => {
      const timer = { at: now + ms, act, isOff: false };
      timers.push(timer);
      return () => {
        timer.isOff = true;
      };
    },
    pass: async (ms: number) => {
      now += ms;
      for (const timer of timers.filter((one) => one.at <= now && !one.isOff)) {
        timer.isOff = true;
        timer.act();
      }
      await settle();
    },
  };
}
