import { compared, percentile } from '#bench/result.ts';
import { type Cell, cellOf, claimCell, type HandedOut, SUBMIT_AND_NEXT } from './cells.ts';
import { labelStudioClaims } from './label-studio.ts';
import { type LoadedBatch, SLOTS } from './load.ts';
import type { Findings, World } from './world.ts';

/** Pairs beside a REPEATABLE READ reader that keeps every dead row from being cleaned away. */
export async function holdSnapshot(
  world: World,
  own: readonly LoadedBatch[],
  ms: number,
  log: HandedOut[],
): Promise<Cell> {
  const reader = await world.loader.reserve();
  try {
    await reader`begin isolation level repeatable read`;
    await reader`select count(*) from readers`;
    return await cellOf(SUBMIT_AND_NEXT, own, { ms, slots: SLOTS }, log);
  } finally {
    await reader`rollback`;
    reader.release();
  }
}

/** One person's claims here, and in Label Studio's way on the same open slots. */
export async function besideLabelStudio(
  world: World,
  batches: readonly LoadedBatch[],
  claims: number,
  log: HandedOut[],
  found: Findings,
): Promise<void> {
  const [batch] = batches;
  if (!batch) throw new Error('A batch was loaded.');
  const own = await claimCell(
    [{ ...batch, readers: batch.readers.slice(0, 1) }],
    { ms: 1000, slots: 200 },
    log,
  );
  const theirs = await labelStudioClaims(world, batches, claims);
  found.cases.push(
    compared('claim alone, 1M open slots', 'p50', percentile(own.times, 0.5), 'ms', {
      name: 'Label Studio’s way (random order, lock row, counter), simulated',
      value: percentile(theirs, 0.5),
    }),
  );
}
