import type { Database } from '#db/client.ts';
import type { Cast } from '#db/seed/steps/people.ts';
import { type Clock, DAY, manualClock, plus } from '#server/core/clock.ts';
import { JOBS } from '#server/jobs/registry.ts';
import { runOnce } from '#server/jobs/run-jobs.ts';

/** The demo's own time: it starts some days ago and is moved by what people do, so that dashboards have a history. */
export type DemoClock = Clock & {
  advance(ms: number): void;
  inDays(days: number): Date;
  /** Runs every standing order of this installation once, as the worker would. */
  runJobs(): Promise<void>;
};

/** Asks the payment service, which no seed needs. */
const CALLS_OUT = 'payouts.reconcile';

/** A clock that starts `days` before `now`, and never passes it. */
export function demoClock(db: Database, now: Date, days: number): DemoClock {
  const clock = manualClock(plus(now, -days * DAY));
  return {
    now: clock.now,
    advance: (ms) => clock.set(new Date(Math.min(plus(clock.now(), ms).getTime(), now.getTime()))),
    inDays: (n) => plus(clock.now(), n * DAY),
    runJobs: async () => {
      for (const job of JOBS)
        if (job.every && job.name !== CALLS_OUT) await runOnce(db, clock, job, job.every.payload);
    },
  };
}

/** The calendar day of a clock. */
export function dayOf(clock: Clock): string {
  return clock.now().toISOString().slice(0, 10);
}

/** The operator records a bank transfer for a project. */
export async function recordFunds(
  cast: Cast,
  input: { projectId: string; amountMinor: bigint; bankReference: string },
): Promise<void> {
  await cast.operator.payouts.recordBankFunding.mutate(input);
}

export const NO_ADJUDICATION = {
  noMajority: false,
  anyDisagreement: false,
  ordinalSpreadAtLeast: null,
  posteriorBelow: null,
  classes: [],
  fields: [],
};
