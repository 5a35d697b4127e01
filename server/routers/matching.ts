import { z } from 'zod';
import { callIdInput, projectIdInput } from '#server/bids/schemas.ts';
import { rankedCandidate } from '#server/matching/schemas.ts';
import { explainForMe, rankForSponsor } from '#server/matching/views.ts';
import { procedure, router } from './trpc.ts';

/** Who fits which work, and why. */
export const matchingRouter = router({
  candidates: procedure({ can: 'bid.compare' })
    .input(projectIdInput.extend({ limit: z.int().min(1).max(100).default(50) }))
    .output(z.array(rankedCandidate))
    .query(({ ctx, input }) => rankForSponsor(ctx.command, input)),
  whyMe: procedure({ can: 'call.read' })
    .input(callIdInput)
    .output(rankedCandidate.nullable())
    .query(({ ctx, input }) => explainForMe(ctx.command, input)),
});
