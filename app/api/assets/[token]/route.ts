import { commandContextOf } from '#app/api/_request/command-context.ts';
import { errorResponse } from '#app/api/_request/error-response.ts';
import { type OpenedAsset, openAssetByToken } from '#server/agreements/open-asset.ts';
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
        'content-type': shownAs(asset),
        'cache-control': 'private, no-store',
        'content-disposition': 'inline',
      },
    });
  } catch (error) {
    return errorResponse(error, command.requestId);
  }
}

/** Images as what they are, text as plain text; anything else as bytes, so that no upload becomes a page of ours. */
function shownAs({ content, mediaType }: OpenedAsset): string {
  if (content.kind === 'text') return 'text/plain; charset=utf-8';
  const isImage = /^image\/(png|jpeg|gif|webp|avif|bmp|tiff)$/.test(mediaType);
  return isImage ? mediaType : 'application/octet-stream';
}
