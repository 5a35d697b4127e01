import { AppError } from '#server/core/errors.ts';

/** The lease does not hold any more, for commands that change nothing then. */
export function leaseGone(): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'lease_over',
    message: 'You do not hold this case any more. Ask for the next one.',
  });
}
