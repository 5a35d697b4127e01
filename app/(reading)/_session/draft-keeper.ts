import { activeMs } from './active-time.ts';
import { failureOf } from './call-failure.ts';
import type { KeptDraft } from './case-line.ts';
import { sentAnswers } from './check-work.ts';
import type { DeskCalls } from './desk-calls.ts';
import { type DeviceStore, OUTBOX, REFUSED_CHANGE } from './device-store.ts';
import { draftWorkOf } from './draft-of.ts';
import type { NotTaken, ReadingStore } from './reading-state.ts';
import type { Held, Reading, Work } from './reading-types.ts';

/** Reasons by which nothing more is to be kept of a case: the gate took it (R27), or it is over for this person. */
export const SEALED = 'lease_revoked';
export const OVER: ReadonlySet<string> = new Set([SEALED, 'lease_over']);
const DEVICE_MS = 300;
const SERVER_MS = 2_500;
/** How long until what the device does not take is offered to the server once more. */
const AGAIN_MS = 5_000;
/** Drafts of leases that are over, which a page that opens again hands to the server, the latest first. */
const MOST_LEFT = 20;
/** What is older counts as so old. */
export const OLDEST_MS = 30 * 86_400_000;

export type DraftKeeper = {
  /** What is put down about the case on the screen has changed. */
  keep(held: Held): void;
  /** Puts what was submitted back on the device, for a case that comes back. */
  restore(held: Held): void;
  /**
   * Hands over as a draft what was handed in and refused. Where the server keeps that neither, the person is shown what it was, and it stays
   * on the device until they have seen it; but what the gate has sealed goes (R27).
   */
  handBack(leaseId: string, kept: { work: Work; activeMs: number; refusal: string }): void;
  /** The same of a change to a label, which no draft takes (R22): it is shown, and stays on the device until they have seen it. */
  keepRefusedChange(id: string, kept: { work: Work; message: string }): void;
  /** Shows changes that were refused on an earlier visit and not seen. */
  showRefusedChanges(): void;
  /** The person has seen what was not taken. */
  letGo(key: string): void;
  forget(leaseId: string): void;
  /**
   * Hands over what was put down about a case that is lost; it comes back, under another lease, only from the server. Returns why the
   * server keeps it no more, in words, null where it does or nothing was put down.
   */
  handOver(held: Held): Promise<string | null>;
  /** The same for what an earlier visit left on this device under leases that are over. */
  handOverLeft(isHeld: (leaseId: string) => boolean): Promise<void>;
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
  /** The case whose latest change may not be on the server yet. */
  let changed: string | null = null;
  const stop = () => {
    for (const cancel of cancels) cancel();
    cancels = [];
  };
  const spent = (held: Held) => activeMs(store.get().cases[0]?.time ?? held.time, p.now());
  const onDevice = (held: Held, ms: number) => {
    const kept: KeptDraft = { work: held.work, activeMs: ms, at: p.now() };
    return p.drafts.write(held.leaseId, kept);
  };
  const send = (
    leaseId: string,
    { work, activeMs }: Pick<KeptDraft, 'work' | 'activeMs'>,
    { ageMs = 0, isUse = false },
  ) =>
    p.calls.saveDraft(
      {
        leaseId,
        answers: sentAnswers(schema, work),
        work: draftWorkOf(p.calls.tier, work),
        activeMs,
        ...(ageMs > 0 && { ageMs }),
      },
      isUse,
    );

  const say = (held: Held, draft: 'device' | 'saved' | 'unkept') => {
    if (store.get().cases[0]?.leaseId === held.leaseId) store.set({ draft });
  };

  /** `isUse`: the person has just put it down, and this is no further try (R28). */
  async function toServer(held: Held, isOnDevice: boolean, isUse: boolean): Promise<void> {
    try {
      const isSaved = await send(held.leaseId, { work: held.work, activeMs: spent(held) }, { isUse });
      if (isSaved) say(held, 'saved');
      else if (!isOnDevice) say(held, 'unkept');
    } catch (error) {
      p.onFailure(error);
      if (isOnDevice || changed !== held.leaseId || store.get().cases[0]?.leaseId !== held.leaseId) return;
      say(held, 'unkept');
      stop();
      cancels.push(p.after(AGAIN_MS, () => void toServer(held, false, false)));
    }
  }

  /** The copy on the device; one that cannot be read any more goes, so that it takes no other's place. */
  function keptUnder(leaseId: string): KeptDraft | null {
    const kept = p.drafts.read(leaseId) as KeptDraft | null;
    if (kept === null) p.drafts.remove(leaseId);
    return kept;
  }

  /**
   * The copy on the device goes once the server has it, or something later, or says that the case is over for this person; else it waits
   * for the next visit.
   */
  async function handOverKept(leaseId: string, kept = keptUnder(leaseId)): Promise<string | null> {
    if (kept === null) return null;
    try {
      const ageMs = Math.min(Math.max(0, p.now() - kept.at), OLDEST_MS);
      await send(leaseId, kept, { ageMs });
      p.drafts.remove(leaseId);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === 'refused') {
        const { refusal: message, work } = kept;
        if (message !== undefined && failure.reason !== SEALED)
          show({ key: leaseId, message, work, ...(p.drafts.read(leaseId) === null && { isUnkept: true }) });
        else if (OVER.has(failure.reason)) p.drafts.remove(leaseId);
        return failure.message;
      }
      p.onFailure(error);
    }
    return null;
  }

  const show = (one: NotTaken) =>
    store.set({ notTaken: [...store.get().notTaken.filter((other) => other.key !== one.key), one] });

  return {
    keep(held) {
      stop();
      changed = held.leaseId;
      cancels.push(
        p.after(DEVICE_MS, () => {
          const isOnDevice = onDevice(held, spent(held));
          if (isOnDevice && store.get().draft !== 'saved') say(held, 'device');
          if (isOnDevice) return;
          if (held.amends !== null) return say(held, 'unkept');
          // The server alone can keep it: not only when the person pauses.
          stop();
          void toServer(held, false, true);
        }),
      );
      // A label that is amended is on the server already.
      if (held.amends === null) cancels.push(p.after(SERVER_MS, () => void toServer(held, true, true)));
    },
    restore: (held) => void onDevice(held, activeMs(held.time, p.now())),
    handBack(leaseId, given) {
      const kept: KeptDraft = { ...given, at: p.now() };
      // Where the device does not take it, the person sees it now.
      if (!p.drafts.write(leaseId, kept)) show({ key: leaseId, message: given.refusal, work: given.work });
      void handOverKept(leaseId, kept);
    },
    keepRefusedChange(id, { work, message }) {
      const key = `${REFUSED_CHANGE}${id}`;
      const isKept = p.drafts.write(key, { work, message });
      show({ key, message, work, ...(!isKept && { isUnkept: true }) });
    },
    showRefusedChanges() {
      for (const key of p.drafts.keys().filter((one) => one.startsWith(REFUSED_CHANGE))) {
        const kept = p.drafts.read(key) as Pick<NotTaken, 'work' | 'message'> | null;
        if (kept === null) p.drafts.remove(key);
        else show({ key, message: kept.message, work: kept.work });
      }
    },
    letGo(key) {
      p.drafts.remove(key);
      store.set({ notTaken: store.get().notTaken.filter((one) => one.key !== key) });
    },
    forget(leaseId) {
      stop();
      p.drafts.remove(leaseId);
    },
    async handOver(held) {
      if (changed === held.leaseId) {
        stop();
        onDevice(held, activeMs(held.time, p.now()));
      }
      return handOverKept(held.leaseId);
    },
    async handOverLeft(isHeld) {
      const left = p.drafts
        .keys()
        .filter((key) => !key.startsWith(OUTBOX) && !isHeld(key))
        .flatMap((leaseId) => {
          const kept = keptUnder(leaseId);
          return kept === null ? [] : [{ leaseId, at: kept.at }];
        })
        .sort((a, b) => b.at - a.at);
      await Promise.all(left.slice(0, MOST_LEFT).map((one) => handOverKept(one.leaseId)));
    },
    stop,
  };
}
