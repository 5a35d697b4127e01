import type { OrgContext } from '#server/command/context.ts';
import { checkLedger } from '#server/ledger/reads.ts';
import { countJobs, countOpenSessions, countRefusedMails } from './queries.ts';

export type HealthCheck = {
  name: 'jobs' | 'mail' | 'ledger';
  state: 'good' | 'attention' | 'critical';
  /** What was found and what to do, in a sentence. */
  finding: string;
};

export type Health = { at: Date; openSessions: number; jobsWaiting: number; checks: HealthCheck[] };

/** What an operator watches besides the desks: background work, mail, and whether the books balance. */
export async function viewHealth(ctx: OrgContext): Promise<Health> {
  const at = ctx.clock.now();
  const [jobs, refusedMails, openSessions, ledger] = await Promise.all([
    countJobs(ctx.db, at),
    countRefusedMails(ctx.db),
    countOpenSessions(ctx.db, at),
    checkLedger(ctx.db),
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
      {
        name: 'ledger',
        state: ledger.ok ? 'good' : 'critical',
        finding: ledger.ok
          ? 'The books balance, in every transfer and currency.'
          : `${ledger.problems.join('; ')}. Stop payouts and find the cause before anything else.`,
      },
    ],
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
