import { sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { newestSubmissions } from '#db/submission-order.ts';
import { NOBODY, parkAgain } from './park-queries.ts';
import { passedSkip } from './passed-skip.ts';
import { lateLaneSql } from './pool-rules.ts';
import { isDealtGoldSlot, type Tier } from './rules.ts';

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

/** The same with what the closing of the gate pays for the time spent, and the platform fee on that (R27, R2). */
export type PaidSlot = HeldSlot & { paidMinor: bigint; paidFeeMinor: bigint };

export type ReleaseCause = 'skipped' | 'expired' | 'closed' | 'revoked';

type HeldRow = Record<string, unknown> & { price: string; fee: string };

const toHeld = (row: HeldRow): HeldSlot => ({
  ...(row as unknown as HeldSlot),
  priceMinor: BigInt(row.price),
  feeMinor: BigInt(row.fee),
});

/** `lateral` with a limit, so that nobody's reads are walked through to find who among the readers holds a lease. */
const held = sql`
  select s.task_id as "taskId", s.slot_no as "slotNo", s.tier, s.round, s.annotator_id as "annotatorId",
    s.lease_id as "leaseId", t.price_minor::text as price, t.fee_minor::text as fee,
    s.label_id is not null as "isReturned",
    extract(epoch from s.claimed_at)::float8 * 1000 as "claimedMs",
    -- What the gate's closing pays for (R27), as far as the time since the claim (releaseSlots).
    coalesce((select d.active_ms from drafts d where d.batch_id = s.batch_id and d.lease_id = s.lease_id), 0) as "draftMs"
  from slots s cross join lateral (
    select t.price_minor, t.fee_minor, t.payee_org_id from terms t where t.batch_id = s.batch_id and t.annotator_id = s.annotator_id
      and t.tier = s.tier and t.terms_no = s.terms_no limit 1) t`;

/** This person's live leases among `leaseIds`, locked in the order of the key. Index: slots_lease_idx. */
export async function lockLeases(
  tx: Tx,
  input: { batchId: string; annotatorId: string; leaseIds: readonly string[] },
): Promise<HeldSlot[]> {
  const rows = await tx.execute<HeldRow>(sql`${held}
    where s.batch_id = ${input.batchId} and s.lease_id = any (${sql.param([...input.leaseIds])}::uuid[])
      and s.status = 'leased' and s.annotator_id = ${input.annotatorId}
    order by s.task_id, s.slot_no for update of s`);
  return [...rows].map(toHeld);
}

/** Leases that ran out, at most `limit`; passes over rows that a late submit holds. Index: slots_lease_idx. */
export async function lockExpired(
  tx: Tx,
  input: { batchId: string; now: Date; limit: number },
): Promise<HeldSlot[]> {
  const rows = await tx.execute<HeldRow>(sql`${held}
    where s.batch_id = ${input.batchId} and s.status = 'leased' and s.lease_until <= ${input.now.toISOString()}::timestamptz
    order by s.lease_until limit ${input.limit} for update of s skip locked`);
  return [...rows].map(toHeld);
}

/** Live leases in a batch of people or through organisations, locked. Index: slots_lease_idx. */
export async function lockLeasesOf(
  tx: Tx,
  input: {
    batchId: string;
    viaOrgIds: readonly string[] | null;
    personIds: readonly string[] | null;
    tiers: readonly Tier[];
  },
): Promise<HeldSlot[]> {
  const rows = await tx.execute<HeldRow>(sql`${held}
    where s.batch_id = ${input.batchId} and s.status = 'leased' and s.tier = any (${sql.param([...input.tiers])}::text[])
      ${input.viaOrgIds ? sql`and t.payee_org_id = any (${sql.param([...input.viaOrgIds])}::uuid[])` : sql``}
      ${input.personIds ? sql`and s.annotator_id = any (${sql.param([...input.personIds])}::uuid[])` : sql``}
    order by s.task_id, s.slot_no for update of s`);
  return [...rows].map(toHeld);
}

/** A read that its reader makes once more (R23). A review's round only counts the reviews of its case: anybody may take the next. */
export const isRepeat = (slot: HeldSlot): boolean =>
  slot.tier === 'label' && slot.round > 1 && !slot.isReturned;

/**
 * Lets go of slots that were locked before: back to the late lane of their pool with the clock as their place; a repeat stays kept for
 * its reader unless it was skipped. A returned label stays with its author; when they pass it on, it stands at once as they first
 * submitted it, as it does when the batch closes: without a rejection it is not unpaid (R31). Dealt gold that was given back or ran out goes the same way: by
 * not coming back it would be known, and giving back would be a way around it. Only when it was skipped or taken, which whoever held it
 * does not see come back in any case, does it disappear. Lock order: slots, then readers, then tasks.
 */
export async function letGo(
  tx: Tx,
  input: {
    batchId: string;
    slots: readonly PaidSlot[];
    cause: ReleaseCause;
    now: Date;
  },
): Promise<void> {
  const isSkip = input.cause === 'skipped';
  const by = (pick: (slot: (typeof input.slots)[number]) => boolean) => input.slots.filter(pick);
  const isGivenBack = input.cause === 'closed' || input.cause === 'expired';
  const dealt = by((s) => isDealtGoldSlot(s.slotNo, s.tier));
  const gold = isGivenBack ? [] : dealt;
  const repeats = by(isRepeat);
  const returned = by((s) => s.isReturned);
  const plain = by((s) => !gold.includes(s) && !repeats.includes(s) && !returned.includes(s));
  await updateSlots(tx, input.batchId, gold, null);
  // What was taken out of work while somebody held it comes back to nobody.
  const keptFor = sql`(select case when t.status = 'unusable' then ${NOBODY}::uuid end from tasks t
    where t.batch_id = ${input.batchId} and t.id = s.task_id)`;
  const late = sql`status = 'open', reserved_for = ${keptFor}, annotator_id = null, lease_id = null, lease_until = null, claimed_at = null,
    terms_no = null, earlier_label_id = coalesce(s.label_id, s.earlier_label_id), label_id = null, lane = ${sql.raw(lateLaneSql('s.lane'))},
    sort_key = ${(BigInt(input.now.getTime()) * 1000n).toString()}::bigint + u.n`;
  const kept = sql`status = 'open', annotator_id = null, lease_id = null, lease_until = null, claimed_at = null, terms_no = null`;
  await updateSlots(tx, input.batchId, plain, late);
  await dropIdleTurns(tx, input.batchId, plain);
  await updateSlots(tx, input.batchId, repeats, isSkip ? sql`status = 'superseded'` : kept);
  const back = sql`status = ${isSkip ? 'submitted' : 'returned'}, lease_id = null, lease_until = null`;
  await updateSlots(tx, input.batchId, returned, back);
  await countReleases(tx, input);
  // Whoever takes gold next is one more who has seen it. Asked for every case alike, so that the time tells nothing (R21).
  if (isGivenBack)
    await tx.execute(sql`update tasks set exposures = least(exposures + 1, 32767)
      where batch_id = ${input.batchId} and id = any(${sql.param(input.slots.map((s) => s.taskId))}::uuid[])
        and is_dealt_gold`);
  if (isSkip) await countSkips(tx, input.batchId, { plain: [...plain, ...gold], repeats, returned });
  if (!isSkip) await parkAgain(tx, { ...input, taskIds: [...repeats, ...returned].map((s) => s.taskId) });
}

/**
 * Takes back those of some slots, just given back, that are a review or a decision nothing waits for any more: a read was rejected while
 * they were held (R31), and the case is read anew, or has its next turn already.
 */
async function dropIdleTurns(tx: Tx, batchId: string, slots: readonly HeldSlot[]): Promise<void> {
  const turns = slots.filter((slot) => slot.tier === 'review' || slot.tier === 'adjudicate');
  if (turns.length === 0) return;
  await tx.execute(sql`
    delete from slots s using unnest(${sql.param(turns.map((one) => one.taskId))}::uuid[],
      ${sql.param(turns.map((one) => one.slotNo))}::int[]) as u (task_id, slot_no)
    where s.batch_id = ${batchId} and s.task_id = u.task_id and s.slot_no = u.slot_no and s.status = 'open'
      and ((select t.status from tasks t where t.batch_id = ${batchId} and t.id = s.task_id)
          not in ('unusable', case s.tier when 'review' then 'in_review' else 'in_adjudication' end)
        or (select true from slots o where o.batch_id = ${batchId} and o.task_id = s.task_id and o.tier = s.tier
          and o.slot_no > s.slot_no and o.status in ('open', 'leased') limit 1) is not null)`);
}

async function updateSlots(
  tx: Tx,
  batchId: string,
  slots: readonly HeldSlot[],
  set: ReturnType<typeof sql> | null,
): Promise<void> {
  if (slots.length === 0) return;
  const list = sql`unnest(${sql.param(slots.map((s) => s.taskId))}::uuid[],
    ${sql.param(slots.map((s) => s.slotNo))}::int[]) with ordinality as u (task_id, slot_no, n)`;
  const match = sql`s.batch_id = ${batchId} and s.task_id = u.task_id and s.slot_no = u.slot_no`;
  if (set === null) await tx.execute(sql`delete from slots s using ${list} where ${match}`);
  else await tx.execute(sql`update slots s set ${set} from ${list} where ${match}`);
}

async function countReleases(
  tx: Tx,
  input: {
    batchId: string;
    slots: readonly PaidSlot[];
    cause: ReleaseCause;
    now: Date;
  },
): Promise<void> {
  const sums = new Map<
    string,
    {
      annotatorId: string;
      tier: Tier;
      n: number;
      freed: bigint;
      paid: bigint;
      fee: bigint;
      repeats: number;
      returned: number;
      corrected: number;
      untaken: number;
      again: number;
    }
  >();
  const isSkip = input.cause === 'skipped';
  const isGivenBack = input.cause === 'closed' || input.cause === 'expired';
  for (const slot of input.slots) {
    const key = `${slot.annotatorId}|${slot.tier}`;
    const { annotatorId, tier } = slot;
    const none = {
      n: 0,
      freed: 0n,
      paid: 0n,
      fee: 0n,
      repeats: 0,
      returned: 0,
      corrected: 0,
      untaken: 0,
      again: 0,
    };
    const sum = sums.get(key) ?? { annotatorId, tier, ...none };
    sum.n += 1;
    sum.paid += slot.paidMinor;
    sum.fee += slot.paidFeeMinor;
    if (!slot.isReturned) sum.freed += slot.priceMinor + slot.feeMinor;
    if (slot.isReturned) sum.corrected += 1;
    if (isRepeat(slot)) sum.untaken += 1;
    if (!isSkip && slot.isReturned) sum.returned += 1;
    if (!isSkip && isRepeat(slot)) sum.repeats += 1;
    if (isGivenBack && !slot.isReturned && !isRepeat(slot)) sum.again += 1;
    sums.set(key, sum);
  }
  const rows = [...sums.values()].sort((a, b) => (a.annotatorId + a.tier < b.annotatorId + b.tier ? -1 : 1));
  const col = <T>(pick: (row: (typeof rows)[number]) => T) => sql.param(rows.map(pick));
  const counter = {
    skipped: sql`skipped`,
    expired: sql`expired`,
    closed: sql`released`,
    revoked: sql`released`,
  }[input.cause];
  await tx.execute(sql`
    update readers r set ${counter} = r.${counter} + u.n, encumbered_minor = r.encumbered_minor - u.freed,
      accrued_minor = r.accrued_minor + u.paid, accrued_fee_minor = r.accrued_fee_minor + u.fee, repeats = r.repeats + u.repeats, returned = r.returned + u.returned,
      -- What comes again takes its places in the mix again.
      corrected = r.corrected - u.corrected, repeats_taken = r.repeats_taken - u.untaken, dealt = greatest(0, r.dealt - u.again),
      late_key = ${isSkip ? passedSkip(input) : sql`r.late_key`}
    from unnest(${col((r) => r.annotatorId)}::uuid[], ${col((r) => r.tier)}::text[], ${col((r) => r.n)}::int[],
      ${col((r) => r.freed.toString())}::bigint[], ${col((r) => r.paid.toString())}::bigint[],
      ${col((r) => r.fee.toString())}::bigint[], ${col((r) => r.repeats)}::int[], ${col((r) => r.returned)}::int[],
      ${col((r) => r.corrected)}::int[], ${col((r) => r.untaken)}::int[], ${col((r) => r.again)}::int[])
      as u (annotator_id, tier, n, freed, paid, fee, repeats, returned, corrected, untaken, again)
    where r.batch_id = ${input.batchId} and r.annotator_id = u.annotator_id and r.tier = u.tier`);
}

/** A skip is counted on the task; a skipped repeat is no longer waited for, and a returned read counts again as it was. */
async function countSkips(
  tx: Tx,
  batchId: string,
  { plain, repeats, returned }: Record<'plain' | 'repeats' | 'returned', readonly HeldSlot[]>,
): Promise<void> {
  for (const slot of returned) {
    await tx.execute(sql`update tasks set reads_done = reads_done + 1,
        status = case when status = 'open' and reads_done + 1 >= reads_needed then 'labelled' else status end
      where batch_id = ${batchId} and id = ${slot.taskId}`);
  }
  for (const slot of plain) {
    await tx.execute(
      sql`update tasks set skips = skips + 1 where batch_id = ${batchId} and id = ${slot.taskId}`,
    );
  }
  for (const slot of repeats) {
    // Where the whole batch is read in rounds, the later rounds go with it.
    const lost = sql`greatest(1, (select rounds from batches where id = ${batchId}) - ${slot.round}::int + 1)`;
    await tx.execute(sql`update tasks set skips = skips + 1, reads_needed = reads_needed - ${lost},
        status = case when status = 'open' and reads_done >= reads_needed - ${lost} then 'labelled' else status end
      where batch_id = ${batchId} and id = ${slot.taskId}`);
  }
}

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
 * (R26, R27). Returns those that still hold. Index: slots_lease_idx.
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
    where s.batch_id = ${input.batchId} and s.lease_id = any (${sql.param([...input.leaseIds])}::uuid[])
      and s.status = 'leased' and s.annotator_id = ${input.annotatorId}
      and s.lease_until > ${input.now.toISOString()}::timestamptz
    returning s.lease_id as "leaseId", s.lease_until as "leaseUntil"`);
  return [...rows].map((row) => ({ leaseId: row.leaseId, leaseUntil: new Date(row.leaseUntil) }));
}

/** Whether any of these leases is or was this person's. Walks what the person has read here; for a rare question. */
export async function wereLeasesOf(
  q: Queryable,
  input: { batchId: string; annotatorId: string; leaseIds: readonly string[] },
): Promise<boolean> {
  const ids = sql`any (${sql.param([...input.leaseIds])}::uuid[])`;
  const rows = await q.execute(sql`
    select 1 from slots s where s.batch_id = ${input.batchId} and s.annotator_id = ${input.annotatorId}
      and s.lease_id = ${ids}
    union all
    select 1 from slot_releases x where x.batch_id = ${input.batchId} and x.annotator_id = ${input.annotatorId}
      and x.lease_id = ${ids}
    limit 1`);
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
    where s.batch_id = ${input.batchId} and s.task_id = ${input.taskId} and s.status = 'leased'
    order by s.slot_no for update of s`);
  return [...rows].map(toHeld);
}

/**
 * What a person holds in a batch, with drafts; for a page that opens again. Index: slots_lease_idx; `is true` keeps the planner off the
 * index of all that they have read.
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
    select s.lease_id as "leaseId", s.lease_until as "leaseUntil", s.round, s.label_id is not null as "isReturned"
    from slots s where s.batch_id = ${input.batchId} and s.status = 'leased'
      and s.lease_until > ${input.now.toISOString()}::timestamptz
      and (s.annotator_id = ${input.annotatorId}) is true and s.tier = ${input.tier}
    order by exists (select 1 from drafts d where d.batch_id = s.batch_id and d.lease_id = s.lease_id) desc,
      s.claimed_at, s.lease_id`);
  return [...rows].map((row) => ({ ...row, leaseUntil: new Date(row.leaseUntil) }));
}
