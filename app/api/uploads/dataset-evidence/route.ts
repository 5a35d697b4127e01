import { commandContextOf } from '#app/api/_request/command-context.ts';
import { errorResponse } from '#app/api/_request/error-response.ts';
import { findForeignRequest, refusalResponse } from '#app/api/_request/guard-request.ts';
import { withFormUpload } from '#app/api/_request/read-form-upload.ts';
import { requireOrg } from '#server/command/context.ts';
import { renewEvidence } from '#server/datasets/renew-evidence.ts';
import { DOCUMENT_BYTES } from '#server/datasets/rules.ts';
import { renewEvidenceInput } from '#server/datasets/schemas.ts';

/** New evidence of a dataset with its document: multipart with `meta` (JSON as datasets.renewEvidence) and `file` (PDF). */
export async function POST(request: Request): Promise<Response> {
  const command = await commandContextOf(request);
  const foreign = findForeignRequest(request);
  if (foreign !== null && foreign.reason !== 'not_json') return refusalResponse(foreign, command.requestId);
  try {
    const ctx = requireOrg(command);
    const of = {
      capability: 'dataset.write',
      meta: renewEvidenceInput,
      maxBytes: DOCUMENT_BYTES,
      tooLarge: 'The document is larger than 20 MB, so nothing of it was taken.',
    } as const;
    const renewed = await withFormUpload(ctx, request, of, async ({ meta, file }) => {
      const document =
        file === null
          ? null
          : {
              bytes: new Uint8Array(await file.arrayBuffer()),
              fileName: file.name,
              scope: meta.documentScope ?? '',
            };
      return renewEvidence(ctx, meta, document);
    });
    return Response.json(renewed, { headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    return errorResponse(error, command.requestId);
  }
}
