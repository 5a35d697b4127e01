import { commandContextOf } from '#app/api/_request/command-context.ts';
import { errorResponse } from '#app/api/_request/error-response.ts';
import { findForeignRequest, refusalResponse } from '#app/api/_request/guard-request.ts';
import { withFormUpload } from '#app/api/_request/read-form-upload.ts';
import { requireOrg } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { evidenceMeta } from '#server/vendors/schemas.ts';
import { EVIDENCE_BYTES, uploadEvidence } from '#server/vendors/upload-evidence.ts';

/** A vendor's document: multipart with `meta` (JSON) and `file` (PDF, at most 20 MB). Guards as for datasets. */
export async function POST(request: Request): Promise<Response> {
  const command = await commandContextOf(request);
  const foreign = findForeignRequest(request);
  if (foreign !== null && foreign.reason !== 'not_json') return refusalResponse(foreign, command.requestId);
  try {
    const ctx = requireOrg(command);
    const of = {
      capability: 'bid.write',
      meta: evidenceMeta,
      maxBytes: EVIDENCE_BYTES,
      tooLarge: 'The document is larger than 20 MB, so nothing of it was taken.',
    } as const;
    const made = await withFormUpload(ctx, request, of, async ({ meta, file }) => {
      if (file === null)
        throw new AppError({
          kind: 'invalid',
          reason: 'file_missing',
          message: 'Choose the document to upload.',
        });
      const bytes = new Uint8Array(await file.arrayBuffer());
      return uploadEvidence(ctx, { meta, file: { bytes, fileName: file.name } });
    });
    return Response.json(made, { headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    return errorResponse(error, command.requestId);
  }
}
