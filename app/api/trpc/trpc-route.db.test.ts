import { encode } from 'next-auth/jwt';
import superjson from 'superjson';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { dropSettings, SECRET, stubSettings } from '#app/api/handler-rows.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';

const password = 'four words make sense';

/** The adapter as a browser or a program meets it. */
describe('calls over HTTP', () => {
  let t: TestDatabase;
  let route: { GET(request: Request): Promise<Response>; POST(request: Request): Promise<Response> };
  let cookie: string;
  let sessionId: string;

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    stubSettings(t.url);
    // After the environment, because the route reads it when it is first asked.
    route = await import('./[trpc]/route.ts');
    const { signUp } = await import('#server/identity/sign-up.ts');
    const { signIn } = await import('#server/identity/sign-in.ts');
    const { systemClock } = await import('#server/core/clock.ts');
    const anonymous = { db: t.db, clock: systemClock, actor: { kind: 'anonymous' as const }, requestId: 'r' };
    const email = 'mira@example.test';
    await signUp(anonymous, {
      account: { name: 'Mira Novak', email, password, country: 'SI' },
      organisation: { kind: 'independent' },
    });
    ({ sessionId } = await signIn(anonymous, { email, password }));
    cookie = `next-auth.session-token=${await encode({ token: { sid: sessionId }, secret: SECRET })}`;
  });
  afterAll(async () => {
    await dropSettings();
    await t.drop();
  });

  type Parts = {
    headers?: Record<string, string>;
    input?: unknown;
    method?: 'GET' | 'POST';
    body?: BodyInit;
  };
  async function call(
    path: string,
    parts: Parts = {},
  ): Promise<{ status: number; body: unknown; headers: Headers }> {
    const method = parts.method ?? 'POST';
    const body = parts.body ?? JSON.stringify(superjson.serialize(parts.input ?? {}));
    const request = new Request(`http://localhost:3000/api/trpc/${path}`, {
      method,
      headers: { host: 'localhost:3000', 'content-type': 'application/json', ...parts.headers },
      ...(method === 'POST' ? { body } : {}),
    });
    const response = await route[method](request);
    return { status: response.status, body: await response.json(), headers: response.headers };
  }
  const end = (headers: Record<string, string>) =>
    call('identity.revokeSession', { headers: { cookie, ...headers }, input: { sessionId } });
  const me = (headers: Record<string, string> = {}) => call('identity.me', { method: 'GET', headers });
  const reasonOf = (body: unknown) =>
    (body as { error: { json: { data: { reason: string } } } }).error.json.data.reason;

  test('the cookie names a session, and the session the person', async () => {
    const answer = await me({ cookie });
    expect(answer.status).toBe(200);
    expect(JSON.stringify(answer.body)).toContain('mira@example.test');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each([
    ['no cookie', ''],
    ['a cookie signed by nobody', 'next-auth.session-token=abc.def.ghi.jkl.mno'],
  ])('%s is nobody', async (_, value) => {
    expect((await me({ cookie: value })).status).toBe(401);
  });

  test('a cookie made with another secret is nobody', async () => {
    const token = await encode({ token: { sid: sessionId }, secret: 'another secret altogether' });
    expect((await me({ cookie: `next-auth.session-token=${token}` })).status).toBe(401);
  });

  test.each<[string, Record<string, string>]>([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbour of the same site', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'https://evil.test' }],
    ['an origin that says null', { origin: 'null' }],
  ])('a call that %s makes the browser send is refused, signed in or not', async (_, headers) => {
    expect((await end(headers)).status).toBe(403);
    expect((await me({ cookie, ...headers })).status).toBe(403);
  });

  test.each([
    ['a form', 'multipart/form-data; boundary=x'],
    ['a form in the address', 'application/x-www-form-urlencoded'],
    ['plain text', 'text/plain'],
    ['bytes', 'application/octet-stream'],
  ])('a body that %s could post is refused: no forgery without a preflight', async (_, type) => {
    const answer = await end({ 'content-type': type });
    expect(answer.status).toBe(415);
    expect((await me({ cookie })).status).toBe(200);
  });

  test('a mutation is not to be had by GET', async () => {
    const input = encodeURIComponent(JSON.stringify(superjson.serialize({ sessionId })));
    const answer = await call(`identity.revokeSession?input=${input}`, {
      method: 'GET',
      headers: { cookie },
    });
    expect(answer.status).toBe(405);
    expect((await me({ cookie })).status).toBe(200);
  });

  test('its own origin may', async () => {
    expect(
      (await me({ cookie, origin: 'http://localhost:3000', 'sec-fetch-site': 'same-origin' })).status,
    ).toBe(200);
  });

  test('a body of more than 64 KiB is not read from somebody who is not signed in, announced or not', async () => {
    const large = JSON.stringify(superjson.serialize({ token: 'x'.repeat(70_000) }));
    expect((await call('identity.acceptInvitation', { body: large })).status).toBe(413);
    const stream = new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode(large));
        controller.close();
      },
    });
    const request = new Request('http://localhost:3000/api/trpc/identity.acceptInvitation', {
      method: 'POST',
      headers: { host: 'localhost:3000', 'content-type': 'application/json' },
      body: stream,
      duplex: 'half',
    } as RequestInit);
    expect((await route.POST(request)).status).toBe(413);
    // Signed in, uploads fit; this one fails for its content.
    expect((await call('identity.acceptInvitation', { body: large, headers: { cookie } })).status).toBe(400);
  });

  test('more than ten calls in one batch are refused', async () => {
    const paths = (count: number) => Array(count).fill('identity.me').join(',');
    const batch = (count: number) => call(`${paths(count)}?batch=1`, { method: 'GET', headers: { cookie } });
    expect((await batch(10)).status).toBe(200);
    expect((await batch(11)).status).toBe(400);
  });

  test('broken JSON and unknown procedures are refused in words, without a stack', async () => {
    const broken = await call('identity.signUp', { body: '{"json":' });
    expect(broken.status).toBe(400);
    expect(reasonOf(broken.body)).toBe('input_malformed');
    const query = await call('identity.invitation?input=nonsense', { method: 'GET' });
    expect(query.status).toBe(400);
    const unknown = await call('identity.nothing');
    expect(unknown.status).toBe(404);
    expect(JSON.stringify([broken.body, unknown.body])).not.toMatch(/node_modules|\.ts:/);
  });

  test('wrong input is answered field by field', async () => {
    const answer = await call('identity.signUp', {
      input: { account: { email: 'x' }, organisation: { kind: 'x' } },
    });
    expect(answer.status).toBe(400);
    expect(reasonOf(answer.body)).toBe('input_invalid');
    expect(JSON.stringify(answer.body)).toContain('account.email');
  });

  test('one address makes at most 200 calls in ten seconds without signing in; people who are signed in go on', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.7' };
    const answers = await Promise.all(
      Array.from({ length: 210 }, () => call('identity.invitation', { method: 'GET', headers })),
    );
    const limited = answers.filter((answer) => answer.status === 429);
    expect(limited.length).toBeGreaterThanOrEqual(10);
    expect(limited[0]?.headers.get('retry-after')).toBe('10');
    expect(reasonOf(limited[0]?.body)).toBe('rate_limited');
    expect((await me({ cookie, ...headers })).status).toBe(200);
  });

  test('what the page asks for by itself does not keep an idle session alive', async () => {
    const lastSeen = async () =>
      (await t.admin`select last_seen_at from sessions where id = ${sessionId}`)[0]?.last_seen_at as Date;
    await t.admin`update sessions set last_seen_at = now() - interval '5 minutes' where id = ${sessionId}`;
    const before = await lastSeen();
    await me({ cookie, 'x-readroom-background': '1' });
    expect(await lastSeen()).toEqual(before);
    await me({ cookie });
    expect((await lastSeen()).getTime()).toBeGreaterThan(before.getTime());
  });

  test('a call of another person’s page finds nobody signed in, and does not use the session', async () => {
    const [{ person_id: own }] =
      (await t.admin`select u.person_id from sessions s join users u on u.id = s.user_id
      where s.id = ${sessionId}`) as unknown as [{ person_id: string }];
    await t.admin`update sessions set last_seen_at = now() - interval '5 minutes' where id = ${sessionId}`;
    const seen = async () =>
      (await t.admin`select last_seen_at from sessions where id = ${sessionId}`)[0]?.last_seen_at as Date;
    const before = await seen();
    const answer = await me({ cookie, 'x-readroom-person': '01a202d7-b39a-7701-952d-60d5e9f28310' });
    expect(answer.status).toBe(401);
    expect(reasonOf(answer.body)).toBe('signed_in_as_other');
    expect(JSON.stringify(answer.body)).not.toContain(own);
    expect(await seen()).toEqual(before);
    expect((await me({ cookie, 'x-readroom-person': own })).status).toBe(200);
    expect((await seen()).getTime()).toBeGreaterThan(before.getTime());
    const nobody = await me({ 'x-readroom-person': own });
    expect(reasonOf(nobody.body)).toBe('sign_in_required');
  });

  test('a session ended on the server is refused with the next call', async () => {
    expect((await end({})).status).toBe(200);
    expect((await me({ cookie })).status).toBe(401);
  });
});
