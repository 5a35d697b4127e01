import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { OrgContext } from '#server/command/context.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { slotsOut } from '#server/work/held-slots.ts';
import { submitAndNext, submitLabel } from '#server/work/submit-label.ts';
import type { LoadedBatch } from './load.ts';

/** Cases that a reader's device fetches ahead. */
export const PREFETCH = 10;
/** Cases that somebody holds at most, where devices fetch as many ahead as may be set (`MOST_PREFETCH` of load.ts). */
const MOST_HELD = 80;

export const CLAIM = 'claim';
export const SUBMIT_AND_NEXT = 'submit and next';
export const SUBMIT_FETCHED = `submit with ${PREFETCH} fetched ahead`;
export const CLAIM_MANY = `claim ${PREFETCH} at once`;

/** Operations a second and the milliseconds of each, of all people of a batch at once. */
export type Cell = { perSecond: number; times: number[] };

/** When a cell ends: after this time, or when it has used up so many slots (so that the batch stays what it is called). */
export type Bounds = { ms: number; slots: number };

/** A lease as it was handed to its person; at the end each must still be theirs. */
export type HandedOut = { leaseId: string; personId: string };

async function timed(
  workers: readonly OrgContext[],
  bounds: Bounds,
  step: (who: OrgContext) => Promise<number>,
): Promise<Cell> {
  const times: number[] = [];
  const from = performance.now();
  const until = from + bounds.ms;
  let done = 0;
  await Promise.all(
    workers.map(async (who) => {
      while (performance.now() < until && done < bounds.slots) {
        const start = performance.now();
        const n = await step(who);
        if (n === 0) return;
        times.push(performance.now() - start);
        done += n;
      }
    }),
  );
  if (times.length === 0) throw new Error('Nothing was left to claim, so nothing was measured.');
  return { perSecond: (done * 1000) / (performance.now() - from), times };
}

async function claim(who: OrgContext, batchId: string, limit: number, log: HandedOut[]): Promise<string[]> {
  const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit });
  for (const { leaseId } of leases) log.push({ leaseId, personId: who.actor.personId });
  return leases.map((lease) => lease.leaseId);
}

const labelOf = (batchId: string, leaseId: string) => ({
  ...{ batchId, leaseId, labelId: randomUUID() },
  ...{ answers: { grade: '2' }, activeMs: 20_000 },
});

/**
 * Claims of `limit` cases each, by everybody at once, in laps: nobody may hold more than a device fetches ahead, so once somebody does,
 * the clock stands still until all that is out was taken off their hands, in bulk.
 */
export async function claimCell(
  batches: readonly LoadedBatch[],
  bounds: Bounds,
  log: HandedOut[],
  limit = 1,
): Promise<Cell> {
  const times: number[] = [];
  const most = bounds.slots * batches.length;
  let done = 0;
  let ms = 0;
  for (let before = -1; before < done && ms < bounds.ms && done < most; ) {
    before = done;
    let isFull = false;
    const began = performance.now();
    const inTime = () => ms + performance.now() - began < bounds.ms;
    const lapOf = async (who: OrgContext, batchId: string) => {
      for (let held = 0; !isFull && inTime() && done < most; ) {
        const start = performance.now();
        const n = (await claim(who, batchId, limit, log)).length;
        if (n === 0) return;
        times.push(performance.now() - start);
        done += n;
        held += n;
        isFull ||= held + limit > MOST_HELD;
      }
    };
    await Promise.all(batches.flatMap(({ batchId, readers }) => readers.map((who) => lapOf(who, batchId))));
    ms += performance.now() - began;
    await Promise.all(batches.map(takeOffAll));
  }
  if (times.length === 0) throw new Error('Nothing was left to claim, so nothing was measured.');
  return { perSecond: (done * 1000) / ms, times };
}

/** Takes all that is out in a batch off its readers' hands without a label, and leaves it theirs: what is measured is its claims. */
async function takeOffAll({ batchId, readers: [one] }: LoadedBatch): Promise<void> {
  await one?.db.execute(sql`
    with done as (
      update slots s set status = 'submitted', submitted_at = now()
      from (select s.task_id, s.slot_no from ${slotsOut(batchId)}) o
      where s.batch_id = ${batchId} and s.task_id = o.task_id and s.slot_no = o.slot_no)
    update readers set released = released + cardinality(held), held = '{}' where batch_id = ${batchId} and is_holding`);
}

/** Every person holds one case; each step submits it with its label row and claims the next. What is held at the end is submitted unmeasured. */
async function pairCell(batch: LoadedBatch, bounds: Bounds, log: HandedOut[]): Promise<Cell> {
  const { batchId } = batch;
  const held = new Map<OrgContext, string>();
  for (const who of batch.readers) {
    const [leaseId] = await claim(who, batchId, 1, log);
    if (leaseId !== undefined) held.set(who, leaseId);
  }
  const cell = await timed(batch.readers, bounds, async (who) => {
    const leaseId = held.get(who);
    if (leaseId === undefined) return 0;
    const { next } = await submitAndNext(who, { ...labelOf(batchId, leaseId), limit: 1 });
    held.delete(who);
    for (const lease of next.leases) {
      log.push({ leaseId: lease.leaseId, personId: who.actor.personId });
      held.set(who, lease.leaseId);
    }
    return 1;
  });
  await Promise.all([...held].map(([who, leaseId]) => submitLabel(who, labelOf(batchId, leaseId))));
  return cell;
}

/** As `pairCell` for people whose device fetches ten cases ahead: each submits them one by one, then fetches ten more. */
async function prefetchCell(batch: LoadedBatch, bounds: Bounds, log: HandedOut[]): Promise<Cell> {
  const { batchId } = batch;
  const held = new Map<OrgContext, string[]>();
  const cell = await timed(batch.readers, bounds, async (who) => {
    const leases = held.get(who) ?? [];
    if (leases.length === 0) leases.push(...(await claim(who, batchId, PREFETCH, log)));
    held.set(who, leases);
    const leaseId = leases.pop();
    if (leaseId === undefined) return 0;
    await submitLabel(who, labelOf(batchId, leaseId));
    return 1;
  });
  const rest = [...held].map(async ([who, leases]) => {
    for (const leaseId of leases) await submitLabel(who, labelOf(batchId, leaseId));
  });
  await Promise.all(rest);
  return cell;
}

/** A person who fetches ten cases ahead, until nothing is left for them. */
export async function readToTheEnd(who: OrgContext, batchId: string): Promise<void> {
  for (let leases = await claim(who, batchId, PREFETCH, []); leases.length > 0; ) {
    for (const leaseId of leases) await submitLabel(who, labelOf(batchId, leaseId));
    leases = await claim(who, batchId, PREFETCH, []);
  }
}

/** The first calls of people prepare their statements, on every connection; they are not what is measured. */
export async function warmUp(batches: readonly LoadedBatch[], log: HandedOut[]): Promise<void> {
  await cellOf(SUBMIT_AND_NEXT, batches, { ms: 300, slots: 500 }, log);
}

/** The milliseconds of `n` claims of one person alone, who may hold so many. */
export async function lonely(
  who: OrgContext,
  batchId: string,
  n: number,
  log: HandedOut[],
): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < n; i += 1) {
    const start = performance.now();
    await claim(who, batchId, 1, log);
    times.push(performance.now() - start);
  }
  await takeOffAll({ batchId, readers: [who] });
  return times;
}

/** A cell of a kind in several batches at once. */
export function cellOf(
  kind: string,
  batches: readonly LoadedBatch[],
  bounds: Bounds,
  log: HandedOut[],
): Promise<Cell> {
  if (kind === CLAIM) return claimCell(batches, bounds, log);
  if (kind === CLAIM_MANY) return claimCell(batches, bounds, log, PREFETCH);
  const cell = kind === SUBMIT_AND_NEXT ? pairCell : prefetchCell;
  return together(batches, (batch) => cell(batch, bounds, log));
}

async function together(
  batches: readonly LoadedBatch[],
  cell: (batch: LoadedBatch) => Promise<Cell>,
): Promise<Cell> {
  const cells = await Promise.all(batches.map(cell));
  return {
    perSecond: cells.reduce((sum, one) => sum + one.perSecond, 0),
    times: cells.flatMap((one) => one.times),
  };
}
