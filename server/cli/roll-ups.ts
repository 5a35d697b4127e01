import { parseArgs } from 'node:util';
import { sql } from 'drizzle-orm';
import { openDatabase } from '#db/client.ts';
import { rebuildRollUp } from '#server/analytics/roll-up.ts';
import { listRolledUp } from '#server/analytics/roll-up-queries.ts';
import { systemContext } from '#server/command/context.ts';
import { systemClock } from '#server/core/clock.ts';
import { isAppError } from '#server/core/errors.ts';
import { isId, newId } from '#server/core/ids.ts';
import { env } from '#server/env.ts';

export const ROLL_UPS_USAGE = `npm run readroom -- roll-ups rebuild BATCH_ID … [--json]
npm run readroom -- roll-ups rebuild --all [--json]

Counts the hours and classes of batches anew from their labels, beside a running app: the figures stand until the new ones are
there, and no label is counted twice. It changes nothing unless the figures were wrong. Exit 0 when all are rebuilt, 1 when a
batch was not.`;

type Options = { batchIds: string[] | 'all'; json: boolean };

/** The command line, or what is wrong with it. */
export function rollUpsOptions(argv: readonly string[]): Options | { wrong: string } {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) };
  }
  const { values, positionals } = parsed;
  const [action = '', ...batchIds] = positionals;
  if (action !== 'rebuild') return { wrong: `Roll-ups can be rebuilt; there is no "${action}".` };
  const isAll = values.all ?? false;
  if (isAll === batchIds.length > 0) return { wrong: 'Name batches by their ids, or --all.' };
  const unknown = batchIds.find((id) => !isId(id));
  if (unknown !== undefined) return { wrong: `"${unknown}" is no id of a batch.` };
  return { batchIds: isAll ? 'all' : batchIds, json: values.json ?? false };
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { all: { type: 'boolean' }, json: { type: 'boolean' } },
  });
}

/** `roll-ups rebuild`: one line per batch; one that cannot be rebuilt leaves its figures as they were and the others go on. */
export async function runRollUps(argv: readonly string[]): Promise<number> {
  const options = rollUpsOptions(argv);
  if ('wrong' in options) {
    console.error(`${options.wrong}\n\n${ROLL_UPS_USAGE}`);
    return 2;
  }
  const { db, close } = openDatabase(env().DATABASE_URL, {
    max: 1,
    name: 'readroom-roll-ups',
  });
  const ctx = systemContext({ db, clock: systemClock, name: 'cli.roll-ups', requestId: newId() });
  const batches: { batchId: string; reads: number | null; problem: string | null }[] = [];
  try {
    // A large batch is counted in one statement, which may take longer than what serves.
    await db.execute(sql`set statement_timeout = '1h'`);
    for (const batchId of options.batchIds === 'all' ? await listRolledUp(db) : options.batchIds) {
      const done = await rebuilt(ctx, batchId);
      batches.push({ batchId, ...done });
      if (options.json) continue;
      if (done.problem === null) console.log(`${batchId}  ${done.reads?.toLocaleString('en-GB')} reads`);
      else console.error(`${batchId}  not rebuilt: ${done.problem}`);
    }
  } finally {
    await close();
  }
  const isWhole = batches.every((one) => one.problem === null);
  if (options.json) console.log(JSON.stringify({ batches }));
  return isWhole ? 0 : 1;
}

async function rebuilt(
  ctx: Parameters<typeof rebuildRollUp>[0],
  batchId: string,
): Promise<{ reads: number | null; problem: string | null }> {
  try {
    return { reads: await rebuildRollUp(ctx, { batchId }), problem: null };
  } catch (error) {
    return { reads: null, problem: isAppError(error) ? error.message : String(error) };
  }
}
