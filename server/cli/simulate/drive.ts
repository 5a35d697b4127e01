import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { WorkScene } from '#db/seed/factories/work.ts';
import { type CommandContext, systemContext } from '#server/command/context.ts';
import { plus } from '#server/core/clock.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { createCaller } from '#server/routers/_app.ts';
import { tallyLabels } from '#server/scores/tally-labels.ts';
import type { SimBatch, SimPerson } from './arms.ts';
import { LeaseCases } from './lease-cases.ts';
import type { SimulateOptions } from './options.ts';
import {
  arrivesAt,
  asksAgainAt,
  dueJobs,
  inStep,
  type JobTimes,
  OVERTIME,
  TALLY_EVERY_MS,
  waitMs,
} from './pacing.ts';
import { answerOf, timeOf } from './people.ts';
import { Timeline } from './timeline.ts';

/** Calls under way at once, about what the pool of one app process carries. */
const PARALLEL = 16;
/** Batches whose cases are moved on at the same time. */
const SETTLED_AT_ONCE = 4;

export type Driven = {
  reads: number;
  calls: number;
  refused: number;
  elapsedMs: number;
  idle: number;
  /** How long the crowd was at it, in its own time. */
  crowdMs: number;
};

type Event = {
  at: number;
  person: SimPerson;
  lease: { leaseId: string; caseIndex: number } | null;
  reads: number;
  /** How often they have found nothing since their last read. */
  asked: number;
};

/**
 * Lets the crowd read until all is settled: what each does next lies on one line of time, and the calls are made in that order as
 * fast as the machine answers. The clock of every call is the crowd's. The worker's jobs run in step with it.
 */
export async function driveCrowd(
  scene: WorkScene,
  crowd: readonly SimPerson[],
  batches: readonly SimBatch[],
  options: SimulateOptions,
  tick: (at: { reads: number; crowdMs: number; settled: number }) => void,
): Promise<Driven> {
  const start = scene.clock.now();
  const endMs = options.minutes * 60_000;
  const queue = new Timeline<Event>();
  for (const person of crowd)
    queue.put({ at: arrivesAt(person.index, endMs), person, lease: null, reads: 0, asked: 0 });
  const leaseCases = new LeaseCases(scene.db);
  const caseIndex = new Map(scene.dataset.cases.map((one, index) => [one.id, index]));
  const driven: Driven = { reads: 0, calls: 0, refused: 0, elapsedMs: 0, idle: 0, crowdMs: 0 };
  const jobs: Jobs = { settledAt: 0, talliedAt: 0, settled: new Set(), tallied: new Set() };
  let lastMs = endMs * OVERTIME;
  const began = performance.now();
  let nowMs = 0;

  async function step(event: Event): Promise<void> {
    const { person } = event;
    const caller = createCaller({ command: person.who });
    const { batchId } = person.batch;
    const next: string[] = [];
    let reads = event.reads;
    if (event.lease === null) {
      driven.calls += 1;
      const { leases } = await caller.work.claim({ batchId, limit: 1 });
      next.push(...leases.map((one) => one.leaseId));
    } else {
      const { leaseId } = event.lease;
      driven.calls += 2;
      const { receipt } = await caller.work.case({ batchId, leaseId });
      const at = { caseIndex: event.lease.caseIndex, reads, elapsed: Math.min(1, event.at / endMs) };
      const { next: given } = await caller.work.submitAndNext({
        batchId,
        leaseId,
        labelId: randomUUID(),
        receipt,
        answers: { finding: answerOf(person, at, options.seed) },
        activeMs: Math.round(timeOf(person, reads, options.seed)),
        limit: 1,
      });
      driven.reads += 1;
      reads += 1;
      next.push(...given.leases.map((one) => one.leaseId));
    }
    const [leaseId] = next;
    if (leaseId === undefined) {
      driven.idle += 1;
      const { asked } = event;
      const at = asksAgainAt({ at: event.at, asked, isSettled: jobs.settled.has(batchId) });
      if (at !== null) queue.put({ person, at, lease: null, reads, asked: asked + 1 });
      return;
    }
    const lease = {
      leaseId,
      caseIndex:
        caseIndex.get(await leaseCases.caseOf({ batchId, personId: person.who.actor.personId, leaseId })) ??
        0,
    };
    queue.put({ person, at: event.at + timeOf(person, reads, options.seed), lease, reads, asked: 0 });
  }

  const keepInStep = inStep(
    () => dueJobs(jobs, nowMs).settle,
    async () => {
      if (await runJobs(jobContext(scene), batches, jobs, nowMs)) lastMs = Math.min(lastMs, nowMs);
    },
  );
  const work = async () => {
    for (let event = queue.take(lastMs); event !== null; event = queue.take(lastMs)) {
      nowMs = Math.max(nowMs, event.at);
      scene.clock.set(plus(start, nowMs));
      await keepInStep();
      await step(event).catch((error: unknown) => {
        driven.refused += 1;
        if (driven.refused > 100) throw error;
        queue.put({ ...event, at: event.at + waitMs(0), lease: null });
      });
      tick({ reads: driven.reads, crowdMs: nowMs, settled: jobs.settled.size });
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  scene.clock.set(plus(start, nowMs));
  await runJobs(jobContext(scene), batches, jobs, nowMs + TALLY_EVERY_MS);
  driven.crowdMs = nowMs;
  driven.elapsedMs = performance.now() - began;
  return driven;
}

const jobContext = (scene: WorkScene): CommandContext =>
  systemContext({ db: scene.db, clock: scene.clock, name: 'simulate', requestId: randomUUID() });

/** When the jobs ran last; the batches whose every case is settled; and those whose labels were counted since, which are left alone. */
type Jobs = JobTimes & { settled: Set<string>; tallied: Set<string> };

/** The worker's jobs when they are due; true once they have settled every case. */
async function runJobs(
  ctx: CommandContext,
  batches: readonly SimBatch[],
  jobs: Jobs,
  nowMs: number,
): Promise<boolean> {
  const due = dueJobs(jobs, nowMs);
  if (due.tally) {
    jobs.talliedAt = nowMs;
    for (const { batchId } of batches.filter((one) => !jobs.tallied.has(one.batchId))) {
      const isLast = jobs.settled.has(batchId);
      await tallyLabels(ctx, { batchId });
      if (isLast) jobs.tallied.add(batchId);
    }
  }
  if (!due.settle) return false;
  jobs.settledAt = nowMs;
  const left = batches.filter((one) => !jobs.settled.has(one.batchId)).map((one) => one.batchId);
  const queue = [...left];
  const hand = async () => {
    for (let batchId = queue.shift(); batchId !== undefined; batchId = queue.shift())
      await settleTasks(ctx, { batchId });
  };
  await Promise.all(Array.from({ length: SETTLED_AT_ONCE }, hand));
  const open = await ctx.db.execute<{ batchId: string }>(sql`
    select id as "batchId" from unnest(${sql.param(left)}::uuid[]) as b (id)
    where exists (select from tasks where batch_id = b.id and not is_dealt_gold and status not in ('final', 'unusable'))`);
  const isOpen = new Set([...open].map((one) => one.batchId));
  for (const batchId of left) if (!isOpen.has(batchId)) jobs.settled.add(batchId);
  return isOpen.size === 0;
}
