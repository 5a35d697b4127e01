import { health } from '#server/health/schemas.ts';
import { viewHealth } from '#server/health/view-health.ts';
import { procedure, router } from './trpc.ts';

/** How the installation is doing. */
export const healthRouter = router({
  view: procedure({ can: 'operator.health' })
    .output(health)
    .query(({ ctx }) => viewHealth(ctx.command)),
});
