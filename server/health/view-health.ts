import { findWorstLag } from '#server/analytics/reads.ts';
import type { OrgContext } from '#server/command/context.ts';
import { HOUR, MINUTE, SECOND } from '#server/core/clock.ts';
import { findLastCheck, ledgerFinding, type StoredCheck } from '#server/ledger/run-check.ts';
import { sayMinute } from '#server/notifications/say-day.ts';
import { countJobs, countOpenSessions, countRefusedMails } from './queries.ts';

export type HealthCheck = {
  name: 'jobs' | 'mail' | 'ledger' | 'roll_ups';
  state: 'good' | 'attention' | 'critical';
  /** What was found and what to do, in a sentence. */
  finding: string;
};

export type Health = { at: Date; openSessions: number; jobsWaiting: number; checks: HealthCheck[] };

/** What the detail on dashboards may be behind the labels before somebody should look, and before it is of no use. */
const LAG_TOLERATED_MS = 5 * SECOND;
const LAG_USELESS_MS = 5 * MINUTE;

/** What an operator watches besides the desks: background work, mail, and whether the books balance. */
export async function viewHealth(ctx: OrgContext): Promise<Health> {
  const at = ctx.clock.now();
  const [jobs, refusedMails, openSessions, ledger, lag] = await Promise.all([
    countJobs(ctx.db, at),
    countRefusedMails(ctx.db),
    countOpenSessions(ctx.db, at),
    findLastCheck(ctx.db, 'ledger'),
    findWorstLag(ctx.db, { now: at, toleratedMs: LAG_TOLERATED_MS }),
  ]);
  return {
    at,
    openSessions,
    jobsWaiting: jobs.waiting,
    checks: [
      jobsCheck(jobs),
      {
        name: 'mail',
        state: refusedMails === 0 ? 'good' : 'attention',
        finding:
          refusedMails === 0
            ? 'No mail was refused.'
            : `${refusedMails} ${refusedMails === 1 ? 'mail was' : 'mails were'} refused by the mail server. Check SMTP_URL.`,
      },
      ledgerCheck(ledger, at),
      rollUpCheck(lag, at),
    ],
  };
}

/** The books as they were last checked: the check goes over all of them, so it is a job's, not the page's. */
function ledgerCheck(last: StoredCheck | null, now: Date): HealthCheck {
  if (last === null)
    return {
      name: 'ledger',
      state: 'attention',
      finding: 'The books have not been checked yet. Check them now.',
    };
  const { ok, problems } = ledgerFinding.parse(last.result);
  const when = `Checked at ${sayMinute(last.checkedAt)}.`;
  if (!ok) {
    const finding = `${problems.join('; ')}. Stop payouts and find the cause before anything else. ${when}`;
    return { name: 'ledger', state: 'critical', finding };
  }
  const isOld = now.getTime() - last.checkedAt.getTime() > HOUR;
  return {
    name: 'ledger',
    state: isOld ? 'attention' : 'good',
    finding: isOld
      ? `The books balanced, but the check is old; see whether background work runs. ${when}`
      : `The books balance, in every transfer and currency. ${when}`,
  };
}

/** How far the hours and classes of live batches are behind what was submitted. */
export function rollUpCheck(lag: { behindSince: Date | null; behind: number }, now: Date): HealthCheck {
  const ms = lag.behindSince === null ? 0 : Math.max(0, now.getTime() - lag.behindSince.getTime());
  if (lag.behind === 0) {
    const finding = `Dashboards follow the labels; the furthest behind is ${(ms / SECOND).toFixed(1)} s.`;
    return { name: 'roll_ups', state: 'good', finding };
  }
  return {
    name: 'roll_ups',
    state: ms > LAG_USELESS_MS ? 'critical' : 'attention',
    finding: `The detail of ${lag.behind} ${lag.behind === 1 ? 'batch' : 'batches'} is behind the labels, the furthest by ${Math.round(ms / SECOND)} s. Is the worker running, or does a long transaction hold it back? Counts and money are exact all the same.`,
  };
}

/** Background work: given-up jobs weigh more than late ones. */
export function jobsCheck(jobs: { waiting: number; overdue: number; failed: number }): HealthCheck {
  if (jobs.failed > 0) {
    const finding = `${jobs.failed} background ${jobs.failed === 1 ? 'job was' : 'jobs were'} given up after all tries. The log names the job and request.`;
    return { name: 'jobs', state: 'critical', finding };
  }
  if (jobs.overdue > 0) {
    const finding = `${jobs.overdue} background ${jobs.overdue === 1 ? 'job has' : 'jobs have'} waited for more than a minute. Is the worker running?`;
    return { name: 'jobs', state: 'attention', finding };
  }
  return { name: 'jobs', state: 'good', finding: 'Background work keeps up.' };
}
