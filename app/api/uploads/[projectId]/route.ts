import { commandContextOf } from '#app/api/_request/command-context.ts';
import { errorResponse } from '#app/api/_request/error-response.ts';
import { findForeignRequest, readBody, refusalResponse } from '#app/api/_request/guard-request.ts';
import { admitCalls } from '#app/api/_request/rate-limit.ts';
import { takeUploadTurn, UPLOADS_AT_ONCE } from '#app/api/_request/upload-turn.ts';
import { requireOrg } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { importDataset } from '#server/datasets/import-dataset.ts';
import { readUpload } from '#server/datasets/read-upload.ts';
import { IMPORT_LIMITS } from '#server/datasets/schemas.ts';

/**
 * A dataset with its images: multipart with `meta` (JSON as datasets.importText without project and text), `file`, and
 * any number of `images`. The only place that takes multipart. Two at once per person; more than 256 MB is 413.
 */
export async function POST(
  request: Request,
  { params }: { params: Promise<{ projectId: string }> },
): Promise<Response> {
  const command = await commandContextOf(request);
  const foreign = findForeignRequest(request);
  if (foreign !== null && foreign.reason !== 'not_json') return refusalResponse(foreign, command.requestId);
  let giveBack: (() => void) | null = null;
  try {
    const ctx = requireOrg(command);
    if (!ctx.actor.capabilities.has('dataset.write')) {
      throw refusal('forbidden', 'capability_missing', 'Your role does not allow uploads.');
    }
    if (!(await admitCalls(ctx.actor, request, 10))) {
      throw refusal('limit', 'rate_limited', 'Too many calls at once. Wait ten seconds and try again.');
    }
    giveBack = takeUploadTurn(ctx.actor.personId);
    if (giveBack === null) {
      const message = `You have ${UPLOADS_AT_ONCE} uploads under way. Wait until one of them is done and try again.`;
      throw refusal('limit', 'uploads_at_once', message);
    }
    const body = await readBody(request, IMPORT_LIMITS.uploadBytes);
    if (body === null) throw refusal('limit', 'upload_too_large', TOO_LARGE);
    const form = await new Response(body, { headers: request.headers }).formData().catch(() => null);
    const imported = await importDataset(ctx, await readUpload(form, (await params).projectId));
    return Response.json(imported, { headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    return errorResponse(error, command.requestId);
  } finally {
    giveBack?.();
  }
}

const TOO_LARGE =
  'The upload is larger than 256 MB, so nothing of it was taken. Split it into several datasets.';

const refusal = (kind: 'forbidden' | 'limit', reason: string, message: string) =>
  new AppError({ kind, reason, message });
