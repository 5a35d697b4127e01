import { getToken } from 'next-auth/jwt';
import { env } from '#server/env.ts';

type Cookies = Record<string, string>;

/** The session id inside the signed cookie, or null when there is none or it was not made here. */
export async function readSessionId(cookies: Cookies): Promise<string | null> {
  const req = { cookies, headers: {} } as unknown as Parameters<typeof getToken>[0]['req'];
  const token = await getToken({ req, secret: env().NEXTAUTH_SECRET });
  return typeof token?.sid === 'string' ? token.sid : null;
}

/** Cookies of a request that did not come through Next's own cookie store. */
export function parseCookies(header: string | null): Cookies {
  return Object.fromEntries(
    (header ?? '').split(';').flatMap((part) => {
      const at = part.indexOf('=');
      if (at < 1) return [];
      return [[part.slice(0, at).trim(), decodeCookie(part.slice(at + 1).trim())]];
    }),
  );
}

function decodeCookie(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
