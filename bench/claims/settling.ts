import { randomUUID } from 'node:crypto';
import { measured } from '#bench/result.ts';
import { systemContext } from '#server/command/context.ts';
import { systemClock } from '#server/core/clock.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import type { Findings, World } from './world.ts';

/** Submits a second that the roll-ups are held to; the job that settles cases must not fall behind them either. */
const SUBMITS_PER_SECOND = 2000;

/** How many cases a second the standing job moves from their last read to their final label, of a batch that was read to its end. */
export async function settleRate(
  world: World,
  of: { batchId: string; cases: number; overlap: number },
  { cases, checks }: Findings,
): Promise<void> {
  const ctx = systemContext({ db: world.db, clock: systemClock, name: 'bench', requestId: randomUUID() });
  const from = performance.now();
  await settleTasks(ctx, { batchId: of.batchId });
  const perSecond = of.cases / ((performance.now() - from) / 1000);
  const [left] = await world.admin<{ n: number }[]>`
    select count(*)::int as n from tasks where batch_id = ${of.batchId} and status <> 'final' and not is_dealt_gold`;
  const least = SUBMITS_PER_SECOND / of.overlap;
  cases.push(measured('cases settled by one process', 'per second', perSecond, '1/s'));
  checks.push({
    check: `cases are settled as fast as ${SUBMITS_PER_SECOND.toLocaleString('en')} submits a second finish them at ${of.overlap} reads each`,
    pass: left?.n === 0 && perSecond >= least,
    detail: `${Math.round(perSecond)} a second for ${Math.ceil(least)}; ${left?.n} left open`,
  });
}
