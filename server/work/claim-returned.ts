import {
  answerOf,
  type ClaimAnswer,
  type ClaimParameters,
  counted,
  me,
  mine,
  part,
  selection,
  taken,
} from './claim-queries.ts';
import type { HotSql } from './hot-sql.ts';

/**
 * Of what a claim looks at only what was returned to me for correction, which is encumbered already and costs nothing more (R31): for
 * whom the money of a batch gives nothing else. Whoever asks has just been looked at, and their mark stays old, so that no other claim
 * goes by it. Index: slots_aside_idx.
 */
export async function claimReturned(sql: HotSql, p: ClaimParameters): Promise<ClaimAnswer> {
  const rows = await sql`
    with ${me(sql, p)},
    picked as materialized (
      select s.task_id, s.slot_no, s.sort_key, 'returned' as source from slots s
      where (select status = 'active' and batch_open and returned > 0 from me) and s.batch_id = ${p.batchId}
        and s.annotator_id = ${p.annotatorId} and s.tier = ${p.tier} and s.aside = 'returned'
      limit (select k from room) for update of s skip locked),
    ${taken(sql, p)},
    moved as (
      update readers r set ${counted(sql, p)}, returned = r.returned - (select count(*)::int from taken),
        corrected = r.corrected + (select count(*)::int from taken)
      where ${mine(sql, p)} and (select count(*) from taken) > 0)
    ${selection(sql, part(sql`null::bigint`))}`;
  return answerOf(rows);
}
