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
  isSandboxUsed(): boolean;
};
type DatabaseModule = {
  appUrlOf(adminUrl: string, password: string, role: string): string;
  describeUrl(url: string): string;
  isSupportedVersion(version: number): boolean;
};
const load = async (file: string) => import(new URL(file, import.meta.url).href);
const { buildEnvironment, isSandboxUsed } = (await load('./environment.mjs')) as EnvironmentModule;
const { appUrlOf, describeUrl, isSupportedVersion } = (await load('./database.mjs')) as DatabaseModule;

const OPTIONS = {
  home: '/clone/.readroom',
  secrets: { nextAuthSecret: 'generated', stripeSecretKey: 'sk_test_generated' },
  mode: 'production',
  port: 3005,
  databaseUrl: 'postgres://readroom_app:x@127.0.0.1:5000/readroom',
} as const;

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
