import type { Metadata } from 'next';
import { connection } from 'next/server';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { ProjectForm } from '#app/(sponsor)/sponsor/projects/_form/project-form.tsx';
import { systemClock } from '#server/core/clock.ts';

export const metadata: Metadata = { title: 'New project' };

/** What is to be annotated, by whom, how well, until when. */
export default async function NewProjectPage() {
  await connection();
  const today = systemClock.now().toISOString().slice(0, 10);
  return (
    <>
      <PageHeader
        title="New project"
        crumbs={[{ label: 'Projects', href: '/sponsor/projects' }, { label: 'New project' }]}
      />
      <ProjectForm project={null} today={today} />
    </>
  );
}
