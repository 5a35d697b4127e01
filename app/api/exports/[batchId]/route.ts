import { commandContextOf } from '#app/api/_request/command-context.ts';
import { errorResponse } from '#app/api/_request/error-response.ts';
import { requireOrg } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { exportInput, openExport } from '#server/interchange/open-export.ts';

/** Streams an export of a batch to its sponsor: `?what=reads|reads_provenance|final_labels&format=csv|jsonl&field=`. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ batchId: string }> },
): Promise<Response> {
  const command = await commandContextOf(request);
  try {
    const ctx = requireOrg(command);
    if (!ctx.actor.capabilities.has('export.download')) {
      throw new AppError({
        kind: 'forbidden',
        reason: 'capability_missing',
        message: 'Your role does not allow exports.',
      });
    }
    const query = Object.fromEntries(new URL(request.url).searchParams);
    const input = exportInput.safeParse({ ...query, ...(await params) });
    if (!input.success)
      throw new AppError({
        kind: 'invalid',
        reason: 'input_invalid',
        message: 'Say what to export: what=reads, reads_provenance or final_labels, format=csv or jsonl.',
      });
    const { fileName, mediaType, chunks } = await openExport(ctx, input.data);
    return new Response(textStream(chunks), {
      headers: {
        'content-type': mediaType,
        'content-disposition': `attachment; filename="${fileName}"`,
        'cache-control': 'no-store',
      },
    });
  } catch (error) {
    return errorResponse(error, command.requestId);
  }
}

function textStream(chunks: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
}
