import pino from 'pino';

/** Names under which something private could arrive; their values never reach a log. */
const PRIVATE = [
  'password',
  'passwordHash',
  'token',
  'cookie',
  'authorization',
  'email',
  'name',
  'answers',
  'text',
  'note',
  'context',
  'patientKey',
  'patient_key',
  'params',
  'query',
  'message',
];

/**
 * The logger. Writes ids, states and counts as JSON lines; anything under a private name is removed at every depth
 * that is logged here. Errors are logged by kind, reason and stack without their message when they are unexpected.
 */
export const log = pino({
  level: process.env.READROOM_LOG_LEVEL ?? 'info',
  base: { service: 'readroom' },
  redact: { paths: PRIVATE.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), remove: true },
});

/** What of an error is safe to log: never the message of a database error, which holds parameters. */
export function errorFields(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { errorType: typeof error };
  const { kind, reason } = error as { kind?: string; reason?: string };
  const frames = error.stack
    ?.split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 8);
  return {
    errorType: error.name,
    kind,
    reason,
    code: (error as { code?: string }).code,
    frames,
    cause: error.cause ? errorFields(error.cause) : undefined,
  };
}
