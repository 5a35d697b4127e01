import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DecisionNote } from '#app/_ui/decision-note.tsx';
import { formatDuration } from '#app/_ui/format-duration.ts';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { hasRight, NotForYourRole } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import { loadProject } from '#app/(sponsor)/sponsor/projects/[projectId]/load-project.ts';
import type { RoutingView } from '#server/routing/schemas.ts';
import { HandOffTable } from './hand-off-table.tsx';
import { RouteForm } from './route-form.tsx';
import { RuleForm } from './rule-form.tsx';

export const metadata: Metadata = { title: 'Routing' };

/** What stays with own staff, what overflows to vendors, and how fast they take it up. */
export default async function RoutingPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  if (!(await hasRight('batch.manage'))) {
    return (
      <>
        <PageHeader title="Routing" />
        <NotForYourRole what="routing work" who="the project manager" />
      </>
    );
  }
  const view = await loaded((call) => call.routing.view({ projectId }));
  const { project } = await loadProject(projectId);
  const base = `/sponsor/projects/${projectId}`;
  const lacks = [
    ...(view.own === null
      ? [
          {
            says: 'There is no agreed order with own staff.',
            href: `${base}/own-staff`,
            linkLabel: 'Own staff',
          },
        ]
      : []),
    ...(view.vendors.length === 0
      ? [{ says: 'No award is in force, so nothing can overflow.', href: `${base}/bids`, linkLabel: 'Bids' }]
      : []),
  ];
  return (
    <>
      <PageHeader title="Routing">
        <AnswerLine>{answerOf(view)}</AnswerLine>
      </PageHeader>
      {lacks.length > 0 ? (
        <DecisionNote
          className="mb-8 max-w-[720px]"
          outcome="refused"
          title="Work is not routed yet."
          changes={lacks}
        />
      ) : null}
      <Section
        title="What stays inside"
        says="Cases that meet any of these are read by own staff alone, whatever happens. The rest is own staff’s as long as it keeps up."
      >
        <RuleForm view={view} projectId={projectId} />
      </Section>
      {view.rule === null || view.own === null ? null : (
        <Section
          title="Make routed batches"
          says="One batch for own staff alone, and one that it shares with the vendors. Both are drafts that you open."
        >
          <RouteForm
            view={view}
            projectId={projectId}
            deadline={project.deadline}
            overlap={project.qualityPolicy.overlap}
          />
        </Section>
      )}
      <Section
        title="Hand-offs"
        says="Every five minutes the rule is looked at; what own staff will not manage in time goes to the vendors by their awards."
      >
        <HandOffTable view={view} projectId={projectId} />
      </Section>
    </>
  );
}

function answerOf({ rule, handOffTime, handOffs }: RoutingView) {
  if (rule === null) return 'Say what stays with own staff; until then nothing is routed.';
  const { medianSeconds, p90Seconds, n, waiting } = handOffTime;
  if (medianSeconds === null || p90Seconds === null)
    return handOffs.length === 0
      ? 'Nothing has been handed to vendors yet.'
      : `${waiting} ${waiting === 1 ? 'hand-off waits' : 'hand-offs wait'} for the first read.`;
  // One hand-off has a duration, not a distribution.
  if (n === 1)
    return (
      <>
        The one hand-off that was taken up had its first read after{' '}
        <strong>{formatDuration(medianSeconds)}</strong>
        {waiting === 0 ? '.' : `; ${waiting} ${waiting === 1 ? 'other waits' : 'others wait'}.`}
      </>
    );
  return (
    <>
      From decided to first read it takes <strong>{formatDuration(medianSeconds)}</strong> at the median and{' '}
      <strong>{formatDuration(p90Seconds)}</strong> for nine of ten (n {n}
      {waiting === 0 ? '' : `, ${waiting} still waiting`}).
    </>
  );
}
