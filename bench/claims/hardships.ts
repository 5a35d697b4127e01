import { compared, measured, percentile } from '#bench/result.ts';
import { claimCell, type HandedOut, pairCell, together } from './cells.ts';
import { labelStudioClaims } from './label-studio.ts';
import { type Findings, type LoadedBatch, SLOTS, type World } from './world.ts';

/** A held snapshot may cost so much of the throughput. */
const HELD_LIMIT = 0.7;

/** Pairs with and without a REPEATABLE READ reader that keeps every dead row from being cleaned away. */
export async function heldSnapshot(
  world: World,
  own: readonly LoadedBatch[],
  plan: { ms: number; heldMs: number },
  log: HandedOut[],
  found: Findings,
): Promise<void> {
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
    { ...batch, readers: batch.readers.slice(0, 1) },
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
