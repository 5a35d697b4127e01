import { createHash, createHmac } from 'node:crypto';
import { assert } from '#server/core/assert.ts';
import { counterUniform } from '#server/quality/counter-hash.ts';

/** What a person can do on a task, in the order work flows. */
export const TIERS = ['label', 'review', 'audit', 'adjudicate'] as const;
export type Tier = (typeof TIERS)[number];

/**
 * First slot number of each use, so that a slot's number says what it is for. Uses that are counted per case have
 * `SLOTS_PER_USE` numbers each; those that are counted by reader (dealt gold, each round of repeats) have
 * `MOST_READERS`, so that no number of readers reaches into the next use.
 */
export const SLOT_BASE = {
  label: 0,
  review: 2000,
  adjudicate: 3000,
  audit: 24_000,
  reread: 25_000,
  gold: 1_000_000,
  repeat: 10_000_000,
} as const;

/**
 * Of a row of slot_releases: what was given back showed the reads of its case, as a review, an audit and a decision do; a blind re-read
 * shows the case alone. Who has seen them does not read the case blind any more (R21), but may take up again what they gave back.
 */
export const sawReadsSql = (release: string): string =>
  `${release}.slot_no between ${SLOT_BASE.review} and ${SLOT_BASE.reread - 1}`;

/** Numbers of a use that is counted per case: reads with what replaced them, reviews, decisions, checks. */
export const SLOTS_PER_USE = 1000;
/** Readers that a batch can have in a tier. */
export const MOST_READERS = 9_000_000;
/** Numbers of one round of repeats. */
export const REPEATS_PER_ROUND = 10_000_000;
/** Rounds in which a case can be read (R23). */
const MOST_ROUNDS = 20;

/** The slot in which gold is dealt to a reader: one per reader and gold case. */
export function goldSlotNo(readerNo: number): number {
  assert(readerNo >= 0 && readerNo < MOST_READERS, 'A batch has no more readers than slot numbers');
  return SLOT_BASE.gold + readerNo;
}

/** Slots whose number lies here are dealt gold. */
export function isDealtGoldSlot(slotNo: number, tier: Tier): boolean {
  return tier === 'label' && slotNo >= SLOT_BASE.gold && slotNo < SLOT_BASE.repeat;
}

/** The slot of a repeat (R23). `round` counts from 2; `seat` is the reader's number, or that of the first read's slot. */
export function repeatSlotNo(round: number, seat: number): number {
  const isRound = round >= 2 && round <= MOST_ROUNDS;
  assert(isRound && seat >= 0 && seat < MOST_READERS, 'A repeat has a round from 2 to 20 and a seat');
  return SLOT_BASE.repeat + (round - 2) * REPEATS_PER_ROUND + seat;
}

/** The seat of a repeat: the number of the first read's slot, or the reader's. */
export function repeatSeat(slotNo: number): number {
  return (slotNo - SLOT_BASE.repeat) % REPEATS_PER_ROUND;
}

/** Lease time left below which nothing is begun: a credential or an engagement must outlive the lease. */
export const RECHECK_SECONDS = 60;
/** Who claims so long after the last look is looked at beside it, so that no claim of somebody at work waits for one. */
export const LOOK_AHEAD_SECONDS = 30;

/** Undo window of R22. */
export const AMEND_MINUTES = 10;

/** Windows that a sweep behind the cursors looks at per claim. */
export const SWEEPS_PER_CALL = 3;

/** `items` in an order that depends on `seed` only (Fisher–Yates over a counter-based generator). */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i -= 1) {
    const j = Math.floor(counterUniform(1, i, seed) * (i + 1));
    const held = out[i] as T;
    out[i] = out[j] as T;
    out[j] = held;
  }
  return out;
}

/** A uniform number in [0, 1) that nobody without `secret` can foresee. */
function secretUniform(secret: string, ...parts: readonly (string | number)[]): number {
  const digest = createHmac('sha256', secret).update(parts.join('|')).digest();
  return digest.readUInt32BE(0) / 2 ** 32;
}

/**
 * Which of a reader's next `count` reads are gold: decided per ordinal by HMAC, so that neither the person nor a
 * prefetch can tell, and so that asking again gives the same answer.
 */
export function goldOrdinals(input: {
  secret: string;
  batchId: string;
  annotatorId: string;
  dealt: number;
  count: number;
  shareBasisPoints: number;
}): number {
  let gold = 0;
  for (let i = 1; i <= input.count; i += 1) {
    const draw = secretUniform(input.secret, input.batchId, input.annotatorId, input.dealt + i);
    if (draw < input.shareBasisPoints / 10_000) gold += 1;
  }
  return gold;
}

/** Places beyond those asked for that a deal looks at, for gold that this reader may not have. */
const GOLD_WINDOW = 8;

/**
 * Places in the gold pool that a reader's next `count` gold cases are taken from, in order: each reader starts elsewhere
 * and goes round twice. The first time (`firstPass` of the places) past what has been shown to its limit of readers or is
 * being dealt to somebody else this moment, the second time to what is left.
 */
export function goldPlaces(input: {
  secret: string;
  batchId: string;
  annotatorId: string;
  next: number;
  count: number;
  poolSize: number;
}): { places: number[]; firstPass: number } {
  const { next, poolSize } = input;
  const start = Math.floor(secretUniform(input.secret, input.batchId, input.annotatorId, 'start') * poolSize);
  const left =
    input.count === 0 ? 0 : Math.max(0, Math.min(input.count + GOLD_WINDOW, poolSize, 2 * poolSize - next));
  return {
    places: Array.from({ length: left }, (_, i) => (start + next + i) % poolSize),
    firstPass: Math.max(0, Math.min(left, poolSize - next)),
  };
}

/** The order in which claimed work is handed out, so that a gold case is not always the last of a prefetch. */
export function secretOrder<T extends { leaseId: string }>(secret: string, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, key: secretUniform(secret, 'order', item.leaseId) }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/** Kinds whose reads are accepted, and so paid, when they are submitted and valid (R30, R34). */
export function isAcceptedOnSubmit(kind: string, isGold: boolean): boolean {
  return isGold || ['self_label', 'pilot', 'exam', 'calibration', 'training'].includes(kind);
}

/** Whether a task is in a share chosen by hash: deterministic, and unknown to readers before it happens. */
export function isInShare(seed: number, taskId: string, shareBasisPoints: number): boolean {
  if (shareBasisPoints <= 0) return false;
  const digest = createHash('sha256').update(`review|${seed}|${taskId}`).digest();
  return digest.readUInt32BE(0) % 10_000 < shareBasisPoints;
}

/** Whether a task is among those that are read again (R23): chosen by hash, the same whenever it is asked. */
export function isRepeated(p: { seed: number; taskId: string; shareBasisPoints: number }): boolean {
  if (p.shareBasisPoints >= 10_000) return true;
  const digest = createHash('sha256').update(`repeat|${p.seed}|${p.taskId}`).digest();
  return digest.readUInt32BE(0) % 10_000 < p.shareBasisPoints;
}

/** Active time that a device says was spent since an instant, in ms: no more than has passed here, never below zero. */
export function activeSince(activeMs: number, since: Date, now: Date): number {
  return Math.max(0, Math.min(activeMs, now.getTime() - since.getTime()));
}

/**
 * R27: what a reader gets whose lease the gate took away: price × min(1, active time ÷ batch median). Without a median, of a tier of which
 * the batch has no label yet, the full price for any time told: it is the most that the share could be, and they are not at fault.
 */
export function partialPay(priceMinor: bigint, activeMs: number, medianMs: number | null): bigint {
  if (activeMs <= 0 || priceMinor <= 0n) return 0n;
  if (medianMs === null || medianMs <= 0 || activeMs >= medianMs) return priceMinor;
  return (priceMinor * BigInt(Math.round(activeMs))) / BigInt(Math.round(medianMs));
}

/** The fee locked with a price, on the part of the price that is paid (R2, R27): rounded half up, never above the whole. */
export function partialFee(locked: { priceMinor: bigint; feeMinor: bigint }, paidMinor: bigint): bigint {
  if (locked.priceMinor <= 0n) return 0n;
  return (2n * locked.feeMinor * paidMinor + locked.priceMinor) / (2n * locked.priceMinor);
}

/** JSON with sorted keys, so that equal content has one hash. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}

/** Hash of what a label says, to tell a replay from other content under the same id. */
export function labelHash(content: {
  answers: Record<string, unknown>;
  confidence: number | null;
  rationale: string | null;
  labelOrigin: string;
  extra?: unknown;
}): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}
