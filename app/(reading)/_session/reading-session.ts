import { DISSENT_ADDED } from '#server/work/draft-work.ts';
import { noteActivity, stopTime } from './active-time.ts';
import { type CallFailure, failureOf } from './call-failure.ts';
import { createCaseActs } from './case-acts.ts';
import { type CaseLine, createCaseLine } from './case-line.ts';
import type { DeskCalls, Parcel } from './desk-calls.ts';
import type { DeviceStore } from './device-store.ts';
import { createDraftKeeper, type DraftKeeper } from './draft-keeper.ts';
import { createOutbox, type Outbox, type OutboxItem, outboxShelf } from './outbox.ts';
import { workOfParcel } from './parcel-of.ts';
import { createReadingStore, type Notice, type ReadingStore } from './reading-state.ts';
import type { ClaimResult, Held, Lease, Reading } from './reading-types.ts';
import { createSessionClock, dayOf, isSignedOut, type SessionClock } from './session-clock.ts';

export type SessionInput = {
  reading: Reading;
  calls: DeskCalls;
  /** Shelves of the device: drafts by lease, the outbox, active time by day. */
  drafts: DeviceStore;
  today: DeviceStore;
  /** How many unsent cases of this person were too old to stay on the device; says each once. */
  tooOld(): number;
  viewport(): string;
  newId(): string;
  now(): number;
  after(ms: number, act: () => void): () => void;
};

export type ReadingSession = ReturnType<typeof createReadingSession>;

/**
 * One person's reading of one batch at one tier: cases held ahead, answers kept as they are typed, submissions that leave
 * when they can, undo. Knows nothing of the browser; the page gives it time, calls and a place to keep things.
 */
export function createReadingSession(p: SessionInput) {
  const { reading, calls } = p;
  const schema = reading.protocol.labelSchema;
  const submitted = reading.progress.submitted;
  const store = createReadingStore(submitted);
  const presence = { isHere: false };
  const onFailure = (error: unknown) => {
    const failure = failureOf(error);
    if (failure.kind === 'signed_out') onSignedOut(failure);
    else if (failure.kind === 'offline') store.set({ isOnline: false });
  };
  const onSignedOut = ({ reason }: CallFailure) => {
    store.set({ isOthersSession: reason === 'signed_in_as_other' });
    clock.lock();
  };
  const line = createCaseLine({
    ...p,
    store,
    prefetch: reading.prefetch,
    leaseSeconds: reading.leaseSeconds,
    isHere: () => presence.isHere,
    takeUse: () => clock.takeUse(),
    onFailure,
  });
  const outbox = createOutbox<Parcel, ClaimResult | null>({
    shelf: outboxShelf(p.drafts),
    send: (parcel, isUse) => calls.send(parcel, Math.min(20, line.wanted()), isUse),
    onSent: (item, next) => {
      const held = sending.get(item.id) ?? null;
      sending.delete(item.id);
      if (reading.kind === 'training' && item.body.kind === 'label') void teach(item.id, held);
      if (next !== null) line.take(next);
      else if (store.get().cases.length === 0) void line.fill();
    },
    onRefused: refused,
    onSignedOut,
    onState: ({ unsent, unkept, isOnline }) => store.set({ unsent, unkept, isOnline }),
    after: p.after,
  });
  const clock = createSessionClock({
    ...p,
    store,
    line,
    leaseSeconds: reading.leaseSeconds,
    handOver: (held) => keeper.handOver(held),
    waiting: () => outbox.items().map((item) => item.body.on.leaseId),
    onFailure,
  });
  const keeper = createDraftKeeper({ ...p, store, onFailure });
  /** Cases whose parcel is not confirmed, so that a refusal for faults can bring them back. */
  const sending = new Map<string, Held>();

  const say = (text: string, tone: Notice['tone'] = 'information') => store.set({ notice: { tone, text } });

  /** Shows what was right in a training case; from then on it is not undone (R22). */
  async function teach(labelId: string, held: Held | null): Promise<void> {
    try {
      store.set({ lesson: { held, answer: await calls.feedback(labelId) }, last: null });
    } catch (error) {
      store.set({ lesson: null });
      onFailure(error);
      say('What was right in this case could not be shown just now.', 'attention');
    }
  }

  function refused(item: OutboxItem<Parcel>, { reason, details, message }: CallFailure) {
    const held = sending.get(item.id);
    sending.delete(item.id);
    store.set({ lesson: null });
    const { kind } = item.body;
    // What was decided on has changed and can be decided again; a case that waits for the panel no more cannot.
    const isRenewed = kind === 'review' || details.some((one) => one.code === DISSENT_ADDED);
    const comesBack = reason === 'answers_invalid' || (isRenewed && reason === 'labels_changed');
    if (comesBack && held) {
      // Its images may be gone by now: it is opened again, with what was put down.
      keeper.restore(held);
      line.putFirst({ ...held, content: null });
      store.set({ faults: reason === 'answers_invalid' ? details : [] });
    } else {
      // Of what an earlier visit handed in there is the parcel alone.
      const work = held?.work ?? workOfParcel(item.body);
      const { on } = item.body;
      if (work !== null && kind === 'amend') keeper.keepRefusedChange(item.id, { work, message });
      else if (work !== null && 'activeMs' in on)
        keeper.handBack(on.leaseId, { work, activeMs: on.activeMs, refusal: message });
    }
    if (kind !== 'skip')
      store.set({ submitted: Math.max(submitted, store.get().submitted - (kind === 'amend' ? 0 : 1)) });
    say(`${kind === 'amend' ? 'Your change' : 'One case'} was not taken: ${message}`, 'attention');
    if (store.get().cases.length === 0) void line.fill();
  }

  const acts = createCaseActs({
    ...p,
    store,
    schema,
    line,
    outbox,
    clock,
    drafts: keeper,
    sending,
    say,
    onFailure,
  });

  return {
    store,
    calls,
    schema,
    isUnsaidConfidenceLow: reading.isUnsaidConfidenceLow,
    /** The answer of the training case was looked at: the next comes forward. */
    closeLesson() {
      store.get().lesson?.held?.content?.dispose();
      store.set({ lesson: null });
      store.setCurrent((held) => ({ ...held, time: noteActivity(held.time, p.now()) }));
    },
    touch: clock.touch,
    /** What was not taken has been seen, and goes. */
    seen: keeper.letGo,
    tick: () => clock.tick(),
    lock: clock.lock,
    lookAgain: () => line.fill(true),
    ...acts,
    ...createPresence({ ...p, store, presence, line, outbox, clock, keeper, say, onFailure }),
  };
}

type Present = Pick<SessionInput, 'calls' | 'drafts' | 'today' | 'tooOld' | 'now'> & {
  store: ReadingStore;
  /** Whether the batch is this page's, and not another tab's. */
  presence: { isHere: boolean };
  line: CaseLine;
  outbox: Outbox<Parcel>;
  clock: SessionClock;
  keeper: DraftKeeper;
  say(text: string, tone?: Notice['tone']): void;
  onFailure(error: unknown): void;
};

/** How a person comes and goes: begins, is away, comes back, leaves. */
function createPresence(p: Present) {
  const { store, line, outbox, clock, calls } = p;
  const goOn = (isUse: boolean) => {
    outbox.flush(isUse);
    if (store.get().cases.length === 0) void line.fill(isUse);
  };
  return {
    unlock() {
      clock.unlock();
      line.resume();
      goOn(true);
    },
    /** The connection is back, as far as the browser knows. */
    reconnect() {
      void clock.beat();
      goOn(false);
    },
    /** The page was hidden: the clock stands until it is seen and used again. */
    hide: () => store.setCurrent((held) => ({ ...held, time: stopTime(held.time, p.now()) })),
    /** The batch is this page's from now on. */
    async start(): Promise<void> {
      p.presence.isHere = true;
      // Read here, not above: the server draws the page too and has no such shelf.
      store.set({ activeTodayMs: Number(p.today.read(dayOf(p.now())) ?? 0) });
      const tooOld = p.tooOld();
      if (tooOld > 0)
        p.say(
          `${tooOld} ${tooOld === 1 ? 'case' : 'cases'} that waited unsent on this device for more than 14 days ${tooOld === 1 ? 'is' : 'are'} not kept any more.`,
          'attention',
        );
      p.keeper.showRefusedChanges();
      outbox.open();
      try {
        outbox.flush(true);
        const waiting = new Set(outbox.items().map((item) => item.body.on.leaseId));
        const leases = (await calls.leases()).filter((lease) => !waiting.has(lease.leaseId));
        // After a crash the case that was begun on this device comes back first.
        const isBegun = (lease: Lease) => p.drafts.read(lease.leaseId) !== null;
        line.takeLeases([...leases.filter(isBegun), ...leases.filter((lease) => !isBegun(lease))]);
        store.set({ phase: 'reading', isOnline: true });
        const held = new Set([...waiting, ...leases.map((lease) => lease.leaseId)]);
        // Before more is claimed: a case that ran out brings along what was put down about it.
        await p.keeper.handOverLeft((leaseId) => held.has(leaseId));
        await line.fill(true);
      } catch (error) {
        p.onFailure(error);
        store.set({ phase: isSignedOut(error) ? 'reading' : 'failed' });
      }
    },
    /** Gives back what is held; drafts stay. For leaving by a link of the page. */
    async leave(): Promise<void> {
      const leaseIds = store
        .get()
        .cases.filter((held) => held.amends === null)
        .map((held) => held.leaseId);
      if (leaseIds.length > 0) await calls.release(leaseIds).catch(() => undefined);
    },
    /**
     * The browser closes or leaves the page: what was claimed ahead goes back at once. The case on the screen and what was begun stay,
     * so that whoever comes back, after a crash or a reload, goes on where they were. What was handed in and is unsent goes out all together,
     * and stays on the device too, as nobody hears the answer: sending twice is sending once.
     */
    close(): void {
      for (const { body } of outbox.items()) calls.sendOnClose(body).catch(() => undefined);
      const own = store.get().cases.filter((held) => held.amends === null);
      const ahead = own
        .slice(1)
        .filter((held) => p.drafts.read(held.leaseId) === null && (held.content?.draft ?? null) === null)
        .map((held) => held.leaseId);
      if (ahead.length === 0) return;
      line.drop(ahead);
      calls.releaseOnClose(ahead).catch(() => undefined);
    },
    /** The page goes away or is drawn anew: it claims nothing more. What is unsent is on the device and still goes out. */
    pause() {
      p.presence.isHere = false;
      p.keeper.stop();
    },
  };
}
