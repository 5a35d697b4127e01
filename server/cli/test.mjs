import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isBuildFresh } from './build.mjs';
import { holdHome } from './clone.mjs';
import { removeInstallation } from './embedded-postgres.mjs';
import { launchApp } from './launch-app.mjs';
import { LaunchError } from './launch-error.mjs';
import { readLiveLock } from './lock.mjs';
import { locateHome, NEXT_BIN, PINNED_NODE, ROOT } from './paths.mjs';
import { createProgress, formatSeconds } from './progress.mjs';
import { lastLines, runCommand } from './run-command.mjs';
import { stopSignal } from './stop-signals.mjs';
import { nameFailures, readPlaywrightReport, readVitestReport, single, summarise } from './test-results.mjs';

const STEP_MINUTES = 30;
const APP_READY_MINUTES = 5;
/** With a build before it. */
const BUILD_MINUTES = 30;
const SCRATCH = join(ROOT, '.readroom-test');
/** The data that the app is tested on, each in a home of its own: what a start makes, and a market at its full size. */
const SCENARIOS = /** @type {const} */ (['demo', 'marketplace']);

/**
 * @typedef {import('./test-results.mjs').StepResult} StepResult
 * @typedef {(detail: string) => void} Note
 * @typedef {typeof SCENARIOS[number]} Scenario
 */

/** @param {Scenario} scenario */
const homeOf = (scenario) => join(SCRATCH, `home-${scenario}`);

/**
 * The environment without anything that points at the user's own database, payments or mail.
 * @param {Scenario} [scenario]
 */
function scratchEnvironment(scenario = 'demo') {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(DATABASE_URL|READROOM_|STRIPE_|NEXTAUTH_|SMTP_)/.test(name),
    ),
  );
  // Set and empty, because the app reads `.env` for what is not set at all.
  return {
    ...env,
    READROOM_MODE: 'test',
    READROOM_HOME: homeOf(scenario),
    READROOM_SEED: scenario,
    SMTP_URL: '',
    NEXT_TELEMETRY_DISABLED: '1',
  };
}

/** @param {string} program @param {string[]} args @param {Note} note @param {NodeJS.ProcessEnv} [env] */
async function runTool(program, args, note, env = scratchEnvironment()) {
  const { code, output } = await runCommand(program, args, {
    cwd: ROOT,
    env,
    onLine: note,
    timeoutMs: STEP_MINUTES * 60_000,
  });
  stopSignal.throwIfAborted();
  note('');
  return { code, output };
}

/** A program from node_modules/.bin. @param {string} name */
const bin = (name) => join(ROOT, 'node_modules', '.bin', name);

/** @param {string} name @param {string[]} args @returns {(note: Note) => Promise<StepResult>} */
function tool(name, args) {
  return async (note) => {
    const { code, output } = await runTool(bin(name), args, note);
    return single(code === 0, lastLines(output, 60));
  };
}

/** @param {Note} note @returns {Promise<StepResult>} */
async function checkTypes(note) {
  // The types of routes and of style sheets are generated; a fresh clone has none.
  const generated = await runTool(PINNED_NODE, [NEXT_BIN, 'typegen'], note);
  if (generated.code !== 0) return single(false, lastLines(generated.output, 40));
  return tool('tsc', ['--noEmit'])(note);
}

/** @param {Note} note @returns {Promise<StepResult>} */
async function checkImports(note) {
  const { code, output } = await runTool(
    PINNED_NODE,
    [join(ROOT, 'server', 'cli', 'lint-imports.mjs')],
    note,
  );
  return single(code === 0, lastLines(output, 60));
}

/**
 * Generates migrations onto a copy: when the schema and the migrations agree, nothing is added.
 * @param {Note} note @returns {Promise<StepResult>}
 */
async function checkMigrations(note) {
  const copy = join(SCRATCH, 'migrations');
  rmSync(copy, { recursive: true, force: true });
  cpSync(join(ROOT, 'db', 'migrations'), copy, { recursive: true });
  const config = join(SCRATCH, 'drizzle.config.ts');
  writeFileSync(
    config,
    "import base from '../drizzle.config.ts';\nexport default { ...base, out: './.readroom-test/migrations' };\n",
  );
  const { output } = await runTool(bin('drizzle-kit'), ['generate', `--config=${config}`], note);
  // Its exit code says nothing: it is 0 even when it wants to ask whether a column was renamed and can't.
  if (output.includes('No schema changes')) return single(true);
  return single(
    false,
    `db/schema has changed without a migration; run "npm run db:generate".\n${lastLines(output, 20)}`,
  );
}

/** @param {'unit' | 'db'} project @returns {(note: Note) => Promise<StepResult>} */
function vitest(project) {
  return async (note) => {
    const report = join(SCRATCH, `vitest-${project}.json`);
    const args = [
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ];
    const run = await runTool(bin('vitest'), args, note, { ...scratchEnvironment(), NO_COLOR: '1' });
    const result = readVitestReport(report, run);
    note(`${result.passed} passed, ${result.failed} failed`);
    return result;
  };
}

/** @typedef {import('./launch-app.mjs').App} App */

/** What was started before its journeys are walked. @type {Map<Scenario, App>} */
const started = new Map();

/**
 * Builds the app, by starting the first that is walked: a start builds while it fills its database, and each of the two leaves
 * half of two cores to the other.
 * @param {Note} note @returns {Promise<StepResult>}
 */
async function build(note) {
  if (isBuildFresh()) {
    note('already built from these sources');
    return single(true);
  }
  if (readLiveLock(locateHome())) {
    return single(
      false,
      'The app runs from this folder and its build would be replaced under it; stop it first.',
    );
  }
  try {
    started.set('demo', await startApp('demo', note, BUILD_MINUTES));
    return single(true);
  } catch (error) {
    stopSignal.throwIfAborted();
    if (error instanceof LaunchError) return single(false, error.message);
    throw error;
  }
}

/**
 * Starts the app as a user would, on scratch data and a free port.
 * @param {Scenario} scenario
 * @param {Note} note
 * @param {number} [minutes] until it counts as never coming
 * @returns {Promise<App>}
 */
function startApp(scenario, note, minutes = APP_READY_MINUTES) {
  return launchApp(join(ROOT, 'server', 'cli', 'launch.mjs'), {
    env: scratchEnvironment(scenario),
    log: join(SCRATCH, `app-${scenario}.log`),
    note,
    minutes,
  });
}

/** @param {Scenario} scenario @returns {(note: Note) => Promise<StepResult>} */
function walkJourneys(scenario) {
  return async (note) => {
    if (!isBuildFresh()) return single(false, 'Not walked, because there is no build of these sources.');
    /** @type {App} */
    let app;
    try {
      app = started.get(scenario) ?? (await startApp(scenario, note));
    } catch (error) {
      if (error instanceof LaunchError) return single(false, error.message);
      throw error;
    }
    try {
      const report = join(SCRATCH, `playwright-${scenario}.json`);
      const env = {
        ...scratchEnvironment(scenario),
        READROOM_BASE_URL: app.url,
        READROOM_TEST_REPORT: report,
      };
      const run = await runTool(bin('playwright'), ['test', '--project', scenario], note, env);
      const result = readPlaywrightReport(report, run);
      note(`${result.passed} passed, ${result.failed} failed`);
      return result;
    } finally {
      started.delete(scenario);
      await app.stop();
    }
  };
}

/** @type {[string, (note: Note) => Promise<StepResult>][]} */
const STEPS = [
  ['Types', checkTypes],
  ['Lint', tool('biome', ['lint', '.'])],
  ['Import ladder', checkImports],
  ['Format', tool('biome', ['format', '.'])],
  ['Migrations', checkMigrations],
  ['Unit tests', vitest('unit')],
  ['Database tests', vitest('db')],
  ['Build', build],
  ['Journeys', walkJourneys('demo')],
  ['Journeys on the market', walkJourneys('marketplace')],
];

/**
 * `npm test`: every check, in order, on scratch data; ends with one line of totals.
 * @returns {Promise<number>} the exit code
 */
export async function runAllTests() {
  const began = Date.now();
  const progress = createProgress();
  const lock = await holdHome(SCRATCH, 'npm test');
  /** @type {StepResult[]} */
  const results = [];
  try {
    for (const scenario of SCENARIOS) {
      await removeInstallation(homeOf(scenario));
      mkdirSync(homeOf(scenario), { recursive: true });
    }
    for (const [title, work] of STEPS) {
      let outcome = single(false, 'It did not finish.');
      await progress
        .step(title, async (note) => {
          outcome = await work(note);
          // The mark before the step's name shows a failure; what failed follows below.
          if (outcome.failed > 0) throw outcome;
        })
        .catch((error) => {
          if (error !== outcome) throw error;
        });
      results.push(outcome);
      for (const detail of outcome.details) progress.say(`\n${detail}\n`);
    }
  } catch (error) {
    if (!stopSignal.aborted) throw error;
    progress.say('Stopped before the end.');
    return 1;
  } finally {
    for (const app of started.values()) await app.stop();
    for (const scenario of SCENARIOS) await removeInstallation(homeOf(scenario));
    lock.release();
  }
  const skipped = results.reduce((sum, result) => sum + result.skipped, 0);
  const about = skipped > 0 ? ` ${skipped} cases were skipped: they need the shared data folder.` : '';
  progress.say(`\nAll checks took ${formatSeconds(Date.now() - began)}.${about}`);
  // Once more, where whoever kept only the end of the output finds it.
  for (const line of nameFailures(results)) progress.say(line);
  progress.say(summarise(results));
  return results.some((result) => result.failed > 0) ? 1 : 0;
}
