import {
  CLAIM,
  CLAIM_MANY,
  cellOf,
  type HandedOut,
  lonely,
  SUBMIT_AND_NEXT,
  SUBMIT_FETCHED,
  warmUp,
} from './claims/cells.ts';
import { countersExact } from './claims/counters.ts';
import { besideLabelStudio } from './claims/hardships.ts';
import { killedProcesses } from './claims/killed.ts';
import {
  BATCHES,
  judgeLoading,
  type LoadedBatch,
  loadBatches,
  loadInTurns,
  loadMillion,
  loadSlots,
  makePeople,
  SLOTS,
  spread,
} from './claims/load.ts';
import { Cells } from './claims/rounds.ts';
import { type Sweep, sweepSizes } from './claims/sizes.ts';
import { accessLog, labelBytes, openSlotBytes, storageReadToTheEnd } from './claims/storage.ts';
import {
  type Assignments,
  CONNECTIONS,
  countAssignments,
  type Findings,
  markDone,
  startWorld,
  type World,
} from './claims/world.ts';
import { type BenchResult, CutShort, compared, Phases, percentile } from './result.ts';

/** People at work at once: in the rounds on several sizes, and in the crowd that is held against graphile-worker's jobs. */
const CLAIMERS = 16;
const CROWD = 64;
/** Several people read each case, so that a case could be given to one of them twice, or to one too many. */
const OVERLAP = 3;
/** Reads that the veteran has behind them in their batch. */
const DONE = 50_000;
const LONELY_CLAIMS = 150;
/** Readers of each batch who are kept out of the crowd: the veteran and a novice of the first are measured alone. */
const ALONE = 2;
const SIZES = [10_000, 100_000, SLOTS];
const KINDS = [CLAIM, SUBMIT_AND_NEXT];
const NOT_HELD = { after: [], ms: 0 };

type Plan = {
  sweeps: readonly Sweep[];
  /** Rounds of the crowd, with graphile-worker between its cells, and how long its cells are. */
  crowd: { rounds: number; ms: number };
  labelStudioClaims: number;
  /** Overlap 1, one oversize batch, and processes that are killed. */
  isWhole: boolean;
};

const SIXTEEN = { overlap: OVERLAP, claimers: CLAIMERS, kinds: KINDS };
/** What ends within 45 s: graphile-worker has a cell beside the crowd alone, where it is judged. */
const QUICK: Plan = {
  sweeps: [
    {
      ...SIXTEEN,
      ...{ kinds: [CLAIM], rounds: 3, ms: 1000, sizes: [10_000, SLOTS], peerRounds: 0, held: NOT_HELD },
    },
    {
      ...SIXTEEN,
      ...{ kinds: [SUBMIT_AND_NEXT], rounds: 3, ms: 1000, sizes: [SLOTS], peerRounds: 0 },
      held: { after: [2], ms: 10_000 },
    },
  ],
  crowd: { rounds: 1, ms: 600 },
  labelStudioClaims: 2,
  isWhole: false,
};
/** The largest crowd keeps both cores busy, so that anything that comes by shows: it has more rounds. */
function roundsOf(claimers: number): number {
  return claimers > CROWD ? 5 : 3;
}
const OTHER_NUMBERS = { kinds: KINDS, sizes: SIZES, rounds: 3, ms: 2000, peerRounds: 0, held: NOT_HELD };
const FULL: Plan = {
  sweeps: [
    { ...SIXTEEN, rounds: 5, ms: 3000, sizes: SIZES, peerRounds: 5, held: NOT_HELD },
    ...[1, CROWD, 256].map((claimers) => ({
      overlap: OVERLAP,
      claimers,
      ...OTHER_NUMBERS,
      rounds: roundsOf(claimers),
    })),
    {
      ...SIXTEEN,
      ...{ kinds: [SUBMIT_AND_NEXT], sizes: [SLOTS], rounds: 4, ms: 15_000, peerRounds: 0 },
      held: { after: [0, 1, 2], ms: 60_000 },
    },
  ],
  crowd: { rounds: 5, ms: 3000 },
  labelStudioClaims: 10,
  isWhole: true,
};
const SINGLE_READS = [1, CLAIMERS, CROWD, 256].map((claimers) => ({
  overlap: 1,
  claimers,
  ...OTHER_NUMBERS,
  rounds: roundsOf(claimers),
}));
const OVERSIZE: Sweep = {
  ...{ ...OTHER_NUMBERS, overlap: 5, claimers: CROWD, sizes: [SLOTS], million: ' in one batch' },
};

/**
 * What a crowd must reach beside graphile-worker, on a million slots (operations a second ÷ its jobs a second). Sixteen people reach
 * the second by a hair and not the third, since they wait for one another's group (ADR 019): their ratios are printed, and not judged.
 */
const RATIOS: Record<string, number> = {
  [CLAIM]: 1.2,
  [SUBMIT_AND_NEXT]: 1,
  [SUBMIT_FETCHED]: 1.8,
  [CLAIM_MANY]: 4,
};
const VETERAN_LIMIT = 2;
const QUICK_SECONDS = 45;

/**
 * The work engine with the durability of the product: claims and submits of many people, with label rows, overlap 3 and 5 % of
 * gold, on ten thousand and on a million open slots, beside graphile-worker's job loop on the same server. Rounds are interleaved;
 * what is told is the median of rounds. The whole run adds a hundred thousand slots, 1, 64 and 256 people, single reads, one batch
 * of a million slots, and processes that die.
 */
export async function run({ quick }: { quick: boolean }): Promise<BenchResult> {
  const plan = quick ? QUICK : FULL;
  const phases = new Phases();
  const world = await phases.time('cluster, schema, project', () => startWorld(CONNECTIONS));
  const log: HandedOut[] = [];
  const found: Findings = { cases: [], checks: [] };
  try {
    const loading = await phases.time('a million slots', () =>
      loadMillion(world, { overlap: OVERLAP, people: most(plan.sweeps) + ALONE * BATCHES }),
    );
    if (!plan.isWhole) judgeLoading(OVERLAP, [loading], found);
    const million = loading.batches;
    const open = await phases.time('storage of open slots', () => openSlotBytes(world, found));
    const [first] = million;
    if (!first) throw new Error('Five batches were loaded.');
    // Before anybody else has read in it.
    const old = first.readers[0]?.actor.personId ?? '';
    await phases.time('50,000 reads of one person', () =>
      markDone(world, { batchId: first.batchId, annotatorId: old, done: DONE }),
    );
    const seats = million.map((batch) => ({ ...batch, readers: batch.readers.slice(ALONE) }));
    for (const sweep of plan.sweeps)
      await phases.time('rounds', () => sweepSizes(world, seats, sweep, log, found, phases));
    const crowded = spread(plan.isWhole ? await anew(world, seats, phases) : seats, CROWD);
    await phases.time('crowd', () => asCrowd(world, crowded, plan.crowd, log, found));
    await phases.time('counters', () => countersExact(world, crowded, plan.crowd.ms / 2, log, found));
    await phases.time('reader with 50k done', () => veteran(first, log, found));
    await phases.time('Label Studio’s way', () =>
      besideLabelStudio(world, seats, plan.labelStudioClaims, log, found),
    );
    await phases.time('storage of labels', () => labelBytes(world, open, found));
    await phases.time('access log', () => accessLog(world, first.batchId, found));
    if (plan.isWhole) await wholeOnly(world, log, found, phases);
    countAll(await phases.time('counts', () => countAssignments(world, log)), found);
  } catch (error) {
    throw new CutShort({ name: 'claims', ...found }, error);
  } finally {
    await phases.time('stop', () => world.stop());
  }
  if (quick) judgeTime(found);
  return { name: 'claims', cases: [...found.cases, ...phases.tell()], checks: found.checks };
}

/** The time since this process began. */
function judgeTime({ checks }: Findings): void {
  const seconds = performance.now() / 1000;
  checks.push({
    check: `the quick run ends within ${QUICK_SECONDS} s`,
    pass: seconds <= QUICK_SECONDS,
    detail: `${seconds.toFixed(1)} s`,
  });
}

/** Another million for the same people: minutes of rounds have read most of the first. */
async function anew(world: World, seats: readonly LoadedBatch[], phases: Phases): Promise<LoadedBatch[]> {
  const groups = seats.map((batch) => batch.readers);
  return phases.time('another million', () => loadSlots(world, { slots: SLOTS, overlap: OVERLAP, groups }));
}

/** The largest crowd. */
const most = (sweeps: readonly Sweep[]) => Math.max(CROWD, ...sweeps.map((sweep) => sweep.claimers));

/** A crowd: every kind on a million slots, held against graphile-worker's jobs with as many at once. */
async function asCrowd(
  world: World,
  million: readonly LoadedBatch[],
  { rounds, ms }: Plan['crowd'],
  log: HandedOut[],
  found: Findings,
): Promise<void> {
  const seen = new Cells();
  await warmUp(million, log);
  for (let round = 0; round < rounds; round += 1)
    for (const [n, kind] of Object.keys(RATIOS).entries()) {
      seen.add(`${kind}, 1M slots`, await cellOf(kind, million, { ms, slots: SLOTS * 0.02 }, log));
      if (n === 1) await seen.addPeer(world, { claimers: CROWD, ms });
    }
  seen.tell(CROWD, found);
  for (const [kind, least] of Object.entries(RATIOS)) {
    const ratio = seen.perSecond(`${kind}, 1M slots`) / seen.peer.value;
    found.checks.push({
      check: `${kind}, 1M slots, ${CROWD} claimers: at least × ${least} graphile-worker’s jobs a second`,
      pass: ratio >= least,
      detail: `× ${ratio.toFixed(2)}`,
    });
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
async function wholeOnly(world: World, log: HandedOut[], found: Findings, phases: Phases): Promise<void> {
  const people = most(SINGLE_READS);
  const single = await phases.time('loading in turns', () =>
    loadInTurns(world, { overlap: OVERLAP, people }, found),
  );
  for (const sweep of SINGLE_READS)
    await phases.time('rounds, overlap 1', () => sweepSizes(world, single, sweep, log, found, phases));
  const { batches } = await loadBatches(world, {
    ...{ tasks: 200_000, overlap: 5, groups: [await makePeople(world, CROWD)] },
  });
  await phases.time('one batch', () => sweepSizes(world, batches, OVERSIZE, log, found, phases));
  await phases.time('killed processes', () => killedProcesses(world, found));
  await phases.time('a batch read to its end', () => storageReadToTheEnd(found));
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
