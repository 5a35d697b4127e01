import type { Queryable } from '#db/client.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { isTestSplit } from '#server/datasets/split-rules.ts';
import { answersOfModel, fieldOfModel, findModelOf } from '#server/models/reads.ts';
import { failureFaults, failureWarnings, isFailure } from '#server/models/rules.ts';
import type { Project } from '#server/projects/schemas.ts';
import { type Candidate, fitsFilter, type ModelState } from './selection-rules.ts';
import type { CaseFilter } from './selection-schemas.ts';

type Asked = { project: Project; datasetId: string; filter: CaseFilter };

/** How each case stands with the model that a filter asks for, by its id and the values that are known to be right. */
export type FailureLook = (caseId: string, known: readonly string[]) => ModelState;

/** Looks up what the model answered; null where the filter asks for none. A model that is not the project's has answered nothing. */
export async function lookAtFailures(q: Queryable, of: Asked): Promise<FailureLook | null> {
  const asked = of.filter.modelFailure;
  if (asked === undefined) return null;
  const { modelId, field: key } = asked;
  const model = await findModelOf(q, { projectId: of.project.id, datasetId: of.datasetId, modelId });
  const field = model === null || model.withdrawnAt !== null ? undefined : await fieldOfModel(q, model, key);
  if (field === undefined) return () => 'silent';
  const said = await answersOfModel(q, { modelId, field: key });
  return (caseId, known) => {
    const own = said.get(caseId);
    if (own === undefined) return 'silent';
    if (known.length === 0) return 'unknown';
    return isFailure(field, asked, known, own) ? 'failure' : 'right';
  };
}

/** The candidates that fit but for the model; none where the filter asks for no model. */
export function fittingButForModel(candidates: readonly Candidate[], filter: CaseFilter): Candidate[] {
  const { modelFailure, ...rest } = filter;
  return modelFailure === undefined ? [] : candidates.filter((one) => fitsFilter(one, rest));
}

/**
 * What keeps cases of a split from being chosen by a model's failures, and what is said beside it. `split` is undefined where none is asked
 * for and nothing fits: then all that fit but for the model are counted, and nothing is said of test data.
 */
export async function judgeFailures(
  q: Queryable,
  of: Asked & { split: string | null | undefined; fitting: readonly Candidate[] },
): Promise<{ faults: ErrorDetail[]; warnings: ErrorDetail[] }> {
  const asked = of.filter.modelFailure;
  if (asked === undefined) return { faults: [], warnings: [] };
  const { project, datasetId, split } = of;
  const model = await findModelOf(q, { projectId: project.id, datasetId, modelId: asked.modelId });
  const isTest = split !== undefined && isTestSplit(split, project.intendedUse);
  const isReference = isTest && project.intendedUse === 'test_reference';
  const faults = failureFaults({ model, asked, isReference });
  if (faults.length > 0) return { faults, warnings: [] };
  const fitting = of.fitting.filter((one) => split === undefined || one.split === split);
  const count = (state: ModelState) => fitting.filter((one) => one.model === state).length;
  return {
    faults,
    warnings: failureWarnings({
      fitting: fitting.length,
      silent: count('silent'),
      unknown: count('unknown'),
      isTest,
    }),
  };
}
