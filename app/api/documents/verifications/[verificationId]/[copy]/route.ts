import { commandContextOf } from '#app/api/_request/command-context.ts';
import { errorResponse } from '#app/api/_request/error-response.ts';
import { fileResponse } from '#app/api/_request/file-response.ts';
import { openVerification } from '#server/agreements/open-document.ts';
import { verificationCopyInput } from '#server/agreements/schemas.ts';
import { requireOrg } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';

/** The PDF of a yearly verification of safeguards, byte for byte, for a party of its agreement. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ verificationId: string; copy: string }> },
): Promise<Response> {
  const command = await commandContextOf(request);
  try {
    const input = verificationCopyInput.safeParse(await params);
    if (!input.success) {
      throw new AppError({
        kind: 'not_found',
        reason: 'verification_not_found',
        message: 'There is no such verification.',
      });
    }
    return fileResponse(request, await openVerification(requireOrg(command), input.data));
  } catch (error) {
    return errorResponse(error, command.requestId);
  }
}
