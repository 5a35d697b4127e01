import { type SQL, sql } from 'drizzle-orm';
import { spanSql } from './claim-queries.ts';
import { lateLaneSql } from './pool-rules.ts';

/**
 * The mark in the late lane (`late_key`) of readers `r` who pass cases on. They are put beyond the case, so that their next claim need not
 * look at it, but only where nothing else is open beyond their mark: or it would put them behind all that was brought forward. Otherwise
 * claims come to it and pass it, window by window, once (`claimAhead`). Gold that is passed on leaves nothing there, and moves the mark by
 * the same question, so that the next claim goes the same way after it. Looks at one open slot. Index: slots_claim_idx.
 */
export function passedSkip(input: { batchId: string; slots: readonly { taskId: string }[]; now: Date }): SQL {
  const beyond = sql`${(BigInt(input.now.getTime()) * 1000n + BigInt(input.slots.length)).toString()}::bigint`;
  return sql`case when (select true from slots s where s.batch_id = ${input.batchId} and s.tier = r.tier
        and s.lane = ${sql.raw(lateLaneSql('r.lane'))} and s.annotator_id is null and s.reserved_for is null
        and ${sql.raw(spanSql('s.sort_key'))} >= ${sql.raw(spanSql('r.late_key'))} and s.sort_key > r.late_key
        and s.task_id <> all (${sql.param(input.slots.map((slot) => slot.taskId))}::uuid[]) limit 1) is null
      then greatest(r.late_key, ${beyond}) else r.late_key end`;
}
