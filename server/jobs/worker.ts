import { openDatabase } from '#db/client.ts';
import { env } from '#server/env.ts';
import { log } from '#server/log.ts';
import { JOBS } from './registry.ts';
import { runJobs } from './run-jobs.ts';

/** The worker process: starts, says that it is ready, and finishes its jobs before it goes. */
const handle = openDatabase(env().DATABASE_URL, { max: 6, name: 'readroom-worker' });
const runner = await runJobs({ databaseUrl: env().DATABASE_URL, db: handle.db, jobs: JOBS });
log.info({ jobs: JOBS.length }, 'worker ready');
process.send?.({ ready: true });

let leaving = false;
async function leave(): Promise<void> {
  if (leaving) return;
  leaving = true;
  await runner.stop();
  await handle.close();
  process.exit(0);
}
process.on('SIGTERM', leave);
process.on('SIGINT', leave);
process.on('disconnect', leave);
