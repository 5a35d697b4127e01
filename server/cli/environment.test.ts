import { afterEach, describe, expect, it, vi } from 'vitest';

type EnvironmentModule = {
  buildEnvironment(options: {
    home: string;
    secrets: Record<string, string>;
    mode: 'production';
    port: number;
    stripePort?: number;
    databaseUrl: string;
  }): Record<string, string | undefined>;
  isMailLost(env: Record<string, string | undefined>): boolean;
  isSandboxUsed(): boolean;
};
type DatabaseModule = {
  appUrlOf(adminUrl: string, password: string, role: string): string;
  describeUrl(url: string): string;
  isSupportedVersion(version: number): boolean;
};
const load = async (file: string) => import(new URL(file, import.meta.url).href);
const { buildEnvironment, isMailLost, isSandboxUsed } = (await load(
  './environment.mjs',
)) as EnvironmentModule;
const { appUrlOf, describeUrl, isSupportedVersion } = (await load('./database.mjs')) as DatabaseModule;

const OPTIONS = {
  home: '/clone/.readroom',
  secrets: { nextAuthSecret: 'generated', stripeSecretKey: 'sk_test_generated' },
  mode: 'production',
  port: 3005,
  databaseUrl: 'postgres://readroom_app:x@127.0.0.1:5000/readroom',
} as const;

/** What decides about mail. */
const PLACES = ['READROOM_LOCAL_MAILBOX', 'HOST', 'DATABASE_URL', 'SMTP_URL', 'NEXTAUTH_URL'];

afterEach(() => vi.unstubAllEnvs());

describe('the environment of what serves', () => {
  it('never holds the database administrator’s URL', () => {
    vi.stubEnv('READROOM_DATABASE_ADMIN_URL', 'postgres://owner:x@127.0.0.1/readroom');
    expect(buildEnvironment(OPTIONS)).not.toHaveProperty('READROOM_DATABASE_ADMIN_URL');
  });

  it('takes the user’s variables before generated ones, and an empty one as not set', () => {
    vi.stubEnv('NEXTAUTH_SECRET', 'mine');
    vi.stubEnv('NEXTAUTH_URL', '');
    const env = buildEnvironment(OPTIONS);
    expect(env.NEXTAUTH_SECRET).toBe('mine');
    expect(env.NEXTAUTH_URL).toBe('http://localhost:3005');
  });

  it('points Stripe at the sandbox only without a key of the user’s own', () => {
    vi.stubEnv('STRIPE_SECRET_KEY', '');
    expect(isSandboxUsed()).toBe(true);
    expect(buildEnvironment({ ...OPTIONS, stripePort: 4001 })).toMatchObject({
      STRIPE_SECRET_KEY: 'sk_test_generated',
      STRIPE_API_PORT: '4001',
    });
    vi.stubEnv('STRIPE_SECRET_KEY', 'sk_live_mine');
    expect(isSandboxUsed()).toBe(false);
    expect(buildEnvironment(OPTIONS).STRIPE_API_PORT).toBeUndefined();
  });
});

describe('the mailbox page, which shows all mail to everybody,', () => {
  it.each<[string, Record<string, string>]>([
    ['nothing set', {}],
    ['HOST=localhost', { HOST: 'localhost' }],
    ['HOST=127.0.0.1', { HOST: '127.0.0.1' }],
    ['HOST=127.0.1.1', { HOST: '127.0.1.1' }],
    ['HOST=::1', { HOST: '::1' }],
    ['a local address to type', { NEXTAUTH_URL: 'http://localhost:3005' }],
    ['a public host, when asked for', { HOST: '0.0.0.0', READROOM_LOCAL_MAILBOX: '1' }],
  ])('is on with %s', (_, given) => {
    for (const name of PLACES) vi.stubEnv(name, given[name] ?? '');
    expect(buildEnvironment(OPTIONS).READROOM_LOCAL_MAILBOX).toBe('1');
  });

  it.each<[string, Record<string, string>]>([
    ['all addresses', { HOST: '0.0.0.0' }],
    ['all addresses of both kinds', { HOST: '::' }],
    ['an address of the network', { HOST: '192.168.1.20' }],
    ['a name', { HOST: 'readroom.example' }],
    ['a name that only begins like a local one', { HOST: 'localhost.example' }],
    ['a proxy in front', { NEXTAUTH_URL: 'https://readroom.example' }],
    ['a database of the user’s own', { DATABASE_URL: 'postgres://me:x@db/readroom' }],
    ['a mail server', { SMTP_URL: 'smtp://mail.example' }],
    ['a local host, when turned off', { HOST: 'localhost', READROOM_LOCAL_MAILBOX: '0' }],
  ])('is off with %s', (_, given) => {
    for (const name of PLACES) vi.stubEnv(name, given[name] ?? '');
    expect(buildEnvironment(OPTIONS).READROOM_LOCAL_MAILBOX).toBe('0');
  });
});

describe('mail that nobody reads', () => {
  it.each([
    ['without a mail server where the mailbox is off', { HOST: '0.0.0.0' }, true],
    ['with a mail server', { HOST: '0.0.0.0', SMTP_URL: 'smtp://mail.example' }, false],
    ['with the mailbox', {}, false],
  ])('%s', (_, given: Record<string, string>, isLost) => {
    for (const name of PLACES) vi.stubEnv(name, given[name] ?? '');
    expect(isMailLost(buildEnvironment(OPTIONS))).toBe(isLost);
  });
});

describe('a database URL', () => {
  it('is shown without user and password', () => {
    expect(describeUrl('postgres://me:secret@db.example:5432/readroom?sslmode=require')).toBe(
      'db.example:5432/readroom',
    );
  });

  it('keeps host, database and parameters for the app’s own role', () => {
    expect(appUrlOf('postgres://me:secret@db:5432/readroom?sslmode=require', 'p/w', 'readroom_app')).toBe(
      'postgres://readroom_app:p%2Fw@db:5432/readroom?sslmode=require',
    );
  });

  it.each([
    [15, false],
    [16, true],
    [17, true],
    [18, true],
    [19, false],
  ])('of PostgreSQL %i is supported: %s', (version, isSupported) => {
    expect(isSupportedVersion(version)).toBe(isSupported);
  });
});
