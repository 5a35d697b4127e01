import { type CallFailure, failureOf } from './call-failure.ts';
import type { KeptDraft } from './case-line.ts';
import type { DeskCalls, Parcel } from './desk-calls.ts';
import { type DeviceStore, OUTBOX, REFUSED_CHANGE, within } from './device-store.ts';
import { OLDEST_MS, OVER, SEALED } from './draft-keeper.ts';
import { draftWorkOf } from './draft-of.ts';
import { outboxShelf } from './outbox.ts';
import { workOfParcel } from './parcel-of.ts';
import type { DeskTier } from './reading-types.ts';

const TIERS: Record<DeskTier, true> = { label: true, review: true, audit: true, adjudicate: true };
const isTier = (word: string | undefined): word is DeskTier => word !== undefined && word in TIERS;

type Desk = { batchId: string; tier: DeskTier; shelf: DeviceStore };
type Calls = Pick<DeskCalls, 'send' | 'saveDraft'>;

/** The desks at which a person left something on this device. Active time by day, which is no word of theirs, is none of them. */
function desksOf(own: DeviceStore): Desk[] {
  const names = new Set(own.keys().map((key) => key.split('.').slice(0, 2).join('.')));
  return [...names].flatMap((name) => {
    const [batchId, tier] = name.split('.');
    return batchId !== undefined && isTier(tier) ? [{ batchId, tier, shelf: within(own, name) }] : [];
  });
}

/** Why what is kept could not be sent; where several did, the last. */
export type Hindrance = 'unreachable' | 'signed_out' | 'other_organisation';

/** What a person is told before they sign out, in cases. */
export type KeptLeft = {
  /** Here alone, as it could not be sent. */
  unsent: number;
  hindrance: Hindrance;
  /** Here alone, as the server took it neither as it was handed in nor as a draft. */
  notTaken: number;
  /** Refused as it was handed in, and with the server as a draft: not submitted. */
  drafts: number;
  /** Refused as it was handed in, and as a draft since the gate has sealed the case (R27): nothing of it is kept. */
  sealed: number;
  /** What the server said about those, each once. */
  refusals: readonly string[];
};

type Tally = Pick<KeptLeft, 'hindrance' | 'drafts' | 'sealed'> & {
  refusals: Set<string>;
  /** Leases of the desk at hand. */
  notTaken: Set<string>;
};

/**
 * Somebody who acts for another of their organisations than the one in which they read is refused as one without the right to: what they
 * handed in waits until they are back there, as it does for who is signed out.
 */
const OTHER_ORGANISATION = new Set(['capability_missing', 'organisation_required']);

/** Null where the server has looked at what was sent, or could not just now. */
function hindranceOf({ kind, reason }: CallFailure): Hindrance | null {
  if (kind === 'offline') return 'unreachable';
  if (kind === 'signed_out') return 'signed_out';
  return OTHER_ORGANISATION.has(reason) ? 'other_organisation' : null;
}

/**
 * Sends all that a person has kept on this device, at whatever desk: what was handed in, then what was only put down. Returns what is still
 * here alone, and what is not submitted though it was handed in.
 */
export async function sendKept(
  own: DeviceStore,
  callsOf: (batchId: string, tier: DeskTier) => Calls,
  now: () => number,
): Promise<KeptLeft> {
  const all = { unsent: 0, notTaken: 0 };
  const tally: Tally = {
    hindrance: 'unreachable',
    drafts: 0,
    sealed: 0,
    refusals: new Set(),
    notTaken: new Set(),
  };
  for (const desk of desksOf(own)) {
    const calls = callsOf(desk.batchId, desk.tier);
    tally.notTaken.clear();
    await sendParcels(desk.shelf, calls, now, tally);
    await sendDrafts(desk, calls, now, tally);
    const unsent = outboxShelf<Parcel>(desk.shelf).items();
    const left = new Set([...unsent.map((item) => item.body.on.leaseId), ...draftKeys(desk.shelf)]);
    const notTaken = [...left].filter((leaseId) => tally.notTaken.has(leaseId)).length;
    const changes = desk.shelf.keys().filter((key) => key.startsWith(REFUSED_CHANGE));
    all.notTaken += notTaken + changes.length;
    all.unsent += left.size - notTaken;
  }
  const { hindrance, drafts, sealed, refusals } = tally;
  return { ...all, hindrance, drafts, sealed, refusals: [...refusals] };
}

const draftKeys = (shelf: DeviceStore) => shelf.keys().filter((key) => !key.startsWith(OUTBOX));

async function sendParcels(shelf: DeviceStore, calls: Calls, now: () => number, tally: Tally): Promise<void> {
  const box = outboxShelf<Parcel>(shelf);
  for (const { id, body } of box.items()) {
    try {
      await calls.send(body, 0, true);
      box.remove(id);
    } catch (error) {
      const failure = failureOf(error);
      const hindrance = hindranceOf(failure);
      if (hindrance !== null) {
        tally.hindrance = hindrance;
        return;
      }
      const { kind, message } = failure;
      if (kind !== 'refused') continue;
      const work = workOfParcel(body);
      if (work === null || !('activeMs' in body.on)) {
        box.remove(id);
        continue;
      }
      tally.refusals.add(message);
      const kept: KeptDraft = { work, activeMs: body.on.activeMs, at: now(), refusal: message };
      // A change that is refused has nowhere to go but to its person.
      if (body.kind !== 'amend' && shelf.write(body.on.leaseId, kept)) box.remove(id);
      else tally.notTaken.add(body.on.leaseId);
    }
  }
}

async function sendDrafts(
  { tier, shelf }: Desk,
  calls: Calls,
  now: () => number,
  tally: Tally,
): Promise<void> {
  for (const leaseId of draftKeys(shelf)) {
    const kept = shelf.read(leaseId) as KeptDraft | null;
    const refusal = kept?.refusal;
    try {
      if (kept !== null) {
        const { work, activeMs, at } = kept;
        const ageMs = Math.min(Math.max(0, now() - at), OLDEST_MS);
        const draft = { leaseId, answers: work.answers, work: draftWorkOf(tier, work), activeMs };
        await calls.saveDraft({ ...draft, ...(ageMs > 0 && { ageMs }) }, true);
      }
      shelf.remove(leaseId);
      if (refusal === undefined) continue;
      tally.refusals.add(refusal);
      tally.drafts += 1;
    } catch (error) {
      const failure = failureOf(error);
      const hindrance = hindranceOf(failure);
      if (hindrance !== null) {
        tally.hindrance = hindrance;
        return;
      }
      const { kind, reason } = failure;
      if (reason === SEALED && refusal !== undefined) {
        tally.refusals.add(failure.message);
        tally.sealed += 1;
      }
      if (reason === SEALED || (OVER.has(reason) && refusal === undefined)) shelf.remove(leaseId);
      else if (kind === 'refused') {
        tally.refusals.add(refusal ?? failure.message);
        tally.notTaken.add(leaseId);
      }
    }
  }
}

/** Removes what a person put down from this device, at every desk: free text of theirs is nobody else's who sits here next. */
export function forgetKept(own: DeviceStore): void {
  for (const { shelf } of desksOf(own)) for (const key of shelf.keys()) shelf.remove(key);
}
