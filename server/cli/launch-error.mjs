/**
 * A failure the person at the keyboard can act on: its message is printed as one sentence, without a stack,
 * and the process ends with `exitCode`.
 */
export class LaunchError extends Error {
  /**
   * @param {string} message what is wrong and what to do
   * @param {{ cause?: unknown, exitCode?: number }} [options]
   */
  constructor(message, options = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'LaunchError';
    this.exitCode = options.exitCode ?? 1;
  }
}
