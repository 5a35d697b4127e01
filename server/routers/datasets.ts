import { z } from 'zod';
import {
  confirmIntake,
  decideFindings,
  reopenIntake,
  reportCase,
  requireAssets,
  takeBackFindings,
} from '#server/datasets/decide-intake.ts';
import { importDataset } from '#server/datasets/import-dataset.ts';
import {
  confirmIntakeInput,
  datasetIdInput,
  decideFindingsInput,
  findingsInput,
  findingsView,
  intakeView,
  reportCaseInput,
  requireAssetsInput,
  takeBackFindingsInput,
} from '#server/datasets/intake-schemas.ts';
import { lookForIdentifiers } from '#server/datasets/look-for-identifiers.ts';
import { viewDocuments } from '#server/datasets/open-document.ts';
import { renewEvidence } from '#server/datasets/renew-evidence.ts';
import {
  caseLines,
  casesInput,
  datasetView,
  documentsInput,
  documentsView,
  identifierLook,
  identifierLookInput,
  importedDataset,
  importTextInput,
  renewEvidenceInput,
  renewedEvidence,
} from '#server/datasets/schemas.ts';
import { viewCases, viewDatasets } from '#server/datasets/view-datasets.ts';
import { viewFindings, viewIntake } from '#server/datasets/view-intake.ts';
import { projectIdInput } from '#server/projects/schemas.ts';
import { procedure, router } from './trpc.ts';

/** A project's datasets. Files with images come by app/api/uploads. */
export const datasetsRouter = router({
  list: procedure({ can: 'project.read' })
    .input(projectIdInput)
    .output(z.array(datasetView))
    .query(({ ctx, input }) => viewDatasets(ctx.command, input)),
  cases: procedure({ can: 'project.read' })
    .input(casesInput)
    .output(caseLines)
    .query(({ ctx, input }) => viewCases(ctx.command, input)),
  intake: procedure({ can: 'project.read' })
    .input(datasetIdInput)
    .output(intakeView)
    .query(({ ctx, input }) => viewIntake(ctx.command, input)),
  findings: procedure({ can: 'project.read' })
    .input(findingsInput)
    .output(findingsView)
    .query(({ ctx, input }) => viewFindings(ctx.command, input)),
  decideFindings: procedure({ can: 'dataset.write' })
    .input(decideFindingsInput)
    .output(z.object({ decided: z.number().int() }))
    .mutation(({ ctx, input }) => decideFindings(ctx.command, input)),
  takeBackFindings: procedure({ can: 'dataset.write' })
    .input(takeBackFindingsInput)
    .output(z.object({ takenBack: z.number().int() }))
    .mutation(({ ctx, input }) => takeBackFindings(ctx.command, input)),
  reportCase: procedure({ can: 'dataset.write' })
    .input(reportCaseInput)
    .output(z.object({ caseId: z.uuid() }))
    .mutation(({ ctx, input }) => reportCase(ctx.command, input)),
  renewEvidence: procedure({ can: 'dataset.write' })
    .input(renewEvidenceInput)
    .output(renewedEvidence)
    .mutation(({ ctx, input }) => renewEvidence(ctx.command, input)),
  lookForIdentifiers: procedure({ can: 'dataset.write' })
    .input(identifierLookInput)
    .output(identifierLook)
    .mutation(({ ctx, input }) => lookForIdentifiers(ctx.command, input)),
  documents: procedure({ can: 'operator.agreements' })
    .input(documentsInput)
    .output(documentsView)
    .query(({ ctx, input }) => viewDocuments(ctx.command, input)),
  requireAssets: procedure({ can: 'dataset.write' })
    .input(requireAssetsInput)
    .output(z.object({ found: z.number().int() }))
    .mutation(({ ctx, input }) => requireAssets(ctx.command, input)),
  confirmIntake: procedure({ can: 'dataset.write' })
    .input(confirmIntakeInput)
    .output(z.object({ accepted: z.number().int(), excluded: z.number().int() }))
    .mutation(({ ctx, input }) => confirmIntake(ctx.command, input)),
  reopenIntake: procedure({ can: 'dataset.write' })
    .input(datasetIdInput)
    .output(z.object({ ok: z.literal(true) }))
    .mutation(({ ctx, input }) => reopenIntake(ctx.command, input).then(() => ({ ok: true as const }))),
  importText: procedure({ can: 'dataset.write' })
    .input(importTextInput)
    .output(importedDataset)
    .mutation(({ ctx, input: { text, ...meta } }) => importDataset(ctx.command, { ...meta, content: text })),
});
