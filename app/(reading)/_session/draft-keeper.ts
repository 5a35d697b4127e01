import { activeMs } from './active-time.ts';
import type { KeptDraft } from './case-line.ts';
import { sentAnswers } from './check-work.ts';
import type { DeskCalls } from './desk-calls.ts';
import type { DeviceStore } from './device-store.ts';
import type { ReadingStore } from './reading-state.ts';
import type { Held, Reading } from './reading-types.ts';

const DEVICE_MS = 300;
const SERVER_MS = 2_500;

export type DraftKeeper = {
  /** What is put down about the case on the screen has changed. */
  keep(held: Held): void;
  /** Puts what was submitted back on the device, for a case that comes back. */
  restore(held: Held): void;
  forget(leaseId: string): void;
  stop(): void;
};

/** Keeps what is put down: on the device almost at once, on the server when the person pauses. */
export function createDraftKeeper(p: {
  reading: Reading;
  calls: DeskCalls;
  store: ReadingStore;
  drafts: DeviceStore;
  now(): number;
  after(ms: number, act: () => void): () => void;
  onFailure(error: unknown): void;
}): DraftKeeper {
  const { store } = p;
  const schema = p.reading.protocol.labelSchema;
  let cancels: (() => void)[] = [];
  const stop = () => {
    for (const cancel of cancels) cancel();
    cancels = [];
  };
  const spent = (held: Held) => activeMs(store.get().cases[0]?.time ?? held.time, p.now());
  const onDevice = (held: Held, ms: number) => {
    const kept: KeptDraft = { work: held.work, activeMs: ms, at: p.now() };
    p.drafts.write(held.leaseId, kept);
  };

  async function toServer(held: Held): Promise<void> {
    try {
      const answers = sentAnswers(schema, held.work);
      await p.calls.saveDraft({ leaseId: held.leaseId, answers, activeMs: spent(held) });
      if (store.get().cases[0]?.leaseId === held.leaseId) store.set({ draft: 'saved' });
    } catch (error) {
      p.onFailure(error);
    }
  }

  return {
    keep(held) {
      stop();
      cancels.push(
        p.after(DEVICE_MS, () => {
          onDevice(held, spent(held));
          if (store.get().draft === 'none') store.set({ draft: 'device' });
        }),
      );
      // A review has no draft on the server, and a label that is amended is there already.
      if (p.calls.tier !== 'review' && held.amends === null)
        cancels.push(p.after(SERVER_MS, () => void toServer(held)));
    },
    restore: (held) => onDevice(held, activeMs(held.time, p.now())),
    forget(leaseId) {
      stop();
      p.drafts.remove(leaseId);
    },
    stop,
  };
}
