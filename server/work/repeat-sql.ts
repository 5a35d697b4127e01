import { REPEATS_PER_ROUND, SLOT_BASE } from './rules.ts';

/*
 * Repeats that were asked of one reader (R23, `request-repeats.ts`): the submit of a round makes the next, in its own
 * statement, so that no repeat waits for a read that never comes and none is lost. Dealt gold is met once only.
 */

/** 1 when the slot just submitted (`s`) brings a repeat of its reader (`r`), else 0. */
export const isAskedAgain = (s: string, r: string) =>
  `case when ${r}.repeat_rounds > ${s}.round and ${s}.revision = 1
    and not (${s}.slot_no >= ${SLOT_BASE.gold} and ${s}.slot_no < ${SLOT_BASE.repeat}) then 1 else 0 end`;

/**
 * Makes them. Reads the table expression `from`, one row for each submit: task_id, round, annotator_id, reader_no, at, again,
 * repeat_after_days. The slot number is that of `repeatSlotNo`; the place is the instant when it opens.
 */
export const insertAskedAgain = (batchId: string, from: string) => `
  insert into slots (batch_id, task_id, slot_no, tier, round, lane, sort_key, status, reserved_for)
  select ${batchId}, a.task_id, ${SLOT_BASE.repeat} + (a.round - 1) * ${REPEATS_PER_ROUND} + a.reader_no, 'label', a.round + 1, 0,
    ${opensAtSql('a.at', 'a.repeat_after_days')}, 'open', a.annotator_id
  from ${from} a where a.again = 1`;

/** So many days after an instant, in the microseconds of a place. */
export const opensAtSql = (instant: string, days: string) =>
  `(extract(epoch from ${instant}) * 1000000)::bigint + ${days}::bigint * 86400000000`;
