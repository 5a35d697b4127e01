import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { SplitPane } from '#app/_ui/split-pane.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { Confirmed } from './confirmed.tsx';
import { HitDesk } from './hit-desk.tsx';
import { ScreenNow } from './screen-now.tsx';
import { ScreeningRuns } from './screening-runs.tsx';

export const metadata: Metadata = { title: 'Screening' };
export const dynamic = 'force-dynamic';

type ScreeningProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/** Who may be on an exclusion list: the next person beside the record, the confirmed ones, and every screening. */
export default async function ScreeningPage({ searchParams }: ScreeningProps) {
  const { person } = await searchParams;
  const chosen = typeof person === 'string' && /^[0-9a-f-]{36}$/.test(person) ? { personId: person } : {};
  const { desk, runs } = await loaded(async (call) => ({
    desk: await call.registers.desk(chosen),
    runs: await call.registers.runs(),
  }));
  const last = desk.lastFullRun;
  const open = desk.next?.hits.filter((hit) => hit.status === 'open') ?? [];
  return (
    <>
      <PageHeader title="Screening" actions={<ScreenNow />}>
        <AnswerLine
          tone={desk.waiting > 0 ? 'attention' : undefined}
          asOf={last === null ? undefined : <DateTime at={last.startedAt} />}
        >
          {desk.waiting === 0 ? (
            'Nobody waits to be compared with an exclusion list.'
          ) : (
            <>
              <strong>
                {desk.waiting} {desk.waiting === 1 ? 'person' : 'people'}
              </strong>{' '}
              may be on an exclusion list
              {desk.oldest === null ? (
                '.'
              ) : (
                <>
                  , the first since <DateTime at={desk.oldest} format="day" />.
                </>
              )}
            </>
          )}{' '}
          {last === null ? (
            <>
              Nobody has been screened yet: <TextLink href="/operator/registers">import a list</TextLink>.
            </>
          ) : (
            <>
              <strong>{last.peopleScreened.toLocaleString('en-GB')}</strong> people{' '}
              {last.status === 'running' ? 'so far' : 'in the last screening of everybody'}.
            </>
          )}
        </AnswerLine>
      </PageHeader>
      <div className="flex flex-col gap-10">
        {desk.next === null || (open.length === 0 && desk.people.length === 0) ? (
          <EmptyState title="The desk is clear">
            Whoever may be the person of a record appears here. Nobody is excluded before you decide.
          </EmptyState>
        ) : (
          <SplitPane
            asideLabel="In line"
            width={280}
            aside={
              <nav aria-label="In line">
                <h2 className="mb-1 font-semibold text-sm">In line</h2>
                <ul className="divide-y divide-line border-line border-y">
                  {desk.people.map((one) => (
                    <li key={one.personId}>
                      <a
                        href={`/operator/screening?person=${one.personId}`}
                        aria-current={one.personId === desk.next?.person.personId ? 'true' : undefined}
                        className="flex min-h-11 items-center justify-between gap-2 py-1.5 hover:bg-hover aria-[current]:bg-selected sm:px-2"
                      >
                        <span className="min-w-0 truncate text-sm">{one.name}</span>
                        <span className="shrink-0 text-ink-3 text-xs">
                          {one.hits} {one.hits === 1 ? 'record' : 'records'}
                        </span>
                      </a>
                    </li>
                  ))}
                </ul>
              </nav>
            }
          >
            <HitDesk
              key={`${desk.next.person.personId} ${open.length}`}
              person={desk.next.person}
              hits={desk.next.hits}
            />
          </SplitPane>
        )}
        <Confirmed items={desk.confirmed} />
        <ScreeningRuns runs={runs} />
      </div>
    </>
  );
}
