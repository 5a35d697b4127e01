import { commandContextOf } from '#app/api/_request/command-context.ts';
import { errorResponse } from '#app/api/_request/error-response.ts';
import { fileResponse } from '#app/api/_request/file-response.ts';
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
    return fileResponse(request, await openDocument(requireOrg(command), input.data));
  } catch (error) {
    return errorResponse(error, command.requestId);
  }
}
