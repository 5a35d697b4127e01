import { isIP } from 'node:net';

/** Where a request comes from: the nearest hop that is known, which the proxy (or Next, without one) appended last; null when nobody did. */
export function clientAddress(request: Request): string | null {
  const nearest = request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? '';
  // A client can write anything into the header, and signatures keep it.
  return isIP(nearest) === 0 ? null : nearest;
}
