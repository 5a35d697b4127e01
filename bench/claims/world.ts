import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import type { BenchCase, BenchCheck } from '#bench/result.ts';
import { type DatabaseHandle, openDatabase } from '#db/client.ts';
import { migrateDatabase } from '#db/migrate.ts';
import { makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { startScratchPostgres } from '#server/cli/embedded-postgres.mjs';
import { manualClock } from '#server/core/clock.ts';
import type { HandedOut } from './cells.ts';

/** A throw-away Postgres with the schema, a sponsor's project, and a pool as the app's role. */
export type World = DatabaseHandle & {
  scene: WorkScene;
  url: string;
  admin: postgres.Sql;
  /** A pool as the owner, for filling tables by whole sets. */
  loader: postgres.Sql;
  stop(): Promise<void>;
};

/** Connections of the pool, however many claimers there are. */
export const CONNECTIONS = 32;
const APP_PASSWORD = 'bench';
/** Gold of the batches that deal any: more than a reader meets in a run. */
const GOLD_CASES = 120;

/**
 * Starts a cluster with the durability and vacuum of the one that the product runs, migrates, and makes the organisations,
 * project, protocol, gold and funds that a batch needs. `moreCases` are in the dataset, for readers who open what they read.
 */
export async function startWorld(connections: number, moreCases = 0): Promise<World> {
  const server = await startScratchPostgres({ durable: true });
  const adminUrl = new URL(server.adminUrl);
  adminUrl.pathname = '/readroom_bench';
  await migrateDatabase({ adminUrl: adminUrl.href, appPassword: APP_PASSWORD });
  const url = new URL(adminUrl.href);
  url.username = 'readroom_app';
  url.password = APP_PASSWORD;
  const handle = openDatabase(url.href, { max: connections, name: 'bench', isRead: true });
  // One session to the end: it has tables of its own.
  const admin = postgres(adminUrl.href, { max: 1, max_lifetime: null, onnotice: () => {} });
  const loader = postgres(adminUrl.href, { max: 4, onnotice: () => {} });
  process.env.READROOM_GOLD_SECRET ??= 'bench-secret-of-no-use';
  const scene = await makeWorkScene(handle.db, {
    cases: 2 + GOLD_CASES + moreCases,
    gold: Object.fromEntries(Array.from({ length: GOLD_CASES }, (_, i) => [i + 2, { grade: ['2'] }])),
    fundsMinor: 10n ** 12n,
    clock: manualClock(new Date()),
  });
  return {
    ...handle,
    scene,
    url: url.href,
    admin,
    loader,
    stop: async () => {
      await handle.close();
      await admin.end({ timeout: 5 });
      await loader.end({ timeout: 5 });
      await server.stop();
    },
  };
}

/** What a benchmark finds out, part by part. */
export type Findings = { cases: BenchCase[]; checks: BenchCheck[] };

/** Marks the first `done` tasks of the order as read by a person in their lane, as if they had been at it for weeks. */
export async function markDone(
  world: World,
  input: { batchId: string; annotatorId: string; done: number },
): Promise<void> {
  await world.db.execute(sql`
    update slots s set status = 'submitted', annotator_id = ${input.annotatorId}, terms_no = 1,
      lease_id = gen_random_uuid(), submitted_at = now()
    from readers r where r.batch_id = ${input.batchId} and r.annotator_id = ${input.annotatorId}
      and s.batch_id = r.batch_id and s.lane = r.lane and s.sort_key < ${input.done}`);
  await world.db.execute(sql`update readers set after_key = ${input.done - 1}
    where batch_id = ${input.batchId} and annotator_id = ${input.annotatorId}`);
  // Weeks would have brought the vacuum by; a scratch cluster has none of its own.
  await world.admin`vacuum (analyze) slots`;
}

export type Assignments = {
  leases: number;
  /** Leases whose slot is no longer held under them by the person who got them. */
  lost: number;
  /** Lease ids that were handed out more than once. */
  repeated: number;
  /** Cases that have more than one reader: without them the next two counts would say nothing. */
  shared: number;
  /** Cases that one person got twice. */
  doubles: number;
  /** Cases with more readers than their overlap. */
  exceeded: number;
};

/** Leases that go to the server in one statement. */
const LEASES_AT_ONCE = 100_000;

/** Compares what claimers were told with what the tables hold, over all batches: minutes of a large run, so without the app's limit. */
export async function countAssignments({ admin }: World, log: readonly HandedOut[]): Promise<Assignments> {
  await admin`set work_mem = '256MB'`;
  await admin`create temp table given (lease_id uuid not null, person_id uuid not null)`;
  for (let from = 0; from < log.length; from += LEASES_AT_ONCE) {
    const some = log.slice(from, from + LEASES_AT_ONCE);
    await admin`insert into given select * from unnest(
      ${some.map((one) => one.leaseId)}::uuid[], ${some.map((one) => one.personId)}::uuid[])`;
  }
  await admin`create temp table taken as
    select s.batch_id, s.task_id, s.annotator_id, s.lease_id, t.is_dealt_gold
    from slots s join tasks t on t.batch_id = s.batch_id and t.id = s.task_id where s.annotator_id is not null`;
  await admin`create temp table cases as
    select batch_id, task_id, count(*) as readers, count(distinct annotator_id) as people
    from taken where not is_dealt_gold group by 1, 2`;
  await admin`analyze given, taken, cases`;
  const [row] = await admin<Omit<Assignments, 'leases'>[]>`
    select
      (select count(*)::int from given g left join taken s on s.lease_id = g.lease_id and s.annotator_id = g.person_id
        where s.lease_id is null) as lost,
      (select (count(*) - count(distinct lease_id))::int from given) as repeated,
      (select count(*)::int from cases where people > 1) as shared,
      (select count(*)::int from cases where readers > people) as doubles,
      (select count(*)::int from cases c join batches b on b.id = c.batch_id where c.readers > b.overlap) as exceeded`;
  if (!row) throw new Error('The counts are missing.');
  return { leases: log.length, ...row };
}
