import { sql } from 'drizzle-orm';
import { type BenchCase, type BenchCheck, compared, measured, median, percentile } from '#bench/result.ts';
import { type Cell, claimCell, type HandedOut, pairCell } from './cells.ts';
import { labelStudioClaims } from './label-studio.ts';
import { type LoadedBatch, loadBatch, type World } from './world.ts';

const SLOTS = 1_000_000;
const BATCHES = 5;
const LOAD_LIMIT_SECONDS = 15;
const STORAGE_LIMIT_BYTES = 600;
/** A held snapshot may cost so much of the throughput. */
const HELD_LIMIT = 0.7;
const P99_LIMIT = 1.5;

export type MillionPlan = {
  rounds: number;
  ms: number;
  /** Claimers in all, one cell each. */
  claimers: readonly number[];
  overlaps: readonly number[];
  heldMs: number;
  oversize: boolean;
  labelStudioClaims: number;
};

export type Findings = { cases: BenchCase[]; checks: BenchCheck[] };

/**
 * A million open slots over five batches (and, in full, in one batch of 200,000 cases read five times): claims and pairs of many
 * people at once over one pool, loading, a held snapshot, storage, and Label Studio's way of finding the next task beside it.
 * `small` are the p99 of claims on 10,000 slots, of the same run.
 */
export async function measureMillion(
  world: World,
  plan: MillionPlan,
  small: readonly number[],
  log: HandedOut[],
): Promise<Findings> {
  const found: Findings = { cases: [], checks: [] };
  for (const overlap of plan.overlaps) {
    const people = Math.max(...plan.claimers);
    const { batches, seconds } = await loadMany(world, { overlap, readers: Math.ceil(people / BATCHES) });
    found.cases.push(measured(`1M slots, overlap ${overlap}, 5 batches`, 'loading', seconds, 's'));
    found.checks.push({
      check: `a million slots of overlap ${overlap} load within ${LOAD_LIMIT_SECONDS} s`,
      pass: seconds <= LOAD_LIMIT_SECONDS,
      detail: `${seconds.toFixed(1)} s`,
    });
    const p99 = await cellsOf(`1M open slots, overlap ${overlap}`, batches, plan, found, log);
    if (overlap === 3) {
      checkP99(p99, small, found);
      await heldSnapshot(world, batches, plan, found, log);
      await besideLabelStudio(world, batches, plan, found, log);
      await storage(world, found);
    }
  }
  if (plan.oversize) {
    const people = Math.min(64, Math.max(...plan.claimers));
    const batch = await loadBatch(world, { tasks: 200_000, overlap: 5, readers: people });
    await cellsOf('1M open slots in one batch', [batch], { ...plan, claimers: [people] }, found, log);
  }
  return found;
}

async function loadMany(world: World, of: { overlap: number; readers: number }) {
  const tasks = Math.ceil(SLOTS / of.overlap / BATCHES);
  const batches: LoadedBatch[] = [];
  let seconds = 0;
  for (let n = 0; n < BATCHES; n += 1) {
    const batch = await loadBatch(world, { tasks, overlap: of.overlap, readers: of.readers });
    seconds += batch.loadSeconds;
    batches.push(batch);
  }
  return { batches, seconds };
}

/** Claims and pairs for each number of claimers; returns the p99 of claims of the first, round by round. */
async function cellsOf(
  name: string,
  batches: readonly LoadedBatch[],
  plan: MillionPlan,
  found: Findings,
  log: HandedOut[],
): Promise<number[]> {
  let first: number[] | null = null;
  for (const claimers of plan.claimers) {
    const bounds = { ms: plan.ms, slots: SLOTS * 0.02 };
    const own = batches.map((batch) => ({
      ...batch,
      readers: batch.readers.slice(0, Math.max(1, Math.ceil(claimers / batches.length))),
    }));
    // The first calls of a person prepare their statements; they are not what is measured.
    await together(own, (batch) => claimCell(batch, { ms: 200, slots: 200 }, log));
    const claims: Cell[] = [];
    const pairs: Cell[] = [];
    // The first number of claimers decides, so it is measured in rounds; the others once.
    for (let round = 0; round < (first === null ? plan.rounds : 1); round += 1) {
      claims.push(await together(own, (batch) => claimCell(batch, bounds, log)));
      pairs.push(await together(own, (batch) => pairCell(batch, bounds, log)));
    }
    for (const [what, cells] of [
      ['claim', claims],
      ['submit and next', pairs],
    ] as const) {
      const of = `${what}, ${name}, ${claimers} claimers`;
      found.cases.push(measured(of, 'per second', median(cells.map((cell) => cell.perSecond)), '1/s'));
      for (const p of [50, 99])
        found.cases.push(
          measured(of, `p${p}`, median(cells.map((cell) => percentile(cell.times, p / 100))), 'ms'),
        );
    }
    first ??= claims.map((cell) => percentile(cell.times, 0.99));
  }
  return first ?? [];
}

/** The same at once in several batches, as one cell. */
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

function checkP99(million: readonly number[], small: readonly number[], { checks }: Findings): void {
  const [large, less] = [median(million), median(small)];
  checks.push({
    check: `the p99 of a claim at a million slots is at most × ${P99_LIMIT} that at ten thousand`,
    pass: large <= P99_LIMIT * less,
    detail: `${large.toFixed(1)} ms, ${less.toFixed(1)} ms`,
  });
}

/** Pairs with and without a REPEATABLE READ reader that keeps every dead row from being cleaned away. */
async function heldSnapshot(
  world: World,
  batches: readonly LoadedBatch[],
  plan: MillionPlan,
  found: Findings,
  log: HandedOut[],
): Promise<void> {
  const own = batches.map((batch) => ({ ...batch, readers: batch.readers.slice(0, 4) }));
  const bounds = { ms: plan.heldMs, slots: SLOTS };
  const free = await together(own, (batch) => pairCell(batch, { ...bounds, ms: plan.ms }, log));
  const reader = await world.loader.reserve();
  try {
    await reader`begin isolation level repeatable read`;
    await reader`select count(*) from readers`;
    const held = await together(own, (batch) => pairCell(batch, bounds, log));
    const name = `submit and next, snapshot held for ${plan.heldMs / 1000} s`;
    const peer = { name: 'without one', value: free.perSecond };
    found.cases.push(compared(name, 'per second', held.perSecond, '1/s', peer));
    found.cases.push(measured(name, 'p99', percentile(held.times, 0.99), 'ms'));
    found.checks.push({
      check: 'a held snapshot costs at most 30 % of the throughput',
      pass: held.perSecond >= HELD_LIMIT * free.perSecond,
      detail: `${Math.round(held.perSecond)} of ${Math.round(free.perSecond)} a second`,
    });
  } finally {
    await reader`rollback`;
    reader.release();
  }
}

/** One person's claims here, and in Label Studio's way on the same open slots. */
async function besideLabelStudio(
  world: World,
  batches: readonly LoadedBatch[],
  plan: MillionPlan,
  found: Findings,
  log: HandedOut[],
): Promise<void> {
  const [batch] = batches;
  if (!batch) throw new Error('A batch was loaded.');
  const own = await claimCell(
    { ...batch, readers: batch.readers.slice(0, 1) },
    { ms: 1000, slots: 200 },
    log,
  );
  const theirs = await labelStudioClaims(world, batches, plan.labelStudioClaims);
  found.cases.push(
    compared('claim alone, 1M open slots', 'p50', percentile(own.times, 0.5), 'ms', {
      name: 'Label Studio’s way (random order, lock row, counter), simulated',
      value: percentile(theirs, 0.5),
    }),
  );
}

type Sized = { name: string; parent: string; bytes: string };

/** Bytes of tasks, slots and releases for each slot, and of labels for each label, indexes and all. */
async function storage(world: World, { cases, checks }: Findings): Promise<void> {
  await world.admin`vacuum (analyze) slots, tasks, labels, slot_releases`;
  const indexes = await world.admin<Sized[]>`
    select x.relname as name, c.relname as parent, pg_relation_size(x.oid)::text as bytes from pg_index i
    join pg_class c on c.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
    where c.relname in ('tasks', 'slots', 'slot_releases', 'labels') order by 2, 1`;
  // Many writers have each made room for rows to come; a table that is only added to is full in the end.
  await world.admin`vacuum full labels`;
  const tables = await world.admin<Sized[]>`
    select c.relname as name, c.relname as parent, pg_table_size(c.oid)::text as bytes from pg_class c
    where c.relname in ('tasks', 'slots', 'slot_releases', 'labels') and c.relkind = 'r' order by 1`;
  const rows = [...tables, ...indexes];
  const [n] = await world.db.execute<{ slots: number; labels: number }>(
    sql`select (select count(*)::int from slots) as slots, (select count(*)::int from labels) as labels`,
  );
  const slots = n?.slots ?? 1;
  const labels = Math.max(1, n?.labels ?? 1);
  let perLabel = 0;
  for (const row of rows) {
    const bytes = Number(row.bytes) / (row.parent === 'labels' ? labels : slots);
    perLabel += bytes;
    cases.push(
      measured(`storage, ${row.parent}`, row.name, bytes, `B/${row.parent === 'labels' ? 'label' : 'slot'}`),
    );
  }
  checks.push({
    check: `a categorical label takes at most ${STORAGE_LIMIT_BYTES} B in tasks, slots, releases and labels`,
    pass: perLabel <= STORAGE_LIMIT_BYTES,
    detail: `${Math.round(perLabel)} B over ${slots.toLocaleString('en')} slots and ${labels.toLocaleString('en')} labels`,
  });
}
