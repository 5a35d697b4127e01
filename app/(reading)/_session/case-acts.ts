import type { LabelSchema } from '#server/protocols/schemas.ts';
import { activeMs, NO_TIME, noteActivity, stopTime } from './active-time.ts';
import { failureOf } from './call-failure.ts';
import type { CaseLine } from './case-line.ts';
import { checkWork } from './check-work.ts';
import type { DeskCalls, Parcel } from './desk-calls.ts';
import type { DraftKeeper } from './draft-keeper.ts';
import type { Outbox } from './outbox.ts';
import { parcelOf } from './parcel-of.ts';
import type { Notice, ReadingStore } from './reading-state.ts';
import type { Fault, FlagKind, Held, Reading, SkipReason, Work } from './reading-types.ts';
import type { SessionClock } from './session-clock.ts';

/** R22: how long one's own label can be undone; the server has the last word. */
const UNDO_MS = 10 * 60_000;

type Desk = {
  reading: Pick<Reading, 'kind'>;
  calls: DeskCalls;
  store: ReadingStore;
  schema: LabelSchema;
  line: CaseLine;
  outbox: Outbox<Parcel>;
  clock: SessionClock;
  drafts: DraftKeeper;
  /** Cases whose parcel is not confirmed, so that a refusal for faults can bring them back. */
  sending: Map<string, Held>;
  say(text: string, tone?: Notice['tone']): void;
  onFailure(error: unknown): void;
  viewport(): string;
  newId(): string;
  now(): number;
};

/** What a person does with the case on the screen: answer it, hand it in, take it back, give it up, say something about it. */
export function createCaseActs(desk: Desk) {
  return {
    change: (change: (work: Work) => Work) => changeWork(desk, change),
    /** Hands in the case on the screen and shows the next; returns what is wrong when it can't be. */
    submit: () => submit(desk),
    /** Brings the last submitted case back (R22): unsent it is simply taken back, sent it will be amended. */
    undo: () => undo(desk),
    /** Leaves a label that was taken back for amendment as it was. */
    keepAsItWas() {
      const held = onScreen(desk);
      if (held?.amends == null) return;
      takeOff(desk, held);
      desk.line.drop([held.leaseId]);
    },
    /** Passes on the case that was asked about, not what is on the screen by now. */
    skip: (leaseId: string, reason: SkipReason, note: string) => skip(desk, leaseId, reason, note),
    /** R24, about the case of a lease, also when it is on the screen no more. Returns the sentence to show when it could not be sent. */
    flag: (leaseId: string, kind: FlagKind, note: string) => flag(desk, leaseId, kind, note),
  };
}

const onScreen = ({ store }: Desk): Held | undefined => store.get().cases[0];

/** Takes the case off the screen; the next is there in the same turn. */
function takeOff({ drafts, clock, now }: Desk, held: Held): Held {
  drafts.forget(held.leaseId);
  const done = { ...held, time: stopTime(held.time, now()) };
  clock.settle(activeMs(done.time, now()));
  return done;
}

function changeWork(desk: Desk, change: (work: Work) => Work): void {
  const { store, calls, schema, drafts, now } = desk;
  const held = onScreen(desk);
  if (!held?.content || store.get().isLocked) return;
  const next = { ...held, work: change(held.work), time: noteActivity(held.time, now()) };
  store.setCurrent(() => next);
  if (store.get().faults.length > 0)
    store.set({ faults: checkWork(calls.tier, schema, held.content.reads, next.work, held.content.asked) });
  drafts.keep(next);
}

function submit(desk: Desk): readonly Fault[] {
  const { store, calls, schema, line, outbox, sending, now } = desk;
  const held = onScreen(desk);
  if (!held?.content || store.get().isLocked) return [];
  const faults = checkWork(calls.tier, schema, held.content.reads, held.work, held.content.asked);
  store.set({ faults, notice: null });
  if (faults.length > 0) return faults;
  const labelId = desk.newId();
  const parcel = parcelOf(held, {
    tier: calls.tier,
    schema,
    labelId,
    viewport: desk.viewport(),
    now: now(),
  });
  const done = takeOff(desk, held);
  const { last, submitted: before } = store.get();
  if (last !== null && last.held.leaseId !== held.leaseId) last.held.content?.dispose();
  store.set({
    last: calls.tier === 'label' ? { held: done, labelId, itemId: labelId, at: now() } : null,
    submitted: held.amends === null ? before + 1 : before,
  });
  line.drop([held.leaseId]);
  if (desk.reading.kind === 'training' && calls.tier === 'label') awaitLesson(desk, done);
  sending.set(labelId, done);
  outbox.add({ id: labelId, body: parcel });
  return [];
}

/** A training case stays on the screen until what is right was looked at; the time of the next does not run meanwhile. */
function awaitLesson({ store, now }: Desk, held: Held): void {
  store.set({ lesson: { held, answer: null } });
  store.setCurrent((next) => ({ ...next, time: stopTime(next.time, now()) }));
}

function undo(desk: Desk) {
  const { store, line, outbox, clock, say, now } = desk;
  const { last, isLocked } = store.get();
  if (isLocked) return;
  if (last === null) return say('There is nothing to undo.');
  if (now() - last.at > UNDO_MS) return say('A label can be undone for 10 minutes; the last one is older.');
  const { held, labelId, itemId } = last;
  const isUnsent = outbox.withdraw(itemId);
  const amends = isUnsent ? held.amends : labelId;
  if (onScreen(desk)) store.setCurrent((one) => ({ ...one, time: stopTime(one.time, now()) }));
  // What was sent has its time there: an amendment brings what is spent on it from now on.
  const time = isUnsent ? held.time : NO_TIME;
  if (isUnsent) clock.settle(-activeMs(held.time, now()));
  store.set({
    last: null,
    notice: null,
    submitted: store.get().submitted - (isUnsent && held.amends === null ? 1 : 0),
  });
  line.putFirst({ ...held, time, amends });
}

function skip(desk: Desk, leaseId: string, reason: SkipReason, note: string): void {
  const held = onScreen(desk);
  if (held?.leaseId !== leaseId || held.amends !== null) return;
  takeOff(desk, held);
  desk.line.drop([held.leaseId]);
  desk.store.set({ notice: null });
  desk.outbox.add({ id: desk.newId(), body: { kind: 'skip', on: { leaseId: held.leaseId }, reason, note } });
}

async function flag(desk: Desk, leaseId: string, kind: FlagKind, note: string): Promise<string | null> {
  const { calls, line, say, onFailure } = desk;
  try {
    const { dueAt, isHeld } = await calls.flag({ leaseId, kind, note });
    if (kind === 'phi_seen') {
      // It may have left the screen while this was written or sent; the next one is not touched then.
      const held = onScreen(desk);
      if (held?.leaseId === leaseId) takeOff(desk, held);
      line.drop([leaseId]);
      say(
        isHeld
          ? 'The case is quarantined for everyone. You are paid for it in full.'
          : 'The case is quarantined for everyone. You did not hold it any more, so that your pay stays as it is.',
        'good',
      );
      void line.fill(true);
    } else {
      const at = dueAt.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
      const desk = kind === 'technical' ? 'whoever keeps the sponsor’s data' : 'the clinical lead';
      say(`Sent to ${desk}; it is looked at by ${at}. It costs neither pay nor score.`, 'good');
    }
    return null;
  } catch (error) {
    onFailure(error);
    return failureOf(error).message;
  }
}
