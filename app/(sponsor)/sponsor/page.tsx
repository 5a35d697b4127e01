import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { NeedsYou } from '#app/_ui/needs-you.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';

export const metadata: Metadata = { title: 'Home' };

/** What needs me today. */
export default async function SponsorHomePage() {
  const { projects, needs } = await loaded((call) => call.projects.needs());
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
    </>
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
