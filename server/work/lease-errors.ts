import { AppError } from '#server/core/errors.ts';

/** The lease does not hold any more, for commands that change nothing then. */
export function leaseGone(): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'lease_over',
    message: 'You do not hold this case any more. Ask for the next one.',
  });
}

/** The lease ran out and its work is kept. */
export function leaseOver(): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'lease_over',
    message:
      'Your time on this case ran out before it was submitted. What you put down is kept as a draft; it comes back if the case does.',
  });
}

/**
 * Why nothing more is kept under a lease that ended so; null where its case may come to the same person again, who then finds what they
 * put down. What the gate took is sealed (R27): its draft stays as it was then, and opens so where a repeat or a correction comes
 * back to its author once the gate lets them in again.
 */
export function sealedBy(cause: string): AppError | null {
  if (cause === 'expired' || cause === 'closed') return null;
  if (cause !== 'revoked') return leaseGone();
  return new AppError({
    kind: 'conflict',
    reason: 'lease_revoked',
    message:
      'This case was taken back from you, because access to it or to this work has ended. What you had put down until then is sealed as it was; what came later is not kept.',
  });
}

export const leaseUnknown = () =>
  new AppError({
    kind: 'not_found',
    reason: 'lease_unknown',
    message: 'There is no such lease, or it was submitted under another id. Ask for the next case.',
  });
