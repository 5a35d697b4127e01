import type { z } from 'zod';
import type { Capability } from '#server/command/capabilities.ts';
import type { requireOrg } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { readBody } from './guard-request.ts';
import { admitCalls } from './rate-limit.ts';
import { takeUploadTurn, UPLOADS_AT_ONCE } from './upload-turn.ts';

type Organised = ReturnType<typeof requireOrg>;

/**
 * A multipart form with `meta` (JSON) and a `file`, which may be left out, from somebody with the capability and a confirmed
 * address: admitted by the same limit as calls, `UPLOADS_AT_ONCE` under way, nothing larger than `maxBytes`. `use` runs while the turn is held.
 * Errors: `capability_missing`, `rate_limited`, `uploads_at_once`, `upload_too_large`, `input_invalid` with every field.
 */
export async function withFormUpload<M extends z.ZodType, T>(
  ctx: Organised,
  request: Request,
  of: { capability: Capability; meta: M; maxBytes: number; tooLarge: string },
  use: (form: { meta: z.output<M>; file: File | null }) => Promise<T>,
): Promise<T> {
  if (!ctx.actor.capabilities.has(of.capability) || !ctx.actor.isAddressConfirmed)
    throw refusal(
      'forbidden',
      'capability_missing',
      'Your role does not allow uploads, or your address is not confirmed.',
    );
  if (!(await admitCalls(ctx.actor, request, 10)))
    throw refusal('limit', 'rate_limited', 'Too many calls at once. Wait ten seconds and try again.');
  const giveBack = takeUploadTurn(ctx.actor.personId);
  if (giveBack === null)
    throw refusal(
      'limit',
      'uploads_at_once',
      `You have ${UPLOADS_AT_ONCE} uploads under way. Wait until one of them is done.`,
    );
  try {
    // A multipart form is a little larger than the file in it.
    const body = await readBody(request, of.maxBytes + 100_000);
    if (body === null) throw refusal('limit', 'upload_too_large', of.tooLarge);
    const form = await new Response(body, { headers: request.headers }).formData().catch(() => null);
    const file = form?.get('file');
    const meta = of.meta.safeParse(parsed(form?.get('meta')));
    if (!meta.success)
      throw new AppError({
        kind: 'invalid',
        reason: 'input_invalid',
        message: 'Some fields are not right. See the details.',
        details: meta.error.issues.map((issue) => ({
          code: issue.code,
          message: issue.message,
          path: issue.path.join('.'),
        })),
      });
    return await use({ meta: meta.data, file: file instanceof File && file.size > 0 ? file : null });
  } finally {
    giveBack();
  }
}

function parsed(meta: FormDataEntryValue | null | undefined): unknown {
  try {
    return JSON.parse(typeof meta === 'string' ? meta : '{}');
  } catch {
    return {};
  }
}

const refusal = (kind: 'forbidden' | 'limit', reason: string, message: string) =>
  new AppError({ kind, reason, message });
