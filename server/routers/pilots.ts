import { z } from 'zod';
import { projectIdInput } from '#server/bids/schemas.ts';
import { abandonPilot } from '#server/pilots/abandon-pilot.ts';
import { certifyReturn } from '#server/pilots/certify-return.ts';
import { decidePilot } from '#server/pilots/decide-pilot.ts';
import { orderRetry } from '#server/pilots/order-retry.ts';
import {
  abandonPilotInput,
  certifyReturnInput,
  decidePilotInput,
  outlookInput,
  pilotIdInput,
} from '#server/pilots/schemas.ts';
import { viewComparison } from '#server/pilots/view-comparison.ts';
import { viewOutlook } from '#server/pilots/view-outlook.ts';
import {
  cardComputed,
  comparisonView,
  outlookView,
  ownPilotsInput,
  ownPilotsView,
  pilotDecided,
  pilotDetailView,
  pilotsView,
  retryOrdered,
} from '#server/pilots/view-schemas.ts';
import {
  pilotDetail,
  pilotsOfProject,
  recomputeScorecard,
  scorecardsOfVendor,
} from '#server/pilots/views.ts';
import { procedure, router } from './trpc.ts';

/** Pilots, scorecards and their signed verdicts. */
export const pilotsRouter = router({
  ofProject: procedure({ can: 'bid.compare' })
    .input(projectIdInput)
    .output(pilotsView)
    .query(({ ctx, input }) => pilotsOfProject(ctx.command, input.projectId)),
  detail: procedure({ can: 'bid.compare' })
    .input(pilotIdInput)
    .output(pilotDetailView)
    .query(({ ctx, input }) => pilotDetail(ctx.command, input.pilotId)),
  compare: procedure({ can: 'bid.compare' })
    .input(projectIdInput)
    .output(comparisonView)
    .query(({ ctx, input }) => viewComparison(ctx.command, input.projectId)),
  outlook: procedure({ can: 'bid.compare' })
    .input(outlookInput)
    .output(outlookView)
    .query(({ ctx, input }) => viewOutlook(ctx.command, input)),
  compute: procedure({ can: 'bid.compare' })
    .input(pilotIdInput)
    .output(cardComputed)
    .mutation(({ ctx, input }) => recomputeScorecard(ctx.command, input.pilotId)),
  decide: procedure({ can: 'pilot.sign' })
    .input(decidePilotInput)
    .output(pilotDecided)
    .mutation(({ ctx, input }) => decidePilot(ctx.command, input)),
  orderRetry: procedure({ can: 'contract.award' })
    .input(pilotIdInput)
    .output(retryOrdered)
    .mutation(({ ctx, input }) => orderRetry(ctx.command, input)),
  abandon: procedure({ can: 'bid.write' })
    .input(abandonPilotInput)
    .output(z.void())
    .mutation(({ ctx, input }) => abandonPilot(ctx.command, input)),
  certifyReturn: procedure({ can: 'agreement.sign' })
    .input(certifyReturnInput)
    .output(z.void())
    .mutation(({ ctx, input }) => certifyReturn(ctx.command, input)),
  mine: procedure({ can: 'vendor.read' })
    .input(ownPilotsInput)
    .output(ownPilotsView)
    .query(({ ctx, input }) => scorecardsOfVendor(ctx.command, input)),
});
