import type { StoredFile } from '#server/files/read-file.ts';

/** A stored file byte for byte; shown, or saved when the address says `?download`. */
export function fileResponse(request: Request, file: StoredFile): Response {
  const disposition = new URL(request.url).searchParams.has('download') ? 'attachment' : 'inline';
  return new Response(new Uint8Array(file.bytes), {
    headers: {
      'content-type': file.mediaType,
      'content-disposition': `${disposition}; filename="${file.fileName}"`,
      'cache-control': 'private, no-store',
      'x-document-sha256': file.sha256,
    },
  });
}
