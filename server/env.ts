import { z } from 'zod';

const schema = z.object({
  DATABASE_URL: z.url(),
  NEXTAUTH_SECRET: z.string().min(16),
  NEXTAUTH_URL: z.url().default('http://localhost:3000'),
  READROOM_MODE: z.enum(['production', 'development', 'test']).default('production'),
  READROOM_GOLD_SECRET: z.string().min(16),
  READROOM_FILES_DIR: z.string().default('.readroom/files'),
  READROOM_DATABASE_POOL: z.coerce.number().int().min(2).max(200).default(20),
  /** On a database that is sharded by `batch_id` (Citus), claims and submits go together only within a batch (ADR 019). */
  READROOM_SHARDED: z.enum(['0', '1']).default('0'),
  READROOM_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug']).default('info'),
  STRIPE_SECRET_KEY: z.string().min(8),
  STRIPE_WEBHOOK_SECRET: z.string().min(8),
  STRIPE_API_HOST: z.string().optional(),
  STRIPE_API_PORT: z.coerce.number().int().optional(),
  STRIPE_API_PROTOCOL: z.enum(['http', 'https']).optional(),
  READROOM_LOCAL_MAILBOX: z.enum(['0', '1']).optional(),
  READROOM_COUNTRY_HEADER: z.string().optional(),
  /** Where claimed NPIs are looked up: the imported NPPES files, or its API (which sends the number over the network). */
  READROOM_NPPES: z.enum(['imported', 'api']).default('imported'),
  READROOM_NPPES_URL: z.url().default('https://npiregistry.cms.hhs.gov/api/'),
  SMTP_URL: z.string().optional(),
  MAIL_FROM: z.string().default('Readroom <no-reply@readroom.localhost>'),
});

export type Env = z.infer<typeof schema>;

let parsed: Env | null = null;

/** The environment, checked once; a missing or wrong variable is named, its value never shown. */
export function env(): Env {
  if (parsed === null) {
    const result = schema.safeParse(process.env);
    if (!result.success) {
      const wrong = result.error.issues
        .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
        .join('; ');
      throw new Error(`The environment is not right: ${wrong}. See .env.example.`);
    }
    parsed = result.data;
  }
  return parsed;
}
