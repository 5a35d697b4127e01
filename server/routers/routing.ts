import { z } from 'zod';
import { projectIdInput } from '#server/projects/schemas.ts';
import { previewRoute, routeBatch } from '#server/routing/route-batch.ts';
import { routeBatchInput, routed, routePreview, routingView, setRuleInput } from '#server/routing/schemas.ts';
import { setRule } from '#server/routing/set-rule.ts';
import { viewRouting } from '#server/routing/views.ts';
import { procedure, router } from './trpc.ts';

/** What stays with own staff, what overflows to vendors, and how fast they take it up. */
export const routingRouter = router({
  view: procedure({ can: 'batch.manage' })
    .input(projectIdInput)
    .output(routingView)
    .query(({ ctx, input }) => viewRouting(ctx.command, input)),
  setRule: procedure({ can: 'batch.manage' })
    .input(setRuleInput)
    .output(z.void())
    .mutation(({ ctx, input }) => setRule(ctx.command, input)),
  preview: procedure({ can: 'batch.manage' })
    .input(routeBatchInput)
    .output(routePreview)
    .query(({ ctx, input }) => previewRoute(ctx.command, input)),
  make: procedure({ can: 'batch.manage' })
    .input(routeBatchInput)
    .output(routed)
    .mutation(({ ctx, input }) => routeBatch(ctx.command, input)),
});
