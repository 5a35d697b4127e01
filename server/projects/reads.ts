import { and, desc, eq, lt } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { projects } from '#db/schema/projects.ts';
import { AppError } from '#server/core/errors.ts';
import { type Project, project } from './schemas.ts';

const notFound = () =>
  new AppError({ kind: 'not_found', reason: 'project_not_found', message: 'There is no such project.' });

/** A project by id, whoever owns it; `not_found` when there is none. For commands that check access themselves. */
export async function getProject(q: Queryable, projectId: string): Promise<Project> {
  const [row] = await q.select().from(projects).where(eq(projects.id, projectId)).limit(1);
  if (!row) throw notFound();
  return project.parse(row);
}

/** A project of this sponsor; `not_found` also when it belongs to somebody else, so that ids tell nothing. */
export async function getProjectForOrg(q: Queryable, orgId: string, projectId: string): Promise<Project> {
  const [row] = await q
    .select()
    .from(projects)
    .where(and(eq(projects.id, projectId), eq(projects.orgId, orgId)))
    .limit(1);
  if (!row) throw notFound();
  return project.parse(row);
}

/** Holds a project in its state until the transaction ends; a change of state, and whoever else holds it, waits. */
export async function lockProjectState(tx: Tx, projectId: string): Promise<void> {
  await tx.select({ id: projects.id }).from(projects).where(eq(projects.id, projectId)).for('no key update');
}

/** A sponsor's projects, newest first, keyset by creation time. */
export async function listProjects(
  q: Queryable,
  orgId: string,
  page: { before?: Date | undefined; limit: number },
): Promise<Project[]> {
  const rows = await q
    .select()
    .from(projects)
    .where(and(eq(projects.orgId, orgId), page.before ? lt(projects.createdAt, page.before) : undefined))
    .orderBy(desc(projects.createdAt))
    .limit(page.limit);
  return rows.map((row) => project.parse(row));
}
