import { decideStrategy } from '#server/strategy/decide-strategy.ts';
import {
  decideStrategyInput,
  strategyDecided,
  strategyQuery,
  strategyView,
} from '#server/strategy/schemas.ts';
import { viewStrategy } from '#server/strategy/views.ts';
import { procedure, router } from './trpc.ts';

/** How to get a project labelled: what each way costs, when it is done, and what was decided. */
export const strategyRouter = router({
  view: procedure({ can: 'bid.compare' })
    .input(strategyQuery)
    .output(strategyView)
    .query(({ ctx, input }) => viewStrategy(ctx.command, input)),
  decide: procedure({ can: 'project.write' })
    .input(decideStrategyInput)
    .output(strategyDecided)
    .mutation(({ ctx, input }) => decideStrategy(ctx.command, input)),
});
