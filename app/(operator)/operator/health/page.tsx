import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';

import { CheckLedger } from './check-ledger.tsx';

export const metadata: Metadata = { title: 'Health' };
export const dynamic = 'force-dynamic';

const NAMES = { jobs: 'Background work', mail: 'Mail', ledger: 'Ledger', roll_ups: 'Dashboards' } as const;
const WORDS = { good: 'Good', attention: 'Look at it', critical: 'Act now' } as const;

/** Is the installation well, and if not, what to do. */
export default async function HealthPage() {
  const health = await loaded((call) => call.health.view());
  const troubled = health.checks.filter((check) => check.state !== 'good');
  return (
    <div className="max-w-[720px]">
      <PageHeader title="Health" actions={<CheckLedger />}>
        <AnswerLine asOf={<DateTime at={health.at} format="second" />}>
          {troubled.length === 0 ? (
            'Everything works.'
          ) : (
            <>
              <strong>{troubled.length}</strong> of {health.checks.length} checks need you.
            </>
          )}{' '}
          <strong>{health.openSessions}</strong> {health.openSessions === 1 ? 'person is' : 'people are'}{' '}
          signed in and active, <strong>{health.jobsWaiting}</strong>{' '}
          {health.jobsWaiting === 1 ? 'job waits' : 'jobs wait'}.
        </AnswerLine>
      </PageHeader>
      <ul className="divide-y divide-line border-line border-y">
        {health.checks.map((check) => (
          <li key={check.name} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-3">
            <span className="w-40 font-medium text-base">{NAMES[check.name]}</span>
            <span className="min-w-0 flex-1 text-base text-ink-2">{check.finding}</span>
            <StatusPill state={check.state} tone={check.state}>
              {WORDS[check.state]}
            </StatusPill>
          </li>
        ))}
      </ul>
    </div>
  );
}
