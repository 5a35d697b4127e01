import { encode } from 'next-auth/jwt';
import { vi } from 'vitest';
import type { OrgContext } from '#server/command/context.ts';

/** What the tests of plain handlers share: who asks, and what each of them gets. */
export const SECRET = 'a secret of at least sixteen characters';
export const WEBHOOK_SECRET = 'whsec_of_this_test';
export const ORIGIN = 'http://localhost:3000';

/** Who asks. `other` has the same role in another organisation of the kind, `wrong` another role in the same. */
export const ACTORS = ['anonymous', 'other', 'wrong', 'right'] as const;
export type Actor = (typeof ACTORS)[number];
export type Answer = { status: number; reason: unknown; text: string; headers: Headers };

/** A handler, what is asked of it, and what each actor gets: status and reason. */
export type Row = {
  file: string;
  people: Record<Exclude<Actor, 'anonymous'>, OrgContext>;
  ask(cookie: Record<string, string>): Promise<Response>;
  expected: Record<Actor, [status: number, reason?: string]>;
};

/** The settings that handlers read, for one test file; `dropSettings` takes them back. Handlers are imported after it. */
export function stubSettings(databaseUrl: string): void {
  // Each process reads its settings once, and files of tests share one.
  vi.resetModules();
  const settings = {
    DATABASE_URL: databaseUrl,
    NEXTAUTH_SECRET: SECRET,
    NEXTAUTH_URL: ORIGIN,
    READROOM_MODE: 'test',
    READROOM_LOG_LEVEL: 'fatal',
    READROOM_GOLD_SECRET: SECRET,
    STRIPE_SECRET_KEY: 'sk_test_none',
    STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
  };
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
}

/** Closes the pool that handlers opened, and takes the settings back. */
export async function dropSettings(): Promise<void> {
  const { closeDatabase } = await import('#server/database.ts');
  await closeDatabase();
  vi.unstubAllEnvs();
  vi.resetModules();
}

export async function cookieOf(ctx: OrgContext): Promise<{ cookie: string }> {
  const token = await encode({ token: { sid: ctx.actor.sessionId }, secret: SECRET });
  return { cookie: `next-auth.session-token=${token}` };
}

export const get = (route: string, headers: Record<string, string>): Request =>
  new Request(`${ORIGIN}${route}`, { headers: { host: 'localhost:3000', ...headers } });

export const post = (route: string, headers: Record<string, string>, body: BodyInit): Request =>
  new Request(`${ORIGIN}${route}`, {
    method: 'POST',
    headers: { host: 'localhost:3000', ...headers },
    body,
    duplex: 'half',
  } as RequestInit);

export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return {
    status: response.status,
    reason: isJson ? (JSON.parse(text) as { reason?: unknown }).reason : undefined,
    text,
    headers: response.headers,
  };
}

export async function askAs(row: Row, actor: Actor): Promise<Answer> {
  const headers = actor === 'anonymous' ? {} : await cookieOf(row.people[actor]);
  return answerOf(await row.ask(headers));
}
