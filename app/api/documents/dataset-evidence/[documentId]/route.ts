import { commandContextOf } from '#app/api/_request/command-context.ts';
import { errorResponse } from '#app/api/_request/error-response.ts';
import { requireOrg } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { openDatasetDocument } from '#server/datasets/open-document.ts';
import { documentIdInput } from '#server/datasets/schemas.ts';

/** The document behind a dataset's evidence, for who may see it; shown apart from the app, so that nothing in it runs as the app. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ documentId: string }> },
): Promise<Response> {
  const command = await commandContextOf(request);
  try {
    const input = documentIdInput.safeParse(await params);
    if (!input.success)
      throw new AppError({
        kind: 'not_found',
        reason: 'document_not_found',
        message: 'There is no such document.',
      });
    const file = await openDatasetDocument(requireOrg(command), input.data);
    return new Response(new Uint8Array(file.bytes), {
      headers: {
        'content-type': 'application/pdf',
        'content-disposition': `inline; filename="${file.fileName}"`,
        'content-security-policy': 'sandbox',
        'x-content-type-options': 'nosniff',
        'cache-control': 'private, no-store',
      },
    });
  } catch (error) {
    return errorResponse(error, command.requestId);
  }
}
