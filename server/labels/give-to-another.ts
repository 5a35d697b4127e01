import { sql } from 'drizzle-orm';
import type { CommandTx } from '#server/command/transaction.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { lateLaneSql } from '#server/work/pool-rules.ts';

/**
 * Takes submitted reads from their authors, paid in full, for somebody else to read afresh: the slot is open again, late, and
 * never comes back to its author. The new reader sees neither the first answers nor the remark (R21); the author is told. Part
 * of a review. Lock order: slots, then readers.
 */
export async function giveToAnother(
  tx: CommandTx,
  input: { batchId: string; taskId: string; slotNos: readonly number[] },
): Promise<void> {
  const now = sql`${tx.now.toISOString()}::timestamptz`;
  for (const slotNo of [...input.slotNos].sort((a, b) => a - b)) {
    const [from] = await tx.db.execute<{ annotatorId: string }>(sql`
      with old as materialized (
        select s.annotator_id, s.tier, s.lease_id, s.label_id, t.price_minor, t.fee_minor
        from slots s join terms t on t.batch_id = ${input.batchId} and t.annotator_id = s.annotator_id and t.tier = s.tier
          and t.terms_no = s.terms_no
        where s.batch_id = ${input.batchId} and s.task_id = ${input.taskId} and s.slot_no = ${slotNo}
          and s.status = 'submitted' for update of s),
      freed as (
        update slots s set status = 'open', annotator_id = null, lease_id = null, lease_until = null, claimed_at = null,
          submitted_at = null, terms_no = null, label_id = null,
          earlier_label_id = s.label_id, reserved_for = null, lane = ${sql.raw(lateLaneSql('s.lane'))},
          sort_key = ${(BigInt(tx.now.getTime()) * 1000n).toString()}::bigint + ${slotNo}::int
        from old where s.batch_id = ${input.batchId} and s.task_id = ${input.taskId} and s.slot_no = ${slotNo}),
      remembered as (
        insert into slot_releases (batch_id, annotator_id, task_id, at, lease_id, slot_no, tier, cause, excludes, reason,
          paid_minor, fee_minor)
        select ${input.batchId}::uuid, old.annotator_id, ${input.taskId}::uuid, ${now}, coalesce(old.lease_id, old.label_id),
          ${slotNo}::int, old.tier, 'returned', true, 'given_to_another', old.price_minor, old.fee_minor from old)
      update readers r set encumbered_minor = r.encumbered_minor - old.price_minor - old.fee_minor,
        accrued_minor = r.accrued_minor + old.price_minor, accrued_fee_minor = r.accrued_fee_minor + old.fee_minor
      from old where r.batch_id = ${input.batchId} and r.annotator_id = old.annotator_id and r.tier = old.tier
      returning r.annotator_id as "annotatorId"`);
    if (from)
      await notifyPerson(tx, {
        personId: from.annotatorId,
        kind: 'label.given_to_another',
        title: 'A reviewer has asked somebody else to read one of your cases afresh. Your read is paid.',
        href: '/work/earnings',
        detail: { batchId: input.batchId },
      });
  }
}
