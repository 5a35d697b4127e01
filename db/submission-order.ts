import { type SQL, sql } from 'drizzle-orm';

/*
 * Labels in the order in which they were submitted. The index labels_submitted_idx does not hold each instant but its span of ten
 * seconds: labels of one span share an entry, so that it takes a tenth of the room. A statement that is to walk it
 * names the span beside the instant, as the functions here do; order within a span is sorted, and a span is small.
 */

/** The span of an instant, exactly as the index has it. */
export const submissionSpan = (instant: SQL): SQL =>
  sql`date_bin('10 seconds', ${instant}, '2000-01-01T00:00:00Z'::timestamptz)`;

/** The span of the instant of a claim, exactly as slots_unaccepted_idx has it: a second, whose claims share an entry in the same way. */
export const claimSpan = (instant: SQL): SQL =>
  sql`date_bin('1 second', ${instant}, '2000-01-01T00:00:00Z'::timestamptz)`;

/** Submitted at this instant or later. */
export const submittedSince = (label: SQL, at: Date): SQL => {
  const instant = sql`${at.toISOString()}::timestamptz`;
  return sql`${submissionSpan(sql`${label}.submitted_at`)} >= ${submissionSpan(instant)}
    and ${label}.submitted_at >= ${instant}`;
};

/** A label's place in the order: when it was submitted, as the database's text or in ISO form, and its id. */
export type SubmissionPlace = { at: string; id: string };

/** After a place in the order. */
export const submittedAfter = (label: SQL, { at, id }: SubmissionPlace): SQL =>
  sql`${submissionSpan(sql`${label}.submitted_at`)} >= ${submissionSpan(sql`${at}::timestamptz`)}
    and (${label}.submitted_at, ${label}.id) > (${at}::timestamptz, ${id}::uuid)`;

/** Before a place in the order. */
export const submittedBefore = (label: SQL, { at, id }: SubmissionPlace): SQL =>
  sql`${submissionSpan(sql`${label}.submitted_at`)} <= ${submissionSpan(sql`${at}::timestamptz`)}
    and (${label}.submitted_at, ${label}.id) < (${at}::timestamptz, ${id}::uuid)`;

/** To order labels by. */
export const submissionOrder = (label: SQL): SQL =>
  sql`${submissionSpan(sql`${label}.submitted_at`)}, ${label}.submitted_at, ${label}.id`;

/** To order labels by, the newest first. */
export const newestSubmissions = (label: SQL): SQL =>
  sql`${submissionSpan(sql`${label}.submitted_at`)} desc, ${label}.submitted_at desc, ${label}.id desc`;
