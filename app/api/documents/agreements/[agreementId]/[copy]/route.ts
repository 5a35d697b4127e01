import { commandContextOf } from '#app/api/_request/command-context.ts';
import { errorResponse } from '#app/api/_request/error-response.ts';
import { openDocument } from '#server/agreements/open-document.ts';
import { documentCopyInput } from '#server/agreements/schemas.ts';
import { requireOrg } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';

/** The PDF of an agreement, byte for byte, for a party: `original` to read and sign, `sealed` once both have signed. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ agreementId: string; copy: string }> },
): Promise<Response> {
  const command = await commandContextOf(request);
  try {
    const input = documentCopyInput.safeParse(await params);
    if (!input.success) {
      throw new AppError({
        kind: 'not_found',
        reason: 'document_not_found',
        message: 'There is no such document.',
      });
    }
    const file = await openDocument(requireOrg(command), input.data);
    const disposition = new URL(request.url).searchParams.has('download') ? 'attachment' : 'inline';
    return new Response(new Uint8Array(file.bytes), {
      headers: {
        'content-type': file.mediaType,
        'content-disposition': `${disposition}; filename="${file.fileName}"`,
        'cache-control': 'private, no-store',
        'x-document-sha256': file.sha256,
      },
    });
  } catch (error) {
    return errorResponse(error, command.requestId);
  }
}
