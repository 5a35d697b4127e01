/**
 * How long somebody who found nothing waits before asking again, in their own time: twice as long each time, as people do. A crowd of
 * thousands that has read all would else spend its calls on asking.
 */
const ASK_AGAIN_MS = 10_000;
const ASK_AGAIN_MOST_MS = 80_000;
/** People come in over the first twentieth of the time, at so many instants. */
const COMING_IN = 0.05;
const INSTANTS = 997;
/** How often the jobs of the worker run, in the crowd's time: consensus and extra reads; running counts. */
export const SETTLE_EVERY_MS = 3_000;
export const TALLY_EVERY_MS = 10_000;
/** The crowd goes on until every case is settled, at most so many times as long: who stops earlier has settled the easy cases only. */
export const OVERTIME = 4;

/** When the `index`-th person comes, in a session of `sessionMs`. */
export function arrivesAt(index: number, sessionMs: number): number {
  return ((index % INSTANTS) / INSTANTS) * sessionMs * COMING_IN;
}

/** How long who has found nothing `asked` times before waits now. */
export function waitMs(asked: number): number {
  return Math.min(ASK_AGAIN_MOST_MS, ASK_AGAIN_MS * 2 ** asked);
}

/** When somebody who found nothing asks again; null when their batch is settled: they have gone home. */
export function asksAgainAt(of: { at: number; asked: number; isSettled: boolean }): number | null {
  return of.isSettled ? null : of.at + waitMs(of.asked);
}

/** When the worker's jobs ran last, in the crowd's time. */
export type JobTimes = { settledAt: number; talliedAt: number };

/** Which of the worker's jobs are due. */
export function dueJobs(last: JobTimes, nowMs: number): { settle: boolean; tally: boolean } {
  return {
    settle: nowMs - last.settledAt >= SETTLE_EVERY_MS,
    tally: nowMs - last.talliedAt >= TALLY_EVERY_MS,
  };
}

/**
 * Keeps a crowd in step with its worker: who comes when `isDue` runs it and waits, as does everybody else until it is done. An idle
 * crowd would else run ahead of its own worker.
 */
export function inStep(isDue: () => boolean, run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return async () => {
    if (running === null && !isDue()) return;
    running ??= run().finally(() => {
      running = null;
    });
    await running;
  };
}
