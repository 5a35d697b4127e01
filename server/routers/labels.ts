import { z } from 'zod';
import { viewDecisionCase, viewFinalLabels, viewProvenance, viewReads } from '#server/labels/label-views.ts';
import { endAudit, orderAudit } from '#server/labels/order-audit.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import {
  adjudicationInput,
  auditInput,
  orderAuditInput,
  rejectInput,
  reviewInput,
} from '#server/labels/schemas.ts';
import { submitAdjudication } from '#server/labels/submit-adjudication.ts';
import { submitAudit } from '#server/labels/submit-audit.ts';
import { submitReview } from '#server/labels/submit-review.ts';
import { undecidedView, viewUndecided } from '#server/labels/undecided.ts';
import { viewAudits } from '#server/labels/view-checks.ts';
import { pairsView, viewPairs, viewVendorPairs } from '#server/labels/view-pairs.ts';
import {
  checksView,
  decisionCaseView,
  finalLabelsView,
  provenanceView,
  readsView,
} from '#server/labels/view-schemas.ts';
import { batchReasonInput, leaseInput, submitResult, withReceipt } from '#server/work/schemas.ts';
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
  auditCase: procedure({ can: 'task.audit' })
    .input(leaseInput)
    .output(decisionCaseView)
    .query(({ ctx, input }) => viewDecisionCase(ctx.command, input)),
  submitAudit: procedure({ can: 'task.audit' })
    .input(withReceipt(auditInput))
    .output(submitResult)
    .mutation(({ ctx, input }) => submitAudit(ctx.command, input)),
  pairs: procedure({ can: 'quality.read' })
    .input(z.object({ batchId: z.uuid() }))
    .output(pairsView)
    .query(({ ctx, input }) => viewPairs(ctx.command, input)),
  vendorPairs: procedure({ can: 'vendor.read' })
    .input(z.object({ batchId: z.uuid() }))
    .output(pairsView)
    .query(({ ctx, input }) => viewVendorPairs(ctx.command, input)),
  audits: procedure({ can: 'quality.read' })
    .input(z.object({ projectId: z.uuid() }))
    .output(checksView)
    .query(({ ctx, input }) => viewAudits(ctx.command, input)),
  orderAudit: procedure({ can: 'batch.manage' })
    .input(orderAuditInput)
    .output(
      z.object({
        sampleSize: z.number().int(),
        population: z.number().int(),
        acceptErrors: z.number().int(),
        reservedMinor: z.bigint(),
      }),
    )
    .mutation(({ ctx, input }) => orderAudit(ctx.command, input)),
  endAudit: procedure({ can: 'batch.manage' })
    .input(batchReasonInput)
    .output(z.object({ dropped: z.number().int().nullable(), held: z.number().int().nullable() }))
    .mutation(({ ctx, input }) => endAudit(ctx.command, input)),
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
  undecided: procedure({ can: 'quality.read' })
    .input(z.object({ batchId: z.uuid() }))
    .output(undecidedView)
    .query(({ ctx, input }) => viewUndecided(ctx.command, input)),
  reads: procedure({ can: 'quality.read' })
    .input(
      z.object({
        ...page,
        after: z.object({ at: z.date(), labelId: z.uuid() }).optional(),
        isWaiting: z.boolean().default(false),
      }),
    )
    .output(readsView)
    .query(({ ctx, input }) => viewReads(ctx.command, input)),
});
