import { z } from 'zod';
import { createProject } from '#server/projects/create-project.ts';
import { decideProject } from '#server/projects/decide-project.ts';
import {
  decideProjectInput,
  needsView,
  PROJECT_STATUSES,
  project,
  projectIdInput,
  projectInput,
  projectList,
  projectView,
  updateProjectInput,
} from '#server/projects/schemas.ts';
import { updateProject } from '#server/projects/update-project.ts';
import { viewNeeds } from '#server/projects/view-needs.ts';
import { viewProject, viewProjects } from '#server/projects/view-project.ts';
import { procedure, router } from './trpc.ts';

const page = z.strictObject({ before: z.date().optional(), limit: z.int().min(1).max(100).default(50) });

/** A sponsor's projects. */
export const projectsRouter = router({
  list: procedure({ can: 'project.read' })
    .input(page)
    .output(projectList)
    .query(({ ctx, input }) => viewProjects(ctx.command, input)),
  needs: procedure({ can: 'project.read' })
    .output(needsView)
    .query(({ ctx }) => viewNeeds(ctx.command)),
  get: procedure({ can: 'project.read' })
    .input(projectIdInput)
    .output(projectView)
    .query(({ ctx, input }) => viewProject(ctx.command, input)),
  create: procedure({ can: 'project.write' })
    .input(projectInput)
    .output(project)
    .mutation(({ ctx, input }) => createProject(ctx.command, input)),
  update: procedure({ can: 'project.write' })
    .input(updateProjectInput)
    .output(project)
    .mutation(({ ctx, input }) => updateProject(ctx.command, input)),
  decide: procedure({ can: 'project.write' })
    .input(decideProjectInput)
    .output(z.object({ status: z.enum(PROJECT_STATUSES) }))
    .mutation(({ ctx, input }) => decideProject(ctx.command, input)),
});
