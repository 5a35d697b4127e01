import { FileWarning } from 'lucide-react';
import type { Metadata } from 'next';
import { z } from 'zod';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { Badge } from '#app/_ui/badge.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { ListPages } from '#app/_ui/list-pages.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { type IncidentView, registerPlace, reportPlace } from '#server/incidents/schemas.ts';
import { IncidentActs } from './incident-acts.tsx';
import { DECISION_WORDS, FACTOR_WORDS, LETTER_WORDS, SOURCE_WORDS } from './incident-words.ts';
import { ReportedPart } from './reported-part.tsx';

export const metadata: Metadata = { title: 'Incident register' };

/** Where either list begins; an address that says nothing sensible begins at its start. */
const place = z.object({
  after: z
    .string()
    .refine((text) => registerPlace.safeParse(text).success)
    .nullable()
    .catch(null),
  reported: z
    .string()
    .refine((text) => reportPlace.safeParse(text).success)
    .nullable()
    .catch(null),
});

type IncidentRegisterPageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/** Everything that may be a breach, by what is due first: register, assess, tell, close. */
export default async function IncidentRegisterPage({ searchParams }: IncidentRegisterPageProps) {
  const { after, reported: reportedAfter } = place.parse(await searchParams);
  const { register, reported } = await loaded(async (call) => ({
    register: await call.incidents.list({ after }),
    reported: await call.incidents.reported({ after: reportedAfter }),
  }));
  const { items: incidents, open, overdue, unregistered } = register;
  return (
    <>
      <PageHeader
        title="Incident register"
        crumbs={[{ label: 'Incidents', href: '/operator/incidents' }, { label: 'Register' }]}
        actions={<LinkButton href="/operator/incidents/new">Register incident</LinkButton>}
      >
        <AnswerLine
          {...(overdue + unregistered.overdue > 0 ? { lead: 'Overdue', tone: 'critical' as const } : {})}
        >
          {open === 0 ? (
            'No incident is open'
          ) : (
            <>
              <strong>{open}</strong> {open === 1 ? 'incident is' : 'incidents are'} open
            </>
          )}
          {unregistered.waiting === 0 ? null : (
            <>
              , <strong>{unregistered.waiting}</strong>{' '}
              {unregistered.waiting === 1 ? 'report is' : 'reports are'} not registered yet
            </>
          )}
          {overdue + unregistered.overdue > 0
            ? ' and a letter is late.'
            : open + unregistered.waiting === 0
              ? '.'
              : '; nobody waits for a letter past its time.'}
        </AnswerLine>
      </PageHeader>
      {reported.items.length === 0 ? null : (
        <ReportedPart reported={reported} waiting={unregistered.waiting} isFirst={reportedAfter === null} />
      )}
      <h2 className="mb-2 font-semibold text-lg">Registered</h2>
      {incidents.length === 0 ? (
        <EmptyState icon={<FileWarning aria-hidden />} title="The register is empty">
          A reader’s report stands on this page from the moment it is made, and here once it is registered;
          what somebody else reports or the access log shows is registered here.
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line border-line border-y">
          {incidents.map((incident) => (
            <li key={incident.id} className="grid gap-x-8 gap-y-4 py-5 lg:grid-cols-[1fr_22rem]">
              <Facts incident={incident} />
              <IncidentActs incident={incident} />
            </li>
          ))}
        </ul>
      )}
      {register.total === 0 ? null : (
        <ListPages
          of="registered"
          said={`${incidents.length} of ${register.total}`}
          firstHref={after === null ? null : '/operator/incidents/register'}
          nextHref={
            register.next && `/operator/incidents/register?after=${encodeURIComponent(register.next)}`
          }
        />
      )}
    </>
  );
}

function Facts({ incident }: { incident: IncidentView }) {
  const { affected, assessment } = incident;
  const openings = affected.people.reduce((sum, one) => sum + one.openings, 0);
  return (
    <article className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-ink-3 text-xs">
        <State incident={incident} />
        <span>
          {incident.sponsorName} · {incident.datasetName} · {SOURCE_WORDS[incident.source]}
        </span>
      </div>
      <p className="prose-width whitespace-pre-wrap text-base">{incident.account}</p>
      <dl className="grid grid-cols-[9rem_1fr] gap-x-3 gap-y-1 text-sm">
        <dt className="text-ink-3">Discovered</dt>
        <dd>
          <DateTime at={incident.discoveredAt} />
          {incident.discovererRole === null ? '' : ` by ${incident.discovererRole}`}
          {incident.isAgent ? ', as the sponsor’s agent: the sponsor counts as knowing since then' : ''}
        </dd>
        <dt className="text-ink-3">Tell the sponsor</dt>
        <dd>
          by <DateTime at={incident.contractDueAt} /> (contract), notice by{' '}
          <DateTime at={incident.notifyDueAt} format="day" /> at the latest
        </dd>
        {incident.authorityDueAt === null ? null : (
          <>
            <dt className="text-ink-3">Authority</dt>
            <dd>
              within 72 hours, by <DateTime at={incident.authorityDueAt} /> (GDPR 33)
            </dd>
          </>
        )}
        <dt className="text-ink-3">Concerned</dt>
        <dd>
          {affected.assetCount} {affected.assetCount === 1 ? 'file' : 'files'}, opened {openings}{' '}
          {openings === 1 ? 'time' : 'times'} by {affected.people.length}{' '}
          {affected.people.length === 1 ? 'person' : 'people'}
        </dd>
        {incident.decision === null ? null : (
          <>
            <dt className="text-ink-3">Decision</dt>
            <dd>
              {DECISION_WORDS[incident.decision]}. {incident.decisionReason}
            </dd>
          </>
        )}
        {incident.correctiveAction === null ? null : (
          <>
            <dt className="text-ink-3">Changed</dt>
            <dd>
              {incident.correctedOn}: {incident.correctiveAction}
            </dd>
          </>
        )}
      </dl>
      {assessment === null ? null : (
        <details className="text-sm">
          <summary className="cursor-pointer font-medium text-accent-ink">The four factors</summary>
          <dl className="mt-2 flex flex-col gap-2">
            {(['identifiers', 'recipient', 'acquired', 'mitigation'] as const).map((factor) => (
              <div key={factor}>
                <dt className="font-medium">{FACTOR_WORDS[factor]}</dt>
                <dd className="prose-width text-ink-2">{assessment[factor]}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
      {incident.letters.map((letter) => (
        <details key={letter.id} className="text-sm">
          <summary className="cursor-pointer font-medium text-accent-ink">
            {LETTER_WORDS[letter.kind]}, sent to {letter.recipientCount}, <DateTime at={letter.sentAt} />
          </summary>
          <p className="prose-width mt-2 whitespace-pre-wrap text-ink-2">{letter.body}</p>
        </details>
      ))}
    </article>
  );
}

function State({ incident }: { incident: IncidentView }) {
  if (incident.status === 'closed') return <Badge tone="good">Closed</Badge>;
  if (incident.isOverdue) return <Badge tone="critical">Letter overdue</Badge>;
  return <Badge tone="attention">{incident.status === 'open' ? 'To assess' : 'Assessed, not closed'}</Badge>;
}
