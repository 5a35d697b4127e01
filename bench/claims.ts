import {
  type Bounds,
  type Cell,
  claimCell,
  type HandedOut,
  lonely,
  PREFETCH,
  pairCell,
  prefetchCell,
  together,
} from './claims/cells.ts';
import { besideLabelStudio, heldSnapshot } from './claims/hardships.ts';
import { killedProcesses } from './claims/killed.ts';
import { Cells, tellTimes } from './claims/rounds.ts';
import { storage } from './claims/storage.ts';
import {
  type Assignments,
  countAssignments,
  type Findings,
  type LoadedBatch,
  loadBatch,
  loadMany,
  makePeople,
  markDone,
  SLOTS,
  startWorld,
  type World,
} from './claims/world.ts';
import { type BenchResult, compared, measured, percentile } from './result.ts';

/** Connections of the pool, however many claimers there are. */
const CONNECTIONS = 32;
/** People at work at once: in every round, and in the crowd that is held against graphile-worker's jobs. */
const CLAIMERS = 16;
const CROWD = 64;
/** Several people read each case, so that a case could be given to one of them twice, or to one too many. */
const OVERLAP = 3;
const SMALL = 10_000;
/** Reads that the veteran has behind them in their batch. */
const DONE = 50_000;
const LONELY_CLAIMS = 150;

type Plan = {
  rounds: number;
  ms: number;
  /** Rounds of the crowd, with graphile-worker between its cells. */
  crowdRounds: number;
  /** Other numbers of claimers, one cell of claims and one of pairs. */
  others: readonly number[];
  heldMs: number;
  labelStudioClaims: number;
  /** Overlap 1, one oversize batch, and processes that are killed. */
  isWhole: boolean;
};
const QUICK: Plan = {
  rounds: 3,
  ms: 1000,
  crowdRounds: 1,
  others: [],
  heldMs: 10_000,
  labelStudioClaims: 2,
  isWhole: false,
};
const FULL: Plan = {
  rounds: 5,
  ms: 3000,
  crowdRounds: 5,
  others: [1, 256],
  heldMs: 60_000,
  labelStudioClaims: 10,
  isWhole: true,
};

/**
 * What a crowd must reach beside graphile-worker, on a million slots (operations a second ÷ its jobs a second). Sixteen people over
 * five batches do not reach it (groups of three, ADR 019): their ratios are printed, and not judged.
 */
const RATIOS: Record<string, number> = {
  claim: 1.2,
  'submit and next': 1,
  [`submit with ${PREFETCH} fetched ahead`]: 1.8,
  [`claim ${PREFETCH} at once`]: 4,
};
const KINDS = Object.keys(RATIOS);
const P99_LIMIT = 1.5;
const VETERAN_LIMIT = 2;

/**
 * The work engine with the durability of the product: claims and submits of many people, with label rows, overlap 3 and 5 % of
 * gold, on ten thousand and on a million open slots, beside graphile-worker's job loop on the same server. Rounds are interleaved;
 * what is told is the median of rounds.
 */
export async function run({ quick }: { quick: boolean }): Promise<BenchResult> {
  const plan = quick ? QUICK : FULL;
  const world = await startWorld(CONNECTIONS);
  const log: HandedOut[] = [];
  const found: Findings = { cases: [], checks: [] };
  try {
    const readers = Math.ceil(Math.max(CROWD, ...plan.others) / 5) + 2;
    const million = await loadMany(world, { overlap: OVERLAP, readers, dealsGold: true }, found);
    const [first] = million;
    if (!first) throw new Error('Five batches were loaded.');
    // Before anybody else has read in it.
    const old = first.readers[0]?.actor.personId ?? '';
    await markDone(world, { batchId: first.batchId, annotatorId: old, done: DONE });
    const seats = million.map((batch) => ({ ...batch, readers: batch.readers.slice(2) }));
    await inRounds(world, seats, plan, log, found);
    await asCrowd(world, spread(seats, CROWD), plan, log, found);
    for (const n of plan.others) await once(`1M slots, ${n} claimers`, spread(seats, n), plan, log, found);
    await veteran(first, log, found);
    await heldSnapshot(world, spread(seats, CLAIMERS), plan, log, found);
    await besideLabelStudio(world, seats, plan.labelStudioClaims, log, found);
    await storage(world, found);
    if (plan.isWhole) await wholeOnly(world, plan, log, found);
    countAll(await countAssignments(world, log), found);
    return { name: 'claims', ...found };
  } finally {
    await world.stop();
  }
}

/** The first readers of each batch, `claimers` in all. */
function spread(batches: readonly LoadedBatch[], claimers: number): LoadedBatch[] {
  return batches
    .map((batch, i) => ({
      ...batch,
      readers: batch.readers.slice(0, Math.ceil((claimers - i) / batches.length)),
    }))
    .filter((batch) => batch.readers.length > 0);
}

function cellOf(
  kind: string,
  batches: readonly LoadedBatch[],
  bounds: Bounds,
  log: HandedOut[],
): Promise<Cell> {
  const of = (batch: LoadedBatch): Promise<Cell> => {
    if (kind === 'claim') return claimCell(batch, bounds, log);
    if (kind === 'submit and next') return pairCell(batch, bounds, log);
    return kind === KINDS[2] ? prefetchCell(batch, bounds, log) : claimCell(batch, bounds, log, PREFETCH);
  };
  return together(batches, of);
}

/** Sixteen claimers: claims and pairs on ten thousand slots and on a million, graphile-worker between. */
async function inRounds(
  world: World,
  million: readonly LoadedBatch[],
  plan: Plan,
  log: HandedOut[],
  found: Findings,
): Promise<void> {
  const large = spread(million, CLAIMERS);
  const seen = new Cells();
  const bounds = { ms: plan.ms, slots: SLOTS * 0.02 };
  // The first calls of a person prepare their statements; they are not what is measured.
  await cellOf('submit and next', large, { ms: 300, slots: 500 }, log);
  const people = await makePeople(world, CLAIMERS);
  for (let round = 0; round < plan.rounds; round += 1) {
    const tasks = Math.ceil(SMALL / OVERLAP);
    const small = [await loadBatch(world, { tasks, overlap: OVERLAP, readers: people, dealsGold: true })];
    for (const kind of ['claim', 'submit and next']) {
      seen.add(`${kind}, 10k slots`, await cellOf(kind, small, { ms: plan.ms, slots: SMALL * 0.3 }, log));
      seen.add(`${kind}, 1M slots`, await cellOf(kind, large, bounds, log));
    }
    await seen.addPeer(world, { claimers: CLAIMERS, connections: CONNECTIONS, ms: plan.ms });
  }
  seen.tell(CLAIMERS, found);
  const [most, less] = [seen.p99('claim, 1M slots'), seen.p99('claim, 10k slots')];
  found.checks.push({
    check: `the p99 of a claim at a million slots is at most × ${P99_LIMIT} that at ten thousand`,
    pass: most <= P99_LIMIT * less,
    detail: `${most.toFixed(1)} ms, ${less.toFixed(1)} ms`,
  });
}

/** A crowd: every kind on a million slots, held against graphile-worker's jobs with as many at once. */
async function asCrowd(
  world: World,
  million: readonly LoadedBatch[],
  plan: Plan,
  log: HandedOut[],
  found: Findings,
): Promise<void> {
  const seen = new Cells();
  for (let round = 0; round < plan.crowdRounds; round += 1)
    for (const [n, kind] of KINDS.entries()) {
      seen.add(`${kind}, 1M slots`, await cellOf(kind, million, { ms: plan.ms, slots: SLOTS * 0.02 }, log));
      if (n === 1) await seen.addPeer(world, { claimers: CROWD, connections: CONNECTIONS, ms: plan.ms });
    }
  seen.tell(CROWD, found);
  for (const kind of KINDS) {
    const ratio = seen.perSecond(`${kind}, 1M slots`) / seen.peer.value;
    const least = RATIOS[kind] ?? 0;
    found.checks.push({
      check: `${kind}, 1M slots, ${CROWD} claimers: at least × ${least} graphile-worker’s jobs a second`,
      pass: ratio >= least,
      detail: `× ${ratio.toFixed(2)}`,
    });
  }
}

/** Claims and pairs once. */
async function once(
  name: string,
  batches: readonly LoadedBatch[],
  plan: Plan,
  log: HandedOut[],
  found: Findings,
): Promise<void> {
  for (const kind of ['claim', 'submit and next']) {
    const cell = await cellOf(kind, batches, { ms: plan.ms, slots: SLOTS * 0.02 }, log);
    found.cases.push(measured(`${kind}, ${name}`, 'per second', cell.perSecond, '1/s'));
    tellTimes(`${kind}, ${name}`, [cell], found);
  }
}

/** One with 50,000 cases done beside one with none, each alone, taking turns. */
async function veteran(batch: LoadedBatch, log: HandedOut[], found: Findings): Promise<void> {
  const [old, novice] = batch.readers;
  if (!old || !novice) throw new Error('Two more readers joined.');
  const times: { old: number[]; novice: number[] } = { old: [], novice: [] };
  for (let i = 0; i < 3; i += 1) {
    times.old.push(...(await lonely(old, batch.batchId, LONELY_CLAIMS / 3, log)));
    times.novice.push(...(await lonely(novice, batch.batchId, LONELY_CLAIMS / 3, log)));
  }
  const [p50, peer] = [percentile(times.old, 0.5), percentile(times.novice, 0.5)];
  const name = 'claim alone, reader with 50k done';
  found.cases.push(compared(name, 'p50', p50, 'ms', { name: 'a reader with none done', value: peer }));
  found.checks.push({
    check: `who has read 50,000 cases claims at most × ${VETERAN_LIMIT} as long as who has read none`,
    pass: p50 <= VETERAN_LIMIT * peer,
    detail: `${p50.toFixed(2)} ms, ${peer.toFixed(2)} ms`,
  });
}

/** One read of each case, one batch of a million slots, and processes that die. */
async function wholeOnly(world: World, plan: Plan, log: HandedOut[], found: Findings): Promise<void> {
  const single = await loadMany(world, { overlap: 1, readers: 13, dealsGold: true }, found);
  await once('1M slots, overlap 1, 64 claimers', spread(single, 64), plan, log, found);
  const oversize = await loadBatch(world, { tasks: 200_000, overlap: 5, readers: 64, dealsGold: true });
  await once('1M slots in one batch, 64 claimers', [oversize], plan, log, found);
  await killedProcesses(world, found);
}

function countAll(seen: Assignments, { checks }: Findings): void {
  checks.push(
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
  );
}
