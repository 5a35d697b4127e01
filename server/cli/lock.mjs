import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify, isAlive } from './process-identity.mjs';

/**
 * What the holder of a data folder tells the others about itself.
 * @typedef {import('./process-identity.mjs').ProcessIdentity} ProcessIdentity
 * @typedef {{ owner: ProcessIdentity, command: string, state: 'starting' | 'running' | 'stopping' | 'released', url?: string,
 *   postgresPort?: number, children?: ProcessIdentity[] }} LockState
 * @typedef {{ update: (change: Partial<LockState>) => void, release: () => void, leftBehind: LockState | null }} Lock
 */

const NAME = /^lock\.(\d+)\.json$/;

/** @param {string} home @returns {number[]} the numbers of the lock files, newest first */
function listGenerations(home) {
  const numbers = readdirSync(home).map((name) => Number(NAME.exec(name)?.[1] ?? 0));
  return numbers.filter((number) => number > 0).sort((a, b) => b - a);
}

/** @param {string} home @param {number} generation */
function pathOf(home, generation) {
  return join(home, `lock.${generation}.json`);
}

/** @param {string} home @param {number} generation @returns {LockState | null} */
function readGeneration(home, generation) {
  try {
    return JSON.parse(readFileSync(pathOf(home, generation), 'utf8'));
  } catch {
    return null;
  }
}

/** @param {string} path @param {LockState} state */
function writeWhole(path, state) {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  return draft;
}

/**
 * Who holds a data folder right now, or null when nobody does (never started, ended, or killed).
 * @param {string} home
 * @returns {LockState | null}
 */
export function readLiveLock(home) {
  try {
    const newest = listGenerations(home)[0];
    const state = newest === undefined ? null : readGeneration(home, newest);
    return state && state.state !== 'released' && isAlive(state.owner) ? state : null;
  } catch {
    return null;
  }
}

/**
 * Takes a data folder for this process; of any number of processes that try at once exactly one succeeds.
 *
 * The lock is the file with the highest number. Whoever wants it creates the next number (a link: whole at once,
 * refused when the name exists) and holds it only if its number is then still the highest. A lock is released by
 * saying so in its file, never by removing the newest file, so a number is never given out twice.
 * @param {string} home
 * @param {string} command what the holder does, for the message to the next one
 * @returns {Lock | { heldBy: LockState }} `leftBehind` is what a killed holder had noted
 */
export function takeLock(home, command) {
  mkdirSync(home, { recursive: true, mode: 0o755 });
  for (;;) {
    const newest = listGenerations(home)[0] ?? 0;
    const before = newest === 0 ? null : readGeneration(home, newest);
    // The newest file vanishes only when a newer one has replaced it; one that stays but can't be read
    // (a power cut) holds nothing.
    if (newest !== 0 && before === null && listGenerations(home)[0] !== newest) continue;
    if (before && before.state !== 'released' && isAlive(before.owner)) return { heldBy: before };
    const path = pathOf(home, newest + 1);
    /** @type {LockState} */
    let state = { owner: identify(), command, state: 'starting' };
    const draft = writeWhole(path, state);
    try {
      linkSync(draft, path);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') continue;
      throw error;
    } finally {
      rmSync(draft, { force: true });
    }
    const generations = listGenerations(home);
    if (generations[0] !== newest + 1) {
      rmSync(path, { force: true });
      continue;
    }
    for (const old of generations.slice(1)) rmSync(pathOf(home, old), { force: true });
    const save = () => renameSync(writeWhole(path, state), path);
    return {
      leftBehind: before && before.state !== 'released' ? before : null,
      update: (change) => {
        state = { ...state, ...change };
        save();
      },
      release: () => {
        state = { owner: state.owner, command: state.command, state: 'released' };
        save();
      },
    };
  }
}
