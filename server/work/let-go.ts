import { sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { lessEach } from './held-slots.ts';
import { type HeldSlot, isRepeat, type PaidSlot, type ReleaseCause } from './lease-queries.ts';
import { NOBODY, parkAgain } from './park-queries.ts';
import { passedSkip } from './passed-skip.ts';
import { lateLaneSql } from './pool-rules.ts';
import { isDealtGoldSlot, type Tier } from './rules.ts';

/** A repeat that ends: skipped, or paid in full for the alarm its reader raised, as a first read that never comes back to them (R24). */
const isEnded = (slot: PaidSlot, cause: ReleaseCause): boolean =>
  isRepeat(slot) && (cause === 'skipped' || slot.isPaidInFull);

/**
 * Lets go of slots that were locked before: back to the late lane of their pool with the clock as their place; a repeat stays kept for
 * its reader unless it ends (`isEnded`). A returned label stays with its author; when they pass it on, it stands at once as they first
 * submitted it, as it does when the batch closes: without a rejection it is not unpaid (R31). Dealt gold that was given back or ran out goes the same way: by
 * not coming back it would be known, and giving back would be a way around it. Only when it was skipped or taken, which whoever held it
 * does not see come back in any case, does it disappear. Lock order: slots, then readers, then tasks.
 */
export async function letGo(
  tx: Tx,
  input: {
    batchId: string;
    slots: readonly PaidSlot[];
    cause: ReleaseCause;
    now: Date;
  },
): Promise<void> {
  const isSkip = input.cause === 'skipped';
  const by = (pick: (slot: (typeof input.slots)[number]) => boolean) => input.slots.filter(pick);
  const isGivenBack = input.cause === 'closed' || input.cause === 'expired';
  const dealt = by((s) => isDealtGoldSlot(s.slotNo, s.tier));
  const gold = isGivenBack ? [] : dealt;
  const ended = by((s) => isEnded(s, input.cause));
  const repeats = by((s) => isRepeat(s) && !ended.includes(s));
  const returned = by((s) => s.isReturned);
  const plain = by((s) => !gold.includes(s) && !isRepeat(s) && !returned.includes(s));
  await updateSlots(tx, input.batchId, gold, null);
  // What was taken out of work while somebody held it comes back to nobody.
  const keptFor = sql`(select case when t.status = 'unusable' then ${NOBODY}::uuid end from tasks t
    where t.batch_id = ${input.batchId} and t.id = s.task_id)`;
  const late = sql`status = 'open', reserved_for = ${keptFor}, annotator_id = null, lease_id = null, lease_until = null, claimed_at = null,
    terms_no = null, earlier_label_id = coalesce(s.label_id, s.earlier_label_id), label_id = null, lane = ${sql.raw(lateLaneSql('s.lane'))},
    sort_key = ${(BigInt(input.now.getTime()) * 1000n).toString()}::bigint + u.n`;
  const kept = sql`status = 'open', annotator_id = null, lease_id = null, lease_until = null, claimed_at = null, terms_no = null`;
  await updateSlots(tx, input.batchId, plain, late);
  await dropIdleTurns(tx, input.batchId, plain);
  await updateSlots(tx, input.batchId, repeats, kept);
  await updateSlots(tx, input.batchId, ended, sql`status = 'superseded'`);
  const back = sql`status = ${isSkip ? 'submitted' : 'returned'}, lease_id = null, lease_until = null,
    claimed_at = least(s.claimed_at, s.submitted_at)`;
  await updateSlots(tx, input.batchId, returned, back);
  await countReleases(tx, input);
  // Whoever takes gold next is one more who has seen it. Asked for every case alike, so that the time tells nothing (R21).
  if (isGivenBack)
    await tx.execute(sql`update tasks set exposures = least(exposures + 1, 32767)
      where batch_id = ${input.batchId} and id = any(${sql.param(input.slots.map((s) => s.taskId))}::uuid[])
        and is_dealt_gold`);
  await awaitNoMore(tx, { batchId: input.batchId, repeats: ended, skips: isSkip ? 1 : 0 });
  if (isSkip) await countSkips(tx, input.batchId, { plain: [...plain, ...gold], returned });
  if (!isSkip) await parkAgain(tx, { ...input, taskIds: [...repeats, ...returned].map((s) => s.taskId) });
}

/**
 * Takes back those of some slots, just given back, that are a review or a decision nothing waits for any more: a read was rejected while
 * they were held (R31), and the case is read anew, or has its next turn already.
 */
async function dropIdleTurns(tx: Tx, batchId: string, slots: readonly HeldSlot[]): Promise<void> {
  const turns = slots.filter((slot) => slot.tier === 'review' || slot.tier === 'adjudicate');
  if (turns.length === 0) return;
  await tx.execute(sql`
    delete from slots s using unnest(${sql.param(turns.map((one) => one.taskId))}::uuid[],
      ${sql.param(turns.map((one) => one.slotNo))}::int[]) as u (task_id, slot_no)
    where s.batch_id = ${batchId} and s.task_id = u.task_id and s.slot_no = u.slot_no and s.status = 'open'
      and ((select t.status from tasks t where t.batch_id = ${batchId} and t.id = s.task_id)
          not in ('unusable', case s.tier when 'review' then 'in_review' else 'in_adjudication' end)
        or (select true from slots o where o.batch_id = ${batchId} and o.task_id = s.task_id and o.tier = s.tier
          and o.slot_no > s.slot_no and o.status in ('open', 'leased') limit 1) is not null)`);
}

async function updateSlots(
  tx: Tx,
  batchId: string,
  slots: readonly HeldSlot[],
  set: ReturnType<typeof sql> | null,
): Promise<void> {
  if (slots.length === 0) return;
  const list = sql`unnest(${sql.param(slots.map((s) => s.taskId))}::uuid[],
    ${sql.param(slots.map((s) => s.slotNo))}::int[]) with ordinality as u (task_id, slot_no, n)`;
  const match = sql`s.batch_id = ${batchId} and s.task_id = u.task_id and s.slot_no = u.slot_no`;
  if (set === null) await tx.execute(sql`delete from slots s using ${list} where ${match}`);
  else await tx.execute(sql`update slots s set ${set} from ${list} where ${match}`);
}

async function countReleases(
  tx: Tx,
  input: {
    batchId: string;
    slots: readonly PaidSlot[];
    cause: ReleaseCause;
    now: Date;
  },
): Promise<void> {
  const sums = new Map<
    string,
    {
      annotatorId: string;
      tier: Tier;
      n: number;
      freed: bigint;
      paid: bigint;
      fee: bigint;
      repeats: number;
      returned: number;
      corrected: number;
      untaken: number;
      again: number;
    }
  >();
  const isSkip = input.cause === 'skipped';
  const isGivenBack = input.cause === 'closed' || input.cause === 'expired';
  for (const slot of input.slots) {
    const key = `${slot.annotatorId}|${slot.tier}`;
    const { annotatorId, tier } = slot;
    const none = {
      n: 0,
      freed: 0n,
      paid: 0n,
      fee: 0n,
      repeats: 0,
      returned: 0,
      corrected: 0,
      untaken: 0,
      again: 0,
    };
    const sum = sums.get(key) ?? { annotatorId, tier, ...none };
    sum.n += 1;
    sum.paid += slot.paidMinor;
    sum.fee += slot.paidFeeMinor;
    if (!slot.isReturned) sum.freed += slot.priceMinor + slot.feeMinor;
    if (slot.isReturned) sum.corrected += 1;
    if (isRepeat(slot)) sum.untaken += 1;
    if (!isSkip && slot.isReturned) sum.returned += 1;
    if (isRepeat(slot) && !isEnded(slot, input.cause)) sum.repeats += 1;
    if (isGivenBack && !slot.isReturned && !isRepeat(slot)) sum.again += 1;
    sums.set(key, sum);
  }
  const rows = [...sums.values()].sort((a, b) => (a.annotatorId + a.tier < b.annotatorId + b.tier ? -1 : 1));
  const col = <T>(pick: (row: (typeof rows)[number]) => T) => sql.param(rows.map(pick));
  const counter = {
    skipped: sql`skipped`,
    expired: sql`expired`,
    closed: sql`released`,
    revoked: sql`released`,
  }[input.cause];
  const each = <T>(pick: (slot: PaidSlot) => T) => sql.param(input.slots.map(pick));
  const gone = sql`select b.task_id from unnest(${each((s) => s.annotatorId)}::uuid[], ${each((s) => s.tier)}::text[],
    ${each((s) => s.taskId)}::uuid[]) b (annotator_id, tier, task_id) where b.annotator_id = r.annotator_id and b.tier = r.tier`;
  await tx.execute(sql`
    update readers r set ${counter} = r.${counter} + u.n, encumbered_minor = r.encumbered_minor - u.freed,
      accrued_minor = r.accrued_minor + u.paid, accrued_fee_minor = r.accrued_fee_minor + u.fee, repeats = r.repeats + u.repeats, returned = r.returned + u.returned,
      -- What comes again takes its places in the mix again.
      held = ${lessEach(sql`r.held`, gone)}, corrected = r.corrected - u.corrected, repeats_taken = r.repeats_taken - u.untaken, dealt = greatest(0, r.dealt - u.again),
      late_key = ${isSkip ? passedSkip(input) : sql`r.late_key`}
    from unnest(${col((r) => r.annotatorId)}::uuid[], ${col((r) => r.tier)}::text[], ${col((r) => r.n)}::int[],
      ${col((r) => r.freed.toString())}::bigint[], ${col((r) => r.paid.toString())}::bigint[],
      ${col((r) => r.fee.toString())}::bigint[], ${col((r) => r.repeats)}::int[], ${col((r) => r.returned)}::int[],
      ${col((r) => r.corrected)}::int[], ${col((r) => r.untaken)}::int[], ${col((r) => r.again)}::int[])
      as u (annotator_id, tier, n, freed, paid, fee, repeats, returned, corrected, untaken, again)
    where r.batch_id = ${input.batchId} and r.annotator_id = u.annotator_id and r.tier = u.tier`);
}

/** A skip is counted on the task; a returned read counts again as it was. */
async function countSkips(
  tx: Tx,
  batchId: string,
  { plain, returned }: Record<'plain' | 'returned', readonly HeldSlot[]>,
): Promise<void> {
  for (const slot of returned) {
    await tx.execute(sql`update tasks set reads_done = reads_done + 1,
        status = case when status = 'open' and reads_done + 1 >= reads_needed then 'labelled' else status end
      where batch_id = ${batchId} and id = ${slot.taskId}`);
  }
  for (const slot of plain) {
    await tx.execute(
      sql`update tasks set skips = skips + 1 where batch_id = ${batchId} and id = ${slot.taskId}`,
    );
  }
}

/** Repeats that end are no longer waited for, nor their later rounds where the whole batch is read in rounds. */
async function awaitNoMore(
  tx: Tx,
  p: { batchId: string; repeats: readonly HeldSlot[]; skips: 0 | 1 },
): Promise<void> {
  for (const slot of p.repeats) {
    const lost = sql`greatest(1, (select rounds from batches where id = ${p.batchId}) - ${slot.round}::int + 1)`;
    await tx.execute(sql`update tasks set skips = skips + ${p.skips}::int, reads_needed = reads_needed - ${lost},
        status = case when status = 'open' and reads_done >= reads_needed - ${lost} then 'labelled' else status end
      where batch_id = ${p.batchId} and id = ${slot.taskId}`);
  }
}
