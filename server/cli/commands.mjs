import { join } from 'node:path';

/** The file behind `npm run readroom`. */
export const READROOM_COMMAND = join('server', 'cli', 'readroom.ts');

/** Commands that work in the installation's database; every other one works on files or asks the running app. */
const NEEDS_DATABASE = new Set(['import', 'roll-ups', 'simulate', 'verify-annex']);

/** The file behind `npm run bench`. */
const BENCH = 'bench/run.ts';

/** Benches of the installation's app, or of one with its secrets; every other one brings its own database. */
const BENCHES_OF_THE_APP = new Set(['http', 'pages']);

/**
 * Whether `npm run bench -- …` needs the installation: what measures a database of its own must neither wait for PostgreSQL to
 * start, nor share the machine with one that does nothing, nor wait for another command of the clone.
 * @param {string} file
 * @param {readonly string[]} args what follows the file
 */
export function isBenchAlone(file, args) {
  return file === BENCH && !args.some((arg) => BENCHES_OF_THE_APP.has(arg));
}

/**
 * Whether `npm run readroom -- …` needs the installation's database. Asking how to use a command never does, so that
 * nobody waits for PostgreSQL to read three lines.
 * @param {readonly string[]} args what follows `readroom --`
 */
export function needsDatabase([command = '', ...rest]) {
  return NEEDS_DATABASE.has(command) && rest.length > 0 && !rest.includes('--help') && rest[0] !== 'help';
}
