import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { commandContextOf, idleActorOf } from '#app/api/_request/command-context.ts';
import { findForeignRequest, readBody, refusalResponse } from '#app/api/_request/guard-request.ts';
import { admitCalls } from '#app/api/_request/rate-limit.ts';
import { AppError } from '#server/core/errors.ts';
import { errorFields, log } from '#server/log.ts';
import { appRouter } from '#server/routers/_app.ts';

const ENDPOINT = '/api/trpc';
const MAX_BATCH = 10;
/** Uploads travel as JSON from people who are signed in; nobody else has more than a form to send. */
const MAX_BODY_BYTES = { user: 32 * 1024 * 1024, other: 64 * 1024 };

async function handle(request: Request): Promise<Response> {
  const command = await commandContextOf(request);
  const { requestId } = command;
  const foreign = findForeignRequest(request);
  if (foreign !== null) return refusalResponse(foreign, requestId);

  const url = new URL(request.url);
  const calls = url.pathname.slice(ENDPOINT.length + 1).split(',').length;
  if (!(await admitCalls(command.actor, request, Math.min(calls, MAX_BATCH)))) {
    const message = 'Too many calls at once. Wait ten seconds and try again.';
    return refusalResponse({ status: 429, reason: 'rate_limited', message }, requestId);
  }

  const maxBytes = command.actor.kind === 'user' ? MAX_BODY_BYTES.user : MAX_BODY_BYTES.other;
  const body = await readBody(request, maxBytes);
  if (body === null) {
    const message = `The request is larger than ${Math.round(maxBytes / 1024)} KiB. Send it in smaller parts.`;
    return refusalResponse({ status: 413, reason: 'too_large', message }, requestId);
  }
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
  return fetchRequestHandler({
    endpoint: ENDPOINT,
    router: appRouter,
    maxBatchSize: MAX_BATCH,
    req: new Request(request.url, {
      method: request.method,
      headers: request.headers,
      ...(hasBody ? { body } : {}),
    }),
    createContext: () => ({ command, findIdleActor: () => idleActorOf(request) }),
    responseMeta: () => ({ headers: { 'x-request-id': requestId, 'cache-control': 'no-store' } }),
    onError: ({ error, path, type }) => {
      const cause = error.cause instanceof AppError ? error.cause : null;
      const fields = { requestId, path, type, code: error.code, reason: cause?.reason };
      if (cause === null || cause.kind === 'bug')
        log.error({ ...fields, ...errorFields(error) }, 'call failed');
      else log.info(fields, 'call refused');
    },
  });
}

export { handle as GET, handle as POST };
