import { z } from 'zod';
import { importDataset } from '#server/datasets/import-dataset.ts';
import {
  caseLines,
  casesInput,
  datasetView,
  importedDataset,
  importTextInput,
} from '#server/datasets/schemas.ts';
import { viewCases, viewDatasets } from '#server/datasets/view-datasets.ts';
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
  importText: procedure({ can: 'dataset.write' })
    .input(importTextInput)
    .output(importedDataset)
    .mutation(({ ctx, input: { text, ...meta } }) => importDataset(ctx.command, { ...meta, content: text })),
});
