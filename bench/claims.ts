import { randomUUID } from 'node:crypto';
import type { OrgContext } from '#server/command/context.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { submitAndNext } from '#server/work/submit-label.ts';
import { graphileJobsPerSecond } from './claims/graphile-loop.ts';
import { findDoubles, loadBatch, markDone, startWorld, type World } from './claims/world.ts';
import { type BenchCase, type BenchResult, compared, measured, median, percentile } from './result.ts';

const CLAIMERS = 16;
const PEER = 'graphile-worker, no-op jobs, unbatched';

/** Operations a second and the times of each, of `workers` people at once. */
type Cell = { perSecond: number; times: number[] };

async function timed(
  workers: readonly OrgContext[],
  milliseconds: number,
  step: (who: OrgContext) => Promise<number>,
): Promise<Cell> {
  const times: number[] = [];
  const from = performance.now();
  const until = from + milliseconds;
  let done = 0;
  await Promise.all(
    workers.map(async (who) => {
      while (performance.now() < until) {
        const start = performance.now();
        const n = await step(who);
        if (n === 0) return;
        times.push(performance.now() - start);
        done += n;
      }
    }),
  );
  return { perSecond: (done * 1000) / (performance.now() - from), times };
}

async function claimCell(
  batch: { batchId: string; readers: OrgContext[] },
  ms: number,
  limit = 1,
): Promise<Cell> {
  return timed(batch.readers, ms, async (who) => {
    const { leases } = await claimNextTasks(who, { batchId: batch.batchId, tier: 'label', limit });
    return leases.length;
  });
}

/** Every person holds one case; each step submits it with its label row and claims the next. */
async function pairCell(batch: { batchId: string; readers: OrgContext[] }, ms: number): Promise<Cell> {
  const { batchId } = batch;
  const held = new Map<OrgContext, string>();
  for (const who of batch.readers) {
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
    if (leases[0]) held.set(who, leases[0].leaseId);
  }
  return timed(batch.readers, ms, async (who) => {
    const leaseId = held.get(who);
    if (leaseId === undefined) return 0;
    const submit = { batchId, leaseId, labelId: randomUUID(), answers: { grade: '2' }, activeMs: 20_000 };
    const { next } = await submitAndNext(who, { ...submit, limit: 1 });
    held.delete(who);
    if (next.leases[0]) held.set(who, next.leases[0].leaseId);
    return 1;
  });
}

/** Claims of one person alone, to compare one who has read 10,000 cases with one who has read none. */
async function lonely(who: OrgContext, batchId: string, n: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < n; i += 1) {
    const start = performance.now();
    await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
    times.push(performance.now() - start);
  }
  return times;
}

/** The work engine beside graphile-worker's job loop on the same server; rounds interleaved, medians of rounds. */
export async function run({ quick }: { quick: boolean }): Promise<BenchResult> {
  const world = await startWorld(CLAIMERS + 2);
  try {
    return await measure(world, quick ? { rounds: 3, ms: 800 } : { rounds: 5, ms: 3000 });
  } finally {
    await world.stop();
  }
}

async function measure(world: World, plan: { rounds: number; ms: number }): Promise<BenchResult> {
  const seen = new Map<string, Cell[]>();
  const keep = (name: string, cell: Cell) => seen.set(name, [...(seen.get(name) ?? []), cell]);
  const graphile: number[] = [];
  const veteran: number[] = [];
  const novice: number[] = [];
  const large = await loadBatch(world, { tasks: 100_000, overlap: 1, readers: CLAIMERS });
  const old = await loadBatch(world, { tasks: 12_000, overlap: 1, readers: 2 });
  const [one, two] = old.readers;
  if (!one || !two) throw new Error('Two readers joined.');
  await markDone(world, { batchId: old.batchId, annotatorId: one.actor.personId, done: 10_000 });
  for (let round = 0; round < plan.rounds; round += 1) {
    const small = await loadBatch(world, { tasks: 10_000, overlap: 1, readers: CLAIMERS });
    keep('claim, 10k open slots', await claimCell(small, plan.ms));
    graphile.push(await graphileJobsPerSecond(world, { concurrency: CLAIMERS, milliseconds: plan.ms }));
    keep('claim, 100k open slots', await claimCell(large, plan.ms));
    keep('submit and next, 100k open slots', await pairCell(large, plan.ms));
    keep('submit and next, 10k open slots', await pairCell(small, plan.ms));
    keep('claim 10 at once, 100k open slots', await claimCell(large, plan.ms, 10));
    veteran.push(median(await lonely(one, old.batchId, 100)));
    novice.push(median(await lonely(two, old.batchId, 100)));
  }
  const cases: BenchCase[] = [];
  const peer = { name: PEER, value: median(graphile) };
  for (const [name, cells] of [...seen].sort(([a], [b]) => a.localeCompare(b))) {
    cases.push(compared(name, 'per second', median(cells.map((c) => c.perSecond)), '1/s', peer));
    for (const p of [50, 95, 99])
      cases.push(measured(name, `p${p}`, median(cells.map((c) => percentile(c.times, p / 100))), 'ms'));
  }
  const newcomer = { name: 'a reader with none done', value: median(novice) };
  cases.push(compared('claim, reader with 10k done', 'p50', median(veteran), 'ms', newcomer));
  const { doubles, exceeded } = await findDoubles(world);
  return {
    name: 'claims',
    cases,
    checks: [
      { check: 'no slot or case was given twice', pass: doubles === 0, detail: `${doubles} doubles` },
      {
        check: 'no case was given more often than its overlap',
        pass: exceeded === 0,
        detail: `${exceeded} exceeded`,
      },
    ],
  };
}
