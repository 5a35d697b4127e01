import { z } from 'zod';
import { commandContextOf } from '#app/api/_request/command-context.ts';
import { errorResponse } from '#app/api/_request/error-response.ts';
import { requireOrg } from '#server/command/context.ts';
import { openContractDocument } from '#server/contracts/open-document.ts';
import { AppError } from '#server/core/errors.ts';

const copyInput = z.object({ versionId: z.uuid(), copy: z.enum(['original', 'sealed']) });

/** The PDF of a version of a contract, byte for byte, for one of its sides. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ versionId: string; copy: string }> },
): Promise<Response> {
  const command = await commandContextOf(request);
  try {
    const input = copyInput.safeParse(await params);
    if (!input.success)
      throw new AppError({
        kind: 'not_found',
        reason: 'document_not_found',
        message: 'There is no such document.',
      });
    const file = await openContractDocument(requireOrg(command), input.data);
    return new Response(new Uint8Array(file.bytes), {
      headers: {
        'content-type': file.mediaType,
        'content-disposition': `inline; filename="${file.fileName}"`,
        'cache-control': 'private, no-store',
        'x-document-sha256': file.sha256,
      },
    });
  } catch (error) {
    return errorResponse(error, command.requestId);
  }
}
