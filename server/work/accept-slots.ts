import { sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { claimSpan } from '#db/submission-order.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import type { Tier } from './rules.ts';

/** Of slots `s`: the condition of slots_unaccepted_idx. */
export const isUnaccepted = sql`s.annotator_id is not null and s.accepted_at is null and s.aside is null`;

export type SlotKey = { taskId: string; slotNo: number };

type Counted = Record<string, unknown> & {
  annotatorId: string;
  tier: Tier;
  n: number;
  price: string;
  fee: string;
};

/**
 * R30: accepts submitted slots, so that their price accrues to their readers and the fee locked with it (R2) counts; slots in any other state are passed over.
 * Part of other commands. Returns how many were accepted. Lock order: slots, then readers.
 */
export async function acceptSlots(
  tx: CommandTx,
  input: { batchId: string; slots: readonly SlotKey[] },
): Promise<number> {
  return decide(tx, { ...input, to: 'accepted' });
}

/** R31: rejects submitted slots: unpaid and unused. Part of `rejectLabel`, which checks reason and evidence. */
export async function rejectSlots(
  tx: CommandTx,
  input: { batchId: string; slots: readonly SlotKey[] },
): Promise<number> {
  return decide(tx, { ...input, to: 'rejected' });
}

/**
 * R31: accepts a rejected slot, whose rejection was overturned: its price accrues, and its fee counts, as if it had been accepted at
 * first. Part of `restoreRead`, which holds the case. Null when the slot is not rejected. Lock order: slot, then reader.
 */
export async function acceptRejectedSlot(
  tx: CommandTx,
  at: { batchId: string; taskId: string; slotNo: number },
): Promise<{ round: number; costMinor: bigint } | null> {
  const [row] = await tx.db.execute<{ round: number; cost: string }>(sql`
    with back as (
      update slots set status = 'accepted', accepted_at = ${tx.now.toISOString()}::timestamptz
      where batch_id = ${at.batchId} and task_id = ${at.taskId} and slot_no = ${at.slotNo} and status = 'rejected'
      returning annotator_id, tier, terms_no, round)
    update readers r set rejected = r.rejected - 1, accepted = r.accepted + 1,
      accrued_minor = r.accrued_minor + t.price_minor, accrued_fee_minor = r.accrued_fee_minor + t.fee_minor
    from back b join terms t on t.batch_id = ${at.batchId} and t.annotator_id = b.annotator_id and t.tier = b.tier
      and t.terms_no = b.terms_no
    where r.batch_id = ${at.batchId} and r.annotator_id = b.annotator_id and r.tier = b.tier
    returning b.round, (t.price_minor + t.fee_minor)::text as cost`);
  return row ? { round: row.round, costMinor: BigInt(row.cost) } : null;
}

async function decide(
  tx: CommandTx,
  input: { batchId: string; slots: readonly SlotKey[]; to: 'accepted' | 'rejected' },
): Promise<number> {
  if (input.slots.length === 0) return 0;
  const sorted = [...input.slots].sort((a, b) =>
    a.taskId < b.taskId ? -1 : a.taskId > b.taskId ? 1 : a.slotNo - b.slotNo,
  );
  const list = sql`unnest(${sql.param(sorted.map((s) => s.taskId))}::uuid[],
    ${sql.param(sorted.map((s) => s.slotNo))}::int[]) as u (task_id, slot_no)`;
  const rows = [
    ...(await tx.db.execute<Counted>(sql`
      with done as (
        update slots s set status = ${input.to},
          accepted_at = ${input.to === 'accepted' ? tx.now.toISOString() : null}::timestamptz
        from ${list}
        where s.batch_id = ${input.batchId} and s.task_id = u.task_id and s.slot_no = u.slot_no
          and s.status = 'submitted'
        returning s.annotator_id, s.tier, s.terms_no)
      select d.annotator_id as "annotatorId", d.tier, count(*)::int as n, sum(t.price_minor)::text as price,
        sum(t.fee_minor)::text as fee
      from done d join terms t on t.batch_id = ${input.batchId} and t.annotator_id = d.annotator_id
        and t.tier = d.tier and t.terms_no = d.terms_no
      group by 1, 2 order by 1, 2`)),
  ];
  if (rows.length > 0) await countDecided(tx.db, input, rows);
  return rows.reduce((total, row) => total + row.n, 0);
}

/** Counts what was decided on the readers' rows, which are locked in the order in which claims and submits lock theirs. */
async function countDecided(
  tx: Tx,
  input: { batchId: string; to: 'accepted' | 'rejected' },
  rows: readonly Counted[],
): Promise<void> {
  const counted =
    input.to === 'accepted'
      ? sql`accepted = r.accepted + u.n, accrued_minor = r.accrued_minor + u.price, accrued_fee_minor = r.accrued_fee_minor + u.fee`
      : sql`rejected = r.rejected + u.n`;
  const people = sql`${sql.param(rows.map((row) => row.annotatorId))}::uuid[]`;
  const tiers = sql`${sql.param(rows.map((row) => row.tier))}::text[]`;
  await tx.execute(sql`
    with held as materialized (
      select r.annotator_id, r.tier from readers r
      join unnest(${people}, ${tiers}) as w (annotator_id, tier) on w.annotator_id = r.annotator_id and w.tier = r.tier
      where r.batch_id = ${input.batchId} and r.annotator_id = any (${people})
      order by r.annotator_id, r.tier for no key update of r)
    update readers r set ${counted}, encumbered_minor = r.encumbered_minor - u.price - u.fee
    from held h
    join unnest(${people}, ${tiers}, ${sql.param(rows.map((row) => row.n))}::int[],
        ${sql.param(rows.map((row) => row.price))}::bigint[], ${sql.param(rows.map((row) => row.fee))}::bigint[])
      as u (annotator_id, tier, n, price, fee) on u.annotator_id = h.annotator_id and u.tier = h.tier
    where r.batch_id = ${input.batchId} and r.annotator_id = any (${people})
      and r.annotator_id = h.annotator_id and r.tier = h.tier`);
}

/**
 * Submitted slots of a batch, the longest claimed first; only those submitted by `before` when it is given. What is claimed later than
 * that is not looked at, and of what was claimed by then all but what was handed in late, or is out, is submitted. Index:
 * slots_unaccepted_idx.
 */
export async function listSubmitted(
  tx: Tx,
  input: { batchId: string; before: Date | null; limit: number },
): Promise<SlotKey[]> {
  const before = input.before && sql`${input.before.toISOString()}::timestamptz`;
  const by = before
    ? sql`and ${claimSpan(sql`s.claimed_at`)} <= ${claimSpan(before)} and s.submitted_at <= ${before}`
    : sql``;
  const rows = await tx.execute<SlotKey & Record<string, unknown>>(sql`
    select s.task_id as "taskId", s.slot_no as "slotNo" from slots s
    where s.batch_id = ${input.batchId} and ${isUnaccepted} and s.status = 'submitted' ${by}
    order by ${claimSpan(sql`s.claimed_at`)} limit ${input.limit} for update skip locked`);
  return [...rows].map(({ taskId, slotNo }) => ({ taskId, slotNo }));
}
