import { commandContextOf } from '#app/api/_request/command-context.ts';
import { errorResponse } from '#app/api/_request/error-response.ts';
import { requireOrg } from '#server/command/context.ts';
import { openSample, sampleNotFound } from '#server/vendors/open-sample.ts';
import { sampleIdInput } from '#server/vendors/schemas.ts';

/** The file of a vendor's sample, for who may see it; always saved, never shown, so that nothing in it runs. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ sampleId: string }> },
): Promise<Response> {
  const command = await commandContextOf(request);
  try {
    const input = sampleIdInput.safeParse(await params);
    if (!input.success) throw sampleNotFound();
    const file = await openSample(requireOrg(command), input.data);
    return new Response(new Uint8Array(file.bytes), {
      headers: {
        'content-type': file.mediaType,
        'content-disposition': `attachment; filename="${file.fileName}"`,
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
        'cache-control': 'private, no-store',
      },
    });
  } catch (error) {
    return errorResponse(error, command.requestId);
  }
}
