/** The part of a Postgres error that is safe to act on. The message of drizzle's wrapper holds parameters: never log it. */
export type PostgresFault = { code: string; constraint: string | null; table: string | null };

/** The Postgres error inside whatever was thrown, or null. */
export function postgresFault(error: unknown): PostgresFault | null {
  for (let at: unknown = error, depth = 0; at && depth < 5; depth += 1) {
    const candidate = at as {
      code?: unknown;
      constraint_name?: string;
      table_name?: string;
      cause?: unknown;
    };
    if (typeof candidate.code === 'string' && /^[0-9A-Z]{5}$/.test(candidate.code)) {
      return {
        code: candidate.code,
        constraint: candidate.constraint_name ?? null,
        table: candidate.table_name ?? null,
      };
    }
    at = candidate.cause;
  }
  return null;
}

/**
 * True when a row of a system catalog was changed by somebody else at the same moment. The server has no code of its own for it, so its
 * words are looked at.
 */
export function isCatalogContended(error: unknown): boolean {
  return (
    error instanceof Error &&
    postgresFault(error)?.code === 'XX000' &&
    /tuple concurrently (updated|deleted)/.test(error.message)
  );
}

/** True when `error` is a violation of the unique index or constraint `name`. */
export function violates(error: unknown, name: string): boolean {
  const fault = postgresFault(error);
  return (
    fault !== null &&
    (fault.code === '23505' || fault.code === '23514' || fault.code === '23P01') &&
    fault.constraint === name
  );
}
