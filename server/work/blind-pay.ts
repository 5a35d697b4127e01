import { type SQL, sql } from 'drizzle-orm';

/*
 * Gold is accepted, and so earned, the moment it is handed in (R30); other reads later, each at its own time. Shown as it
 * happens, that would tell which cases were gold (R21). So where gold is hidden among ordinary reads, every read is shown
 * as accepted from an instant that depends on nothing but when it was handed in and when its batch was settled.
 * Readers and payees are shown no other; what is owed and paid out stays the ledger's.
 */

/** Whether the label reads of batch `b` hide gold among reads that are accepted later. */
export const hidesGold: SQL = sql`(b.kind in ('production', 'relabel') and b.gold_mode <> 'none')`;

/** From when on a read `s` of such a batch `b` is shown as accepted, unless it was rejected or returned. */
export const shownFrom: SQL = sql`least(s.submitted_at + make_interval(days => b.review_period_days), b.settled_at)`;
