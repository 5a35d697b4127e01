import { compared, measured, median, type Phases, percentile } from '#bench/result.ts';
import { type Cell, CLAIM, cellOf, type HandedOut, SUBMIT_AND_NEXT, warmUp } from './cells.ts';
import { holdSnapshot } from './hardships.ts';
import { BATCHES, type LoadedBatch, loadSlots, SLOTS, spread } from './load.ts';
import { Cells } from './rounds.ts';
import type { Findings, World } from './world.ts';

const SMALL = 10_000;
const P99_LIMIT = 1.5;
/** A held snapshot may cost so much of the throughput. */
const HELD_LIMIT = 0.7;
/** A cell uses up at most this share of the slots of a small size, so that the size stays what it is called. */
const SHARE_OF_A_CELL = 0.3;

/** People at work on several numbers of open slots, in rounds, each of which has a cell of every kind on every size. */
export type Sweep = {
  overlap: number;
  claimers: number;
  rounds: number;
  ms: number;
  /** Open slots; all but the million are loaded anew for each round, after the last ANALYZE of their tables. */
  sizes: readonly number[];
  kinds: readonly string[];
  /** Rounds in which graphile-worker has a cell, too. */
  peerRounds: number;
  /** Rounds after which a snapshot is held, and for how long; the cells before and after are what it is compared with. */
  held: { after: readonly number[]; ms: number };
  /** What is special about the million, for its name. */
  million?: string;
};

/** Runs a sweep on `million` (its batches, with readers enough) and on smaller sizes of its own. */
export async function sweepSizes(
  world: World,
  million: readonly LoadedBatch[],
  sweep: Sweep,
  log: HandedOut[],
  found: Findings,
  phases: Phases,
): Promise<void> {
  const { claimers, ms } = sweep;
  const large = spread(million, claimers);
  const seen = new Cells();
  const held: Cell[] = [];
  /** Cells of pairs on the million before the first snapshot, between one and the next, and after the last. */
  const free: Cell[][] = [[]];
  const name = (kind: string, slots: number) => `${kind}, ${words(slots, sweep)}`;
  const run = async (kind: string, on: { slots: number; batches: LoadedBatch[]; most: number }) => {
    const cell = await cellOf(kind, on.batches, { ms, slots: on.most }, log);
    seen.add(name(kind, on.slots), cell);
    if (kind === SUBMIT_AND_NEXT && on.slots === SLOTS) free.at(-1)?.push(cell);
  };
  await warmUp(large, log);
  // The same people, in as many batches as the million has, some of them without anybody.
  const groups = million.map((_, at) => large[at]?.readers ?? []);
  for (let round = 0; round < sweep.rounds; round += 1) {
    const sizes: { slots: number; batches: LoadedBatch[]; most: number }[] = [];
    for (const slots of sweep.sizes) {
      const isLarge = slots === SLOTS;
      const anew = () => loadSlots(world, { overlap: sweep.overlap, slots, groups });
      const batches = isLarge
        ? large
        : spread(await phases.time('— of them loading small sizes', anew), claimers);
      sizes.push({ slots, batches, most: isLarge ? SLOTS * 0.02 : (slots / BATCHES) * SHARE_OF_A_CELL });
    }
    for (const kind of sweep.kinds)
      for (const { slots, batches, most } of sizes) await run(kind, { slots, batches, most });
    if (round < sweep.peerRounds)
      await phases.time('— of them graphile-worker', () => seen.addPeer(world, { claimers, ms }));
    if (sweep.held.after.includes(round)) {
      held.push(await phases.time('— of them held', () => holdSnapshot(world, large, sweep.held.ms, log)));
      free.push([]);
    }
  }
  // A snapshot that was held at the very end has a cell after it as well.
  if (sweep.held.after.includes(sweep.rounds - 1))
    await run(SUBMIT_AND_NEXT, { slots: SLOTS, batches: large, most: SLOTS * 0.02 });
  seen.tell(claimers, found);
  if (sweep.kinds.includes(CLAIM) && sweep.sizes.includes(SMALL) && sweep.sizes.includes(SLOTS))
    judgeGrowth(sweep, { most: seen.p99(name(CLAIM, SLOTS)), least: seen.p99(name(CLAIM, SMALL)) }, found);
  if (held.length > 0) judgeHeld(sweep, held, free, found);
}

function words(slots: number, { overlap, million = '' }: Sweep): string {
  const size = slots === SLOTS ? `1M slots${million}` : `${slots / 1000}k slots`;
  return overlap === 1 ? `${size}, overlap 1` : size;
}

function judgeGrowth(
  { claimers, overlap }: Sweep,
  { most, least }: { most: number; least: number },
  { checks }: Findings,
): void {
  checks.push({
    check: `${claimers} claimers, overlap ${overlap}: the p99 of a claim at a million slots is at most × ${P99_LIMIT} that at ten thousand`,
    pass: most <= P99_LIMIT * least,
    detail: `${most.toFixed(1)} ms, ${least.toFixed(1)} ms`,
  });
}

/**
 * Each snapshot is held against the cells right before it and right after it, half and half: a machine that becomes slower or faster
 * meanwhile is not taken for a loss or for a gain.
 */
function judgeHeld(
  sweep: Sweep,
  cells: readonly Cell[],
  free: readonly (readonly Cell[])[],
  found: Findings,
): void {
  const rateOf = (some: readonly Cell[] = []) => median(some.map((cell) => cell.perSecond));
  const besides = cells.map((_, at) => (rateOf(free[at]) + rateOf(free[at + 1])) / 2);
  const share = median(cells.map((cell, at) => cell.perSecond / (besides[at] ?? 0)));
  const name = `submit and next, snapshot held for ${sweep.held.ms / 1000} s`;
  found.cases.push(
    compared(name, 'per second', rateOf(cells), '1/s', {
      name: 'without one, cells before and after',
      value: median(besides),
    }),
    measured(name, 'p99', median(cells.map((cell) => percentile(cell.times, 0.99))), 'ms'),
  );
  found.checks.push({
    check: 'a held snapshot costs at most 30 % of the throughput before and after it',
    pass: share >= HELD_LIMIT,
    detail: `× ${share.toFixed(2)}: ${Math.round(rateOf(cells))} of ${Math.round(median(besides))} a second`,
  });
}
