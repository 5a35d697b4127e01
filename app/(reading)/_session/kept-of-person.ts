import { failureOf } from './call-failure.ts';
import type { KeptDraft } from './case-line.ts';
import type { DeskCalls, Parcel } from './desk-calls.ts';
import { type DeviceStore, OUTBOX, within } from './device-store.ts';
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

/**
 * Sends all that a person has kept on this device, at whatever desk: what was handed in, then what was only put down. Returns of how many cases
 * something is still here alone: without a connection or a session, or refused by the server in a way that the person has not seen.
 */
export async function sendKept(
  own: DeviceStore,
  callsOf: (batchId: string, tier: DeskTier) => Calls,
  now: () => number,
): Promise<number> {
  let left = 0;
  for (const desk of desksOf(own)) {
    const calls = callsOf(desk.batchId, desk.tier);
    await sendParcels(desk.shelf, calls, now);
    await sendDrafts(desk, calls, now);
    const unsent = outboxShelf<Parcel>(desk.shelf).items();
    left += new Set([...unsent.map((item) => item.body.on.leaseId), ...draftKeys(desk.shelf)]).size;
  }
  return left;
}

const draftKeys = (shelf: DeviceStore) => shelf.keys().filter((key) => !key.startsWith(OUTBOX));

async function sendParcels(shelf: DeviceStore, calls: Calls, now: () => number): Promise<void> {
  const box = outboxShelf<Parcel>(shelf);
  for (const { id, body } of box.items()) {
    try {
      await calls.send(body, 0);
      box.remove(id);
    } catch (error) {
      const { kind, message } = failureOf(error);
      if (kind === 'offline' || kind === 'signed_out') return;
      // A change that is refused has nowhere to go but to its person.
      if (kind !== 'refused' || body.kind === 'amend') continue;
      const work = workOfParcel(body);
      if (work === null || !('activeMs' in body.on)) box.remove(id);
      else {
        const kept: KeptDraft = { work, activeMs: body.on.activeMs, at: now(), refusal: message };
        if (shelf.write(body.on.leaseId, kept)) box.remove(id);
      }
    }
  }
}

async function sendDrafts({ tier, shelf }: Desk, calls: Calls, now: () => number): Promise<void> {
  for (const leaseId of draftKeys(shelf)) {
    const kept = shelf.read(leaseId) as KeptDraft | null;
    try {
      if (kept !== null) {
        const { work, activeMs, at } = kept;
        const ageMs = Math.min(Math.max(0, now() - at), OLDEST_MS);
        const draft = { leaseId, answers: work.answers, work: draftWorkOf(tier, work), activeMs };
        await calls.saveDraft({ ...draft, ...(ageMs > 0 && { ageMs }) });
      }
      shelf.remove(leaseId);
    } catch (error) {
      const { kind, reason } = failureOf(error);
      if (kind === 'offline' || kind === 'signed_out') return;
      if (reason === SEALED || (OVER.has(reason) && kept?.refusal === undefined)) shelf.remove(leaseId);
    }
  }
}

/** Removes what a person put down from this device, at every desk: free text of theirs is nobody else's who sits here next. */
export function forgetKept(own: DeviceStore): void {
  for (const { shelf } of desksOf(own)) for (const key of shelf.keys()) shelf.remove(key);
}
