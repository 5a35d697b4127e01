import { commandContextOf } from '#app/api/_request/command-context.ts';
import { errorResponse } from '#app/api/_request/error-response.ts';
import { findForeignRequest, readBody, refusalResponse } from '#app/api/_request/guard-request.ts';
import { admitCalls } from '#app/api/_request/rate-limit.ts';
import { takeUploadTurn, UPLOADS_AT_ONCE } from '#app/api/_request/upload-turn.ts';
import { requireUser } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { addDocument } from '#server/credentials/add-document.ts';
import { DOCUMENT_LIMITS } from '#server/credentials/document-rules.ts';

/** A multipart form is a little larger than the file in it. */
const MOST_BYTES = DOCUMENT_LIMITS.bytes + 64 * 1024;

/**
 * A copy of a certificate: multipart with `file`. From its holder a document of the claim, from an operator evidence of a check.
 * What it is and how large it may be is the command's to say; more than 8 MB is not even read (413).
 */
export async function POST(
  request: Request,
  { params }: { params: Promise<{ credentialId: string }> },
): Promise<Response> {
  const command = await commandContextOf(request);
  const foreign = findForeignRequest(request);
  if (foreign !== null && foreign.reason !== 'not_json') return refusalResponse(foreign, command.requestId);
  let giveBack: (() => void) | null = null;
  try {
    const ctx = requireUser(command);
    if (!(await admitCalls(ctx.actor, request, 10)))
      throw refusal('limit', 'rate_limited', 'Too many calls at once. Wait ten seconds and try again.');
    giveBack = takeUploadTurn(ctx.actor.personId);
    if (giveBack === null)
      throw refusal(
        'limit',
        'uploads_at_once',
        `You have ${UPLOADS_AT_ONCE} uploads under way. Wait for one.`,
      );
    const { credentialId } = await params;
    if (!UUID.test(credentialId)) throw refusal('not_found', 'credential_not_found', 'No such credential.');
    const body = await readBody(request, MOST_BYTES);
    if (body === null)
      throw refusal('limit', 'upload_too_large', 'The file is larger than 8 MB, so nothing of it was taken.');
    const form = await new Response(body, { headers: request.headers }).formData().catch(() => null);
    const file = form?.get('file');
    if (!(file instanceof File)) throw refusal('invalid', 'document_invalid', 'Choose a file to send.');
    const bytes = new Uint8Array(await file.arrayBuffer());
    const added = await addDocument(ctx, { credentialId, fileName: file.name, bytes });
    return Response.json(added, { headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    return errorResponse(error, command.requestId);
  } finally {
    giveBack?.();
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const refusal = (kind: 'invalid' | 'limit' | 'not_found', reason: string, message: string) =>
  new AppError({ kind, reason, message });
