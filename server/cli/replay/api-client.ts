import { createTRPCClient, httpBatchLink, TRPCClientError } from '@trpc/client';
import superjson from 'superjson';
import type { Api, Door } from '#db/seed/steps/door.ts';
import type { AppRouter } from '#server/routers/_app.ts';

/** Cookies of one signed-in person. */
type Jar = Map<string, string>;

type Credentials = { email: string; password: string };

/** The door of a running app: people come in over HTTP, as a browser would let them. */
export function openHttpDoor(url: string): Door {
  return {
    anonymous: apiWith(url, new Map()),
    signIn: async (credentials) => apiWith(url, await cookiesOf(url, credentials)),
  };
}

/** The API for somebody whose cookies are known: `name=value` pairs. */
export function apiWithCookies(url: string, cookies: Readonly<Record<string, string>>): Api {
  return apiWith(url, new Map(Object.entries(cookies)));
}

/** Reads a URL of the app as a person, with nothing but what a browser would send. */
export async function download(url: string, path: string, credentials: Credentials): Promise<string> {
  const answer = await send(url, path, await cookiesOf(url, credentials));
  if (!answer.ok)
    throw new Error(`${path} answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
  return answer.text();
}

/** Signs in as the sign-in page does; throws when the app refuses. */
async function cookiesOf(url: string, credentials: Credentials): Promise<Jar> {
  const jar: Jar = new Map();
  const { csrfToken } = (await (await send(url, '/api/auth/csrf', jar)).json()) as { csrfToken: string };
  const form = new URLSearchParams({ ...credentials, csrfToken, json: 'true', callbackUrl: url });
  const answer = await send(url, '/api/auth/callback/credentials', jar, {
    method: 'POST',
    body: form,
    redirect: 'manual',
  });
  if (![...jar.keys()].some((name) => name.includes('session-token'))) {
    throw new Error(
      `${credentials.email} could not sign in (HTTP ${answer.status}). Check the address and the password.`,
    );
  }
  return jar;
}

function apiWith(url: string, jar: Jar): Api {
  return createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: `${url}/api/trpc`,
        transformer: superjson,
        maxItems: 10,
        fetch: (input, init) =>
          patiently(() =>
            fetch(input as string, {
              ...(init as RequestInit),
              headers: { ...(init?.headers as Record<string, string>), cookie: cookieHeader(jar) },
            }),
          ),
      }),
    ],
  });
}

/** Waits and tries again when the app says that calls come too fast. */
async function patiently(call: () => Promise<Response>): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await call().catch((cause: unknown) => {
      throw new Error(
        'The app stopped answering. Look at what it printed, start it again, and replay again: each replay is a project of its own.',
        { cause },
      );
    });
    if (answer.status !== 429 || attempt > 30) return answer;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

async function send(url: string, path: string, jar: Jar, init: RequestInit = {}): Promise<Response> {
  const answer = await patiently(() =>
    fetch(`${url}${path}`, { ...init, headers: { cookie: cookieHeader(jar) } }),
  );
  for (const line of answer.headers.getSetCookie()) {
    const pair = line.split(';')[0] ?? '';
    const at = pair.indexOf('=');
    if (at > 0) jar.set(pair.slice(0, at), pair.slice(at + 1));
  }
  return answer;
}

function cookieHeader(jar: Jar): string {
  return [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
}

/** The app's own words for a refused call, with every detail; for printing. */
export function wordsOf(error: unknown): string {
  if (error instanceof TRPCClientError) {
    const details = (error.data as { details?: { message: string }[] } | undefined)?.details ?? [];
    return [error.message, ...details.map((detail) => `  - ${detail.message}`)].join('\n');
  }
  return error instanceof Error ? error.message : String(error);
}
