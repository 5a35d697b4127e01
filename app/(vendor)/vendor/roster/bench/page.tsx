import { Users } from 'lucide-react';
import type { Metadata } from 'next';
import { Fragment } from 'react';
import type { Search } from '#app/_shell/address.ts';
import { listPlace, teamOf } from '#app/_team/page-place.ts';
import { TeamFilter } from '#app/_team/team-filter.tsx';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { HeatMap } from '#app/_ui/charts/heat-map.tsx';
import { DataTable } from '#app/_ui/data-table.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { LinkTabs } from '#app/_ui/link-tabs.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { HolidayDays } from '#app/(vendor)/vendor/roster/holiday-days.tsx';
import { ROSTER_TABS } from '#app/(vendor)/vendor/roster/roster-tabs.ts';
import { weekName } from '#app/(vendor)/vendor/roster/week-name.ts';
import type { BenchView } from '#server/staffing/roster-view-schemas.ts';

import { HolidayDefault } from './holiday-default.tsx';

export const metadata: Metadata = { title: 'Who is free' };

type Person = BenchView['people'][number];
const total = (person: Person, pick: 'offered' | 'booked') =>
  person.weeks.reduce((sum, week) => sum + week[pick], 0);
const free = (person: Person) => Math.max(0, total(person, 'offered') - total(person, 'booked'));
const hours = (time: number) => `${Math.round(time).toLocaleString('en-GB')} h`;

/** Who of the vendor's people is booked how far in the next eight weeks, and who is free. */
export default async function BenchPage({ searchParams }: { searchParams: Promise<Search> }) {
  const search = await searchParams;
  const sort = search.sort === 'person.asc' ? 'name' : 'free';
  const teamId = teamOf(search);
  const {
    bench: { mondays, people, sums, next, teams },
    holidays,
  } = await loaded(async (call) => ({
    bench: await call.staffing.bench({ ...listPlace(search), sort, teamId }),
    holidays: await call.staffing.holidayDefault(),
  }));
  // Who is free altogether has nothing to draw.
  const busy = people.filter((person) => person.hasAvailability && total(person, 'booked') > 0);
  const { offered, booked } = sums;
  return (
    <>
      <PageHeader title="Who is free" crumbs={[{ label: 'Roster', href: '/vendor/roster' }]}>
        <AnswerLine>
          {sums.known === 0 ? (
            'None of your people has said yet when they can work.'
          ) : (
            <>
              <strong>{hours(booked)}</strong> of {hours(offered)} offered in the next eight weeks are booked
              ({offered > 0 ? Math.round((booked / offered) * 100) : 0} %);{' '}
              <strong>
                {sums.idle} of {sums.known}
              </strong>{' '}
              people are free altogether.
            </>
          )}
        </AnswerLine>
      </PageHeader>
      <LinkTabs label="Roster pages" items={ROSTER_TABS} />
      {teams.length === 0 ? null : (
        <div className="mt-4">
          <TeamFilter teams={teams} teamId={teamId} everybody="All your people" />
        </div>
      )}
      {sums.people === 0 && teamId === null ? (
        <EmptyState
          icon={<Users aria-hidden />}
          title="Your people will be here"
          action={<LinkButton href="/vendor/team">Invite annotators</LinkButton>}
        >
          Each of your readers stands here with the hours they offer and the hours they are booked for.
        </EmptyState>
      ) : (
        <div className="mt-6 flex flex-col gap-8">
          <HolidayDefault key={holidays.mode} view={holidays} />
          <BenchTable people={people} next={next} />
          <HolidayDays kept={people.map((person) => person.holidays)} />
          {busy.length === 0 ? null : (
            <HeatMap
              title="Share of offered hours that is booked"
              says="Of those above who are booked at all. Dark is booked, light is free, a dash is somebody who is away or has nothing to give."
              rowTitle="Person"
              columnTitle="Week from"
              rowNames={unique(busy.map((person) => person.name))}
              columnNames={mondays.map(weekName)}
              cells={busy.map((person) =>
                person.weeks.map((week) =>
                  week.offered > 0 ? Math.min(1, week.booked / week.offered) : null,
                ),
              )}
              format="percent"
              full={1}
            />
          )}
          <p className="prose-width text-ink-3 text-sm">
            People say themselves when they can work, and what they give to others is taken off. Somebody who
            has said nothing cannot be planned.
          </p>
        </div>
      )}
    </>
  );
}

/** Two people of one name are told apart. */
function unique(names: readonly string[]): string[] {
  return names.map((name, at) =>
    names.indexOf(name) === at
      ? name
      : `${name} (${names.slice(0, at + 1).filter((one) => one === name).length})`,
  );
}

function BenchTable({ people, next }: { people: BenchView['people']; next: string | null }) {
  return (
    <DataTable
      id="bench"
      caption="Your people, eight weeks from this one"
      search
      nextCursor={next}
      note="The freest first; sort by person for the order of names."
      columns={[
        { key: 'person', header: 'Person', sortable: true, phone: 'main' },
        { key: 'free', header: 'Free', align: 'right', phone: 'side' },
        { key: 'booked', header: 'Booked', align: 'right' },
        { key: 'offered', header: 'Offered', align: 'right' },
        { key: 'where', header: 'Reads from' },
        { key: 'credentials', header: 'Credentials' },
        { key: 'teams', header: 'Teams' },
        { key: 'holidays', header: 'Holidays' },
        { key: 'on', header: 'On' },
      ]}
      rows={people.map((person) => ({
        id: person.personId,
        cells: {
          person: person.name,
          free: person.hasAvailability ? hours(free(person)) : <span className="text-ink-3">not said</span>,
          booked: hours(total(person, 'booked')),
          offered: hours(total(person, 'offered')),
          where: [person.country, person.timezone].filter(Boolean).join(' · ') || '–',
          credentials: person.credentials.join(', ') || '–',
          teams: person.teams.join(', ') || '–',
          holidays:
            person.holidays.length === 0 ? (
              '–'
            ) : (
              <span className="whitespace-nowrap" title={person.holidays.map((one) => one.name).join(', ')}>
                {person.holidays.map(({ on }, at) => (
                  <Fragment key={on}>
                    {at > 0 ? ', ' : null}
                    <DateTime at={`${on}T00:00:00Z`} format="short-day" zone="UTC" />
                  </Fragment>
                ))}
              </span>
            ),
          on:
            person.on.length === 0
              ? '–'
              : person.on.map((one) => (
                  <span key={one.contractId} className="block">
                    <TextLink href={`/vendor/roster/${one.contractId}`}>{one.title}</TextLink>{' '}
                    <span className="text-ink-3">
                      {one.role}, {one.status === 'accepted' ? 'accepted' : 'asked'}
                    </span>
                  </span>
                )),
        },
        values: {
          person: person.name,
          free: free(person),
          booked: total(person, 'booked'),
          offered: total(person, 'offered'),
          where: person.country,
        },
      }))}
      empty={<EmptyState title="Nobody here">Nobody of this name or team reads for you.</EmptyState>}
    />
  );
}
