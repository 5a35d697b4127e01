import { commandContextOf } from '#app/api/_request/command-context.ts';
import { errorResponse } from '#app/api/_request/error-response.ts';
import { fileResponse } from '#app/api/_request/file-response.ts';
import { requireOrg } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { annexCopyInput, openAnnex } from '#server/pilots/open-annex.ts';

/** The signed record of a pilot for its two sides: `json`, whose hash the signature keeps, or `pdf`. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ signatureId: string; copy: string }> },
): Promise<Response> {
  const command = await commandContextOf(request);
  try {
    const input = annexCopyInput.safeParse(await params);
    if (!input.success)
      throw new AppError({
        kind: 'not_found',
        reason: 'annex_not_found',
        message: 'There is no such record of a pilot.',
      });
    return fileResponse(request, await openAnnex(requireOrg(command), input.data));
  } catch (error) {
    return errorResponse(error, command.requestId);
  }
}
