import { type Cell, claimCell, type HandedOut, lonely, pairCell } from './claims/cells.ts';
import { graphileJobsPerSecond } from './claims/graphile-loop.ts';
import { type MillionPlan, measureMillion } from './claims/million.ts';
import {
  type Assignments,
  countAssignments,
  countOpen,
  type LoadedBatch,
  loadBatch,
  markDone,
  startWorld,
  type World,
} from './claims/world.ts';
import {
  type BenchCase,
  type BenchCheck,
  type BenchResult,
  compared,
  measured,
  median,
  percentile,
} from './result.ts';

const CLAIMERS = 16;
/** Several people read each case, so that a case could be given to one of them twice, or to one too many. */
const OVERLAP = 3;
const SMALL = 10_000;
const LARGE = 100_000;
/** Reads that the veteran has behind them in the large batch. */
const DONE = 10_000;
const LONELY_CLAIMS = 150;
const PEER = 'graphile-worker, no-op jobs, unbatched';
const PERCENTILES = [50, 95, 99];

type Plan = { rounds: number; ms: number };

/** The large batch: 16 claimers, and two who are measured alone: one with 10,000 reads done in it, one with none. */
type Large = {
  batch: LoadedBatch;
  veteran: LoadedBatch['readers'][number];
  novice: LoadedBatch['readers'][number];
};

/** What was measured, round by round. */
type Seen = { cells: Map<string, Cell[]>; graphile: number[]; veteran: number[]; novice: number[] };

/** Connections of the pool, however many claimers there are. */
const CONNECTIONS = 32;
const QUICK_MILLION: MillionPlan = {
  rounds: 3,
  ms: 1000,
  claimers: [16, 64],
  overlaps: [3],
  heldMs: 10_000,
  oversize: false,
  labelStudioClaims: 3,
};
const FULL_MILLION: MillionPlan = {
  rounds: 5,
  ms: 3000,
  claimers: [16, 1, 64, 256],
  overlaps: [3, 1],
  heldMs: 60_000,
  oversize: true,
  labelStudioClaims: 10,
};

/** The work engine beside graphile-worker's job loop on the same server; rounds interleaved, medians of rounds. */
export async function run({ quick }: { quick: boolean }): Promise<BenchResult> {
  const world = await startWorld(CONNECTIONS);
  try {
    const log: HandedOut[] = [];
    const seen = await measure(world, quick ? { rounds: 3, ms: 700 } : { rounds: 5, ms: 3000 }, log);
    const small = (seen.cells.get('claim, 10k open slots') ?? []).map((cell) => percentile(cell.times, 0.99));
    const million = await measureMillion(world, quick ? QUICK_MILLION : FULL_MILLION, small, log);
    return {
      name: 'claims',
      cases: [...casesOf(seen), ...million.cases],
      checks: [...checksOf(await countAssignments(world, log)), ...million.checks],
    };
  } finally {
    await world.stop();
  }
}

async function loadLarge(world: World): Promise<Large> {
  const tasks = Math.ceil((LARGE + DONE) / OVERLAP);
  const { batchId, readers } = await loadBatch(world, { tasks, overlap: OVERLAP, readers: CLAIMERS + 2 });
  const [veteran, novice, ...others] = readers;
  if (!veteran || !novice) throw new Error('Two more readers joined.');
  await markDone(world, { batchId, annotatorId: veteran.actor.personId, done: DONE });
  return { batch: { batchId, readers: others }, veteran, novice };
}

async function measure(world: World, plan: Plan, log: HandedOut[]): Promise<Seen> {
  const seen: Seen = { cells: new Map(), graphile: [], veteran: [], novice: [] };
  const keep = (name: string, cell: Cell) => seen.cells.set(name, [...(seen.cells.get(name) ?? []), cell]);
  const inSmall = { ms: plan.ms, slots: SMALL * 0.4 };
  const inLarge = { ms: plan.ms, slots: LARGE * 0.1 };
  let large = await loadLarge(world);
  for (let round = 0; round < plan.rounds; round += 1) {
    // A machine that claims fast gets a new batch when the old one is no longer as large as it is called.
    if ((await countOpen(world, large.batch.batchId)) < LARGE * 0.7) large = await loadLarge(world);
    const small = await loadBatch(world, {
      tasks: Math.ceil(SMALL / OVERLAP),
      overlap: OVERLAP,
      readers: CLAIMERS,
    });
    keep('claim, 10k open slots', await claimCell(small, inSmall, log));
    seen.graphile.push(await graphileJobsPerSecond(world, { concurrency: CLAIMERS, milliseconds: plan.ms }));
    keep('claim, 100k open slots', await claimCell(large.batch, inLarge, log));
    keep('submit and next, 100k open slots', await pairCell(large.batch, inLarge, log));
    keep('submit and next, 10k open slots', await pairCell(small, inSmall, log));
    keep('claim 10 at once, 100k open slots', await claimCell(large.batch, inLarge, log, 10));
    const { batchId } = large.batch;
    seen.veteran.push(...(await lonely(large.veteran, batchId, LONELY_CLAIMS, log)));
    seen.novice.push(...(await lonely(large.novice, batchId, LONELY_CLAIMS, log)));
  }
  return seen;
}

function casesOf({ cells, graphile, veteran, novice }: Seen): BenchCase[] {
  const cases: BenchCase[] = [];
  const peer = { name: PEER, value: median(graphile) };
  for (const [name, rounds] of [...cells].sort(([a], [b]) => a.localeCompare(b))) {
    cases.push(compared(name, 'per second', median(rounds.map((c) => c.perSecond)), '1/s', peer));
    for (const p of PERCENTILES)
      cases.push(measured(name, `p${p}`, median(rounds.map((c) => percentile(c.times, p / 100))), 'ms'));
  }
  for (const p of PERCENTILES) {
    const newcomer = { name: 'a reader with none done', value: percentile(novice, p / 100) };
    const name = 'claim alone, reader with 10k done, 100k open slots';
    cases.push(compared(name, `p${p}`, percentile(veteran, p / 100), 'ms', newcomer));
  }
  return cases;
}

function checksOf(seen: Assignments): BenchCheck[] {
  return [
    {
      check: 'every lease is held by the one person it was given to',
      pass: seen.leases > 0 && seen.lost === 0 && seen.repeated === 0,
      detail: `${seen.leases} leases, ${seen.lost} lost to somebody else, ${seen.repeated} given out again`,
    },
    {
      check: 'no case was given to one person twice',
      pass: seen.shared > 0 && seen.doubles === 0,
      detail: `${seen.doubles} doubles; ${seen.shared} cases have several readers`,
    },
    {
      check: 'no case was given more often than its overlap',
      pass: seen.exceeded === 0,
      detail: `${seen.exceeded} exceeded`,
    },
  ];
}
