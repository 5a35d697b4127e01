import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { compared } from '#bench/result.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { systemClock } from '#server/core/clock.ts';
import { reclaimLeases } from '#server/work/reclaim-leases.ts';
import { loadBatches, makePeople } from './load.ts';
import type { Findings, World } from './world.ts';

const PROCESSES = 4;
const PEOPLE_EACH = 4;
const KILL_EVERY_MS = 5000;
const RUN_MS = 30_000;
const LEASE_SECONDS = 60;
/** A slot may stay with somebody who is gone for its lease and so much longer. */
const LATE_SECONDS = 5;
/** The killings may cost so much of the throughput. */
const LIMIT = 0.7;

/**
 * Four app processes read one batch, first in peace, then while one of them is killed every five seconds and begins again: what it
 * costs, whether a label that was taken is lost, and how long a slot of the dead stays with them.
 */
export async function killedProcesses(world: World, found: Findings): Promise<void> {
  const people = await makePeople(world, PROCESSES * PEOPLE_EACH);
  const { batches } = await loadBatches(world, {
    tasks: 100_000,
    overlap: 3,
    groups: [people],
    leaseSeconds: LEASE_SECONDS,
  });
  const [batch] = batches;
  if (!batch) throw new Error('A batch was loaded.');
  const { batchId, readers } = batch;
  const taken: string[] = [];
  const groups = Array.from({ length: PROCESSES }, (_, i) =>
    readers.slice(i * PEOPLE_EACH, (i + 1) * PEOPLE_EACH),
  );
  const begin = (people: readonly OrgContext[]) => start(world.url, batchId, people, taken);
  const running = groups.map(begin);
  // They open their connections first.
  await wait(3000);
  const inPeace = await ratePerSecond(taken, RUN_MS);
  const killing = (async () => {
    for (let n = 0; n < RUN_MS / KILL_EVERY_MS; n += 1) {
      const which = n % PROCESSES;
      running[which]?.kill('SIGKILL');
      running[which] = begin(groups[which] ?? []);
      await wait(KILL_EVERY_MS);
    }
  })();
  const underFire = await ratePerSecond(taken, RUN_MS);
  await killing;
  for (const one of running) one.kill('SIGKILL');
  const lost = await countLost(world, batchId, taken);
  const stuck = await waitForLeases(world, batchId);
  const name = `submit and next over ${PROCESSES} processes, one killed every ${KILL_EVERY_MS / 1000} s`;
  found.cases.push(compared(name, 'per second', underFire, '1/s', { name: 'none killed', value: inPeace }));
  found.checks.push(
    {
      check: 'processes that are killed cost at most 30 % of the throughput',
      pass: underFire >= LIMIT * inPeace,
      detail: `${Math.round(underFire)} of ${Math.round(inPeace)} a second`,
    },
    {
      check: 'no label that was taken is lost with its process',
      pass: taken.length > 0 && lost === 0,
      detail: `${lost} of ${taken.length} lost`,
    },
    {
      check: `no slot stays with a dead process beyond its lease and ${LATE_SECONDS} s`,
      pass: stuck === 0,
      detail: `${stuck} stuck`,
    },
  );
}

function start(url: string, batchId: string, people: readonly OrgContext[], taken: string[]): ChildProcess {
  const file = path.join(import.meta.dirname, 'reader-process.ts');
  const actors = JSON.stringify(people.map((who) => who.actor));
  const child = spawn(process.execPath, [...process.execArgv, file, url, batchId, actors], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface({ input: child.stdout as NonNullable<typeof child.stdout> }).on('line', (id) =>
    taken.push(id),
  );
  return child;
}

async function ratePerSecond(taken: readonly string[], ms: number): Promise<number> {
  const before = taken.length;
  const from = performance.now();
  await wait(ms);
  return ((taken.length - before) * 1000) / (performance.now() - from);
}

async function countLost(world: World, batchId: string, taken: readonly string[]): Promise<number> {
  const [row] = await world.admin<{ n: number }[]>`
    select count(*)::int as n from unnest(${[...taken]}::uuid[]) as t (id)
    left join labels l on l.batch_id = ${batchId} and l.id = t.id where l.id is null`;
  return row?.n ?? 0;
}

/** Takes leases back as the job does, until the last has run out; how many are still out then. */
async function waitForLeases(world: World, batchId: string): Promise<number> {
  const until = performance.now() + (LEASE_SECONDS + LATE_SECONDS) * 1000;
  const ctx = systemContext({ db: world.db, clock: systemClock, name: 'reclaim-leases', requestId: 'bench' });
  for (;;) {
    await reclaimLeases(ctx);
    const [row] = await world.admin<{ n: number }[]>`
      select count(*)::int as n from slots where batch_id = ${batchId} and status = 'leased'`;
    if (row?.n === 0 || performance.now() > until) return row?.n ?? 0;
    await wait(1000);
  }
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
