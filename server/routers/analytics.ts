import { z } from 'zod';
import { listAwards } from '#server/analytics/list-awards.ts';
import { measureNow } from '#server/analytics/measure-now.ts';
import {
  answerDaysInput,
  answerDaysView,
  awardsView,
  batchIdInput,
  dashboardView,
  liveView,
  projectIdInput,
  qualityInput,
  qualityView,
} from '#server/analytics/schemas.ts';
import { viewAnswerDays } from '#server/analytics/view-answer-days.ts';
import { viewDashboard } from '#server/analytics/view-dashboard.ts';
import { viewQuality } from '#server/analytics/view-quality.ts';
import { viewLive } from '#server/analytics/watch-live.ts';
import { procedure, router } from './trpc.ts';

/** What a sponsor watches of running work. */
export const analyticsRouter = router({
  dashboard: procedure({ can: 'quality.read' })
    .input(projectIdInput)
    .output(dashboardView)
    .query(({ ctx, input }) => viewDashboard(ctx.command, input)),
  answerDays: procedure({ can: 'quality.read' })
    .input(answerDaysInput)
    .output(answerDaysView)
    .query(({ ctx, input }) => viewAnswerDays(ctx.command, input)),
  quality: procedure({ can: 'quality.read' })
    .input(qualityInput)
    .output(qualityView)
    .query(({ ctx, input }) => viewQuality(ctx.command, input)),
  /** The state that `/api/live/batches/[batchId]` keeps up; for the first paint. */
  live: procedure({ can: 'project.read' })
    .input(batchIdInput)
    .output(liveView)
    .query(({ ctx, input }) => viewLive(ctx.command, input)),
  vendorLive: procedure({ can: 'vendor.read' })
    .input(batchIdInput)
    .output(liveView)
    .query(({ ctx, input }) => viewLive(ctx.command, input)),
  awards: procedure({ can: 'batch.manage' })
    .input(projectIdInput)
    .output(awardsView)
    .query(({ ctx, input }) => listAwards(ctx.command, input)),
  measureNow: procedure({ can: 'quality.read' })
    .input(batchIdInput)
    .output(z.object({ reads: z.number().int() }))
    .mutation(({ ctx, input }) => measureNow(ctx.command, input)),
});
