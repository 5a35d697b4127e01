import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { measured, median } from '#bench/result.ts';
import { batches, batchLoads } from '#db/schema/work-batches.ts';
import { makeBatch, makeWorker } from '#db/seed/factories/work.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { systemClock } from '#server/core/clock.ts';
import { newIds } from '#server/core/ids.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { beginLoad, loadChunk } from '#server/work/load-batch.ts';
import { shuffled } from '#server/work/rules.ts';
import type { Findings, World } from './world.ts';

/** A batch and the people who have joined it. */
export type LoadedBatch = { batchId: string; readers: OrgContext[] };

/** Batches that were filled at the same time, how long that took, and the longest transaction of it. */
export type Loading = { batches: LoadedBatch[]; seconds: number; longestChunk: number };

/** Slots of what is called a million. */
export const SLOTS = 1_000_000;
/** Batches that any number of slots is spread over, except in the one that is too large on purpose. */
export const BATCHES = 5;
/** Batches that are loaded at the same time, as the jobs of a process with three free hands would (it has four). */
const LOADED_AT_ONCE = 3;
/** Cases that a device fetches ahead at most; somebody holds four times that and four more (`claim-slots.ts`). */
const MOST_PREFETCH = 20;
/** Loadings of either overlap, of which the median is judged. */
const LOADING_ROUNDS = 3;
const LOAD_LIMIT_SECONDS = 15;
const CHUNK_LIMIT_SECONDS = 1;
const GOLD = { goldMode: 'dealt', goldShareBasisPoints: 500 } as const;

/** People who are engaged in the project. */
export const makePeople = (world: World, count: number): Promise<OrgContext[]> =>
  Promise.all(Array.from({ length: count }, () => makeWorker(world.scene)));

/** Open batches of `tasks` cases each, one for each group of people, who join it; and how long making and filling them took. */
export async function loadBatches(
  world: World,
  of: {
    tasks: number;
    overlap: number;
    groups: readonly (readonly OrgContext[])[];
    leaseSeconds?: number;
  },
): Promise<Loading> {
  world.scene.clock.set(new Date());
  const ids: string[] = [];
  const chunks: number[] = [];
  const began = performance.now();
  let begun = 0;
  const hand = async () => {
    while (begun < of.groups.length) {
      const at = begun;
      begun += 1;
      // Each is made when its turn has come, as drafts are: keys of a batch that is not the newest fill their pages worse.
      const batchId = await makeBatchOf(world, of);
      ids[at] = batchId;
      chunks.push(...(await fill(world, batchId, of)));
    }
  };
  await Promise.all(Array.from({ length: LOADED_AT_ONCE }, hand));
  const seconds = (performance.now() - began) / 1000;
  const loaded = await Promise.all(
    of.groups.map(async (people, at) => {
      const batchId = ids[at] ?? '';
      for (const who of people) await joinBatch(who, { batchId, tier: 'label' });
      return { batchId, readers: people.map((who) => ({ ...who, clock: systemClock })) };
    }),
  );
  return { batches: loaded, seconds, longestChunk: Math.max(0, ...chunks) };
}

/** An open batch with the scene's two cases, which says that it has `tasks` of them. */
async function makeBatchOf(
  world: World,
  of: { tasks: number; overlap: number; leaseSeconds?: number },
): Promise<string> {
  const { tasks, overlap, leaseSeconds = 28_800 } = of;
  const batchId = await makeBatch(world.scene, { overlap, leaseSeconds, ...GOLD });
  // The batch was opened, and its money reserved, with two cases.
  await world.db
    .update(batches)
    .set({ taskCount: tasks, slotCount: tasks * overlap, prefetch: MOST_PREFETCH, reservedMinor: 10n ** 12n })
    .where(eq(batches.id, batchId));
  return batchId;
}

/** Cases by the job that loads drafts, from the list that a draft keeps, chunk by chunk; the seconds of each chunk. */
async function fill(world: World, batchId: string, of: { tasks: number }): Promise<number[]> {
  const { scene, db } = world;
  const ctx = systemContext({ db, clock: scene.clock, name: 'bench', requestId: randomUUID() });
  await transact(ctx, async (tx) => {
    // Cases lie in their dataset in another order than a batch reads them in.
    const ordinary = shuffled(newIds(of.tasks), 1);
    await beginLoad(tx, { batchId, ordinary, strata: [], lanes: [], dealt: [], gold: [] });
    // The scene's two cases are there already.
    await tx.db.update(batchLoads).set({ loaded: 2 }).where(eq(batchLoads.batchId, batchId));
  });
  const seconds: number[] = [];
  for (let isDone = false; !isDone; ) {
    const began = performance.now();
    ({ isDone } = await transact(ctx, (tx) => loadChunk(tx, batchId)));
    seconds.push((performance.now() - began) / 1000);
  }
  return seconds;
}

/** So many open slots over five batches, with these people in groups. */
export async function loadSlots(
  world: World,
  of: { slots: number; overlap: number; groups: readonly (readonly OrgContext[])[] },
): Promise<LoadedBatch[]> {
  const tasks = Math.ceil(of.slots / of.overlap / BATCHES);
  return (await loadBatches(world, { ...of, tasks })).batches;
}

/** A million open slots over five batches with `people` new readers in all, and how long loading them took. */
export async function loadMillion(world: World, of: { overlap: number; people: number }): Promise<Loading> {
  const people = await makePeople(world, of.people);
  return loadBatches(world, {
    tasks: Math.ceil(SLOTS / of.overlap / BATCHES),
    overlap: of.overlap,
    groups: inGroups(people, BATCHES),
  });
}

/** Millions of either overlap in turns, so that a slow minute of the machine meets both; the batches of the last with single reads. */
export async function loadInTurns(
  world: World,
  of: { overlap: number; people: number },
  found: Findings,
): Promise<LoadedBatch[]> {
  const shared: Loading[] = [];
  const single: Loading[] = [];
  for (let round = 1; round <= LOADING_ROUNDS; round += 1) {
    shared.push(await loadMillion(world, { overlap: of.overlap, people: 0 }));
    single.push(await loadMillion(world, { overlap: 1, people: round === LOADING_ROUNDS ? of.people : 0 }));
  }
  judgeLoading(of.overlap, shared, found);
  judgeLoading(1, single, found);
  return single.at(-1)?.batches ?? [];
}

/** Holds loadings of a million against the limits: the median of them, and the longest chunk of all. */
export function judgeLoading(
  overlap: number,
  loadings: readonly Loading[],
  { cases, checks }: Findings,
): void {
  const seconds = median(loadings.map((one) => one.seconds));
  const longestChunk = Math.max(...loadings.map((one) => one.longestChunk));
  const name = `1M slots, overlap ${overlap}, ${BATCHES} batches, ${LOADED_AT_ONCE} at once`;
  cases.push(measured(name, 'loading', seconds, 's'), measured(name, 'longest chunk', longestChunk, 's'));
  checks.push({
    check: `a million slots of overlap ${overlap}, ${LOADED_AT_ONCE} batches at once, load within ${LOAD_LIMIT_SECONDS} s, in chunks of at most a second`,
    pass: seconds <= LOAD_LIMIT_SECONDS && longestChunk <= CHUNK_LIMIT_SECONDS,
    detail: `${loadings.map((one) => one.seconds.toFixed(1)).join(', ')} s, longest chunk ${longestChunk.toFixed(2)} s`,
  });
}

/** People in so many groups, the first ones larger by one when they do not come out even. */
function inGroups(people: readonly OrgContext[], groups: number): OrgContext[][] {
  return Array.from({ length: groups }, (_, group) => people.filter((_, i) => i % groups === group));
}

/** The first readers of each batch, `claimers` in all. */
export function spread(batches: readonly LoadedBatch[], claimers: number): LoadedBatch[] {
  return batches
    .map((batch, i) => ({
      ...batch,
      readers: batch.readers.slice(0, Math.ceil((claimers - i) / batches.length)),
    }))
    .filter((batch) => batch.readers.length > 0);
}
