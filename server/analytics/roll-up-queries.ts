import { eq, type SQL, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { rollUpMarks } from '#db/schema/analytics.ts';
import { submittedSince } from '#db/submission-order.ts';
import { BY_APPEAL } from '#server/labels/schemas.ts';

export type RollUpMark = typeof rollUpMarks.$inferSelect;

/**
 * The mark of a batch, locked for the pass; null while another process advances it, unless it `waits` until that is done. Made when
 * it is missing.
 */
export async function lockRollUpMark(
  tx: Tx,
  of: { batchId: string; now: Date; waits?: boolean },
): Promise<RollUpMark | null> {
  const zero = new Date(0);
  await tx
    .insert(rollUpMarks)
    .values({ batchId: of.batchId, horizon: 0n, floorAt: zero, completeTo: zero, advancedAt: of.now })
    .onConflictDoNothing();
  const [row] = await tx
    .select()
    .from(rollUpMarks)
    .where(eq(rollUpMarks.batchId, of.batchId))
    .for('update', of.waits ? {} : { skipLocked: true });
  return row ?? null;
}

export async function moveRollUpMark(tx: Tx, mark: Partial<RollUpMark> & { batchId: string }): Promise<void> {
  const { batchId, ...set } = mark;
  await tx.update(rollUpMarks).set(set).where(eq(rollUpMarks.batchId, batchId));
}

export type Horizon = {
  /** Every transaction with an id below this has ended: what they wrote is all there will be of them. */
  horizon: bigint;
  /** When the oldest open transaction of this database that has written began, and the oldest of any kind; null without one. */
  oldestWriter: Date | null;
  oldestOpen: Date | null;
};

/**
 * Where the server stands, in two steps: first the end of the ids given out so far, then the transactions of this database that
 * are still open. What is in neither has ended. (The snapshot's own `xmin` would also wait for other databases of the server.)
 */
export async function readHorizon(q: Queryable): Promise<Horizon> {
  const [end] = await q.execute<{ xmax: string }>(
    sql`select pg_snapshot_xmax(pg_current_snapshot())::text as xmax`,
  );
  const xmax = BigInt(end?.xmax ?? '0');
  const [row] = await q.execute<{ back: string | null; writer: string | null; open: string | null }>(sql`
    select max((${xmax.toString()}::bigint - backend_xid::text::bigint) & 4294967295)
        filter (where ((${xmax.toString()}::bigint - backend_xid::text::bigint) & 4294967295) between 1 and 2147483648)::text as back,
      min(xact_start) filter (where backend_xid is not null) as writer, min(xact_start) as open
    from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`);
  const at = (text: string | null | undefined) => (text ? new Date(text) : null);
  const horizon = xmax - BigInt(row?.back ?? '0');
  return { horizon, oldestWriter: at(row?.writer), oldestOpen: at(row?.open) };
}

/** The labels that a pass counts. */
export type Window = {
  batchId: string;
  /** Labels stamped before this were counted by an earlier pass. */
  since: Date;
  /** Written by transactions from here … */
  from: bigint;
  /** … and before here. */
  to: bigint;
  /** On the first pass: what is stamped before this is counted whatever its transaction's id, which may be of an age ago. */
  oldBefore: Date | null;
};

/**
 * Whether a row was written in the window: stamped at `at` by the application's clock. `xmin` is 32 bits of an id of 64: it is compared by
 * its distance back from the end of the window, at most half the circle.
 */
function isFresh(w: Window, row: SQL, at: SQL): SQL {
  const back = sql`((${w.to.toString()}::bigint - ${row}.xmin::text::bigint) & 4294967295)`;
  const isNew = sql`(${back} between 1 and 2147483648 and ${w.to.toString()}::bigint - ${back} >= ${w.from.toString()}::bigint)`;
  return w.oldBefore === null ? isNew : sql`(${at} < ${w.oldBefore.toISOString()}::timestamptz or ${isNew})`;
}

/** Label reads written in the window. Index: labels_submitted_idx. */
const freshLabels = (w: Window): SQL => sql`labels l where l.batch_id = ${w.batchId}
    and ${submittedSince(sql`l`, w.since)} and l.tier = 'label' and ${isFresh(w, sql`l`, sql`l.submitted_at`)}`;

/**
 * Decisions written in the window by which a read is used no more, and by which an appeal gives it back (R31, R33), each with the read's
 * label `o`. Indexes: reviews_created_idx, the primary key of labels.
 */
const freshRejections = (w: Window): SQL => sql`reviews v
    join labels o on o.batch_id = ${w.batchId} and o.id = v.label_id and o.tier = 'label'
    where v.batch_id = ${w.batchId} and v.created_at >= ${w.since.toISOString()}::timestamptz
      and (v.outcome = 'reject' or v.slot_no = ${BY_APPEAL}) and ${isFresh(w, sql`v`, sql`v.created_at`)}`;

/** Adds the window's first submits to the hours of the batch; returns how many there were. */
export async function addReadHours(tx: Tx, w: Window): Promise<number> {
  const [row] = await tx.execute<{ n: number }>(sql`
    with fresh as (
      select date_trunc('hour', l.submitted_at, 'UTC') as hour_at, count(*)::int as reads, sum(l.active_ms) as active_ms
      from ${freshLabels(w)} and l.revision = 1 group by 1),
    put as (
      insert into read_hours (batch_id, hour_at, reads, active_ms)
      select ${w.batchId}::uuid, hour_at, reads, active_ms from fresh
      on conflict (batch_id, hour_at) do update set reads = read_hours.reads + excluded.reads,
        active_ms = read_hours.active_ms + excluded.active_ms)
    select coalesce(sum(reads), 0)::int as n from fresh`);
  return row?.n ?? 0;
}

/** Answers of these fields by day, as rows `field, day, answer` from a row `x` with `answers` and `submitted_at`. */
const eachAnswer = (fields: readonly string[]) => sql`
  cross join unnest(${sql.param([...fields])}::text[]) f (field)
  cross join lateral jsonb_array_elements_text(case jsonb_typeof(x.answers -> f.field)
    when 'array' then x.answers -> f.field
    when 'string' then jsonb_build_array(x.answers -> f.field)
    when 'boolean' then jsonb_build_array(x.answers -> f.field)
    when 'number' then jsonb_build_array(x.answers -> f.field)
    else '[]'::jsonb end) a (answer)`;

/**
 * Adds the window's answers to the days of the batch, and takes away those of the labels that they replace and of reads that were
 * rejected, on the day on which those were given; a rejection that is overturned brings them back.
 */
export async function addAnswerDays(tx: Tx, w: Window, fields: readonly string[]): Promise<void> {
  if (fields.length === 0) return;
  await tx.execute(sql`
    with fresh as materialized (select l.answers, l.submitted_at, l.supersedes_id from ${freshLabels(w)}),
    x as (
      select answers, submitted_at, 1 as sign from fresh
      union all
      select o.answers, o.submitted_at, -1 from fresh
      join labels o on o.batch_id = ${w.batchId} and o.id = fresh.supersedes_id
      union all
      select o.answers, o.submitted_at, case v.outcome when 'reject' then -1 else 1 end from ${freshRejections(w)})
    insert into answer_days (batch_id, field, day, answer, n)
    select ${w.batchId}::uuid, f.field, to_char(x.submitted_at at time zone 'UTC', 'YYYY-MM-DD'), a.answer, sum(x.sign)::int
    from x ${eachAnswer(fields)} group by 2, 3, 4 having sum(x.sign) <> 0
    on conflict (batch_id, field, day, answer) do update set n = answer_days.n + excluded.n`);
}

/** Forgets everything rolled up of a batch. */
export async function clearRollUps(tx: Tx, batchId: string): Promise<void> {
  await tx.execute(sql`delete from read_hours where batch_id = ${batchId}`);
  await tx.execute(sql`delete from answer_days where batch_id = ${batchId}`);
}

/** Every batch that has been rolled up, by id. */
export async function listRolledUp(q: Queryable): Promise<string[]> {
  const rows = await q.select({ id: rollUpMarks.batchId }).from(rollUpMarks).orderBy(rollUpMarks.batchId);
  return rows.map((row) => row.id);
}

/** Batches of one pass. */
export const MOST_DUE = 1000;

/**
 * Batches to roll up, longest waiting first: those never rolled up, those somebody submitted to since shortly before their
 * mark, and each live one once a minute; one that has been settled until a minute later, and while a rejection that an appeal
 * overturned since is not certain to be counted: behind a writing transaction that was open then, the pass after the decision ends
 * short of it. At most 1,000. Of appeals there are few.
 */
export async function listRollUpDue(q: Queryable, now: Date): Promise<string[]> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const rows = await q.execute<{ id: string }>(sql`
    select b.id from batches b left join roll_up_marks m on m.batch_id = b.id
    where b.status <> 'draft' and (
      m.batch_id is null
      or (b.status <> 'settled' and (m.advanced_at <= ${at} - interval '1 minute' or exists (
        select 1 from readers r where r.batch_id = b.id and r.tier = 'label'
          and r.last_seen_at >= m.complete_to - interval '1 minute')))
      or (b.status = 'settled' and m.advanced_at <= ${at} - interval '1 minute'
        and (m.advanced_at <= b.settled_at + interval '1 minute' or b.id in (
          select d.batch_id from appeal_decisions d join roll_up_marks k on k.batch_id = d.batch_id
          where d.outcome = 'overturned' and d.decided_at >= k.complete_to - interval '1 minute'))))
    order by m.advanced_at nulls first limit ${MOST_DUE}`);
  return [...rows].map((row) => row.id);
}

export type HourRow = { at: Date; reads: number; activeMs: number };

/** Label reads of some batches by hour since `since`, oldest first. Index: the primary key. */
export async function listHours(
  q: Queryable,
  of: { batchIds: readonly string[]; since: Date },
): Promise<Map<string, HourRow[]>> {
  if (of.batchIds.length === 0) return new Map();
  const rows = await q.execute<{ batchId: string; at: string; reads: number; activeMs: string }>(sql`
    select batch_id as "batchId", hour_at as at, reads, active_ms as "activeMs" from read_hours
    where batch_id = any (${sql.param([...of.batchIds])}::uuid[]) and hour_at >= ${of.since.toISOString()}::timestamptz
    order by hour_at limit 200000`);
  return Map.groupBy(
    [...rows].map((row) => ({
      batchId: row.batchId,
      at: new Date(row.at),
      reads: row.reads,
      activeMs: Number(row.activeMs),
    })),
    (row) => row.batchId,
  );
}

/**
 * Answers of a batch by field, day and class, as they stand; at most 50,000. A decision may be counted a pass before the label that it is
 * about, whose class is then not listed until that is too. Index: the primary key.
 */
export async function listAnswerDays(
  q: Queryable,
  of: { batchId: string; field?: string },
): Promise<{ field: string; day: string; answer: string; n: number }[]> {
  return [
    ...(await q.execute<{ field: string; day: string; answer: string; n: number }>(sql`
      select field, day, answer, n from answer_days where batch_id = ${of.batchId} and n > 0
        ${of.field === undefined ? sql`` : sql`and field = ${of.field}`}
      order by field, day, answer limit 50000`)),
  ];
}

/** Marks of some batches. Index: the primary key. */
export async function listRollUpMarks(
  q: Queryable,
  batchIds: readonly string[],
): Promise<Map<string, RollUpMark>> {
  if (batchIds.length === 0) return new Map();
  const rows = await q
    .select()
    .from(rollUpMarks)
    .where(sql`${rollUpMarks.batchId} = any (${sql.param([...batchIds])}::uuid[])`);
  return new Map(rows.map((row) => [row.batchId, row]));
}

/** Remembers that every batch has been looked at, and up to when what was submitted to any is counted. */
export async function putRollUpPass(q: Queryable, completeTo: Date): Promise<void> {
  await q.execute(sql`
    insert into roll_up_passes (id, complete_to) values (1, ${completeTo.toISOString()}::timestamptz)
    on conflict (id) do update set complete_to = greatest(roll_up_passes.complete_to, excluded.complete_to)`);
}

/** Up to when every batch is complete; null before the first pass. */
export async function findRollUpPass(q: Queryable): Promise<Date | null> {
  const [row] = await q.execute<{ at: string }>(
    sql`select complete_to as at from roll_up_passes where id = 1`,
  );
  return row ? new Date(row.at) : null;
}

/**
 * The live batch whose detail is furthest behind what was submitted to it: since when, and how many lag by more than
 * `toleratedMs`. Reads marks and readers' rows only.
 */
export async function findWorstLag(
  q: Queryable,
  of: { now: Date; toleratedMs: number },
): Promise<{ behindSince: Date | null; behind: number }> {
  const [row] = await q.execute<{ since: string | null; behind: number }>(sql`
    select min(complete_to) as since,
      count(*) filter (where complete_to < ${of.now.toISOString()}::timestamptz - make_interval(secs => ${of.toleratedMs / 1000}))::int
        as behind
    from (
      select greatest(coalesce(m.complete_to, b.opened_at), (select complete_to from roll_up_passes where id = 1)) as complete_to,
        (select max(r.last_seen_at) from readers r where r.batch_id = b.id and r.tier = 'label' and r.submitted > 0) as seen
      from batches b left join roll_up_marks m on m.batch_id = b.id
      where b.status in ('open', 'paused', 'closing')
    ) live where seen > complete_to`);
  return { behindSince: row?.since ? new Date(row.since) : null, behind: row?.behind ?? 0 };
}

/**
 * Large batches with gold whose checked final labels may be others than when they were counted: never counted, not since the batch was
 * settled (a label that was contradicted holds no longer, without a new one), or somebody was at it since, or a minute has gone by while
 * it is live. At most 200.
 */
export async function listCheckedDue(
  q: Queryable,
  of: { moreTasksThan: number; now: Date; share: number },
): Promise<string[]> {
  const now = sql`${of.now.toISOString()}::timestamptz`;
  const rows = await q.execute<{ id: string }>(sql`
    select b.id from batches b join roll_up_marks m on m.batch_id = b.id
    where b.task_count > ${of.moreTasksThan} and b.status <> 'draft' and b.gold_mode <> 'none' and (
      m.checked_at is null
      or (m.checked_at <= ${now} - make_interval(secs => m.checked_took_ms / 1000.0 / ${of.share}::float8)
        and m.checked_at <= ${now} - interval '5 seconds'
        and (b.status <> 'settled' or m.checked_at <= b.settled_at + interval '1 minute')
        and exists (select 1 from final_labels f where f.batch_id = b.id
          and f.settled_at >= m.checked_at - interval '1 minute'))
      or m.checked_at < b.settled_at
      or exists (select 1 from gold_answers g where g.batch_id = b.id and g.withdrawn_at >= m.checked_at))
    order by m.checked_at nulls first limit 200`);
  return [...rows].map((row) => row.id);
}
