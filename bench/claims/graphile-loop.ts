import { Logger, type Runner, run } from 'graphile-worker';
import type { World } from './world.ts';

const WARM_UP = 200;

const quiet = new Logger(() => () => {});

/** Jobs of a no-op task per second in graphile-worker's own loop, unbatched, as it comes, on the same server. */
export async function graphileJobsPerSecond(
  world: World,
  input: { concurrency: number; connections: number; milliseconds: number },
): Promise<number> {
  const jobs = Math.ceil((input.milliseconds / 1000) * 6000);
  await world.admin.unsafe('truncate graphile_worker._private_jobs');
  await world.admin`select graphile_worker.add_jobs(array(
    select json_populate_record(null::graphile_worker.job_spec, '{"identifier":"noop"}'::json) from generate_series(1, ${jobs}::int)))`;
  // Emptied and filled anew, its plans would go by what its table was.
  await world.admin.unsafe('analyze graphile_worker._private_jobs');
  let count = 0;
  let startedAt = 0;
  let finish: (rate: number) => void = () => {};
  const rate = new Promise<number>((resolve) => {
    finish = resolve;
  });
  const runner: Runner = await run({
    connectionString: world.url,
    concurrency: input.concurrency,
    maxPoolSize: input.connections,
    noHandleSignals: true,
    pollInterval: 100,
    logger: quiet,
    taskList: {
      noop: async () => {
        const now = performance.now();
        count += 1;
        // Its connections open with the first jobs; ours were open before.
        if (count === WARM_UP) startedAt = now;
        const elapsed = now - startedAt;
        if (count > WARM_UP && (elapsed >= input.milliseconds || count === jobs))
          finish(((count - WARM_UP) * 1000) / elapsed);
      },
    },
  });
  const result = await rate;
  await runner.stop();
  await world.admin.unsafe('truncate graphile_worker._private_jobs');
  return result;
}
