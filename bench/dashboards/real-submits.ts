import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { type LoadedBatch, loadBatches, makePeople } from '#bench/claims/load.ts';
import type { Findings, World } from '#bench/claims/world.ts';
import { measured, percentile } from '#bench/result.ts';
import { rollUpJob } from '#server/analytics/jobs.ts';
import { findWorstLag } from '#server/analytics/reads.ts';
import { rebuildRollUp, rolledUp, rollUp } from '#server/analytics/roll-up.ts';
import { type CommandContext, systemContext } from '#server/command/context.ts';
import { systemClock } from '#server/core/clock.ts';
import { runJobs } from '#server/jobs/run-jobs.ts';
import { type Look, lookOnce, showAlone, showNoMore } from './counted.ts';
import { type Submitters, startSubmitters } from './submitters.ts';

const BATCHES = 5;
const PEOPLE = 60;
const OVERLAP = 3;
const LOOK_EVERY_MS = 200;
/** Of the rate that is asked for, what counts as having been reached: what is under way at the end is not in it. */
const LEAST_REACHED = 0.97;
/** Whether a rate is as good as that which was asked for. */
export const isReached = (rate: number, perSecond: number): boolean => rate >= LEAST_REACHED * perSecond;

type Plan = { perSecond: number; seconds: number; processes: number; recounts: number; limitMs: number };

/**
 * People in processes of their own submit at a rate through the product's own commands, each with the claim of the next case, while the
 * product's standing order rolls up, each second. How long a submit that the server has taken is missing in detail is told by what can be
 * seen: hours and classes are added up, and held against when there was one submit more than that. Then, while they go on, every counter is
 * held against its recount in snapshots. Returns the rate that was reached.
 */
export async function realSubmits(world: World, plan: Plan, found: Findings): Promise<number> {
  const people = await makePeople(world, PEOPLE);
  const groups = Array.from({ length: BATCHES }, (_, n) => people.filter((_, i) => i % BATCHES === n));
  // Twice what is read at that rate: recounts take their time.
  const tasks = Math.ceil((2 * plan.perSecond * (plan.seconds + 4 * plan.recounts)) / BATCHES / OVERLAP);
  const { batches } = await loadBatches(world, { tasks, overlap: OVERLAP, groups });
  const batchIds = batches.map((batch) => batch.batchId);
  await showAlone(world, batchIds);
  await world.admin`vacuum (analyze) slots, tasks, readers`;
  const submitters = await startSubmitters(world, batches, plan);
  const ctx = systemContext({ db: world.db, clock: systemClock, name: 'bench', requestId: randomUUID() });
  // A batch that has just been opened has no mark yet: the health page would tell its lag since the opening.
  await rollUp(ctx);
  const orders = await runJobs({ databaseUrl: world.url, db: world.db, jobs: [rollUpJob] });
  const before = submitters.taken();
  submitters.begin();
  const from = performance.now();
  const lags = await watchLag(world, batchIds, submitters, plan.seconds);
  const rate = ((submitters.taken() - before) * 1000) / (performance.now() - from);
  const looks: Look[] = [];
  for (let n = 0; n < plan.recounts; n += 1) looks.push(await lookOnce(world));
  await submitters.stop();
  await orders.stop();
  await showNoMore(world);
  tellLag(plan, rate, lags, found);
  tellLooks(looks, submitters.taken(), found);
  await countedOnce(ctx, batches, submitters.taken(), found);
  return rate;
}

type Lags = { hours: number[]; classes: number[]; health: number[] };

/** How far what is seen is behind what was submitted, over and over. */
async function watchLag(
  world: World,
  batchIds: readonly string[],
  submitters: Submitters,
  seconds: number,
): Promise<Lags> {
  const lags: Lags = { hours: [], classes: [], health: [] };
  const ids = sql`${sql.param([...batchIds])}::uuid[]`;
  for (const until = performance.now() + seconds * 1000; performance.now() < until; ) {
    const [row] = await world.db.execute<{ hours: number; classes: number }>(sql`
      select (select coalesce(sum(reads), 0)::int from read_hours where batch_id = any (${ids})) as hours,
        (select coalesce(sum(n), 0)::int from answer_days where batch_id = any (${ids})) as classes`);
    const now = new Date();
    const seen = performance.now();
    for (const kind of ['hours', 'classes'] as const) {
      const since = submitters.beyond(row?.[kind] ?? 0);
      lags[kind].push(since === null ? 0 : seen - since);
    }
    const { behindSince } = await findWorstLag(world.db, { now, toleratedMs: 0 });
    lags.health.push(behindSince === null ? 0 : now.getTime() - behindSince.getTime());
    await delay(LOOK_EVERY_MS);
  }
  return lags;
}

function tellLag(plan: Plan, rate: number, lags: Lags, { cases, checks }: Findings): void {
  const name = `${plan.perSecond.toLocaleString('en')} real submits a second`;
  cases.push(measured(name, 'reached, each with a claim', rate, '1/s'));
  for (const [what, of] of [
    ['hours', lags.hours],
    ['classes', lags.classes],
    ['detail as the health page says', lags.health],
  ] as const)
    cases.push(
      measured(name, `lag of ${what}, p95`, percentile(of, 0.95), 'ms'),
      measured(name, `lag of ${what}, most`, Math.max(...of), 'ms'),
    );
  const most = Math.max(...lags.hours, ...lags.classes, ...lags.health);
  const reached = isReached(rate, plan.perSecond)
    ? plan.perSecond.toLocaleString('en')
    : `as many as the machine makes, ${Math.round(rate)},`;
  checks.push({
    check: `hours and classes lag at most ${plan.limitMs / 1000} s behind ${reached} submits a second through the product`,
    pass: rate > 0 && most <= plan.limitMs,
    detail: `${most.toFixed(0)} ms at most in ${lags.hours.length} looks, ${Math.round(rate)} of ${plan.perSecond} a second`,
  });
}

function tellLooks(looks: readonly Look[], submitted: number, { checks }: Findings): void {
  const broken = looks.flatMap((look) => look.broken);
  const labels = looks.map((look) => look.labels);
  checks.push({
    check:
      'in the middle of it every counter equals its recount, in one snapshot, and no rule of the work is broken',
    // Before the first and after the last there were labels: it was the middle.
    pass:
      broken.length === 0 &&
      looks.length > 0 &&
      labels.every((n, i) => n > (labels[i - 1] ?? 0)) &&
      submitted > (labels.at(-1) ?? 0),
    detail:
      broken.map((one) => `${one.rule}: ${one.rows} (${JSON.stringify(one.example)})`).join('; ') ||
      `${looks.length} looks at ${labels.map((n) => n.toLocaleString('en')).join(', ')} of ${submitted.toLocaleString('en')} labels`,
  });
}

/** Once all are rolled up, each is counted once; and counted anew from the first the figures are the same. */
async function countedOnce(
  ctx: CommandContext,
  batches: readonly LoadedBatch[],
  submitted: number,
  { checks }: Findings,
): Promise<void> {
  await rollUp(ctx);
  const wrong: string[] = [];
  let counted = 0;
  for (const { batchId } of batches) {
    const added = await rolledUp(ctx.db, batchId);
    await rebuildRollUp(ctx, { batchId });
    const anew = await rolledUp(ctx.db, batchId);
    if (JSON.stringify(added) !== JSON.stringify(anew)) wrong.push(`${batchId} counted anew is another`);
    counted += added.hours.reduce((sum, hour) => sum + hour.reads, 0);
  }
  if (counted !== submitted) wrong.push(`${counted} counted`);
  checks.push({
    check: 'then every submit is counted exactly once, and a roll-up made anew is the same',
    pass: wrong.length === 0 && submitted > 0,
    detail: wrong.join('; ') || `${submitted.toLocaleString('en')} submits in ${batches.length} batches`,
  });
}
