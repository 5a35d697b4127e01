import type { ErrorKind } from '#server/core/errors.ts';
import { errorFields, log } from '#server/log.ts';
import { toAppError } from '#server/routers/to-app-error.ts';

const STATUS: Record<ErrorKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  precondition: 412,
  limit: 429,
  unavailable: 503,
  bug: 500,
};

/** Whatever the kind: a client that knows no reasons still learns that it is the size. */
const TOO_LARGE: ReadonlySet<string> = new Set(['upload_too_large', 'webhook_too_large']);

/** The answer of a plain route to what a command threw: status, reason and words; nothing private. */
export function errorResponse(error: unknown, requestId: string): Response {
  const app = toAppError(error);
  if (app === null || app.kind === 'bug') log.error({ requestId, ...errorFields(error) }, 'request failed');
  const body = {
    reason: app?.reason ?? 'unexpected',
    message: app?.message ?? 'Something went wrong on our side. Nothing was changed.',
    details: app?.details ?? [],
    requestId,
  };
  return Response.json(body, {
    status: app === null ? 500 : TOO_LARGE.has(app.reason) ? 413 : STATUS[app.kind],
    headers: { 'cache-control': 'no-store', 'x-request-id': requestId },
  });
}
