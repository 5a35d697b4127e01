import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';

export type QueueState = {
  waiting: number;
  /** Due for longer than a minute and in nobody's hands. */
  overdue: number;
  /** Tried to the end and given up. */
  failed: number;
};

/** What waits in the job queue, at `now`. The queue is short-lived rows only, so counting it is cheap. */
export async function countJobs(q: Queryable, now: Date): Promise<QueueState> {
  const [row] = await q.execute<QueueState>(sql`
    select count(*) filter (where attempts < max_attempts)::int as waiting,
      count(*) filter (where attempts < max_attempts and locked_at is null
        and run_at < ${now.toISOString()}::timestamptz - interval '1 minute')::int as overdue,
      count(*) filter (where attempts >= max_attempts)::int as failed
    from graphile_worker.jobs`);
  return row ?? { waiting: 0, overdue: 0, failed: 0 };
}

/** Mails that a mail server has refused and that wait for another try. */
export async function countRefusedMails(q: Queryable): Promise<number> {
  const [row] = await q.execute<{ n: number }>(sql`
    select count(*)::int as n from mails where sent_at is null and failure is not null`);
  return row?.n ?? 0;
}

/** Sessions in use within the last 15 minutes, at `now`. */
export async function countOpenSessions(q: Queryable, now: Date): Promise<number> {
  const [row] = await q.execute<{ n: number }>(sql`
    select count(*)::int as n from sessions
    where revoked_at is null and last_seen_at > ${now.toISOString()}::timestamptz - interval '15 minutes'
      and absolute_until > ${now.toISOString()}::timestamptz`);
  return row?.n ?? 0;
}
