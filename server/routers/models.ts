import { z } from 'zod';
import { checkModel, importModel } from '#server/models/import-model.ts';
import {
  comparisonInput,
  importedModel,
  importModelInput,
  listModelsInput,
  modelCheck,
  modelComparison,
  modelList,
  withdrawModelInput,
} from '#server/models/schemas.ts';
import { compareModel, viewModels } from '#server/models/view-models.ts';
import { withdrawModel } from '#server/models/withdraw-model.ts';
import { procedure, router } from './trpc.ts';

/** What models of the sponsor answered on a project's cases. Readers and vendors see nothing of it. */
export const modelsRouter = router({
  list: procedure({ can: 'quality.read' })
    .input(listModelsInput)
    .output(modelList)
    .query(({ ctx, input }) => viewModels(ctx.command, input)),
  comparison: procedure({ can: 'quality.read' })
    .input(comparisonInput)
    .output(modelComparison)
    .query(({ ctx, input }) => compareModel(ctx.command, input)),
  check: procedure({ can: 'dataset.write' })
    .input(importModelInput)
    .output(modelCheck)
    .mutation(({ ctx, input }) => checkModel(ctx.command, input)),
  import: procedure({ can: 'dataset.write' })
    .input(importModelInput)
    .output(importedModel)
    .mutation(({ ctx, input }) => importModel(ctx.command, input)),
  withdraw: procedure({ can: 'dataset.write' })
    .input(withdrawModelInput)
    .output(z.void())
    .mutation(({ ctx, input }) => withdrawModel(ctx.command, input)),
});
