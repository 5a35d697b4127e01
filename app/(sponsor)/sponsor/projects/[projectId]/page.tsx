import type { Metadata } from 'next';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { ChecklistRail } from '#app/_ui/checklist-rail.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { Markdown } from '#app/_ui/markdown.tsx';
import { Money } from '#app/_ui/money.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { SplitPane } from '#app/_ui/split-pane.tsx';
import { DATA_CLASS_WORDS, USE_WORDS } from '#app/(sponsor)/sponsor/projects/_form/project-words.ts';
import { loadProject } from '#app/(sponsor)/sponsor/projects/[projectId]/load-project.ts';
import { describeCredentialRule } from '#server/credentials/rules.ts';
import type { Project } from '#server/projects/schemas.ts';
import { ProjectDecisions } from './project-decisions.tsx';

export const metadata: Metadata = { title: 'Project' };

type Requirement = Awaited<ReturnType<typeof loadProject>>['toOpenCall'][number];

/** Where the project stands and what it waits for. */
export default async function ProjectPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  const view = await loadProject(projectId);
  const { project, toOpenCall, toStartWork, forecast, cases } = view;
  const base = `/sponsor/projects/${projectId}`;
  const isDraft = project.status === 'draft';
  const call = toOpenCall.filter((one) => !one.done).length;
  const work = toStartWork.filter((one) => !one.done).length;
  const shownAbove = new Set(isDraft ? toOpenCall.map((one) => one.code) : []);
  return (
    <>
      <PageHeader
        title="Overview"
        actions={
          <>
            <ProjectDecisions projectId={projectId} decisions={view.decisions} />
            {isDraft ? <LinkButton href={`${base}/edit`}>Edit project</LinkButton> : null}
            {isDraft ? <LinkButton href={`${base}/strategy`}>Weigh ways to label</LinkButton> : null}
            {isDraft && call === 0 ? (
              <LinkButton variant="primary" href={`${base}/bids`}>
                Open the call
              </LinkButton>
            ) : null}
          </>
        }
      >
        <AnswerLine>{answerOf(project, call, work)}</AnswerLine>
      </PageHeader>
      <SplitPane
        asideLabel="What is still missing"
        width={320}
        aside={
          <div className="flex flex-col gap-6">
            {isDraft ? <ChecklistRail title="To open the call" items={toOpenCall.map(toItem)} /> : null}
            <ChecklistRail
              title={isDraft ? 'To start work, also' : 'To start work'}
              items={toStartWork.filter((one) => !shownAbove.has(one.code)).map(toItem)}
            />
          </div>
        }
      >
        <div className="flex max-w-[720px] flex-col gap-6">
          <h2 className="sr-only">About the work</h2>
          {project.summary === '' ? null : <Markdown>{project.summary}</Markdown>}
          <Facts project={project} cases={cases} />
          {forecast === null ? null : (
            <p className="prose-width text-ink-2 text-sm">
              Your panel will have to decide about <strong>{forecast.cases}</strong> of {cases} cases (
              {Math.round(forecast.share * 100)} %). {forecast.assumption}
            </p>
          )}
        </div>
      </SplitPane>
    </>
  );
}

function answerOf(project: Project, call: number, work: number) {
  if (project.status === 'draft') {
    if (call === 0) return 'Everything that a call needs is here. Open it when you are ready.';
    return (
      <>
        <strong>{call}</strong> {call === 1 ? 'thing is' : 'things are'} missing before the call can open, and{' '}
        <strong>{work}</strong> before work can start.
      </>
    );
  }
  if (work > 0) {
    return (
      <>
        <strong>{work}</strong> {work === 1 ? 'thing is' : 'things are'} missing before work can start.
      </>
    );
  }
  return (
    <>
      Ready for work, due <DateTime at={`${project.deadline}T00:00:00Z`} format="day" zone="UTC" />.
    </>
  );
}

const toItem = ({ label, done, message, href }: Requirement) => ({
  label,
  state: done ? ('done' as const) : ('todo' as const),
  ...(done ? {} : { says: message, href }),
});

function Facts({ project, cases }: { project: Project; cases: number }) {
  const { qualityPolicy: policy, locationPolicy } = project;
  const facts: [string, React.ReactNode][] = [
    ['For', USE_WORDS[project.intendedUse].label],
    ['Data', DATA_CLASS_WORDS[project.dataClass]],
    ['Cases', cases === 0 ? 'None yet' : cases.toLocaleString('en')],
    ['Read', [project.modality, project.anatomy].filter((part) => part !== '').join(', ') || 'Not said yet'],
    ['Reads per case', String(policy.overlap)],
    ['Readers', describeCredentialRule(project.credentialRule)],
    [
      'From',
      locationPolicy.allowedCountries.length === 0 ? 'Anywhere' : locationPolicy.allowedCountries.join(', '),
    ],
    ['Budget', <Money key="budget" amountMinor={project.budgetMinor} currency={project.currency} />],
    ['Deadline', <DateTime key="deadline" at={`${project.deadline}T00:00:00Z`} format="day" zone="UTC" />],
    ['Platform fee', `${project.platformFeeBasisPoints / 100} % on accepted paid reads`],
  ];
  return (
    <dl className="grid grid-cols-[max-content_1fr] gap-x-6 gap-y-2 border-line border-y py-4 text-sm">
      {facts.map(([term, value]) => (
        <div key={term} className="contents">
          <dt className="text-ink-3">{term}</dt>
          <dd className="min-w-0">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
