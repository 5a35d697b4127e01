import type { Metadata } from 'next';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { ProjectForm } from '#app/(sponsor)/sponsor/projects/_form/project-form.tsx';
import { loadProject } from '#app/(sponsor)/sponsor/projects/[projectId]/load-project.ts';
import { systemClock } from '#server/core/clock.ts';

export const metadata: Metadata = { title: 'Edit project' };

/** The project's form while it is a draft. */
export default async function EditProjectPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { project, forecastBasis, cases } = await loadProject((await params).projectId);
  const today = systemClock.now().toISOString().slice(0, 10);
  if (project.status === 'draft') {
    return (
      <>
        <PageHeader title="Edit project" />
        <ProjectForm
          key={project.id}
          project={project}
          today={today}
          basis={forecastBasis}
          cases={cases === 0 ? null : cases}
        />
      </>
    );
  }
  return (
    <EmptyState
      title="The call is open, so the terms are fixed"
      action={<LinkButton href={`/sponsor/projects/${project.id}`}>Go to the project</LinkButton>}
    >
      Bidders rely on what they read. The protocol can still change as a new version; for other terms, post
      another project.
    </EmptyState>
  );
}
