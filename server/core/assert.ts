import { AppError } from './errors.ts';

/** Throws a `bug` when the impossible has happened; the message never carries data. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AppError({ kind: 'bug', reason: 'assertion_failed', message });
}

/** Returns `value`, or throws a `bug` when it is null or undefined. */
export function present<T>(value: T | null | undefined, what: string): T {
  assert(value !== null && value !== undefined, `${what} is missing`);
  return value;
}

/** For the default branch of an exhaustive switch: compiling proves that it is never reached. */
export function unreachable(value: never): never {
  throw new AppError({ kind: 'bug', reason: 'unreachable', message: `Unhandled case: ${String(value)}` });
}
