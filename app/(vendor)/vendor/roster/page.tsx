import { CalendarRange } from 'lucide-react';
import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { LinkTabs } from '#app/_ui/link-tabs.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { ROSTER_TABS } from './roster-tabs.ts';

export const metadata: Metadata = { title: 'Roster' };

/** A vendor's contracts: which have a roster in force, who has not answered yet, which wait for one. */
export default async function RostersPage() {
  const rosters = await loaded((call) => call.staffing.rosters());
  const open = rosters.filter((one) => one.chosen === null);
  const missing = rosters.reduce((sum, { answers }) => sum + answers.declined + answers.dropped, 0);
  return (
    <>
      <PageHeader title="Roster">
        <AnswerLine>
          {rosters.length === 0 ? (
            'No contract to staff yet.'
          ) : missing > 0 ? (
            <>
              <strong>{missing}</strong> {missing === 1 ? 'place is' : 'places are'} empty: somebody declined
              or dropped out.
            </>
          ) : open.length > 0 ? (
            <>
              <strong>{open.length}</strong> {open.length === 1 ? 'contract has' : 'contracts have'} no roster
              yet.
            </>
          ) : (
            'Every contract has its roster.'
          )}
        </AnswerLine>
      </PageHeader>
      <LinkTabs label="Roster pages" items={ROSTER_TABS} />
      {rosters.length === 0 ? (
        <EmptyState
          icon={<CalendarRange aria-hidden />}
          title="Rosters will be here"
          action={<LinkButton href="/vendor/calls">See open calls</LinkButton>}
        >
          When a sponsor orders a pilot or awards you work, you plan here who does it, week by week.
        </EmptyState>
      ) : (
        <ul className="mt-4 divide-y divide-line border-line border-y">
          {rosters.map((one) => (
            <li key={one.contractId} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
              <span className="min-w-0 flex-1 basis-64">
                <TextLink href={`/vendor/roster/${one.contractId}`} className="font-medium text-base">
                  {one.title}
                </TextLink>
                <span className="block text-ink-3 text-sm">
                  {one.kind === 'award' ? 'Award' : 'Pilot'} · deadline{' '}
                  <DateTime at={`${one.deadline}T00:00:00Z`} format="day" zone="UTC" />
                  {one.chosen ? ` · plan ${one.chosen.version}, ${one.chosen.weeks} weeks` : ''}
                </span>
              </span>
              <Answers answers={one.answers} hasRoster={one.chosen !== null} />
              {one.status === 'active' ? null : <StatusPill state={one.status} />}
              <LinkButton size="sm" href={`/vendor/roster/${one.contractId}`}>
                {one.chosen ? 'Open roster' : 'Plan roster'}
              </LinkButton>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

type Answers = { proposed: number; accepted: number; declined: number; dropped: number };

function Answers({ answers, hasRoster }: { answers: Answers; hasRoster: boolean }) {
  if (!hasRoster) return <span className="text-ink-3 text-sm">no roster chosen yet</span>;
  const parts = [
    `${answers.accepted} accepted`,
    ...(answers.proposed > 0 ? [`${answers.proposed} asked`] : []),
    ...(answers.declined > 0 ? [`${answers.declined} declined`] : []),
    ...(answers.dropped > 0 ? [`${answers.dropped} dropped out`] : []),
  ];
  return <span className="text-ink-2 text-sm">{parts.join(' · ')}</span>;
}
