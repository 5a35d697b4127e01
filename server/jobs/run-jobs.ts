import { Logger, type Runner, run, type TaskList } from 'graphile-worker';
import type { Database } from '#db/client.ts';
import { systemContext } from '#server/command/context.ts';
import { type Clock, systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { errorFields, log } from '#server/log.ts';
import type { JobDefinition } from './job.ts';

export type JobRunner = { stop(): Promise<void> };

/** The library tells of each job that went well; only trouble belongs in a log, and its metadata holds payloads. */
const workerLog = new Logger((scope) => (level, message) => {
  const write = level === 'error' ? 'error' : level === 'warning' ? 'warn' : 'debug';
  log[write]({ worker: scope.workerId, job: scope.taskIdentifier, jobId: scope.jobId }, message);
});

/**
 * Starts working off jobs. Standing orders run in this process at their pace and never overlap themselves; their
 * work is guarded by row locks, so several worker processes are safe.
 */
export async function runJobs(input: {
  databaseUrl: string;
  db: Database;
  jobs: readonly JobDefinition[];
  clock?: Clock;
  concurrency?: number;
}): Promise<JobRunner> {
  const clock = input.clock ?? systemClock;
  const runner: Runner = await run({
    connectionString: input.databaseUrl,
    concurrency: input.concurrency ?? 4,
    pollInterval: 1000,
    noHandleSignals: true,
    logger: workerLog,
    taskList: taskList(input.db, clock, input.jobs),
  });
  const orders = input.jobs.flatMap((job) =>
    job.every ? [startOrder(input.db, clock, job, job.every)] : [],
  );
  return {
    stop: async () => {
      await Promise.all(orders.map((order) => order.stop()));
      await runner.stop();
    },
  };
}

function taskList(db: Database, clock: Clock, jobs: readonly JobDefinition[]): TaskList {
  return Object.fromEntries(
    jobs.map((job) => [job.name, async (payload: unknown) => runOnce(db, clock, job, payload)]),
  );
}

/** Runs one job now, outside of the queue; for tests, the command line and standing orders. */
export async function runOnce(
  db: Database,
  clock: Clock,
  job: JobDefinition,
  payload: unknown,
): Promise<void> {
  const requestId = newId();
  try {
    await job.run(systemContext({ db, clock, name: job.name, requestId }), job.payload.parse(payload));
  } catch (error) {
    log.error({ job: job.name, requestId, ...errorFields(error) }, 'job failed');
    throw error;
  }
}

function startOrder(
  db: Database,
  clock: Clock,
  job: JobDefinition,
  every: { seconds: number; payload: unknown },
): JobRunner {
  let stopped = false;
  let wake: () => void = () => {};
  const loop = (async () => {
    while (!stopped) {
      await runOnce(db, clock, job, every.payload).catch(() => {});
      if (stopped) break;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, every.seconds * 1000);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      wake();
      await loop;
    },
  };
}
