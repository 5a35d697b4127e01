import { type Database, openDatabase } from '#db/client.ts';
import { manualClock } from '#server/core/clock.ts';
import { env } from '#server/env.ts';
import { makeArms, makeCrowd, makeScene } from './simulate/arms.ts';
import { driveCrowd } from './simulate/drive.ts';
import { BadOption, parseSimulate, SIMULATE_USAGE, type SimulateOptions } from './simulate/options.ts';
import { reportOf, resultOf, type SimulationResult } from './simulate/report.ts';

/**
 * `simulate`: a crowd of models of people drives the real procedures on the local database. Progress goes to stderr, so that
 * `--json` leaves one object on stdout and nothing else. Exit code 2 for a wrong command line or a database that is not local.
 */
export async function runSimulate(argv: readonly string[]): Promise<number> {
  let options: SimulateOptions;
  try {
    options = parseSimulate(argv);
  } catch (error) {
    if (!(error instanceof BadOption) && !(error instanceof TypeError)) throw error;
    console.error(`${error.message}\n\n${SIMULATE_USAGE}`);
    return 2;
  }
  const url = env().DATABASE_URL;
  const refusal = options.anyDatabase ? null : findForeignDatabase(process.env, url);
  if (refusal !== null) {
    console.error(refusal);
    return 2;
  }
  const isSharded = env().READROOM_SHARDED === '1';
  const handle = openDatabase(url, { max: 20, name: 'readroom-simulate', isRead: true, isSharded });
  try {
    const result = await simulate(handle.db, options);
    console.log(options.json ? JSON.stringify(result) : `\n${reportOf(result)}`);
    return 0;
  } finally {
    await handle.close();
  }
}

/** Why this is not the database that comes with a clone, which the launcher marks; null when it is. */
export function findForeignDatabase(environment: NodeJS.ProcessEnv, url: string): string | null {
  if (environment.READROOM_EMBEDDED === '1') return null;
  return `The database on ${new URL(url).hostname} is not the one that comes with this clone. A simulation fills a database with made-up organisations and people that nobody can take out again: run it without DATABASE_URL, or with --any-database if you are sure.`;
}

/** Makes a crowd and its work, lets it read until all is settled, and says what came out. */
export async function simulate(db: Database, options: SimulateOptions): Promise<SimulationResult> {
  const { say, sayOften } = progress();
  const clock = manualClock(new Date());
  say('Make the project, its cases and gold');
  const scene = await makeScene(db, clock, options);
  const batches = await makeArms(scene, options);
  say(`${scene.dataset.cases.length.toLocaleString('en')} cases in ${batches.length} batches`);
  const crowd = await makeCrowd(scene, batches, options, (done) =>
    sayOften(
      () => `${done.toLocaleString('en')} of ${options.annotators.toLocaleString('en')} people have joined`,
    ),
  );
  const driven = await driveCrowd(scene, crowd, batches, options, ({ reads, crowdMs, settled }) =>
    sayOften(
      () =>
        `${reads.toLocaleString('en')} reads, minute ${(crowdMs / 60_000).toFixed(1)} of the crowd’s time, ${settled} of ${batches.length} batches settled`,
    ),
  );
  say('Hold final labels against the truth');
  return resultOf(scene, { batches, crowd, driven, options });
}

/** Lines on stderr; of those that come often, one every two seconds is put into words. */
function progress(): { say: (line: string) => void; sayOften: (line: () => string) => void } {
  let last = 0;
  const say = (line: string) => {
    last = performance.now();
    console.error(`… ${line}`);
  };
  return {
    say,
    sayOften: (line) => {
      if (performance.now() - last >= 2000) say(line());
    },
  };
}
