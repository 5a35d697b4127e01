import { join } from 'node:path';

/** The file behind `npm run readroom`. */
export const READROOM_COMMAND = join('server', 'cli', 'readroom.ts');

/** Commands that work in the installation's database; every other one works on files or asks the running app. */
const NEEDS_DATABASE = new Set(['import', 'simulate', 'verify-annex']);

/**
 * Whether `npm run readroom -- …` needs the installation's database. Asking how to use a command never does, so that
 * nobody waits for PostgreSQL to read three lines.
 * @param {readonly string[]} args what follows `readroom --`
 */
export function needsDatabase([command = '', ...rest]) {
  return NEEDS_DATABASE.has(command) && rest.length > 0 && !rest.includes('--help') && rest[0] !== 'help';
}
