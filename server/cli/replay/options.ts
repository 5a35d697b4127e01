import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';

export type ReplayOptions = {
  folder: string;
  url: string;
  concurrency: number;
  /** First and last position of the panel's readers in the file's order, or null without a panel. */
  panel: { from: number; to: number } | null;
  assisted: boolean;
  exportTo: string | null;
  json: boolean;
  operator: { email: string; password: string };
};

/** Something wrong with how a command was called; printed with its usage, exit 2. */
export class UsageError extends Error {}

export const REPLAY_USAGE = `npm run readroom -- replay FOLDER [--url http://localhost:3000] [--concurrency 16] [--panel 0-9] [--assisted]
    [--export FILE.csv] [--json] [--operator EMAIL --operator-password PASSWORD]

Replays published reads (FOLDER/labels.csv: task,worker,label) against a running app as the people who made them.
The operator's login is the demo's unless it is given, or set as READROOM_OPERATOR_EMAIL and READROOM_OPERATOR_PASSWORD.`;

/** Reads the command line of a replay; throws UsageError with what is wrong. */
export async function replayOptions(argv: readonly string[]): Promise<ReplayOptions> {
  const { values, positionals } = parse(argv);
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1) throw new UsageError('Name one folder to replay.');
  const concurrency = Number(values.concurrency ?? '16');
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 64)
    throw new UsageError('--concurrency is a whole number from 1 to 64.');
  const panel = values.panel === undefined ? null : /^(\d+)-(\d+)$/.exec(values.panel);
  if (values.panel !== undefined && (!panel || Number(panel[1]) > Number(panel[2])))
    throw new UsageError('--panel is a range of readers such as 0-9.');
  return {
    folder,
    url: (values.url ?? `http://localhost:${process.env.PORT ?? '3000'}`).replace(/\/$/, ''),
    concurrency,
    panel: panel ? { from: Number(panel[1]), to: Number(panel[2]) } : null,
    assisted: values.assisted ?? path.basename(folder).endsWith('-ai'),
    exportTo: values.export ?? null,
    json: values.json ?? false,
    operator: await operatorLogin(values.operator, values['operator-password']),
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        concurrency: { type: 'string' },
        panel: { type: 'string' },
        assisted: { type: 'boolean' },
        export: { type: 'string' },
        json: { type: 'boolean' },
        operator: { type: 'string' },
        'operator-password': { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function operatorLogin(
  email: string | undefined,
  password: string | undefined,
): Promise<{ email: string; password: string }> {
  const given = {
    email: email ?? process.env.READROOM_OPERATOR_EMAIL,
    password: password ?? process.env.READROOM_OPERATOR_PASSWORD,
  };
  if (given.email !== undefined && given.password !== undefined)
    return { email: given.email, password: given.password };
  const file = path.join(process.env.READROOM_HOME ?? '.readroom', 'demo.json');
  const text = await readFile(file, 'utf8').catch(() => null);
  const logins =
    text === null
      ? []
      : (JSON.parse(text) as { logins: { role: string; email: string; password: string }[] }).logins;
  const operator = logins.find((login) => login.role === 'operator');
  if (!operator)
    throw new UsageError(`No operator login: ${file} has none. Give --operator and --operator-password.`);
  return operator;
}
