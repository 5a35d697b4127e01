import { sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { isRepeat, type PaidSlot, type ReleaseCause } from './lease-queries.ts';

/**
 * Remembers who gave a slot back and why. A case that ran out twice on the same person does not come back to them, nor what the gate
 * took; a repeat does, since nobody else can make it (R23, ADR 036).
 */
export async function insertReleases(
  tx: Tx,
  input: {
    batchId: string;
    slots: readonly PaidSlot[];
    cause: ReleaseCause;
    reason: string;
    note: string | null;
    now: Date;
  },
): Promise<void> {
  // Whether it is a repeat is said as a number: of an array of booleans that are words the driver makes false ones.
  const col = <T>(pick: (slot: PaidSlot) => T) => sql.param(input.slots.map(pick));
  await tx.execute(sql`
    insert into slot_releases (batch_id, annotator_id, task_id, at, lease_id, slot_no, tier, cause, excludes, reason, note,
      paid_minor, fee_minor)
    select ${input.batchId}::uuid, u.annotator_id, u.task_id, ${input.now.toISOString()}::timestamptz, u.lease_id, u.slot_no,
      u.tier, ${input.cause}, case when ${input.cause}::text = 'skipped' then true when u.repeat = 1 then false when ${input.cause}::text = 'revoked' then true
        when ${input.cause}::text = 'expired' then exists (select 1 from slot_releases x where x.batch_id = ${input.batchId}
          and x.annotator_id = u.annotator_id and x.task_id = u.task_id and x.cause = 'expired')
        else false end,
      ${input.reason}, ${input.note}, u.paid, u.fee
    from unnest(${col((s) => s.annotatorId)}::uuid[], ${col((s) => s.taskId)}::uuid[], ${col((s) => s.leaseId)}::uuid[],
      ${col((s) => s.slotNo)}::int[], ${col((s) => s.tier)}::text[], ${col((s) => s.paidMinor.toString())}::bigint[],
      ${col((s) => s.paidFeeMinor.toString())}::bigint[],
      ${col((s) => (isRepeat(s) ? 1 : 0))}::int[])
      as u (annotator_id, task_id, lease_id, slot_no, tier, paid, fee, repeat)`);
}
