import { commandContextOf } from '#app/api/_request/command-context.ts';
import { errorResponse } from '#app/api/_request/error-response.ts';
import { openAssetByToken } from '#server/agreements/open-asset.ts';
import { requireUser } from '#server/command/context.ts';

/** The bytes behind a short-lived link, for the person it was made for, after the gate was asked again. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ token: string }> },
): Promise<Response> {
  const command = await commandContextOf(request);
  try {
    const { token } = await params;
    const asset = await openAssetByToken(requireUser(command), { token });
    const body = asset.content.kind === 'text' ? asset.content.text : new Uint8Array(asset.content.bytes);
    return new Response(body, {
      headers: {
        'content-type': asset.mediaType,
        // Shown where it was asked for and nowhere kept; a file is never run as a page.
        'cache-control': 'private, no-store',
        'content-security-policy': "default-src 'none'; sandbox",
        'content-disposition': 'inline',
      },
    });
  } catch (error) {
    return errorResponse(error, command.requestId);
  }
}
