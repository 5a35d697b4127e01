import { TRPCError } from '@trpc/server';
import { postgresFault } from '#db/errors.ts';
import { AppError } from '#server/core/errors.ts';

/** The AppError to answer with, or null when tRPC's own error stands (bad JSON, unknown procedure, too large). */
export function toAppError(error: unknown): AppError | null {
  if (error instanceof AppError) return error;
  if (error instanceof TRPCError && error.cause === undefined && error.code !== 'INTERNAL_SERVER_ERROR')
    return null;
  const fault = postgresFault(error);
  if (fault?.code === '57014') {
    return new AppError({
      kind: 'unavailable',
      reason: 'statement_timeout',
      message: 'The database took too long. Try again.',
      cause: error,
    });
  }
  if (fault && (fault.code.startsWith('08') || fault.code.startsWith('57P') || fault.code.startsWith('53'))) {
    return new AppError({
      kind: 'unavailable',
      reason: 'database_unavailable',
      message: 'The database is not reachable right now. Try again.',
      cause: error,
    });
  }
  return new AppError({
    kind: 'bug',
    reason: 'unexpected',
    message: 'Something went wrong on our side. Nothing was changed.',
    cause: error,
  });
}
