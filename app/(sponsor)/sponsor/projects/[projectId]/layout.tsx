import type { ReactNode } from 'react';
import { Crumbs } from '#app/_ui/crumbs.tsx';
import { LinkTabs } from '#app/_ui/link-tabs.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { loadProject } from '#app/(sponsor)/sponsor/projects/[projectId]/load-project.ts';

type ProjectLayoutProps = { children: ReactNode; params: Promise<{ projectId: string }> };

/** What stays while one moves between a project's pages: its name, its state, its tabs. */
export default async function ProjectLayout({ children, params }: ProjectLayoutProps) {
  const { projectId } = await params;
  const { project } = await loadProject(projectId);
  const base = `/sponsor/projects/${projectId}`;
  return (
    <>
      <Crumbs items={[{ label: 'Projects', href: '/sponsor/projects' }, { label: project.title }]} />
      <div className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1">
        <p className="min-w-0 font-semibold text-xl">{project.title}</p>
        <StatusPill state={project.status} />
      </div>
      <div className="mb-6">
        <LinkTabs
          label="Project"
          items={[
            { href: base, label: 'Overview' },
            { href: `${base}/dataset`, label: 'Dataset' },
            { href: `${base}/protocol`, label: 'Protocol' },
            { href: `${base}/gold`, label: 'Gold' },
            { href: `${base}/strategy`, label: 'Strategy' },
            { href: `${base}/bids`, label: 'Bids' },
            { href: `${base}/independents`, label: 'Independents' },
            { href: `${base}/own-staff`, label: 'Own staff' },
            { href: `${base}/pilots`, label: 'Pilots' },
            { href: `${base}/contracts`, label: 'Contracts' },
            { href: `${base}/batches`, label: 'Batches' },
            { href: `${base}/dashboard`, label: 'Dashboard' },
            { href: `${base}/quality`, label: 'Quality' },
            { href: `${base}/models`, label: 'Models' },
            { href: `${base}/questions`, label: 'Questions' },
            { href: `${base}/money`, label: 'Money' },
          ]}
        />
      </div>
      {children}
    </>
  );
}
