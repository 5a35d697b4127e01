import { TRPCError } from '@trpc/server';
import superjson from 'superjson';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgKind } from '#server/command/actor.ts';
import type { Capability } from '#server/command/capabilities.ts';
import type { CommandContext, OrgContext } from '#server/command/context.ts';
import { startTestSandbox, type TestSandbox } from '#server/payouts/sandbox/sandbox-for-tests.ts';
import { appRouter, createCaller } from './_app.ts';
import { AUTHORISATION, type AuthorisationRow } from './authorisation-matrix.ts';
import { kindsWith, makeWorld, rolesWithout, type World } from './authorisation-world.ts';

type Procedure = { _def: { meta?: { can?: Capability } } };
const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, Procedure>).map(
  ([path, procedure]) => ({ path, can: procedure._def.meta?.can ?? null }),
);

type Answer = { ok: true; value: unknown } | { ok: false; code: TRPCError['code']; reason: string | null };

async function call(ctx: CommandContext, path: string, input: unknown): Promise<Answer> {
  const [domain, name] = path.split('.') as [string, string];
  const caller = createCaller({ command: ctx }) as unknown as Record<
    string,
    Record<string, (input: unknown) => Promise<unknown>>
  >;
  try {
    return { ok: true, value: await caller[domain]![name]!(input) };
  } catch (error) {
    if (!(error instanceof TRPCError)) throw error;
    return { ok: false, code: error.code, reason: (error.cause as { reason?: string })?.reason ?? null };
  }
}

const IDS = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** How a refusal may travel; a wrong input or a bug is none. */
const REFUSALS = {
  not_found: ['NOT_FOUND'],
  forbidden: ['FORBIDDEN'],
  refused: ['NOT_FOUND', 'FORBIDDEN', 'PRECONDITION_FAILED', 'CONFLICT'],
};

/** Trails of the call itself, which a refusal may add to. */
const TRAILS = ['audit_events', 'asset_openings', 'opening_grounds', 'sign_in_failures'];

describe('who may call what', () => {
  let t: TestDatabase;
  let world: World;
  let tables: { schema: string; name: string }[];

  let box: TestSandbox;

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { askedAtEnd: true });
    box = await startTestSandbox();
    const environment = {
      DATABASE_URL: t.url,
      NEXTAUTH_SECRET: 'a secret of some length',
      READROOM_GOLD_SECRET: 'a secret of some length',
      STRIPE_WEBHOOK_SECRET: 'whsec_for_tests',
      STRIPE_SECRET_KEY: box.env.STRIPE_SECRET_KEY,
      STRIPE_API_HOST: box.env.STRIPE_API_HOST,
      STRIPE_API_PORT: String(box.env.STRIPE_API_PORT),
      STRIPE_API_PROTOCOL: 'http',
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    world = makeWorld(t.db);
    tables = await t.admin<{ schema: string; name: string }[]>`
      select schemaname as schema, tablename as name from pg_tables
      where schemaname in ('public', 'ledger') and tablename not in ${t.admin(TRAILS)} order by 1, 2`;
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await box.close();
    await t.drop();
  });

  /** Rows and content of every table; with `ids`, only of rows that mention one of them. Planned once: it is asked 800 times. */
  async function digest(ids?: readonly string[]): Promise<Record<string, string>> {
    const mention = ids?.length ? 'where r::text ~ $1' : '';
    const parts = tables.map(
      ({ schema, name }) => `select '${name}' as name,
        count(*) || ':' || coalesce(sum(hashtextextended(r::text, 0)::numeric), 0) as state
        from ${schema}.${name} r ${mention}`,
    );
    const rows = await t.admin.unsafe<{ name: string; state: string }[]>(
      parts.join(' union all '),
      ids?.length ? [ids.join('|')] : [],
      { prepare: true },
    );
    return Object.fromEntries(rows.map((row) => [row.name, row.state]));
  }

  const inputs = new Map<string, unknown>();
  async function inputOf(row: AuthorisationRow): Promise<unknown> {
    if (!inputs.has(row.path)) inputs.set(row.path, await row.input?.(world));
    return inputs.get(row.path);
  }

  function kindOf(row: AuthorisationRow): OrgKind {
    return row.as ?? kindsWith(row.can)[0] ?? 'sponsor';
  }

  function rightPerson(row: AuthorisationRow): Promise<OrgContext> {
    if (row.by) return row.by(world);
    const isAnyones = row.can === 'self' || row.can === 'public';
    return isAnyones ? anybody('a') : world.holder('a', kindOf(row), row.can);
  }

  function anybody(side: 'a' | 'b'): Promise<OrgContext> {
    return world.member(side, 'sponsor', ['sponsor_owner']);
  }

  /** The same right elsewhere; there is one platform, so for the operator's procedures it is another kind's owner. */
  function stranger(row: AuthorisationRow): Promise<OrgContext> {
    if (row.can === 'self' || row.can === 'public') return anybody('b');
    const kind = kindOf(row);
    return kind === 'platform' ? anybody('b') : world.holder('b', kind, row.can);
  }

  test('every procedure has exactly one row, with the capability it asks for', () => {
    const asked = procedures.map(({ path, can }) => `${path} ${can}`);
    const written = AUTHORISATION.map(({ path, can }) => `${path} ${can}`);
    expect({
      withoutRow: asked.filter((one) => !written.includes(one)),
      withoutProcedure: written.filter((one) => !asked.includes(one)),
      twice: written.filter((one, at) => written.indexOf(one) !== at),
    }).toEqual({ withoutRow: [], withoutProcedure: [], twice: [] });
  });

  const rows = AUTHORISATION.filter((row) => procedures.some(({ path }) => path === row.path));

  test.each(rows.filter((row) => row.can !== 'public').map((row) => [row.path, row] as const))(
    '%s: nobody who is not signed in',
    async (path, row) => {
      const answer = await call(world.anonymous(), path, await inputOf(row));
      expect(answer).toMatchObject({ ok: false, code: 'UNAUTHORIZED' });
    },
  );

  test.each(
    rows.filter((row) => row.can !== 'public' && row.can !== 'self').map((row) => [row.path, row] as const),
  )('%s: not without the capability, in the right organisation', async (path, row) => {
    const kind = kindOf(row);
    const colleague = await world.member('a', kind, rolesWithout(kind, row.can));
    const answer = await call(colleague, path, await inputOf(row));
    expect(answer).toEqual({ ok: false, code: 'FORBIDDEN', reason: 'capability_missing' });
  });

  test.each(rows.map((row) => [row.path, row] as const))(
    '%s: nothing of another organisation',
    async (path, row) => {
      const input = await inputOf(row);
      const [owner, other] = await Promise.all([rightPerson(row), stranger(row)]);
      const own = idsIn(other.actor);
      const asked = row.otherOrg === 'everybodys' ? [] : idsIn(input);
      const foreign = [owner.actor.orgId, owner.actor.personId, ...asked].filter((id) => !own.includes(id));
      const maySucceed = row.otherOrg === 'own-data-only' || row.otherOrg === 'everybodys';
      const ids = maySucceed ? foreign : undefined;
      const before = await digest(ids);
      const answer = await call(other, path, input);
      expect(await digest(ids)).toEqual(before);
      if (maySucceed) {
        const seen = answer.ok ? superjson.stringify(answer.value) : '';
        expect(foreign.filter((id) => seen.includes(id))).toEqual([]);
      } else {
        expect(answer).toMatchObject({ ok: false });
        expect(REFUSALS[row.otherOrg as keyof typeof REFUSALS]).toContain(answer.ok ? 'OK' : answer.code);
      }
    },
  );

  // Last, because what is done here changes the world.
  test.each(rows.map((row) => [row.path, row] as const))('%s: the right person', async (path, row) => {
    const answer = await call(await rightPerson(row), path, await inputOf(row));
    if (answer.ok) return;
    // A rule of the story may say no; the authorisation, the input and the code may not.
    expect(answer.reason).not.toBe('capability_missing');
    const wrong = ['UNAUTHORIZED', 'FORBIDDEN', 'INTERNAL_SERVER_ERROR'];
    if (row.can !== 'public' && row.otherOrg === 'not_found') wrong.push('NOT_FOUND');
    expect(wrong).not.toContain(answer.code);
    expect(answer, 'the row must give a valid input').not.toMatchObject({
      code: 'BAD_REQUEST',
      reason: null,
    });
  });
});

function idsIn(value: unknown): string[] {
  return [...new Set(superjson.stringify(value ?? null).match(IDS) ?? [])];
}
