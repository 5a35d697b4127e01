import { z } from 'zod';
import { callIdInput, projectIdInput } from '#server/bids/schemas.ts';
import { countMeeting } from '#server/matching/count-meeting.ts';
import {
  meetingCount,
  meetingInput,
  rankedCandidate,
  reachInput,
  reachView,
  setWeightsInput,
  weightsSet,
} from '#server/matching/schemas.ts';
import { setWeights } from '#server/matching/set-weights.ts';
import { explainForMe, rankForSponsor, reachOfProject } from '#server/matching/views.ts';
import { procedure, router } from './trpc.ts';

/** Who fits which work, and why. */
export const matchingRouter = router({
  candidates: procedure({ can: 'bid.compare' })
    .input(projectIdInput.extend({ limit: z.int().min(1).max(100).default(50) }))
    .output(z.array(rankedCandidate))
    .query(({ ctx, input }) => rankForSponsor(ctx.command, input)),
  reach: procedure({ can: 'bid.compare' })
    .input(reachInput)
    .output(reachView)
    .query(({ ctx, input }) => reachOfProject(ctx.command, input)),
  countMeeting: procedure({ can: 'project.write' })
    .input(meetingInput)
    .output(meetingCount)
    .query(({ ctx, input }) => countMeeting(ctx.command, input, 'everybody')),
  countOwnMeeting: procedure({ can: 'team.manage' })
    .input(meetingInput)
    .output(meetingCount)
    .query(({ ctx, input }) => countMeeting(ctx.command, input, 'own')),
  setWeights: procedure({ can: 'project.write' })
    .input(setWeightsInput)
    .output(weightsSet)
    .mutation(({ ctx, input }) => setWeights(ctx.command, input)),
  whyMe: procedure({ can: 'call.read' })
    .input(callIdInput)
    .output(rankedCandidate.nullable())
    .query(({ ctx, input }) => explainForMe(ctx.command, input)),
});
