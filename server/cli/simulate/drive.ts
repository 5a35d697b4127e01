import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { WorkScene } from '#db/seed/factories/work.ts';
import { type CommandContext, systemContext } from '#server/command/context.ts';
import { plus } from '#server/core/clock.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { createCaller } from '#server/routers/_app.ts';
import { tallyLabels } from '#server/scores/tally-labels.ts';
import type { SimBatch, SimPerson } from './arms.ts';
import type { SimulateOptions } from './options.ts';
import { answerOf, timeOf } from './people.ts';

/** Calls under way at once, about what the pool of one app process carries. */
const PARALLEL = 16;
/**
 * How long somebody who found nothing waits before asking again, in their own time: twice as long each time, as people do. A crowd of
 * thousands that has read all would else spend its calls on asking.
 */
const ASK_AGAIN_MS = 10_000;
const ASK_AGAIN_MOST_MS = 80_000;
/** How often the jobs of the worker run, in the crowd's time: consensus and extra reads; running counts. */
const SETTLE_EVERY_MS = 3_000;
const TALLY_EVERY_MS = 10_000;
/** The crowd goes on until every case is settled, at most so many times as long: who stops earlier has settled the easy cases only. */
const OVERTIME = 4;

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

const waitMs = (asked: number) => Math.min(ASK_AGAIN_MOST_MS, ASK_AGAIN_MS * 2 ** asked);

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
  const queue = new Timeline();
  // People come in over the first twentieth of the time.
  for (const person of crowd)
    queue.put({ at: ((person.index % 997) / 997) * endMs * 0.05, person, lease: null, reads: 0, asked: 0 });
  const caseIndex = new Map(scene.dataset.cases.map((one, index) => [one.id, index]));
  const driven: Driven = { reads: 0, calls: 0, refused: 0, elapsedMs: 0, idle: 0, crowdMs: 0 };
  const jobs: Jobs = { settledAt: 0, talliedAt: 0, settled: new Set() };
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
      // Who finds nothing in a batch that is settled has gone home.
      if (!jobs.settled.has(batchId))
        queue.put({ person, at: event.at + waitMs(asked), lease: null, reads, asked: asked + 1 });
      return;
    }
    const lease = { leaseId, caseIndex: caseIndex.get(await caseOf(scene, batchId, leaseId)) ?? 0 };
    queue.put({ person, at: event.at + timeOf(person, reads, options.seed), lease, reads, asked: 0 });
  }

  // Who comes when the jobs are due waits for them, as does everybody else: an idle crowd would else run ahead of its own worker.
  let running: Promise<void> | null = null;
  const runDue = async () => {
    if (await runJobs(jobContext(scene), batches, jobs, nowMs)) lastMs = Math.min(lastMs, nowMs);
  };
  const inStep = async () => {
    if (running === null && nowMs - jobs.settledAt < SETTLE_EVERY_MS) return;
    running ??= runDue().finally(() => {
      running = null;
    });
    await running;
  };
  const work = async () => {
    for (let event = queue.take(lastMs); event !== null; event = queue.take(lastMs)) {
      nowMs = Math.max(nowMs, event.at);
      scene.clock.set(plus(start, nowMs));
      await inStep();
      await step(event).catch((error: unknown) => {
        driven.refused += 1;
        if (driven.refused > 100) throw error;
        queue.put({ ...event, at: event.at + ASK_AGAIN_MS, lease: null });
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

/** When the worker's jobs ran last, in the crowd's time, and the batches that they have settled, which they leave alone. */
type Jobs = { settledAt: number; talliedAt: number; settled: Set<string> };

/** The worker's jobs when they are due; true once they have settled every case. */
async function runJobs(
  ctx: CommandContext,
  batches: readonly SimBatch[],
  jobs: Jobs,
  nowMs: number,
): Promise<boolean> {
  const left = batches.filter((one) => !jobs.settled.has(one.batchId));
  if (nowMs - jobs.talliedAt >= TALLY_EVERY_MS) {
    jobs.talliedAt = nowMs;
    for (const { batchId } of batches) await tallyLabels(ctx, { batchId });
  }
  if (nowMs - jobs.settledAt < SETTLE_EVERY_MS) return false;
  jobs.settledAt = nowMs;
  for (const { batchId } of left) await settleTasks(ctx, { batchId });
  const open = await ctx.db.execute<{ batchId: string }>(sql`
    select id as "batchId" from unnest(${sql.param(left.map((one) => one.batchId))}::uuid[]) as b (id)
    where exists (select from tasks where batch_id = b.id and not is_dealt_gold and status not in ('final', 'unusable'))`);
  const isOpen = new Set([...open].map((one) => one.batchId));
  for (const { batchId } of left) if (!isOpen.has(batchId)) jobs.settled.add(batchId);
  return isOpen.size === 0;
}

/** The case behind a lease, which the API tells nobody: the simulation must know what its people see. */
async function caseOf(scene: WorkScene, batchId: string, leaseId: string): Promise<string> {
  const [row] = await scene.db.execute<{ caseId: string }>(sql`
    select t.case_id as "caseId" from slots s join tasks t on t.batch_id = s.batch_id and t.id = s.task_id
    where s.batch_id = ${batchId} and s.lease_id = ${leaseId} and s.status = 'leased'`);
  return row?.caseId ?? '';
}

/** Events by time: a binary heap. */
class Timeline {
  readonly #heap: Event[] = [];

  put(event: Event): void {
    const heap = this.#heap;
    heap.push(event);
    for (let at = heap.length - 1; at > 0; ) {
      const up = (at - 1) >> 1;
      const [own, parent] = [heap[at], heap[up]];
      if (!own || !parent || parent.at <= own.at) return;
      heap[at] = parent;
      heap[up] = own;
      at = up;
    }
  }

  /** The next event before `end`; null when there is none. */
  take(end: number): Event | null {
    const heap = this.#heap;
    const [first] = heap;
    if (!first || first.at >= end) return null;
    const last = heap.pop();
    if (last && heap.length > 0) {
      heap[0] = last;
      this.#sink();
    }
    return first;
  }

  #sink(): void {
    const heap = this.#heap;
    for (let at = 0; ; ) {
      const own = heap[at];
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      const least = right && left && right.at < left.at ? 2 * at + 2 : 2 * at + 1;
      const child = heap[least];
      if (!own || !child || child.at >= own.at) return;
      heap[at] = child;
      heap[least] = own;
      at = least;
    }
  }
}
