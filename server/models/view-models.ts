import type { Queryable } from '#db/client.ts';
import type { Figure } from '#server/analytics/schemas.ts';
import type { OrgContext } from '#server/command/context.ts';
import { listAcceptedCases, listDatasets } from '#server/datasets/reads.ts';
import { isTestSplit } from '#server/datasets/split-rules.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import { finalFactsOf } from '#server/labels/reads.ts';
import { getProject, getProjectForOrg } from '#server/projects/reads.ts';
import { listProtocolVersions } from '#server/protocols/reads.ts';
import type { LabelField } from '#server/protocols/schemas.ts';
import { proportion } from '#server/quality/proportion.ts';
import { batchesToShow } from '#server/work/plan-batch.ts';
import { listModels, type ModelRow } from './queries.ts';
import { answersOfModel, fieldOfModel } from './reads.ts';
import { compare, type Held, namedClasses } from './rules.ts';
import type { ComparisonPart, ModelComparison, ModelLine, ModelList } from './schemas.ts';
import { ownModel } from './withdraw-model.ts';

/** The models of a project of the acting sponsor, newest first, withdrawn ones too unless only those in use are asked for. */
export async function viewModels(
  ctx: OrgContext,
  { projectId, isInUse }: { projectId: string; isInUse: boolean },
): Promise<ModelList> {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, projectId);
  const { rows, isCut } = await listModels(ctx.db, { projectId: project.id, isInUse });
  if (rows.length === 0) return { models: [], isCut };
  const [datasets, versions, people] = await Promise.all([
    listDatasets(ctx.db, project.id),
    listProtocolVersions(ctx.db, project.id),
    namesOfPeople(ctx.db, [...new Set(rows.map((row) => row.createdBy))]),
  ]);
  const models = rows.map((row) => ({
    id: row.id,
    name: row.name,
    version: row.version,
    datasetId: row.datasetId,
    dataset: datasets.find((one) => one.id === row.datasetId)?.name ?? '',
    fields: fieldsShown(row, versions.find((one) => one.id === row.protocolVersionId)?.labelSchema.fields),
    answers: row.answerCount,
    tests: row.testCount,
    confidences: row.confidenceCount,
    importedBy: people.get(row.createdBy)?.name ?? '',
    importedAt: row.createdAt,
    withdrawnAt: row.withdrawnAt,
    withdrawnReason: row.withdrawnReason,
  }));
  return { models, isCut };
}

function fieldsShown(row: ModelRow, fields: readonly LabelField[] = []): ModelLine['fields'] {
  return fields
    .filter((field) => row.fields.includes(field.key))
    .map((field) => ({
      key: field.key,
      label: field.label,
      type: field.type,
      options: namedClasses(field) ?? [],
    }));
}

/**
 * A model held against the newest final labels of its project in one field, the first of its own unless another is asked for. Gold is no
 * part of it: who imports a model need not know which cases are gold (R21). Labels that are withheld (R15) are not either. Test data
 * stands apart, and is for who may make batches of it.
 */
export async function compareModel(
  ctx: OrgContext,
  input: { modelId: string; field?: string | undefined },
): Promise<ModelComparison> {
  const model = await ownModel(ctx, ctx.db, input.modelId);
  const key = model.fields.find((one) => one === input.field) ?? model.fields[0] ?? '';
  const field = await fieldOfModel(ctx.db, model, key);
  if (field === undefined) return { field: key, parts: [] };
  const project = await getProject(ctx.db, model.projectId);
  const held = await heldOf(ctx.db, model, key, ctx.clock.now());
  const mayTest = ctx.actor.capabilities.has('batch.manage');
  const parts = [false, true].flatMap((isTest) => {
    const own = held.filter((one) => isTestSplit(one.split, project.intendedUse) === isTest);
    return own.length === 0 || (isTest && !mayTest) ? [] : [partOf(field, isTest, own)];
  });
  return { field: key, parts };
}

/** Every accepted case of the dataset that the model answered or that has a final label in the field. */
async function heldOf(
  q: Queryable,
  model: ModelRow,
  field: string,
  now: Date,
): Promise<(Held & { split: string | null })[]> {
  const batchIds = await batchesToShow(q, model.projectId, now);
  const labels = new Map((await finalFactsOf(q, batchIds)).map((one) => [one.caseId, one.values[field]]));
  const said = await answersOfModel(q, { modelId: model.id, field });
  const { cases } = await listAcceptedCases(q, model.datasetId);
  return cases.flatMap(({ id, split }) => {
    const [label, answer] = [labels.get(id), said.get(id)?.value];
    return label === undefined && answer === undefined ? [] : [{ split, label, answer }];
  });
}

/** A share with Wilson's interval. */
function share(k: number, n: number): Figure {
  const { value, ci, reason } = proportion(k, n, { reason: 'no_data' });
  return { value, interval: ci === null ? null : [ci[0], ci[1]], n, reason };
}

function partOf(field: LabelField, isTest: boolean, held: readonly Held[]): ComparisonPart {
  const { compared, differing, silent, unlabelled, classes } = compare(field, held);
  return {
    isTest,
    differ: share(differing, compared),
    differing,
    silent,
    unlabelled,
    classes: classes.map((one) => ({
      value: one.value,
      label: one.label,
      missed: share(one.misses, one.labelled),
      misses: one.misses,
      falseAlarm: share(one.falseAlarms, one.claimed),
      falseAlarms: one.falseAlarms,
    })),
  };
}
