import { commandContextOf } from '#app/api/_request/command-context.ts';
import { errorResponse } from '#app/api/_request/error-response.ts';
import { findForeignRequest } from '#app/api/_request/guard-request.ts';
import { liveStream } from '#app/api/_request/live-stream.ts';
import { admitCalls } from '#app/api/_request/rate-limit.ts';
import { createLiveTail, type LiveTail } from '#server/analytics/live-tail.ts';
import { liveViewerOf } from '#server/analytics/watch-live.ts';
import { requireOrg } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { isId } from '#server/core/ids.ts';
import { loadUserActor } from '#server/identity/load-actor.ts';

export const dynamic = 'force-dynamic';

const holder = globalThis as typeof globalThis & { readroomLiveTail?: LiveTail };

/** How a batch stands, as server-sent events for as long as the person may watch it. Following is no use of the session. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ batchId: string }> },
): Promise<Response> {
  const command = await commandContextOf(request, { isBackground: true });
  try {
    const foreign = findForeignRequest(request);
    if (foreign !== null)
      throw new AppError({ kind: 'forbidden', reason: foreign.reason, message: foreign.message });
    const ctx = requireOrg(command);
    if (!(await admitCalls(ctx.actor, request, 1))) throw rateLimited();
    const { batchId } = await params;
    if (!isId(batchId)) throw noBatch();
    const viewer = await liveViewerOf(ctx, batchId);
    holder.readroomLiveTail ??= createLiveTail({ db: ctx.db, clock: ctx.clock });
    const { sessionId, orgId } = ctx.actor;
    const mayStay = async () => {
      const actor = await loadUserActor(ctx.db, ctx.clock, sessionId);
      if (actor === null || actor.orgId !== orgId) return false;
      return liveViewerOf({ ...ctx, actor: { ...actor, orgId } }, batchId).then(
        (now) => now === viewer,
        (error: unknown) => !(error instanceof AppError),
      );
    };
    const watch = { batchId, viewer, sessionId, mayStay };
    return new Response(liveStream(holder.readroomLiveTail, watch, request.headers.get('last-event-id')), {
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
        'x-request-id': command.requestId,
      },
    });
  } catch (error) {
    return errorResponse(error, command.requestId);
  }
}

function noBatch(): AppError {
  return new AppError({ kind: 'not_found', reason: 'batch_not_found', message: 'There is no such batch.' });
}

function rateLimited(): AppError {
  const message = 'Too many calls at once. Wait ten seconds and try again.';
  return new AppError({ kind: 'limit', reason: 'rate_limited', message });
}
