import { AppError, type ErrorDetail } from '#server/core/errors.ts';

/** Refuses with `batch_invalid` and everything that is wrong. */
export function refuseIf(faults: readonly ErrorDetail[]): void {
  if (faults.length === 0) return;
  throw new AppError({
    kind: 'invalid',
    reason: 'batch_invalid',
    message: `This batch cannot be made: ${faults.map((fault) => fault.message).join(' ')}`,
    details: faults,
  });
}
