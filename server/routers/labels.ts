import { z } from 'zod';
import { viewDecisionCase, viewFinalLabels, viewProvenance, viewReads } from '#server/labels/label-views.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { adjudicationInput, rejectInput, reviewInput } from '#server/labels/schemas.ts';
import { submitAdjudication } from '#server/labels/submit-adjudication.ts';
import { submitReview } from '#server/labels/submit-review.ts';
import { decisionCaseView, finalLabelsView, provenanceView, readsView } from '#server/labels/view-schemas.ts';
import { leaseInput, submitResult, withReceipt } from '#server/work/schemas.ts';
import { procedure, router } from './trpc.ts';

const page = { batchId: z.uuid(), limit: z.number().int().min(1).max(500).default(100) };

/** What becomes of labels: review, adjudication, final labels, history. */
export const labelsRouter = router({
  reviewCase: procedure({ can: 'task.review' })
    .input(leaseInput)
    .output(decisionCaseView)
    .query(({ ctx, input }) => viewDecisionCase(ctx.command, input)),
  submitReview: procedure({ can: 'task.review' })
    .input(withReceipt(reviewInput))
    .output(submitResult)
    .mutation(({ ctx, input }) => submitReview(ctx.command, input)),
  adjudicationCase: procedure({ can: 'task.adjudicate' })
    .input(leaseInput)
    .output(decisionCaseView)
    .query(({ ctx, input }) => viewDecisionCase(ctx.command, input)),
  submitAdjudication: procedure({ can: 'task.adjudicate' })
    .input(withReceipt(adjudicationInput))
    .output(submitResult)
    .mutation(({ ctx, input }) => submitAdjudication(ctx.command, input)),
  reject: procedure({ can: 'batch.manage' })
    .input(rejectInput)
    .output(z.object({ ok: z.literal(true) }))
    .mutation(({ ctx, input }) => rejectLabel(ctx.command, input).then(() => ({ ok: true as const }))),
  provenance: procedure({ can: 'project.read' })
    .input(z.object({ batchId: z.uuid(), taskId: z.uuid() }))
    .output(provenanceView)
    .query(({ ctx, input }) => viewProvenance(ctx.command, input)),
  finals: procedure({ can: 'quality.read' })
    .input(z.object({ ...page, after: z.uuid().optional() }))
    .output(finalLabelsView)
    .query(({ ctx, input }) => viewFinalLabels(ctx.command, input)),
  reads: procedure({ can: 'quality.read' })
    .input(z.object({ ...page, after: z.object({ submittedAt: z.date(), labelId: z.uuid() }).optional() }))
    .output(readsView)
    .query(({ ctx, input }) => viewReads(ctx.command, input)),
});
