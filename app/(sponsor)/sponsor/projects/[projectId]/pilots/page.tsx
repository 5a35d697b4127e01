import type { Metadata } from 'next';
import { isGivenUp } from '#app/_pilots/given-up.ts';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DataTable } from '#app/_ui/data-table.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { statusWords } from '#app/_ui/status-tone.ts';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { hasRight, NotForYourRole } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { stateOfPilot } from './[pilotId]/given-up-words.ts';
import { SideBySide } from './side-by-side.tsx';

export const metadata: Metadata = { title: 'Pilots' };

/** The pilots of a project: who passed, and which wait for a signature. */
export default async function PilotsPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  if (!(await hasRight('bid.compare'))) {
    return (
      <>
        <PageHeader title="Pilots" />
        <NotForYourRole what="the pilots" who="the project manager" />
      </>
    );
  }
  const { pilots, comparison } = await loaded(async (call) => ({
    pilots: await call.pilots.ofProject({ projectId }),
    comparison: await call.pilots.compare({ projectId }),
  }));
  const base = `/sponsor/projects/${projectId}`;
  const waiting = pilots.filter((pilot) => pilot.status === 'scored').length;
  const givenUp = pilots.filter(isGivenUp).length;
  const passed = pilots.filter((pilot) => pilot.verdict === 'pass').length;
  return (
    <>
      <PageHeader title="Pilots">
        <AnswerLine>
          {pilots.length === 0 ? (
            'No pilot is ordered yet.'
          ) : (
            <>
              <strong>{counted(pilots.length, 'pilot')}</strong>, {passed} clearly passed
              {givenUp === 0 ? '' : `, ${givenUp} given up without a scorecard yet`};{' '}
              {waiting === 0 ? (
                'none waits for your decision.'
              ) : (
                <strong>
                  {waiting} {waiting === 1 ? 'waits' : 'wait'} for your decision.
                </strong>
              )}
            </>
          )}
        </AnswerLine>
      </PageHeader>
      <DataTable
        id="pilots"
        caption="Pilots"
        complete
        columns={[
          { key: 'vendor', header: 'Vendor', phone: 'main', sortable: true },
          { key: 'status', header: 'State', sortable: true },
          { key: 'verdict', header: 'Verdict', phone: 'side', sortable: true },
          { key: 'decision', header: 'Decision', sortable: true },
          { key: 'computed', header: 'Scorecard of', sortable: true },
        ]}
        rows={pilots.map((pilot) => ({
          id: pilot.pilotId,
          href: `${base}/pilots/${pilot.pilotId}`,
          cells: {
            vendor: pilot.vendor,
            status: <StatusPill state={stateOfPilot(pilot)} />,
            verdict: pilot.verdict ? <StatusPill state={pilot.verdict} /> : <Muted>Not scored</Muted>,
            decision: pilot.decision ? statusWords(pilot.decision) : <Muted>Open</Muted>,
            computed: pilot.computedAt ? <DateTime at={pilot.computedAt} /> : <Muted>–</Muted>,
          },
          values: {
            vendor: pilot.vendor,
            status: stateOfPilot(pilot),
            verdict: pilot.verdict,
            decision: pilot.decision,
            computed: pilot.computedAt,
          },
        }))}
        empty={
          <EmptyState
            title="No pilot yet"
            action={<LinkButton href={`${base}/bids`}>Compare bids</LinkButton>}
          >
            A pilot proves a bidder’s quality before money is committed. Order one from a shortlisted bid.
          </EmptyState>
        }
      />
      <div className="mt-10">
        <SideBySide comparison={comparison} />
      </div>
    </>
  );
}

const Muted = ({ children }: { children: string }) => <span className="text-ink-3">{children}</span>;
