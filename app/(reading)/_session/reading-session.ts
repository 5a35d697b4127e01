import { activeMs, noteActivity, stopTime } from './active-time.ts';
import { type CallFailure, failureOf } from './call-failure.ts';
import { createCaseLine } from './case-line.ts';
import { checkWork, needsAnswers, sentAnswers } from './check-work.ts';
import type { DeskCalls, Parcel } from './desk-calls.ts';
import type { DeviceStore } from './device-store.ts';
import { createDraftKeeper } from './draft-keeper.ts';
import { createOutbox, type OutboxItem } from './outbox.ts';
import { createReadingStore } from './reading-state.ts';
import type {
  ClaimResult,
  Fault,
  FlagKind,
  Held,
  Lease,
  Reading,
  SkipReason,
  Work,
} from './reading-types.ts';
import { createSessionClock, dayOf, isSignedOut } from './session-clock.ts';

/** R22: how long one's own label can be undone; the server has the last word. */
const UNDO_MS = 10 * 60_000;

export type SessionInput = {
  reading: Reading;
  calls: DeskCalls;
  /** Shelves of the device: drafts by lease, the outbox, active time by day. */
  drafts: DeviceStore;
  today: DeviceStore;
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
  const onFailure = (error: unknown) => {
    if (isSignedOut(error)) clock.lock();
    else if (failureOf(error).kind === 'offline') store.set({ isOnline: false });
  };
  const line = createCaseLine({ ...p, store, prefetch: reading.prefetch, onFailure });
  const outbox = createOutbox<Parcel, ClaimResult | null>({
    kept: (p.drafts.read('outbox') as OutboxItem<Parcel>[] | null) ?? [],
    keep: (items) => (items.length === 0 ? p.drafts.remove('outbox') : p.drafts.write('outbox', items)),
    send: (parcel) => calls.send(parcel, Math.min(20, line.wanted())),
    onSent: (item, next) => {
      sending.delete(item.id);
      if (next !== null) line.take(next);
      else if (store.get().cases.length === 0) void line.fill();
    },
    onRefused: refused,
    onState: ({ unsent, isOnline, isSignedOut: isOut }) => {
      store.set({ unsent, isOnline });
      if (isOut) clock.lock();
    },
    after: p.after,
  });
  const clock = createSessionClock({
    ...p,
    store,
    line,
    leaseSeconds: reading.leaseSeconds,
    waiting: () => outbox.items().map((item) => item.body.on.leaseId),
    onFailure,
  });
  const drafts = createDraftKeeper({ ...p, store, onFailure });
  /** Cases whose parcel is not confirmed, so that a refusal for faults can bring them back. */
  const sending = new Map<string, Held>();

  const current = () => store.get().cases[0];
  const say = (text: string, tone: 'information' | 'attention' | 'good' = 'information') =>
    store.set({ notice: { tone, text } });

  function refused(item: OutboxItem<Parcel>, failure: CallFailure) {
    const held = sending.get(item.id);
    sending.delete(item.id);
    if (failure.reason === 'answers_invalid' && held) {
      // Its images may be gone by now: it is opened again, with what was put down.
      drafts.restore(held);
      line.putFirst({ ...held, content: null });
      store.set({ faults: failure.details });
    }
    if (item.body.kind !== 'skip')
      store.set({
        submitted: Math.max(submitted, store.get().submitted - (item.body.kind === 'amend' ? 0 : 1)),
      });
    const about = item.body.kind === 'amend' ? 'Your change was not taken: ' : 'One case was not taken: ';
    say(`${about}${failure.message}`, 'attention');
    if (store.get().cases.length === 0) void line.fill();
  }

  /** Takes the case off the screen; the next is there in the same turn. */
  function leaveCase(held: Held): Held {
    drafts.forget(held.leaseId);
    const done = { ...held, time: stopTime(held.time, p.now()) };
    clock.settle(activeMs(done.time, p.now()));
    return done;
  }

  function parcelOf(held: Held, labelId: string): Parcel {
    const on = {
      leaseId: held.leaseId,
      labelId,
      activeMs: activeMs(held.time, p.now()),
      viewport: p.viewport(),
      receipt: held.content?.receipt ?? '',
    };
    const answers = sentAnswers(schema, held.work);
    const { confidence, rationale, decisions } = held.work;
    if (calls.tier === 'review')
      return {
        kind: 'review',
        on,
        decisions,
        fixedAnswers: needsAnswers('review', held.work) ? answers : null,
      };
    if (calls.tier === 'adjudicate') return { kind: 'adjudicate', on, answers, rationale };
    return held.amends === null
      ? { kind: 'label', on, answers, confidence }
      : { kind: 'amend', on, amends: held.amends, answers, confidence };
  }

  return {
    store,
    calls,
    schema,
    touch: clock.touch,
    tick: () => clock.tick(),
    lock: clock.lock,
    unlock() {
      clock.unlock();
      outbox.flush();
      if (store.get().cases.length === 0) void line.fill();
    },
    /** The connection is back, as far as the browser knows. */
    reconnect() {
      outbox.flush();
      void clock.beat();
      if (store.get().cases.length === 0) void line.fill();
    },
    /** The page was hidden: the clock stands until it is seen and used again. */
    hide: () => store.setCurrent((held) => ({ ...held, time: stopTime(held.time, p.now()) })),
    async start(): Promise<void> {
      // Read here, not above: the server draws the page too and has no such shelf.
      store.set({ activeTodayMs: Number(p.today.read(dayOf(p.now())) ?? 0) });
      try {
        outbox.flush();
        const waiting = new Set(outbox.items().map((item) => item.body.on.leaseId));
        const leases = (await calls.leases()).filter((lease) => !waiting.has(lease.leaseId));
        // After a crash the case that was begun on this device comes back first.
        const isBegun = (lease: Lease) => p.drafts.read(lease.leaseId) !== null;
        line.takeLeases([...leases.filter(isBegun), ...leases.filter((lease) => !isBegun(lease))]);
        store.set({ phase: 'reading', isOnline: true });
        await line.fill();
      } catch (error) {
        onFailure(error);
        store.set({ phase: isSignedOut(error) ? 'reading' : 'failed' });
      }
    },
    lookAgain: () => line.fill(),
    change(change: (work: Work) => Work) {
      const held = current();
      if (!held?.content || store.get().isLocked) return;
      const next = { ...held, work: change(held.work), time: noteActivity(held.time, p.now()) };
      store.setCurrent(() => next);
      if (store.get().faults.length > 0)
        store.set({ faults: checkWork(calls.tier, schema, held.content.reads, next.work) });
      drafts.keep(next);
    },
    /** Hands in the case on the screen and shows the next; returns what is wrong when it can't be. */
    submit(): readonly Fault[] {
      const held = current();
      if (!held?.content || store.get().isLocked) return [];
      const faults = checkWork(calls.tier, schema, held.content.reads, held.work);
      store.set({ faults, notice: null });
      if (faults.length > 0) return faults;
      const labelId = p.newId();
      const parcel = parcelOf(held, labelId);
      const done = leaveCase(held);
      const { last, submitted: before } = store.get();
      if (last !== null && last.held.leaseId !== held.leaseId) last.held.content?.dispose();
      store.set({
        last: calls.tier === 'label' ? { held: done, labelId, itemId: labelId, at: p.now() } : null,
        submitted: held.amends === null ? before + 1 : before,
      });
      line.drop([held.leaseId]);
      sending.set(labelId, done);
      outbox.add({ id: labelId, body: parcel });
      return [];
    },
    /** Brings the last submitted case back (R22): unsent it is simply taken back, sent it will be amended. */
    undo() {
      const { last, isLocked } = store.get();
      if (isLocked) return;
      if (last === null) return say('There is nothing to undo.');
      if (p.now() - last.at > UNDO_MS)
        return say('A label can be undone for 10 minutes; the last one is older.');
      const { held, labelId, itemId } = last;
      const isUnsent = outbox.withdraw(itemId);
      const amends = isUnsent ? held.amends : labelId;
      const [before] = store.get().cases;
      if (before) store.setCurrent((one) => ({ ...one, time: stopTime(one.time, p.now()) }));
      clock.settle(-activeMs(held.time, p.now()));
      store.set({
        last: null,
        notice: null,
        submitted: store.get().submitted - (isUnsent && held.amends === null ? 1 : 0),
      });
      line.putFirst({ ...held, amends });
    },
    /** Leaves a label that was taken back for amendment as it was. */
    keepAsItWas() {
      const held = current();
      if (held?.amends == null) return;
      leaveCase(held);
      line.drop([held.leaseId]);
    },
    skip(reason: SkipReason, note: string) {
      const held = current();
      if (!held || held.amends !== null) return;
      leaveCase(held);
      line.drop([held.leaseId]);
      store.set({ notice: null });
      outbox.add({ id: p.newId(), body: { kind: 'skip', on: { leaseId: held.leaseId }, reason, note } });
    },
    /** R24. Returns the sentence to show when it could not be sent. */
    async flag(kind: FlagKind, note: string): Promise<string | null> {
      const held = current();
      if (!held) return 'There is no case on the screen.';
      try {
        const { dueAt } = await calls.flag({ leaseId: held.leaseId, kind, note });
        if (kind === 'phi_seen') {
          leaveCase(held);
          line.drop([held.leaseId]);
          say('The case is quarantined for everyone. You are paid for it in full.', 'good');
          void line.fill();
        } else {
          const at = dueAt.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
          say(`Sent to the clinical lead, who looks at it by ${at}. It costs neither pay nor score.`, 'good');
        }
        return null;
      } catch (error) {
        onFailure(error);
        return failureOf(error).message;
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
    /** The page goes away or is drawn anew; what is unsent is on the device. */
    pause() {
      drafts.stop();
    },
  };
}
