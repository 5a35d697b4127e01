import { type SQL, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { newestSubmissions } from '#db/submission-order.ts';
import { isHeldBy, slotsOut } from './held-slots.ts';
import type { Tier } from './rules.ts';

/** A leased slot that is about to be taken back, locked. */
export type HeldSlot = {
  taskId: string;
  slotNo: number;
  tier: Tier;
  round: number;
  annotatorId: string;
  leaseId: string;
  priceMinor: bigint;
  feeMinor: bigint;
  /** True when it is a label that was returned to its author for correction. */
  isReturned: boolean;
  /** Active time told of this lease, no more than has passed since the claim. */
  draftMs: number;
  /** Milliseconds since 1970. */
  claimedMs: number;
};

/**
 * The same with what the closing of the gate pays for the time spent, and the platform fee on that (R27, R2), and whether that is the whole
 * price because its holder raised the alarm (R24).
 */
export type PaidSlot = HeldSlot & { paidMinor: bigint; paidFeeMinor: bigint; isPaidInFull: boolean };

export type ReleaseCause = 'skipped' | 'expired' | 'closed' | 'revoked';

type HeldRow = Record<string, unknown> & { price: string; fee: string };

const toHeld = (row: HeldRow): HeldSlot => ({
  ...(row as unknown as HeldSlot),
  priceMinor: BigInt(row.price),
  feeMinor: BigInt(row.fee),
});

const held = sql`
  select s.task_id as "taskId", s.slot_no as "slotNo", s.tier, s.round, s.annotator_id as "annotatorId",
    s.lease_id as "leaseId", t.price_minor::text as price, t.fee_minor::text as fee,
    s.label_id is not null as "isReturned",
    extract(epoch from s.claimed_at)::float8 * 1000 as "claimedMs",
    -- What the gate's closing pays for (R27), as far as the time since the claim (releaseSlots).
    coalesce((select d.active_ms from drafts d where d.batch_id = s.batch_id and d.lease_id = s.lease_id), 0) as "draftMs"`;

/** `lateral` with a limit, so that nobody's reads are walked through to find who among the readers holds a lease. */
const itsTerms = sql`
  cross join lateral (
    select t.price_minor, t.fee_minor from terms t where t.batch_id = s.batch_id and t.annotator_id = s.annotator_id
      and t.tier = s.tier and t.terms_no = s.terms_no limit 1) t`;

/** This person's live leases among `leaseIds`, locked in the order of the key. Index: slots_person_task_key. */
export async function lockLeases(
  tx: Tx,
  input: { batchId: string; annotatorId: string; leaseIds: readonly string[] },
): Promise<HeldSlot[]> {
  const rows = await tx.execute<HeldRow>(sql`${held}
    from slots s ${itsTerms}
    where ${isHeldBy(input)} and s.lease_id = any (${sql.param([...input.leaseIds])}::uuid[])
    order by s.task_id, s.slot_no for update of s`);
  return [...rows].map(toHeld);
}

/**
 * Slots that `out` names by task and number and that are still leased, locked in the order of the key; `still` says what must hold of
 * them besides. Index: the primary key.
 */
async function lockOut(
  tx: Tx,
  batchId: string,
  { out, still, how }: { out: SQL; still: SQL; how: SQL },
): Promise<HeldSlot[]> {
  const rows = await tx.execute<HeldRow>(sql`${held}
    from (select o.task_id, o.slot_no, o.lease_id from (${out}) o order by 1, 2 offset 0) o
    cross join lateral (
      select s.* from slots s where s.batch_id = ${batchId} and s.task_id = o.task_id and s.slot_no = o.slot_no
        and s.status = 'leased' and s.lease_id = o.lease_id and ${still} limit 1 for update ${how}) s ${itsTerms}`);
  return [...rows].map(toHeld);
}

/** A reader who holds something, in the order in which they are gone through. */
export type Holder = { annotatorId: string; tier: Tier | '' };
/** Before everybody. */
export const FIRST_HOLDER: Holder = { annotatorId: '00000000-0000-0000-0000-000000000000', tier: '' };

/**
 * Leases that ran out, at most `limit`, of the next `limit` people who hold any, after a place among them; passes over rows that a late
 * submit holds. Returns where to go on, or null behind the last. Index: readers_holding_idx.
 */
export async function lockExpired(
  tx: Tx,
  input: { batchId: string; now: Date; after: Holder; limit: number },
): Promise<{ slots: HeldSlot[]; next: Holder | null }> {
  const { batchId, after, limit } = input;
  const people = await tx.execute<Holder>(sql`
    select h.annotator_id as "annotatorId", h.tier from readers h where h.batch_id = ${batchId} and h.is_holding
      and (h.annotator_id, h.tier) > (${after.annotatorId}::uuid, ${after.tier})
    order by h.annotator_id, h.tier limit ${limit}`);
  const last = people.at(-1);
  if (last === undefined) return { slots: [], next: null };
  const isOver = sql`s.lease_until <= ${input.now.toISOString()}::timestamptz`;
  const slots = await lockOut(tx, batchId, {
    out: sql`select s.task_id, s.slot_no, s.lease_id from ${slotsOut(
      batchId,
      sql`(h.annotator_id, h.tier) <= (${last.annotatorId}::uuid, ${last.tier})
        and (h.annotator_id, h.tier) > (${after.annotatorId}::uuid, ${after.tier})`,
    )} where ${isOver} limit ${limit}`,
    still: isOver,
    how: sql`skip locked`,
  });
  if (slots.length > 0) return { slots, next: after };
  return { slots, next: people.length === limit ? last : null };
}

/** Live leases in a batch of people or through organisations, locked. Index: readers_holding_idx. */
export async function lockLeasesOf(
  tx: Tx,
  input: {
    batchId: string;
    viaOrgIds: readonly string[] | null;
    personIds: readonly string[] | null;
    tiers: readonly Tier[];
  },
): Promise<HeldSlot[]> {
  const { batchId, viaOrgIds, personIds } = input;
  const whose = sql`h.tier = any (${sql.param([...input.tiers])}::text[])
    ${personIds ? sql`and h.annotator_id = any (${sql.param([...personIds])}::uuid[])` : sql``}`;
  const via = viaOrgIds
    ? sql`where exists (select 1 from terms t where t.batch_id = ${batchId} and t.annotator_id = s.annotator_id and t.tier = s.tier
        and t.terms_no = s.terms_no and t.payee_org_id = any (${sql.param([...viaOrgIds])}::uuid[]))`
    : sql``;
  const out = sql`select s.task_id, s.slot_no, s.lease_id from ${slotsOut(batchId, whose)} ${via}`;
  return lockOut(tx, batchId, { out, still: sql`true`, how: sql`` });
}

/** A read that its reader makes once more (R23). A review's round only counts the reviews of its case: anybody may take the next. */
export const isRepeat = (slot: HeldSlot): boolean =>
  slot.tier === 'label' && slot.round > 1 && !slot.isReturned;

/**
 * The batch's median active time at each tier (R27), of its newest labels: a review is held against reviews. A tier of which there is
 * none among the newest 20,000 has no median. Index: labels_submitted_idx.
 */
export async function medianActiveMs(q: Queryable, batchId: string): Promise<ReadonlyMap<Tier, number>> {
  const rows = await q.execute<{ tier: Tier; ms: number }>(sql`
    select tier, percentile_cont(0.5) within group (order by active_ms) as ms from (
      select l.tier, l.active_ms, row_number() over (partition by l.tier order by l.submitted_at desc, l.id desc) as n from (
        select m.tier, m.active_ms, m.submitted_at, m.id from labels m where m.batch_id = ${batchId}
        order by ${newestSubmissions(sql`m`)} limit 20000) l) l
    where n <= 1001 group by tier`);
  return new Map([...rows].map((row) => [row.tier, row.ms]));
}

/** Makes the next claim of these readers look at their eligibility first. */
export async function expireChecks(
  tx: Tx,
  input: { batchId: string; viaOrgIds: readonly string[] | null; personIds: readonly string[] | null },
): Promise<void> {
  await tx.execute(sql`
    update readers r set checked_at = 'epoch'
    where r.batch_id = ${input.batchId}
      ${input.personIds ? sql`and r.annotator_id = any (${sql.param([...input.personIds])}::uuid[])` : sql``}
      ${
        input.viaOrgIds
          ? sql`and exists (select 1 from terms t where t.batch_id = r.batch_id and t.annotator_id = r.annotator_id
              and t.tier = r.tier and t.terms_no = r.terms_no and t.payee_org_id = any (${sql.param([...input.viaOrgIds])}::uuid[]))`
          : sql``
      }`);
}

/** Live batches, optionally of some data sets or of these only. */
export async function listLiveBatchIds(
  q: Queryable,
  { datasetIds, batchIds }: { datasetIds?: readonly string[]; batchIds?: readonly string[] },
): Promise<string[]> {
  const rows = await q.execute<{ id: string }>(sql`
    select id from batches where status in ('open', 'paused', 'closing')
      ${datasetIds ? sql`and dataset_id = any (${sql.param([...datasetIds])}::uuid[])` : sql``}
      ${batchIds ? sql`and id = any (${sql.param([...batchIds])}::uuid[])` : sql``} order by id`);
  return [...rows].map((row) => row.id);
}

/**
 * Prolongs live leases while the person may claim here: whoever is stopped, or whose batch is, finishes within the lease as it stands
 * (R26, R27). Returns those that still hold. Index: slots_person_task_key.
 */
export async function prolongLeases(
  q: Queryable,
  input: {
    batchId: string;
    annotatorId: string;
    leaseIds: readonly string[];
    now: Date;
    until: Date;
    latestSeconds: number;
  },
): Promise<{ leaseId: string; leaseUntil: Date }[]> {
  const rows = await q.execute<{ leaseId: string; leaseUntil: string }>(sql`
    update slots s set lease_until = case
      when (select r.batch_open and r.status = 'active' from readers r where r.batch_id = ${input.batchId}
        and r.annotator_id = ${input.annotatorId} and r.tier = s.tier)
      then greatest(s.lease_until, least(${input.until.toISOString()}::timestamptz,
        s.claimed_at + make_interval(secs => ${input.latestSeconds})))
      else s.lease_until end
    where ${isHeldBy(input)} and s.lease_id = any (${sql.param([...input.leaseIds])}::uuid[])
      and s.lease_until > ${input.now.toISOString()}::timestamptz
    returning s.lease_id as "leaseId", s.lease_until as "leaseUntil"`);
  return [...rows].map((row) => ({ leaseId: row.leaseId, leaseUntil: new Date(row.leaseUntil) }));
}

/** Whether somebody reads in a batch, and so may ask about leases there. Index: the primary key of readers. */
export async function isReaderOf(
  q: Queryable,
  input: { batchId: string; annotatorId: string },
): Promise<boolean> {
  const rows = await q.execute(sql`
    select 1 from readers where batch_id = ${input.batchId} and annotator_id = ${input.annotatorId} limit 1`);
  return rows.length > 0;
}

/** The tasks of a case in live batches. Index: tasks_case_idx. */
export async function listTasksOfCase(
  q: Queryable,
  input: { datasetId: string; caseId: string },
): Promise<{ batchId: string; taskId: string }[]> {
  return [
    ...(await q.execute<{ batchId: string; taskId: string }>(sql`
      select t.batch_id as "batchId", t.id as "taskId" from batches b
      join tasks t on t.batch_id = b.id and t.case_id = ${input.caseId}
      where b.dataset_id = ${input.datasetId} and b.status in ('open', 'paused', 'closing') order by 1, 2`)),
  ];
}

/** Live leases on a task, locked. Index: the primary key. */
export async function lockLeasesOfTask(
  tx: Tx,
  input: { batchId: string; taskId: string },
): Promise<HeldSlot[]> {
  const rows = await tx.execute<HeldRow>(sql`${held}
    from slots s ${itsTerms}
    where s.batch_id = ${input.batchId} and s.task_id = ${input.taskId} and s.status = 'leased'
    order by s.slot_no for update of s`);
  return [...rows].map(toHeld);
}

/** Of what a person holds, so many are asked for whether they were begun: devices show cases in the order of their claim. */
const ASKED_FOR_DRAFTS = 14;

/**
 * What a person holds in a batch, for a page that opens again: what they have begun first, of the first that they claimed, then in the
 * order of their claim. At most 84 cases (`4 × prefetch + 4`), so that with the reader's row and these drafts no more than a hundred rows are
 * touched. Indexes: slots_person_task_key, the primary key of drafts.
 */
export async function listMyLeases(
  q: Queryable,
  input: { batchId: string; annotatorId: string; tier: Tier; now: Date },
): Promise<{ leaseId: string; leaseUntil: Date; round: number; isReturned: boolean }[]> {
  const rows = await q.execute<{
    leaseId: string;
    leaseUntil: string;
    round: number;
    isReturned: boolean;
  }>(sql`
    with held as materialized (
      select s.lease_id, s.lease_until, s.round, s.label_id is not null as is_returned,
        row_number() over (order by s.claimed_at, s.lease_id) as place
      from slots s where ${isHeldBy(input)} and s.lease_until > ${input.now.toISOString()}::timestamptz
        and s.tier = ${input.tier})
    select h.lease_id as "leaseId", h.lease_until as "leaseUntil", h.round, h.is_returned as "isReturned" from held h
    order by h.lease_id = any (array(select d.lease_id from drafts d where d.batch_id = ${input.batchId}
        and d.lease_id = any (array(select b.lease_id from held b where b.place <= ${ASKED_FOR_DRAFTS})))) desc,
      h.place`);
  return [...rows].map((row) => ({ ...row, leaseUntil: new Date(row.leaseUntil) }));
}
