import { type SQL, sql } from 'drizzle-orm';
import type { Tier } from './rules.ts';

/*
 * What is out. No index of the slots tells a lease from a read that was handed in: a submit would have to write to it, and to all others
 * with it (ADR 039). A reader's row lists the cases they hold (`readers.held`), written with the counters of the same statement, and a
 * slot is found by its person and case. Index: slots_person_task_key.
 */

/** Of slots `s`: those that a person has out in a batch, at any tier. */
export const isHeldBy = (of: { batchId: string; annotatorId: string }): SQL => sql`
  s.batch_id = ${of.batchId} and s.annotator_id = ${of.annotatorId} and s.status = 'leased'
  and s.task_id = any (array(select unnest(h.held) from readers h
    where h.batch_id = ${of.batchId} and h.annotator_id = ${of.annotatorId}))`;

/**
 * Slots `s` that are out in a batch, with the row `h` of who holds each, for a `from`; `where` says of `h` whose. Person by person in the
 * order of `readers_holding_idx`; `offset 0` keeps the plan to that.
 */
export const slotsOut = (batchId: string | SQL, where: SQL = sql`true`): SQL => sql`
  (select h.batch_id, h.annotator_id, h.tier, h.held from readers h
    where h.batch_id = ${batchId} and h.is_holding and ${where} offset 0) h
  cross join lateral (select s.* from slots s where s.batch_id = ${batchId} and s.annotator_id = h.annotator_id
    and s.task_id = any (h.held) and s.tier = h.tier and s.status = 'leased' offset 0) s`;

/** How many leases are out in a batch, at one tier or at all. Counts the lists of who holds any. Index: readers_holding_idx. */
export const countOut = (batchId: string | SQL, tier?: Tier): SQL<number> => sql`
  (select coalesce(sum(cardinality(h.held)), 0)::int from readers h
    where h.batch_id = ${batchId} and h.is_holding ${tier === undefined ? sql`` : sql`and h.tier = ${tier}`})`;

/** Whether any lease is out in a batch, at one tier or at all. Index: readers_holding_idx. */
export const isAnyOut = (batchId: string | SQL, tier?: Tier): SQL<boolean> => sql`
  ((select true from readers h where h.batch_id = ${batchId} and h.is_holding
    ${tier === undefined ? sql`` : sql`and h.tier = ${tier}`} limit 1) is not null)`;

/** A list of cases less one entry of a case: who corrects a case and repeats it (R23, R31) holds it twice. */
export const lessOne = (held: string, task: string): string =>
  `coalesce(${held}[:array_position(${held}, ${task}) - 1] || ${held}[array_position(${held}, ${task}) + 1:], ${held})`;

/** The same less one entry for each row of `tasks`, a query. */
export const lessEach = (held: SQL, tasks: SQL): SQL => sql`(
  select coalesce(array_agg(l.task order by l.place), '{}') from (
    select c.task, c.place, row_number() over (partition by c.task order by c.place) as n
    from unnest(${held}) with ordinality as c (task, place)) l
  where l.n > (select count(*) from (${tasks}) g (task) where g.task = l.task))`;
