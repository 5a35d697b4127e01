import { randomUUID } from 'node:crypto';
import type { LoadedBatch } from './load.ts';
import type { World } from './world.ts';

const SAMPLE = 50;

/**
 * Label Studio's uniform next-task as its code reads (projects/functions/next_task.py), on the same open work: all unsolved tasks
 * in random order, the first 50; for each a lock row in a table of its own and a counter check of the overlap, until one is
 * free. Milliseconds of each claim.
 */
export async function labelStudioClaims(
  world: World,
  batches: readonly LoadedBatch[],
  claims: number,
): Promise<number[]> {
  const sql = world.loader;
  await sql`create table if not exists ls_locks (task_id uuid not null, user_id uuid not null, expires_at timestamptz not null)`;
  await sql`create index if not exists ls_locks_task on ls_locks (task_id)`;
  const ids = batches.map((batch) => batch.batchId);
  const user = randomUUID();
  const times: number[] = [];
  for (let n = 0; n < claims; n += 1) {
    const from = performance.now();
    await sql.begin(async (tx) => {
      const candidates = await tx<{ id: string; needed: number; done: number }[]>`
        select id, reads_needed as needed, reads_done as done from tasks t
        where batch_id in ${tx(ids)} and status = 'open'
          and id not in (select task_id from ls_locks where user_id = ${user})
        order by random() limit ${SAMPLE}`;
      for (const { id, needed, done } of candidates) {
        const [locked] =
          await tx`select id from tasks where id = ${id} and batch_id in ${tx(ids)} for update skip locked`;
        if (!locked) continue;
        const [held] = await tx<{ n: number }[]>`
          select count(*)::int as n from ls_locks where task_id = ${id} and expires_at > now()`;
        if ((held?.n ?? 0) + done >= needed) continue;
        await tx`insert into ls_locks (task_id, user_id, expires_at) values (${id}, ${user}, now() + interval '1 day')`;
        return;
      }
    });
    times.push(performance.now() - from);
  }
  await sql`drop table ls_locks`;
  return times;
}
