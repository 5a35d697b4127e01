import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { NeedsYou, type NeedsYouItem } from '#app/_ui/needs-you.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';

export const metadata: Metadata = { title: { absolute: 'Operator · Readroom' } };
export const dynamic = 'force-dynamic';

const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

/** What waits for the operator, oldest first, and whether the installation is well. */
export default async function OperatorHomePage() {
  const { organisations, credentials, health, screening, registers, incidents, appeals } = await loaded(
    async (call) => ({
      appeals: await call.appeals.desk({ limit: 1 }),
      incidents: await call.incidents.list({ limit: 1 }),
      screening: await call.registers.desk({}),
      registers: await call.registers.list(),
      organisations: await call.identity.organisations({ status: 'unverified', limit: 1 }),
      credentials: await call.credentials.desk({ limit: 1 }),
      health: await call.health.view(),
    }),
  );
  const items: (NeedsYouItem & { since: number })[] = [];
  const oldestOrg = organisations.items[0];
  if (oldestOrg !== undefined) {
    items.push({
      id: 'organisations',
      title: `Verify ${count(organisations.total, 'organisation', 'organisations')}`,
      why: 'Until then they can draft, but not publish, bid, sign or read',
      href: '/operator/organisations',
      when: <DateTime at={oldestOrg.createdAt} />,
      tone: 'attention',
      since: oldestOrg.createdAt.getTime(),
    });
  }
  const { waiting, overdue, oldestAt } = incidents.unregistered;
  if (oldestAt !== null) {
    items.push({
      id: 'reports',
      title: `Register ${count(waiting, 'report', 'reports')} of protected information, or find it a false alarm`,
      why:
        overdue > 0
          ? `${overdue} past the hours in which the sponsor must be told`
          : 'The hours in which the sponsor must be told run since the report',
      href: '/operator/incidents/register',
      when: <DateTime at={oldestAt} />,
      tone: overdue > 0 ? 'critical' : 'attention',
      since: oldestAt.getTime(),
    });
  }
  const oldestClaim = credentials.items[0];
  if (oldestClaim !== undefined) {
    items.push({
      id: 'credentials',
      title: `Verify ${count(credentials.waiting, 'credential', 'credentials')}`,
      why: 'People cannot claim the work that needs them',
      href: '/operator/credentials',
      when: <DateTime at={oldestClaim.waitingSince} />,
      tone: 'attention',
      since: oldestClaim.waitingSince.getTime(),
    });
  }
  if (screening.waiting > 0) {
    items.push({
      id: 'screening',
      title: `Compare ${count(screening.waiting, 'person', 'people')} with an exclusion list`,
      why: 'They may be the person of a record; nobody is kept out before you decide',
      href: '/operator/screening',
      when: screening.oldest === null ? undefined : <DateTime at={screening.oldest} />,
      tone: 'attention',
      since: screening.oldest?.getTime() ?? 0,
    });
  }
  const objections = screening.confirmed.filter((one) => one.isObjectedTo);
  if (objections.length > 0) {
    items.push({
      id: 'objections',
      title: `Answer ${count(objections.length, 'objection', 'objections')} to an exclusion`,
      why: 'They cannot work while it stands; an answer is due within 7 days',
      href: '/operator/screening',
      tone: 'attention',
      since: 0,
    });
  }
  if (appeals.oldestAt !== null) {
    items.push({
      id: 'appeals',
      title: `Decide ${count(appeals.total, 'appeal', 'appeals')} against a rejection`,
      why:
        appeals.overdue > 0
          ? `${appeals.overdue} past the 7 days in which the reader must be answered`
          : 'Their reads are unpaid meanwhile; an answer is due within 7 days',
      href: '/operator/appeals',
      when: <DateTime at={appeals.oldestAt} />,
      tone: appeals.overdue > 0 ? 'critical' : 'attention',
      since: appeals.oldestAt.getTime(),
    });
  }
  const old = registers.filter((one) => one.isOld);
  if (old.length > 0) {
    items.push({
      id: 'registers',
      title: `Renew ${count(old.length, 'register', 'registers')}`,
      why: old.map((one) => `${one.title} is ${one.ageDays} days old`).join('; '),
      href: '/operator/registers',
      tone: 'attention',
      since: Date.now(),
    });
  }
  for (const check of health.checks.filter((one) => one.state !== 'good')) {
    items.push({
      id: check.name,
      title: 'Look at health',
      why: check.finding,
      href: '/operator/health',
      tone: check.state,
      since: 0,
    });
  }
  items.sort((a, b) => a.since - b.since);
  return (
    <div className="max-w-[720px]">
      <PageHeader title="Operator">
        <AnswerLine>
          {items.length === 0 ? (
            'Nothing waits for you, and everything works.'
          ) : (
            <>
              <strong>{count(organisations.total, 'organisation', 'organisations')}</strong> and{' '}
              <strong>{count(credentials.waiting, 'credential', 'credentials')}</strong> to verify.
            </>
          )}
        </AnswerLine>
      </PageHeader>
      <NeedsYou items={items.map(({ since: _, ...item }) => item)} />
    </div>
  );
}
