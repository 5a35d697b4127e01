import { FolderKanban } from 'lucide-react';
import type { Metadata } from 'next';
import Link from 'next/link';
import { z } from 'zod';
import { loaded } from '#app/_trpc/server.ts';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';

export const metadata: Metadata = { title: 'Projects' };

const query = z.object({ before: z.coerce.date().optional().catch(undefined) });

type ProjectsPageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/** The sponsor's projects, newest first. */
export default async function ProjectsPage({ searchParams }: ProjectsPageProps) {
  const { before } = query.parse(await searchParams);
  const { items, next } = await loaded((call) => call.projects.list({ before, limit: 50 }));
  const create = (
    <LinkButton variant="primary" href="/sponsor/projects/new">
      Post a project
    </LinkButton>
  );
  return (
    <>
      <PageHeader title="Projects" actions={items.length === 0 ? null : create} />
      {items.length === 0 ? (
        <EmptyState icon={<FolderKanban aria-hidden />} title="Your projects will be here" action={create}>
          A project says what is to be annotated, by whom, how well and until when. It stays a draft until you
          open its call.
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line border-line border-y">
          {items.map((project) => (
            <li key={project.id}>
              <Link
                href={`/sponsor/projects/${project.id}`}
                className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 py-2 hover:bg-hover sm:px-2"
              >
                <span className="min-w-0 flex-1">
                  <span className="block truncate font-medium text-base">{project.title}</span>
                  {project.next === null ? null : (
                    <span className="block text-ink-3 text-sm">
                      {project.missing} to do before the call: {project.next.message}
                    </span>
                  )}
                </span>
                <span className="text-ink-3 text-sm">
                  due <DateTime at={`${project.deadline}T00:00:00Z`} format="day" zone="UTC" />
                </span>
                <StatusPill state={project.status} />
              </Link>
            </li>
          ))}
        </ul>
      )}
      {next === null ? null : (
        <LinkButton className="mt-4" href={`/sponsor/projects?before=${next.toISOString()}`}>
          Older projects
        </LinkButton>
      )}
    </>
  );
}
