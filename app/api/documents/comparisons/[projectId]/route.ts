import { z } from 'zod';
import { commandContextOf } from '#app/api/_request/command-context.ts';
import { errorResponse } from '#app/api/_request/error-response.ts';
import { exportComparison } from '#server/bids/export-comparison.ts';
import { requireOrg } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';

const params = z.object({ projectId: z.uuid() });

/** The comparison of a project's bids as a PDF, for its sponsor. */
export async function GET(
  request: Request,
  given: { params: Promise<{ projectId: string }> },
): Promise<Response> {
  const command = await commandContextOf(request);
  try {
    const ctx = requireOrg(command);
    const input = params.safeParse(await given.params);
    if (!input.success)
      throw new AppError({
        kind: 'not_found',
        reason: 'project_not_found',
        message: 'There is no such project.',
      });
    const { bytes, fileName } = await exportComparison(ctx, input.data);
    return new Response(new Uint8Array(bytes), {
      headers: {
        'content-type': 'application/pdf',
        'content-disposition': `attachment; filename="${fileName}"`,
        'cache-control': 'private, no-store',
      },
    });
  } catch (error) {
    return errorResponse(error, command.requestId);
  }
}
