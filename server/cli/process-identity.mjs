import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * Who a process is, so that a number reused by another process after a crash is never mistaken for it.
 * @typedef {{ pid: number, startedAt: string }} ProcessIdentity
 */

/**
 * The fields of /proc/PID/stat after the command name, or null when there is no such process.
 * @param {number} pid
 */
function readProcStat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** @param {number} pid @param {string} column */
function readPsColumn(pid, column) {
  try {
    const options = /** @type {const} */ ({ encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], options).trim();
  } catch {
    return '';
  }
}

/**
 * When this process started, in a form that also differs between two boots of the machine;
 * null when it doesn't exist or is a zombie (dead, only not yet buried by its parent).
 * @param {number} pid
 * @returns {string | null}
 */
export function readStartTime(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  if (process.platform === 'linux') {
    const fields = readProcStat(pid);
    if (fields === null || fields[0] === 'Z' || fields[0] === 'X') return null;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}:${fields[19]}`;
  }
  if (readPsColumn(pid, 'stat').startsWith('Z')) return null;
  return readPsColumn(pid, 'lstart') || null;
}

/**
 * @param {number} pid
 * @returns {ProcessIdentity}
 */
export function identify(pid = process.pid) {
  return { pid, startedAt: readStartTime(pid) ?? 'gone' };
}

/**
 * True only while the very process that was identified still runs.
 * @param {ProcessIdentity} identity
 */
export function isAlive(identity) {
  return readStartTime(identity.pid) === identity.startedAt;
}

/**
 * The command line of a live process, empty when it is gone or a zombie.
 * @param {number} pid
 */
export function readCommandLine(pid) {
  if (readStartTime(pid) === null) return '';
  if (process.platform !== 'linux') return readPsColumn(pid, 'command');
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/**
 * Whether any live process has this folder as its working directory; null where the system can't tell.
 * Every Postgres process works inside its data directory, so `false` proves that none is left.
 * @param {string} folder
 * @returns {boolean | null}
 */
export function isWorkedInByAnyone(folder) {
  if (process.platform !== 'linux') return null;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name) || readStartTime(Number(name)) === null) continue;
    try {
      if (readlinkSync(`/proc/${name}/cwd`) === folder) return true;
    } catch {
      // Another user's process: it can't be ours, because Postgres opens only a directory that its own user holds.
    }
  }
  return false;
}

/**
 * Sends a signal to a process, or to its whole group, if it is still the one identified.
 * @param {ProcessIdentity} identity
 * @param {NodeJS.Signals} signal
 * @param {{ group?: boolean }} [options]
 */
export function signalIfAlive(identity, signal, options = {}) {
  if (!isAlive(identity)) return false;
  try {
    process.kill(options.group ? -identity.pid : identity.pid, signal);
    return true;
  } catch {
    return false;
  }
}
