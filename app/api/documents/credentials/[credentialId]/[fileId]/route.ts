import { commandContextOf } from '#app/api/_request/command-context.ts';
import { errorResponse } from '#app/api/_request/error-response.ts';
import { requireUser } from '#server/command/context.ts';
import { notFound } from '#server/credentials/add-document.ts';
import { credentialFileInput, openCredentialDocument } from '#server/credentials/open-document.ts';

/** A document of a credential, for its holder and for operators who verify. Nothing in it runs, nothing keeps a copy. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ credentialId: string; fileId: string }> },
): Promise<Response> {
  const command = await commandContextOf(request);
  try {
    const input = credentialFileInput.safeParse(await params);
    if (!input.success) throw notFound();
    const file = await openCredentialDocument(requireUser(command), input.data);
    return new Response(new Uint8Array(file.bytes), {
      headers: {
        'content-type': file.mediaType,
        'content-disposition': `inline; filename="${file.fileName}"`,
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
        'cache-control': 'private, no-store',
      },
    });
  } catch (error) {
    return errorResponse(error, command.requestId);
  }
}
