import type { Metadata } from 'next';
import type { Search } from '#app/_shell/address.ts';
import { enterOnly } from '#app/_shell/role-shell.tsx';
import { listPlace, teamOf } from '#app/_team/page-place.ts';
import { TeamFilter } from '#app/_team/team-filter.tsx';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { HeatMap } from '#app/_ui/charts/heat-map.tsx';
import { DataTable } from '#app/_ui/data-table.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { weekName } from '#app/(vendor)/vendor/roster/week-name.ts';

export const metadata: Metadata = { title: 'Your team' };

const hours = (time: number) => `${Math.round(time).toLocaleString('en-GB')} h`;

/** How far the team that somebody leads is booked: hours, never rates or margins (R21). A lead need not read themselves. */
export default async function LedTeamPage({ searchParams }: { searchParams: Promise<Search> }) {
  const search = await searchParams;
  const view = await loaded((call) =>
    call.staffing.ledTeam({ ...listPlace(search), teamId: teamOf(search) }),
  );
  if (view === null) {
    await enterOnly('work');
    return (
      <>
        <PageHeader title="Your team" />
        <EmptyState title="You lead no team">
          Whoever staffs your organisation can name you as the lead of one.
        </EmptyState>
      </>
    );
  }
  const { bench, name, led, teamId } = view;
  const { offered, booked, people, known, idle } = bench.sums;
  const busy = bench.people.filter((one) => one.weeks.some((week) => week.booked > 0));
  const total = (one: (typeof busy)[number], pick: 'offered' | 'booked') =>
    one.weeks.reduce((sum, week) => sum + week[pick], 0);
  return (
    <>
      <PageHeader title={name} crumbs={[{ label: 'Your team' }]}>
        <AnswerLine>
          {known === 0 ? (
            `None of the ${people} people in it has said yet when they can work.`
          ) : (
            <>
              <strong>{hours(booked)}</strong> of {hours(offered)} offered in the next eight weeks are booked
              ({offered > 0 ? Math.round((booked / offered) * 100) : 0} %);{' '}
              <strong>
                {idle} of {known}
              </strong>{' '}
              people are free altogether.
            </>
          )}
        </AnswerLine>
      </PageHeader>
      <div className="flex flex-col gap-8">
        {led.length > 1 ? <TeamFilter teams={led} teamId={teamId} /> : null}
        <DataTable
          id="led-team"
          caption="Your team, eight weeks from this one"
          search
          nextCursor={bench.next}
          columns={[
            { key: 'person', header: 'Person', phone: 'main' },
            { key: 'free', header: 'Free', align: 'right', phone: 'side' },
            { key: 'booked', header: 'Booked', align: 'right' },
            { key: 'offered', header: 'Offered', align: 'right' },
            { key: 'on', header: 'On' },
          ]}
          rows={bench.people.map((one) => ({
            id: one.personId,
            cells: {
              person: one.name,
              free: one.hasAvailability ? (
                hours(Math.max(0, total(one, 'offered') - total(one, 'booked')))
              ) : (
                <span className="text-ink-3">not said</span>
              ),
              booked: hours(total(one, 'booked')),
              offered: hours(total(one, 'offered')),
              on: one.on.map((work) => work.title).join(', ') || '–',
            },
          }))}
          empty={<EmptyState title="Nobody here">Nobody of this name reads in your team.</EmptyState>}
        />
        {busy.length === 0 ? null : (
          <HeatMap
            title="Share of offered hours that is booked"
            says="Dark is booked, light is free, a dash is somebody who is away or has nothing to give."
            rowTitle="Person"
            columnTitle="Week from"
            rowNames={busy.map((one) => one.name)}
            columnNames={bench.mondays.map(weekName)}
            cells={busy.map((one) =>
              one.weeks.map((week) => (week.offered > 0 ? Math.min(1, week.booked / week.offered) : null)),
            )}
            format="percent"
            full={1}
          />
        )}
      </div>
    </>
  );
}
