'use client';

import { useQuery } from '@tanstack/react-query';
import { byItself, useTRPC } from '#app/_trpc/client.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { formatDuration } from '#app/_ui/format-duration.ts';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { CostTrio } from '#app/(sponsor)/sponsor/_parts/cost-trio.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { DashboardView } from '#server/analytics/schemas.ts';
import { AnswerDays } from './answer-days.tsx';
import { BatchLines } from './batch-lines.tsx';
import { DashboardAnswer } from './dashboard-answer.tsx';
import { PaceChart } from './pace-chart.tsx';
import { People } from './people.tsx';

const REFRESH_MS = 5_000;
/** What the detail lags in the ordinary course of things. */
const LAG_WORTH_SAYING_MS = 5_000;

/** The dashboard, asked again every few seconds while the page is in view; a stale one says since when. */
export function LiveDashboard({ projectId, first }: { projectId: string; first: DashboardView }) {
  const trpc = useTRPC();
  const { data, error } = useQuery(
    trpc.analytics.dashboard.queryOptions({ projectId }, { initialData: first, ...byItself(REFRESH_MS) }),
  );
  const actions = (
    <>
      <LinkButton variant="quiet" href={`/sponsor/projects/${projectId}/batches`}>
        Batches
      </LinkButton>
      <LinkButton href={`/sponsor/projects/${projectId}/quality`}>Look into quality</LinkButton>
    </>
  );
  return (
    <>
      <PageHeader title="Dashboard" actions={actions}>
        <DashboardAnswer data={data} />
        <p className="mt-1 text-ink-3 text-xs">
          As of <DateTime at={data.asOf} format="second" />
          {error ? '; it could not be refreshed since.' : ', refreshed every few seconds.'}
          {data.lag.lagMs > LAG_WORTH_SAYING_MS
            ? ` Hours and classes are ${formatDuration(Math.round(data.lag.lagMs / 1000))} behind.`
            : ''}
          {data.batchesLeftOut > 0
            ? ` Of ${data.batchesLeftOut.toLocaleString('en')} more, settled longest ago, nothing is counted here; each has its own page.`
            : ''}
        </p>
      </PageHeader>
      {data.batches.length === 0 ? (
        <EmptyState title="Nothing is being read yet" action={actions}>
          Progress, pace, quality and cost appear here from the first opened batch on.
        </EmptyState>
      ) : (
        <>
          <Section title="Progress and quality">
            <BatchLines projectId={projectId} batches={data.batches} />
          </Section>
          <Section title="Pace" says="Reads submitted in each hour of the last seven days.">
            <PaceChart batches={data.batches} />
          </Section>
          <Section title="Answers" says="Which classes readers name, day by day.">
            <AnswerDays batches={data.batches} />
          </Section>
          <Section title="What a label costs">
            <CostTrio
              costs={data.costs}
              includes={`Counts every batch ${data.batchesLeftOut > 0 ? 'listed here' : 'of the project'}: pilots, production, review, adjudication, gold and fee.`}
            />
          </Section>
          <Section
            title="Vendors and readers"
            says="Readers by alias; right on gold means every gated field."
          >
            <People data={data} />
          </Section>
        </>
      )}
    </>
  );
}
