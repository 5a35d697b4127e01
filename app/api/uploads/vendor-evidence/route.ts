import { commandContextOf } from '#app/api/_request/command-context.ts';
import { errorResponse } from '#app/api/_request/error-response.ts';
import { findForeignRequest, readBody, refusalResponse } from '#app/api/_request/guard-request.ts';
import { admitCalls } from '#app/api/_request/rate-limit.ts';
import { takeUploadTurn, UPLOADS_AT_ONCE } from '#app/api/_request/upload-turn.ts';
import { requireOrg } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { evidenceMeta } from '#server/vendors/schemas.ts';
import { EVIDENCE_BYTES, uploadEvidence } from '#server/vendors/upload-evidence.ts';

/** A vendor's document: multipart with `meta` (JSON) and `file` (PDF, at most 20 MB). Guards as for datasets. */
export async function POST(request: Request): Promise<Response> {
  const command = await commandContextOf(request);
  const foreign = findForeignRequest(request);
  if (foreign !== null && foreign.reason !== 'not_json') return refusalResponse(foreign, command.requestId);
  let giveBack: (() => void) | null = null;
  try {
    const ctx = requireOrg(command);
    if (!ctx.actor.capabilities.has('bid.write') || !ctx.actor.isAddressConfirmed)
      throw refusal(
        'forbidden',
        'capability_missing',
        'Your role does not allow uploads, or your address is not confirmed.',
      );
    if (!(await admitCalls(ctx.actor, request, 10)))
      throw refusal('limit', 'rate_limited', 'Too many calls at once. Wait ten seconds and try again.');
    giveBack = takeUploadTurn(ctx.actor.personId);
    if (giveBack === null)
      throw refusal(
        'limit',
        'uploads_at_once',
        `You have ${UPLOADS_AT_ONCE} uploads under way. Wait until one of them is done.`,
      );
    const body = await readBody(request, EVIDENCE_BYTES + 100_000);
    if (body === null)
      throw refusal(
        'limit',
        'upload_too_large',
        'The document is larger than 20 MB, so nothing of it was taken.',
      );
    const form = await new Response(body, { headers: request.headers }).formData().catch(() => null);
    const file = form?.get('file');
    const meta = evidenceMeta.safeParse(parsed(form?.get('meta')));
    if (!(file instanceof File)) throw refusal('invalid', 'file_missing', 'Choose the document to upload.');
    if (!meta.success)
      throw new AppError({
        kind: 'invalid',
        reason: 'input_invalid',
        message: 'Some fields are not right. See the details.',
        details: meta.error.issues.map((issue) => ({
          code: issue.code,
          message: issue.message,
          path: issue.path.join('.'),
        })),
      });
    const bytes = new Uint8Array(await file.arrayBuffer());
    const made = await uploadEvidence(ctx, { meta: meta.data, file: { bytes, fileName: file.name } });
    return Response.json(made, { headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    return errorResponse(error, command.requestId);
  } finally {
    giveBack?.();
  }
}

function parsed(meta: FormDataEntryValue | null | undefined): unknown {
  try {
    return JSON.parse(typeof meta === 'string' ? meta : '{}');
  } catch {
    return {};
  }
}

const refusal = (kind: 'forbidden' | 'limit' | 'invalid', reason: string, message: string) =>
  new AppError({ kind, reason, message });
