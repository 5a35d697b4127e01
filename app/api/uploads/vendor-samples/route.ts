import { commandContextOf } from '#app/api/_request/command-context.ts';
import { errorResponse } from '#app/api/_request/error-response.ts';
import { findForeignRequest, refusalResponse } from '#app/api/_request/guard-request.ts';
import { withFormUpload } from '#app/api/_request/read-form-upload.ts';
import { requireOrg } from '#server/command/context.ts';
import { addSample } from '#server/vendors/add-sample.ts';
import { SAMPLE_BYTES } from '#server/vendors/sample-files.ts';
import { sampleMeta } from '#server/vendors/schemas.ts';

/** A vendor's sample or case study: multipart with `meta` (JSON) and, where there is one, a `file` of at most 20 MB. */
export async function POST(request: Request): Promise<Response> {
  const command = await commandContextOf(request);
  const foreign = findForeignRequest(request);
  if (foreign !== null && foreign.reason !== 'not_json') return refusalResponse(foreign, command.requestId);
  try {
    const ctx = requireOrg(command);
    const of = {
      capability: 'bid.write',
      meta: sampleMeta,
      maxBytes: SAMPLE_BYTES,
      tooLarge: 'The file is larger than 20 MB, so nothing of it was taken.',
    } as const;
    const made = await withFormUpload(ctx, request, of, async ({ meta, file }) =>
      addSample(ctx, {
        meta,
        file: file && { bytes: new Uint8Array(await file.arrayBuffer()), fileName: file.name },
      }),
    );
    return Response.json(made, { headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    return errorResponse(error, command.requestId);
  }
}
