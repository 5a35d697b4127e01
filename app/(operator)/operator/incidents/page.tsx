import { ShieldAlert } from 'lucide-react';
import type { Metadata } from 'next';
import { placeFrom, type Search } from '#app/_shell/address.ts';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { Badge } from '#app/_ui/badge.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { ListPages } from '#app/_ui/list-pages.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { CloseIncident } from './close-incident.tsx';
import { RegisterIncident } from './register-incident.tsx';
import { badgeOf, ifFalseAlarm, othersOf } from './report-words.ts';

export const metadata: Metadata = { title: 'Incidents' };

type IncidentsPageProps = { searchParams: Promise<Search> };

/** Reports of protected information (R24), soonest due first. What the case shows stays behind the gate. */
export default async function IncidentsPage({ searchParams }: IncidentsPageProps) {
  const after = placeFrom(await searchParams, 'after');
  const { reports, register, flagIds } = await loaded(async (call) => {
    const reports = await call.work.incidents({ after });
    return {
      reports,
      register: await call.incidents.list({ limit: 1 }),
      flagIds: await call.incidents.registeredFlags({ flagIds: reports.items.map((one) => one.flagId) }),
    };
  });
  const registered = new Set(flagIds);
  const toRegister = <LinkButton href="/operator/incidents/register">Register ({register.total})</LinkButton>;
  const { items: incidents, open, overdue } = reports;
  if (reports.total === 0) {
    return (
      <>
        <PageHeader title="Incidents" actions={toRegister} />
        <EmptyState icon={<ShieldAlert aria-hidden />} title="No incident was reported">
          When a reader sees protected health information, the case is shut for everyone at once and comes
          here.
        </EmptyState>
      </>
    );
  }
  return (
    <>
      <PageHeader title="Incidents" actions={toRegister}>
        <AnswerLine {...(overdue > 0 ? { lead: 'Overdue', tone: 'critical' as const } : {})}>
          {open === 0 ? (
            'Every incident is closed.'
          ) : (
            <>
              <strong>{open}</strong> {open === 1 ? 'incident waits' : 'incidents wait'} for you
              {overdue > 0 ? (
                <>
                  , <strong>{overdue}</strong> past the four hours
                </>
              ) : null}
              .
            </>
          )}
        </AnswerLine>
      </PageHeader>
      <ul className="divide-y divide-line border-line border-y">
        {incidents.map((one) => (
          <li key={one.flagId} className="grid gap-x-8 gap-y-3 py-4 lg:grid-cols-2">
            <div className="flex min-w-0 flex-col gap-2">
              <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-ink-3 text-xs">
                <Badge tone={badgeOf(one).tone}>{badgeOf(one).says}</Badge>
                <span>
                  {one.sponsor} · {one.project} · {one.batchName}
                </span>
                <DateTime at={one.createdAt} />
              </div>
              <p className="prose-width whitespace-pre-wrap text-base">{one.note}</p>
              {othersOf(one) === null ? null : (
                <p className="prose-width text-ink-2 text-sm">{othersOf(one)}</p>
              )}
              {one.answer === null ? null : (
                <p className="prose-width whitespace-pre-wrap border-line-strong border-l-2 pl-3 text-ink-2 text-sm">
                  {one.answer}
                </p>
              )}
            </div>
            <div className="flex flex-col items-start gap-3">
              {registered.has(one.flagId) ? (
                <TextLink href="/operator/incidents/register">In the register</TextLink>
              ) : one.outcome === 'false_alarm' ? null : (
                <RegisterIncident batchId={one.batchId} flagId={one.flagId} />
              )}
              {one.outcome === null ? (
                <CloseIncident
                  batchId={one.batchId}
                  flagId={one.flagId}
                  dueAt={one.dueAt}
                  ifFalseAlarm={ifFalseAlarm(one)}
                />
              ) : null}
            </div>
          </li>
        ))}
      </ul>
      {reports.total > incidents.length ? (
        <ListPages
          of="incidents"
          said={`${incidents.length} of ${reports.total}`}
          firstHref={after === null ? null : '/operator/incidents'}
          nextHref={reports.next && `/operator/incidents?after=${encodeURIComponent(reports.next)}`}
        />
      ) : null}
    </>
  );
}
