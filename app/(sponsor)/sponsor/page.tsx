import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { NeedsYou } from '#app/_ui/needs-you.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { ProgressBar } from '#app/_ui/progress-bar.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { hasRight } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import { DashboardAnswer } from '#app/(sponsor)/sponsor/projects/[projectId]/dashboard/dashboard-answer.tsx';
import type { DashboardView } from '#server/analytics/schemas.ts';

export const metadata: Metadata = { title: 'Home' };

/** Projects looked at, and those shown with their dashboard's answer. */
const LOOKED_AT = 50;
const SHOWN = 6;

/** What needs me today, and how the running projects stand. */
export default async function SponsorHomePage() {
  const { projects, needs } = await loaded((call) => call.projects.needs());
  const running = (await hasRight('quality.read')) ? await loaded(runningWork) : [];
  const pressing = needs.filter((need) => need.tone === 'attention').length;
  return (
    <>
      <PageHeader
        title="Home"
        actions={
          <LinkButton variant={projects === 0 ? 'primary' : 'secondary'} href="/sponsor/projects/new">
            Post a project
          </LinkButton>
        }
      >
        <AnswerLine>{answerOf(projects, needs.length, pressing)}</AnswerLine>
      </PageHeader>
      <NeedsYou items={needs} />
      {running.length === 0 ? null : (
        <Section title="Under way" className="pt-8">
          <ul className="divide-y divide-line border-line border-y">
            {running.map((data) => (
              <RunningProject key={data.project.id} data={data} />
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

/** The newest projects that are read now, each as its dashboard sees it. */
async function runningWork(call: Parameters<Parameters<typeof loaded>[0]>[0]): Promise<DashboardView[]> {
  const { items } = await call.projects.list({ limit: LOOKED_AT });
  const live = items.filter(
    ({ status }) => status === 'piloting' || status === 'active' || status === 'paused',
  );
  return Promise.all(live.slice(0, SHOWN).map(({ id }) => call.analytics.dashboard({ projectId: id })));
}

function RunningProject({ data }: { data: DashboardView }) {
  const { project, batches } = data;
  const open = batches.filter((batch) => batch.kind !== 'self_label' && batch.status !== 'settled');
  const sum = (pick: (batch: DashboardView['batches'][number]) => number) =>
    open.reduce((total, batch) => total + pick(batch), 0);
  return (
    <li className="grid items-start gap-x-8 gap-y-2 py-3 lg:grid-cols-[1fr_16rem]">
      <div className="min-w-0">
        <p className="mb-1 flex flex-wrap items-center gap-3">
          <TextLink href={`/sponsor/projects/${project.id}/dashboard`}>{project.title}</TextLink>
          <StatusPill state={project.status} />
        </p>
        <DashboardAnswer data={data} />
      </div>
      {open.length === 0 ? null : (
        <ProgressBar
          label="Read"
          done={sum((one) => one.reads)}
          total={sum((one) => one.readsNeeded)}
          unit="reads"
        />
      )}
    </li>
  );
}

function answerOf(projects: number, needs: number, pressing: number) {
  if (projects === 0) return 'You have no project yet. Post one: it stays a draft until you open its call.';
  if (needs === 0) return 'Nothing waits for you. Your projects go on by themselves.';
  if (pressing === 0) return 'Nothing is urgent; what can move on is listed below.';
  return (
    <>
      <strong>{pressing}</strong> {pressing === 1 ? 'decision waits' : 'decisions wait'} for you.
    </>
  );
}
