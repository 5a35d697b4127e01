import { z } from 'zod';
import { ownExams } from '#server/credentials/general-exam-schemas.ts';
import { datasetIdInput } from '#server/datasets/intake-schemas.ts';
import { addTasks } from '#server/work/add-tasks.ts';
import { allowReaders, viewAllowable } from '#server/work/allow-readers.ts';
import { amendLabel } from '#server/work/amend-label.ts';
import { answerFlag } from '#server/work/answer-flag.ts';
import { viewBatch, viewBatches, viewElsewhere } from '#server/work/batch-views.ts';
import { caseFlowView, viewCaseFlow } from '#server/work/case-flow.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { clarifyFlag } from '#server/work/clarify-flag.ts';
import { cloneBatch } from '#server/work/clone-batch.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { closeIncident } from '#server/work/close-incident.ts';
import { createBatch } from '#server/work/create-batch.ts';
import { clarifyAlert, dismissAlert } from '#server/work/decide-alert.ts';
import {
  clarifyAlertInput,
  clarifyFlagInput,
  closeIncidentInput,
  dismissAlertInput,
} from '#server/work/desk-schemas.ts';
import { discardBatch } from '#server/work/discard-batch.ts';
import { viewFeedback, viewMyExams } from '#server/work/exam-views.ts';
import { extendLease } from '#server/work/extend-lease.ts';
import { flagCase } from '#server/work/flag-case.ts';
import { decideHeldPassInput, heldPassesView } from '#server/work/held-pass-schemas.ts';
import { decideHeldPass, viewHeldPasses } from '#server/work/held-passes.ts';
import {
  alertListView,
  flagListView,
  inboxInput,
  incidentClosed,
  incidentListView,
  incidentsInput,
} from '#server/work/inbox-schemas.ts';
import { viewAlerts, viewFlags, viewIncidents } from '#server/work/inbox-views.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { joinMostNeeded } from '#server/work/join-most-needed.ts';
import { keepApart } from '#server/work/keep-apart.ts';
import { moveToProtocol } from '#server/work/move-to-protocol.ts';
import { nameExpert } from '#server/work/name-expert.ts';
import { openBatch } from '#server/work/open-batch.ts';
import { ownSkillView, viewOwnSkill } from '#server/work/own-skill.ts';
import { pauseBatch, resumeBatch } from '#server/work/pause-batch.ts';
import { pauseReader, resumeReader } from '#server/work/pause-reader.ts';
import { previewBatch } from '#server/work/preview-batch.ts';
import { prioritiseCases } from '#server/work/prioritise-cases.ts';
import { viewCase, viewMyLeases, viewMyWork, viewProgress, viewReading } from '#server/work/reading-views.ts';
import { decideRecallInput, recallsView } from '#server/work/recall-schemas.ts';
import { releaseLeases } from '#server/work/release-leases.ts';
import { requestRepeats } from '#server/work/request-repeats.ts';
import { saveDraft } from '#server/work/save-draft.ts';
import {
  addTasksInput,
  amendInput,
  batchIdInput,
  batchReasonInput,
  claimInput,
  claimResult,
  claimRulesChange,
  cloneBatchInput,
  createBatchInput,
  draftInput,
  extendInput,
  feedbackInput,
  flagInput,
  joinInput,
  keepApartInput,
  lease,
  leaseInput,
  nameExpertInput,
  prioritiseInput,
  readerDecisionInput,
  releaseInput,
  repeatsInput,
  skipInput,
  submitAndNextInput,
  submitInput,
  submitResult,
  withReceipt,
} from '#server/work/schemas.ts';
import { selectionPreview } from '#server/work/selection-schemas.ts';
import { setClaimRules } from '#server/work/set-claim-rules.ts';
import { sitExam } from '#server/work/sit-exam.ts';
import { skipTask } from '#server/work/skip-task.ts';
import { submitAndNext, submitLabel } from '#server/work/submit-label.ts';
import { viewImpact } from '#server/work/trouble-views.ts';
import { viewVendorBatch, viewVendorBatches } from '#server/work/vendor-views.ts';
import { claimRulesView, viewClaimRules } from '#server/work/view-claim-rules.ts';
import { generalExamsView, viewGeneralExams, viewOwnExams } from '#server/work/view-general-exams.ts';
import { decideRecall, viewRecalls } from '#server/work/view-recalls.ts';
import {
  allowableView,
  batchDetailView,
  batchesElsewhere,
  batchesElsewhereInput,
  batchListView,
  caseView,
  feedbackView,
  impactView,
  joinedView,
  mostNeededView,
  myExamsView,
  myWork,
  progressView,
  readingView,
  vendorBatchDetail,
  vendorBatchList,
} from '#server/work/view-schemas.ts';
import { heldProcedure, procedure, router } from './trpc.ts';

const reading = () => procedure({ can: 'task.claim' });
const projectIdInput = z.object({ projectId: z.uuid() });
const draftMade = z.object({
  batchId: z.uuid(),
  isLoaded: z.boolean(),
  /** Cases that were asked for and are quarantined (R24), so they stay out. */
  quarantined: z.number().int(),
});
const done = z.object({ ok: z.literal(true) });
const ok = () => ({ ok: true as const });

/** The work of readers, and the batches of sponsors. */
export const workRouter = router({
  listMine: reading()
    .output(myWork)
    .query(async ({ ctx }) => {
      const { lines, isCut } = await viewMyWork(ctx.command);
      return { lines: lines.map((line) => ({ ...line, reasons: [...line.reasons] })), isCut };
    }),
  join: reading()
    .input(joinInput)
    .output(joinedView)
    .mutation(({ ctx, input }) => joinBatch(ctx.command, input)),
  joinMostNeeded: reading()
    .output(mostNeededView)
    .mutation(({ ctx }) => joinMostNeeded(ctx.command)),
  myExams: reading()
    .output(myExamsView)
    .query(({ ctx }) => viewMyExams(ctx.command)),
  mySkill: reading()
    .output(ownSkillView)
    .query(({ ctx }) => viewOwnSkill(ctx.command)),
  generalExams: reading()
    .output(generalExamsView)
    .query(({ ctx }) => viewGeneralExams(ctx.command)),
  sitExam: reading()
    .input(z.object({ examId: z.uuid() }))
    .output(z.object({ batchId: z.uuid() }))
    .mutation(({ ctx, input }) => sitExam(ctx.command, input)),
  ownExams: procedure({ can: 'batch.manage' })
    .output(ownExams)
    .query(({ ctx }) => viewOwnExams(ctx.command)),
  feedback: reading()
    .input(feedbackInput)
    .output(feedbackView)
    .query(({ ctx, input }) => viewFeedback(ctx.command, input)),
  reading: reading()
    .input(joinInput)
    .output(readingView)
    .query(({ ctx, input }) => viewReading(ctx.command, input)),
  progress: reading()
    .input(joinInput)
    .output(progressView)
    .query(({ ctx, input }) => viewProgress(ctx.command, input)),
  leases: reading()
    .input(joinInput)
    .output(z.array(lease))
    .query(({ ctx, input }) => viewMyLeases(ctx.command, input)),
  claim: reading()
    .input(claimInput)
    .output(claimResult)
    .mutation(({ ctx, input }) => claimNextTasks(ctx.command, input)),
  case: reading()
    .input(leaseInput)
    .output(caseView)
    .query(({ ctx, input }) => viewCase(ctx.command, input)),
  submit: reading()
    .input(withReceipt(submitInput))
    .output(submitResult)
    .mutation(({ ctx, input }) => submitLabel(ctx.command, input)),
  submitAndNext: reading()
    .input(withReceipt(submitAndNextInput))
    .output(z.object({ label: submitResult, next: claimResult }))
    .mutation(({ ctx, input }) => submitAndNext(ctx.command, input)),
  saveDraft: reading()
    .input(draftInput)
    .output(z.object({ savedAt: z.date().nullable() }))
    .mutation(({ ctx, input }) => saveDraft(ctx.command, input)),
  extendLease: heldProcedure({ can: 'task.claim' })
    .input(extendInput)
    .output(z.array(z.object({ leaseId: z.uuid(), leaseUntil: z.date().nullable() })))
    .mutation(({ ctx, input }) => extendLease(ctx.command, ctx.isIdle ? { ...input, active: [] } : input)),
  release: reading()
    .input(releaseInput)
    .output(z.object({ released: z.number().int() }))
    .mutation(({ ctx, input }) => releaseLeases(ctx.command, input)),
  skip: reading()
    .input(skipInput)
    .output(done)
    .mutation(({ ctx, input }) => skipTask(ctx.command, input).then(ok)),
  flag: reading()
    .input(flagInput)
    .output(z.object({ flagId: z.uuid(), dueAt: z.date(), isHeld: z.boolean() }))
    .mutation(({ ctx, input }) => flagCase(ctx.command, input)),
  amend: reading()
    .input(amendInput)
    .output(submitResult)
    .mutation(({ ctx, input }) => amendLabel(ctx.command, input)),
  batches: procedure({ can: 'project.read' })
    .input(projectIdInput)
    .output(batchListView)
    .query(({ ctx, input }) => viewBatches(ctx.command, input)),
  batchesElsewhere: procedure({ can: 'project.read' })
    .input(batchesElsewhereInput)
    .output(batchesElsewhere)
    .query(({ ctx, input }) => viewElsewhere(ctx.command, input)),
  batch: procedure({ can: 'project.read' })
    .input(batchIdInput)
    .output(batchDetailView)
    .query(({ ctx, input }) => viewBatch(ctx.command, input)),
  vendorBatches: procedure({ can: 'vendor.read' })
    .output(vendorBatchList)
    .query(({ ctx }) => viewVendorBatches(ctx.command)),
  vendorBatch: procedure({ can: 'vendor.read' })
    .input(batchIdInput)
    .output(vendorBatchDetail)
    .query(({ ctx, input }) => viewVendorBatch(ctx.command, input)),
  flags: procedure({ can: 'project.read' })
    .input(inboxInput)
    .output(flagListView)
    .query(({ ctx, input }) => viewFlags(ctx.command, input)),
  answerFlag: procedure({ can: 'gold.manage' })
    .input(z.object({ batchId: z.uuid(), flagId: z.uuid(), note: z.string().trim().min(1).max(4000) }))
    .output(z.object({ replyId: z.uuid() }))
    .mutation(({ ctx, input }) => answerFlag(ctx.command, input)),
  clarifyFlag: procedure({ can: 'protocol.sign_clinical' })
    .input(clarifyFlagInput)
    .output(z.object({ protocolVersionId: z.uuid(), version: z.number().int() }))
    .mutation(({ ctx, input }) => clarifyFlag(ctx.command, input)),
  alerts: procedure({ can: 'project.read' })
    .input(inboxInput)
    .output(alertListView)
    .query(({ ctx, input }) => viewAlerts(ctx.command, input)),
  changeImpact: procedure({ can: 'project.read' })
    .input(batchIdInput)
    .output(impactView)
    .query(({ ctx, input }) => viewImpact(ctx.command, input)),
  dismissAlert: procedure({ can: 'protocol.sign_clinical' })
    .input(dismissAlertInput)
    .output(done)
    .mutation(({ ctx, input }) => dismissAlert(ctx.command, input).then(ok)),
  clarifyAlert: procedure({ can: 'protocol.sign_clinical' })
    .input(clarifyAlertInput)
    .output(z.object({ protocolVersionId: z.uuid(), version: z.number().int() }))
    .mutation(({ ctx, input }) => clarifyAlert(ctx.command, input)),
  incidents: procedure({ can: 'operator.health' })
    .input(incidentsInput)
    .output(incidentListView)
    .query(({ ctx, input }) => viewIncidents(ctx.command, input)),
  closeIncident: procedure({ can: 'operator.health' })
    .input(closeIncidentInput)
    .output(incidentClosed)
    .mutation(({ ctx, input }) => closeIncident(ctx.command, input)),
  createBatch: procedure({ can: 'batch.manage' })
    .input(createBatchInput)
    .output(draftMade)
    .mutation(({ ctx, input }) => createBatch(ctx.command, input)),
  caseFlow: procedure({ can: 'project.read' })
    .input(datasetIdInput)
    .output(caseFlowView)
    .query(({ ctx, input }) => viewCaseFlow(ctx.command, input)),
  previewBatch: procedure({ can: 'batch.manage' })
    .input(createBatchInput)
    .output(selectionPreview)
    // Asked by POST, though it changes nothing: a list of case ids is longer than an address may be.
    .mutation(({ ctx, input }) => previewBatch(ctx.command, input)),
  cloneBatch: procedure({ can: 'batch.manage' })
    .input(cloneBatchInput)
    .output(draftMade)
    .mutation(({ ctx, input }) => cloneBatch(ctx.command, input)),
  addTasks: procedure({ can: 'batch.manage' })
    .input(addTasksInput)
    .output(
      z.object({
        added: z.number().int(),
        goldLeftOut: z.number().int(),
        quarantined: z.number().int(),
        reservedMinor: z.bigint(),
        currency: z.string(),
      }),
    )
    .mutation(({ ctx, input }) => addTasks(ctx.command, input)),
  discardBatch: procedure({ can: 'batch.manage' })
    .input(batchIdInput)
    .output(done)
    .mutation(({ ctx, input }) => discardBatch(ctx.command, input).then(ok)),
  moveToProtocol: procedure({ can: 'batch.manage' })
    .input(batchIdInput)
    .output(z.object({ version: z.number().int() }))
    .mutation(({ ctx, input }) => moveToProtocol(ctx.command, input)),
  keepApart: procedure({ can: 'batch.manage' })
    .input(keepApartInput)
    .output(done)
    .mutation(({ ctx, input }) => keepApart(ctx.command, input).then(ok)),
  allowable: procedure({ can: 'batch.manage' })
    .input(batchIdInput)
    .output(allowableView)
    .query(({ ctx, input }) => viewAllowable(ctx.command, input)),
  allowReaders: procedure({ can: 'batch.manage' })
    .input(batchIdInput.extend({ engagementIds: z.array(z.uuid()).max(5000).nullable() }))
    .output(done)
    .mutation(({ ctx, input }) => allowReaders(ctx.command, input).then(ok)),
  openBatch: procedure({ can: 'batch.manage' })
    .input(batchIdInput)
    .output(z.object({ reservedMinor: z.bigint(), currency: z.string(), quarantined: z.number().int() }))
    .mutation(({ ctx, input }) => openBatch(ctx.command, input)),
  pauseBatch: procedure({ can: 'batch.manage' })
    .input(batchReasonInput)
    .output(done)
    .mutation(({ ctx, input }) => pauseBatch(ctx.command, input).then(ok)),
  resumeBatch: procedure({ can: 'batch.manage' })
    .input(batchIdInput)
    .output(done)
    .mutation(({ ctx, input }) => resumeBatch(ctx.command, input).then(ok)),
  closeBatch: procedure({ can: 'batch.manage' })
    .input(batchReasonInput)
    .output(done)
    .mutation(({ ctx, input }) => closeBatch(ctx.command, input).then(ok)),
  pauseReader: procedure({ can: 'quality.decide' })
    .input(readerDecisionInput)
    .output(done)
    .mutation(({ ctx, input }) => pauseReader(ctx.command, input).then(ok)),
  resumeReader: procedure({ can: 'quality.decide' })
    .input(readerDecisionInput)
    .output(done)
    .mutation(({ ctx, input }) => resumeReader(ctx.command, input).then(ok)),
  claimRules: procedure({ can: 'project.read' })
    .input(batchIdInput)
    .output(claimRulesView)
    .query(({ ctx, input }) => viewClaimRules(ctx.command, input)),
  setClaimRules: procedure({ can: 'batch.manage' })
    .input(claimRulesChange)
    .output(done)
    .mutation(({ ctx, input }) => setClaimRules(ctx.command, input).then(ok)),
  prioritise: procedure({ can: 'batch.manage' })
    .input(prioritiseInput)
    .output(z.object({ cases: z.number().int(), reads: z.number().int() }))
    .mutation(({ ctx, input }) => prioritiseCases(ctx.command, input)),
  recalls: procedure({ can: 'quality.read' })
    .input(projectIdInput)
    .output(recallsView)
    .query(({ ctx, input }) => viewRecalls(ctx.command, input)),
  decideRecall: procedure({ can: 'quality.decide' })
    .input(decideRecallInput)
    .output(done)
    .mutation(({ ctx, input }) => decideRecall(ctx.command, input).then(ok)),
  heldPasses: procedure({ can: 'quality.read' })
    .input(projectIdInput)
    .output(heldPassesView)
    .query(({ ctx, input }) => viewHeldPasses(ctx.command, input)),
  decideHeldPass: procedure({ can: 'quality.decide' })
    .input(decideHeldPassInput)
    .output(done)
    .mutation(({ ctx, input }) => decideHeldPass(ctx.command, input).then(ok)),
  requestRepeats: procedure({ can: 'batch.manage' })
    .input(repeatsInput)
    .output(z.object({ added: z.number().int() }))
    .mutation(({ ctx, input }) => requestRepeats(ctx.command, input)),
  nameExpert: procedure({ can: 'batch.manage' })
    .input(nameExpertInput)
    .output(z.void())
    .mutation(({ ctx, input }) => nameExpert(ctx.command, input)),
});
