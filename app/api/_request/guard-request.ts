import { env } from '#server/env.ts';

export type Refusal = { status: 403 | 413 | 415 | 429; reason: string; message: string };

/**
 * Refuses what another site makes a browser send: a foreign `Origin`, a `Sec-Fetch-Site` other than same-origin
 * or none, and any body that a plain form could post (tRPC itself would take multipart). Null when it may pass.
 */
export function findForeignRequest(request: Request): Refusal | null {
  const site = request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none') {
    return {
      status: 403,
      reason: 'foreign_site',
      message: 'Requests from other sites are not taken. Open Readroom itself and try again.',
    };
  }
  const origin = request.headers.get('origin');
  if (origin !== null && !isOwnOrigin(origin, request)) {
    return {
      status: 403,
      reason: 'foreign_origin',
      message: 'Requests from other origins are not taken. Open Readroom itself and try again.',
    };
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/json') {
      return { status: 415, reason: 'not_json', message: 'Send the body as application/json.' };
    }
  }
  return null;
}

function isOwnOrigin(origin: string, request: Request): boolean {
  if (origin === new URL(env().NEXTAUTH_URL).origin) return true;
  const host = request.headers.get('host');
  try {
    return host !== null && new URL(origin).host === host;
  } catch {
    return false;
  }
}

/** Reads a body of at most `maxBytes`; null when it is larger, noticed before more than that has been read. */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | null> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return null;
  if (request.body === null) return new Uint8Array();
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body) {
    size += part.byteLength;
    if (size > maxBytes) return null;
    parts.push(part);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

/** The refusal in the shape of a tRPC error, so that every client shows it the same way. */
export function refusalResponse(refusal: Refusal, requestId: string): Response {
  const body = {
    error: {
      json: {
        message: refusal.message,
        code: -32600,
        data: {
          code: refusal.status === 429 ? 'TOO_MANY_REQUESTS' : 'BAD_REQUEST',
          httpStatus: refusal.status,
          reason: refusal.reason,
          details: [],
        },
      },
    },
  };
  const headers: Record<string, string> = { 'x-request-id': requestId, 'cache-control': 'no-store' };
  if (refusal.status === 429) headers['retry-after'] = '10';
  return Response.json(body, { status: refusal.status, headers });
}
