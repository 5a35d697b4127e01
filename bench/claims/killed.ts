import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { compared, measured, median } from '#bench/result.ts';
import type { OrgContext } from '#server/command/context.ts';
import { runJobs } from '#server/jobs/run-jobs.ts';
import { reclaimLeasesJob } from '#server/work/jobs.ts';
import { loadBatches, makePeople } from './load.ts';
import type { Findings, World } from './world.ts';

const PROCESSES = 4;
const PEOPLE_EACH = 4;
const KILL_EVERY_MS = 5000;
/** Of peace, then of killings, in each round: what is told is the median of rounds. */
const WHOLE = { rounds: 3, kills: 3 };
/** The shortest that a sponsor can set, so that the leases of who is killed first run out while the others are. */
const LEASE_SECONDS = 30;
/** A slot may stay with somebody who is gone for its lease and so much longer. */
const LATE_SECONDS = 5;
const LOOK_EVERY_MS = 100;
/** The killings may cost so much of the throughput. */
const LIMIT = 0.7;

/**
 * Four app processes read one batch, in turn in peace and while one of them is killed every five seconds and begins again: what it
 * costs, whether a label that was taken is lost, and how long a slot of the dead stays with them. Leases are taken back by nothing but
 * the product's standing order, at its own pace.
 */
export async function killedProcesses(world: World, found: Findings, plan = WHOLE): Promise<void> {
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
  const orders = await runJobs({ databaseUrl: world.url, db: world.db, jobs: [reclaimLeasesJob] });
  const running = groups.map(begin);
  const watch = watchLeases(world, batchId);
  const rates: { peace: number[]; fire: number[] } = { peace: [], fire: [] };
  let killed = 0;
  for (let round = 0; round < plan.rounds; round += 1) {
    // Whoever has just begun opens their connections first.
    await Promise.all(running.map((one) => one.reads));
    rates.peace.push(await ratePerSecond(taken, wait(plan.kills * KILL_EVERY_MS)));
    const killing = (async () => {
      for (let n = 0; n < plan.kills; n += 1, killed += 1) {
        const which = killed % PROCESSES;
        running[which]?.child.kill('SIGKILL');
        running[which] = begin(groups[which] ?? []);
        await wait(KILL_EVERY_MS);
      }
    })();
    rates.fire.push(await ratePerSecond(taken, killing));
  }
  for (const one of running) one.child.kill('SIGKILL');
  const lost = await countLost(world, batchId, taken);
  // Nobody reads any more: whatever is out now is with the dead, the last of it for a lease from now.
  const late = await watch.untilNoneIsOut((LEASE_SECONDS + 4 * LATE_SECONDS) * 1000);
  await orders.stop();
  const ranOut = await countRanOut(world, batchId);
  const [inPeace, underFire] = [median(rates.peace), median(rates.fire)];
  const name = `submit and next over ${PROCESSES} processes, one killed every ${KILL_EVERY_MS / 1000} s`;
  found.cases.push(
    compared(name, 'per second', underFire, '1/s', { name: 'none killed', value: inPeace }),
    measured('a slot of a killed process stays beyond its lease', 'longest', late.longestSeconds, 's'),
  );
  found.checks.push(
    {
      check: 'processes that are killed cost at most 30 % of the throughput',
      pass: underFire >= LIMIT * inPeace,
      detail: `${Math.round(underFire)} of ${Math.round(inPeace)} a second, medians of ${plan.rounds}`,
    },
    {
      check: 'no label that was taken is lost with its process',
      pass: taken.length > 0 && lost === 0,
      detail: `${lost} of ${taken.length} lost`,
    },
    {
      check: `no slot stays with a dead process beyond its lease and ${LATE_SECONDS} s`,
      // Had no lease run out, or none been seen that had, nothing would be known.
      pass:
        late.stillOut === 0 && ranOut > 0 && late.longestSeconds > 0 && late.longestSeconds <= LATE_SECONDS,
      detail: `${late.longestSeconds.toFixed(1)} s at most, of ${ranOut} that ran out after ${killed} kills; ${late.stillOut} still out`,
    },
  );
}

/** A process, and when the server has taken its first label. */
type Running = { child: ChildProcess; reads: Promise<void> };

function start(url: string, batchId: string, people: readonly OrgContext[], taken: string[]): Running {
  const file = path.join(import.meta.dirname, 'reader-process.ts');
  const actors = JSON.stringify(people.map((who) => who.actor));
  const child = spawn(process.execPath, [...process.execArgv, file, url, batchId, actors], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout as NonNullable<typeof child.stdout> });
  lines.on('line', (id) => taken.push(id));
  const reads = new Promise<void>((resolve) => {
    lines.once('line', () => resolve());
    // One that ends without any label is no reason to wait.
    child.once('exit', () => resolve());
  });
  return { child, reads };
}

async function ratePerSecond(taken: readonly string[], until: Promise<void>): Promise<number> {
  const before = taken.length;
  const from = performance.now();
  await until;
  return ((taken.length - before) * 1000) / (performance.now() - from);
}

async function countLost(world: World, batchId: string, taken: readonly string[]): Promise<number> {
  const [row] = await world.admin<{ n: number }[]>`
    select count(*)::int as n from unnest(${[...taken]}::uuid[]) as t (id)
    left join labels l on l.batch_id = ${batchId} and l.id = t.id where l.id is null`;
  return row?.n ?? 0;
}

async function countRanOut(world: World, batchId: string): Promise<number> {
  const [row] = await world.admin<{ n: number }[]>`
    select count(*)::int as n from slot_releases where batch_id = ${batchId} and cause = 'expired'`;
  return row?.n ?? 0;
}

/** Slots that are out, listed on a reader's row or not. */
async function countOut(world: World, batchId: string): Promise<number> {
  const [row] = await world.admin<{ n: number }[]>`
    select count(*)::int as n from slots where batch_id = ${batchId} and status = 'leased'`;
  return row?.n ?? 0;
}

type Late = { longestSeconds: number; stillOut: number };

/** Looks all the time how long ago the oldest lease that is out ran out; ends once none is out, or after `mostMs` more. */
function watchLeases(world: World, batchId: string): { untilNoneIsOut(mostMs: number): Promise<Late> } {
  let endsAt = Number.POSITIVE_INFINITY;
  const watching = (async () => {
    let longestSeconds = 0;
    for (;;) {
      const isEnding = endsAt !== Number.POSITIVE_INFINITY;
      const [row] = await world.admin<{ out: number; late: number | null }[]>`
        select count(*)::int as out, max(extract(epoch from clock_timestamp() - lease_until))::float8 as late
        from readers h cross join lateral (select s.lease_until from slots s where s.batch_id = h.batch_id
          and s.annotator_id = h.annotator_id and s.task_id = any (h.held) and s.tier = h.tier and s.status = 'leased') s
        where h.batch_id = ${batchId} and h.is_holding`;
      longestSeconds = Math.max(longestSeconds, row?.late ?? 0);
      if ((isEnding && row?.out === 0) || performance.now() > endsAt)
        return { longestSeconds, stillOut: await countOut(world, batchId) };
      await wait(LOOK_EVERY_MS);
    }
  })();
  return {
    untilNoneIsOut: (mostMs) => {
      endsAt = performance.now() + mostMs;
      return watching;
    },
  };
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
