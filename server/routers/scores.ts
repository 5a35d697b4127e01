import { z } from 'zod';
import {
  checkpointIdInput,
  checkpointList,
  checkpointsInput,
  checkpointView,
  signCheckpointInput,
} from '#server/scores/checkpoint-schemas.ts';
import { decideProposal, restorePerson } from '#server/scores/decide-proposal.ts';
import {
  closeRootCauseInput,
  decidedView,
  decideInput,
  diagnoseInput,
  findingInput,
  inboxView,
  openRootCauseInput,
  planActionInput,
  projectIdInput,
  restoreInput,
  rootCauseIdInput,
  rootCauseView,
} from '#server/scores/governance-schemas.ts';
import { openRootCause } from '#server/scores/open-root-cause.ts';
import { checksView } from '#server/scores/read-check-schemas.ts';
import { estimatesView, relabelInput, relabelView } from '#server/scores/relabel-schemas.ts';
import { signCheckpoint } from '#server/scores/sign-checkpoint.ts';
import { viewCheckpoint, viewCheckpoints } from '#server/scores/view-checkpoints.ts';
import { viewChecks } from '#server/scores/view-checks.ts';
import { viewConfusion } from '#server/scores/view-confusion.ts';
import { viewContinuous } from '#server/scores/view-continuous.ts';
import { viewInbox } from '#server/scores/view-inbox.ts';
import { viewEstimates, viewRelabel } from '#server/scores/view-relabel.ts';
import { viewRootCause } from '#server/scores/view-root-cause.ts';
import {
  batchFieldInput,
  confusionInput,
  confusionView,
  continuousView,
} from '#server/scores/view-schemas.ts';
import {
  closeRootCause,
  diagnoseRootCause,
  planAction,
  recordFinding,
} from '#server/scores/work-root-cause.ts';
import { BATCH_STATUSES } from '#server/work/view-schemas.ts';
import { procedure, router } from './trpc.ts';

/** Running scores of batches, and what people decide on them. */
export const scoresRouter = router({
  continuous: procedure({ can: 'quality.read' })
    .input(batchFieldInput)
    .output(continuousView)
    .query(({ ctx, input }) => viewContinuous(ctx.command, input)),
  confusion: procedure({ can: 'quality.read' })
    .input(confusionInput)
    .output(confusionView)
    .query(({ ctx, input }) => viewConfusion(ctx.command, input)),
  relabel: procedure({ can: 'quality.read' })
    .input(relabelInput)
    .output(relabelView)
    .query(({ ctx, input }) => viewRelabel(ctx.command, input)),
  estimates: procedure({ can: 'quality.read' })
    .input(relabelInput)
    .output(estimatesView)
    .query(({ ctx, input }) => viewEstimates(ctx.command, input)),
  inbox: procedure({ can: 'quality.read' })
    .input(projectIdInput)
    .output(inboxView)
    .query(({ ctx, input }) => viewInbox(ctx.command, input)),
  checks: procedure({ can: 'quality.read' })
    .input(projectIdInput)
    .output(checksView)
    .query(({ ctx, input }) => viewChecks(ctx.command, input)),
  checkpoints: procedure({ can: 'project.read' })
    .input(checkpointsInput)
    .output(checkpointList)
    .query(({ ctx, input }) => viewCheckpoints(ctx.command, input)),
  checkpoint: procedure({ can: 'quality.read' })
    .input(checkpointIdInput)
    .output(checkpointView)
    .query(({ ctx, input }) => viewCheckpoint(ctx.command, input)),
  signCheckpoint: procedure({ can: 'protocol.sign_clinical' })
    .input(signCheckpointInput)
    .output(z.object({ batchStatus: z.enum(BATCH_STATUSES) }))
    .mutation(({ ctx, input }) => signCheckpoint(ctx.command, input)),
  decide: procedure({ can: 'quality.decide' })
    .input(decideInput)
    .output(decidedView)
    .mutation(({ ctx, input }) => decideProposal(ctx.command, input)),
  restorePerson: procedure({ can: 'quality.decide' })
    .input(restoreInput)
    .output(z.void())
    .mutation(({ ctx, input }) => restorePerson(ctx.command, input)),
  rootCause: procedure({ can: 'quality.read' })
    .input(rootCauseIdInput)
    .output(rootCauseView)
    .query(({ ctx, input }) => viewRootCause(ctx.command, input)),
  openRootCause: procedure({ can: 'quality.decide' })
    .input(openRootCauseInput)
    .output(z.object({ rootCauseId: z.uuid() }))
    .mutation(({ ctx, input }) => openRootCause(ctx.command, input)),
  recordFinding: procedure({ can: 'quality.decide' })
    .input(findingInput)
    .output(z.void())
    .mutation(({ ctx, input }) => recordFinding(ctx.command, input)),
  diagnose: procedure({ can: 'quality.decide' })
    .input(diagnoseInput)
    .output(z.void())
    .mutation(({ ctx, input }) => diagnoseRootCause(ctx.command, input)),
  planAction: procedure({ can: 'quality.decide' })
    .input(planActionInput)
    .output(z.void())
    .mutation(({ ctx, input }) => planAction(ctx.command, input)),
  closeRootCause: procedure({ can: 'quality.decide' })
    .input(closeRootCauseInput)
    .output(z.object({ verdict: z.enum(['effective', 'not_effective', 'inconclusive']) }))
    .mutation(({ ctx, input }) => closeRootCause(ctx.command, input)),
});
