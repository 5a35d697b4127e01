import { and, eq, inArray } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { batches } from '#db/schema/work-batches.ts';
import type { OrgContext } from '#server/command/context.ts';
import { isTestSplit } from '#server/datasets/split-rules.ts';
import { maySeeGold } from '#server/gold/reads.ts';
import { fieldOfModel, findModelOf } from '#server/models/reads.ts';
import { valueWords } from '#server/models/rules.ts';
import type { Project } from '#server/projects/schemas.ts';
import { listProtocolVersions } from '#server/protocols/reads.ts';
import type { LabelField } from '#server/protocols/schemas.ts';
import type { Batch } from './reads.ts';
import { isByClass, NOT_GIVEN, weightOf } from './selection-rules.ts';
import { type CaseFilter, type ChosenBy, selection } from './selection-schemas.ts';

/** A batch with its project, and the fields by which its classes are named. */
export type Chosen = { batch: Batch; project: Project; fields: readonly LabelField[] };

/** How its cases were chosen, in numbers and by what; null for batches from before there was a choice. */
export async function selectionView(ctx: OrgContext, of: Chosen) {
  if (of.batch.selection === null) return null;
  const { population, strata, sampling, filter } = selection.parse(of.batch.selection);
  const by = await chosenByOf(ctx, of, filter);
  const isHidden = isByClass(sampling) && !maySeeGold(ctx);
  return {
    population,
    sampling: sampling.kind,
    strata: isHidden ? null : (strata?.map((one) => ({ ...one, weight: weightOf(one) })) ?? null),
    by: { ...by, isPartial: by.isPartial || isHidden },
  };
}

/**
 * The filter with the names of what it refers to. Beside a batch's list of final labels it would tell who sees that more than they may
 * know, so it is shown by right: what labels, readers and reports say of the cases is quality (R15, R21); by known classes, gold and what a
 * model got wrong it could be worked out which case is gold and what its answer is, so they are for who manages gold, and so is whether a
 * case had a final label: without one its known class is gold's. How many of the test data a model got wrong is for who makes batches of
 * them, so that nobody trains by it. `isPartial` says that there is more.
 */
async function chosenByOf(ctx: OrgContext, of: Chosen, filter: CaseFilter): Promise<ChosenBy> {
  const { capabilities } = ctx.actor;
  const maySeeQuality = capabilities.has('quality.read');
  const isGoldShown = maySeeGold(ctx);
  const isTest = isTestSplit(of.batch.split, of.project.intendedUse);
  const maySeeModel = isGoldShown && (!isTest || capabilities.has('batch.manage'));
  const { classes, gold, finalLabel, modelFailure, context, work, ...open } = filter;
  const { readers, isUncertain, isDisputed, isAsked, isDoubtful, ...plain } = work ?? {};
  const said = { isUncertain, isDisputed, isAsked, isDoubtful };
  const isWithheld = (isShown: boolean, ...parts: readonly unknown[]) =>
    !isShown &&
    parts.some((one) => one !== undefined && one !== 'any' && !(Array.isArray(one) && one.length === 0));
  return {
    isUnsplit: open.split === null,
    sites: (open.sites ?? []).map(givenOr),
    subgroups: Object.entries(open.subgroups ?? {}).map(([name, values]) => ({
      name,
      values: values.map(givenOr),
    })),
    context: maySeeQuality ? (context ?? []) : [],
    finalLabel: !isGoldShown || finalLabel === 'any' ? null : (finalLabel ?? null),
    gold: !isGoldShown || gold === 'any' ? null : (gold ?? null),
    classes: isGoldShown ? (classes ?? []).map((one) => classWords(of.fields, one)) : [],
    listed: open.externalIds?.length || null,
    work: {
      ...(await namesOfWork(ctx.db, of.batch, { ...plain, readers: maySeeQuality ? readers : undefined })),
      isReadAgain: plain.isReadAgain ?? null,
      ...noneIfAbsent(maySeeQuality ? said : {}),
    },
    model: maySeeModel && modelFailure ? await modelWords(ctx.db, of, modelFailure) : null,
    isPartial:
      isWithheld(maySeeQuality, context, readers, ...Object.values(said)) ||
      isWithheld(isGoldShown, classes, gold, finalLabel) ||
      isWithheld(maySeeModel, modelFailure),
  };
}

const givenOr = (value: string) => value || NOT_GIVEN;

type Doubts = Partial<Record<'isUncertain' | 'isDisputed' | 'isAsked' | 'isDoubtful', boolean | undefined>>;

const noneIfAbsent = ({ isUncertain, isDisputed, isAsked, isDoubtful }: Doubts) => ({
  isUncertain: isUncertain ?? null,
  isDisputed: isDisputed ?? null,
  isAsked: isAsked ?? null,
  isDoubtful: isDoubtful ?? null,
});

/** A class as the protocol of the batch calls it; as it was typed where that has no such field. */
function classWords(
  fields: readonly LabelField[],
  { field: key, values }: { field: string; values: readonly string[] },
): ChosenBy['classes'][number] {
  const field = fields.find((one) => one.key === key);
  return {
    field: field?.label ?? key,
    values: values.map((one) => (one === '' || !field ? givenOr(one) : valueWords(field, one))),
  };
}

type Work = Pick<NonNullable<CaseFilter['work']>, 'batchIds' | 'protocolVersionIds'> & {
  readers?: NonNullable<CaseFilter['work']>['readers'] | undefined;
};

/** The names of earlier batches and the numbers of protocol versions, each looked up at once; null where there is none such any more. */
async function namesOfWork(q: Queryable, batch: Batch, work: Work) {
  const { batchIds = [], readers = [], protocolVersionIds = [] } = work;
  const named = [...new Set([...batchIds, ...readers.map((one) => one.batchId)])];
  const rows =
    named.length === 0
      ? []
      : await q
          .select({ id: batches.id, name: batches.name })
          .from(batches)
          .where(and(inArray(batches.id, named), eq(batches.projectId, batch.projectId)));
  const versions = protocolVersionIds.length === 0 ? [] : await listProtocolVersions(q, batch.projectId);
  const nameOf = (id: string) => rows.find((one) => one.id === id)?.name ?? null;
  return {
    batches: batchIds.map(nameOf),
    readers: readers.map(({ alias, batchId }) => ({ alias, batch: nameOf(batchId) })),
    versions: protocolVersionIds.map((id) => versions.find((one) => one.id === id)?.version ?? null),
  };
}

async function modelWords(
  q: Queryable,
  { batch, project, fields }: Chosen,
  asked: NonNullable<CaseFilter['modelFailure']>,
): Promise<NonNullable<ChosenBy['model']>> {
  const { datasetId } = batch;
  const model = await findModelOf(q, { projectId: project.id, datasetId, modelId: asked.modelId });
  const ofModel = model && (await fieldOfModel(q, model, asked.field));
  const field = ofModel ?? fields.find((one) => one.key === asked.field);
  const wordsOf = (value: string | undefined) =>
    value === undefined ? null : field ? valueWords(field, value) : value;
  return {
    name: model && `${model.name} ${model.version}`,
    isWithdrawn: model !== null && model.withdrawnAt !== null,
    field: field?.label ?? asked.field,
    missed: wordsOf(asked.missed),
    claimed: wordsOf(asked.claimed),
    byAtLeast: asked.byAtLeast ?? null,
    isByLevels: field?.type === 'ordinal',
    confidence: asked.confidence ?? null,
  };
}
