import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import {
  type CaseFacts,
  countUnknownExternalIds,
  getDataset,
  listAcceptedCases,
} from '#server/datasets/reads.ts';
import { isSequestered } from '#server/datasets/split-rules.ts';
import type { ActiveGold } from '#server/gold/reads.ts';
import { casesReadByAlias, type FinalFacts, finalFactsOf, valueText } from '#server/labels/reads.ts';
import { findWithholding, HELD_BACK } from '#server/pilots/reads.ts';
import type { Project } from '#server/projects/schemas.ts';
import { listAskedCases } from './flag-queries.ts';
import { leakFaults } from './leak-faults.ts';
import { type FailureLook, fittingButForModel, judgeFailures, lookAtFailures } from './model-failures.ts';
import type { Batch } from './reads.ts';
import { type Candidate, drawSample, fitsFilter, isTestData, splitFaults } from './selection-rules.ts';
import type { CaseFilter, Sampling, Stratum } from './selection-schemas.ts';
import { goldFor, isOfGold, taughtFaults, taughtWarnings, type UsableGold } from './taught-gold.ts';

export type PlanInput = {
  project: Project;
  datasetId: string;
  kind: string;
  goldMode: 'none' | 'dealt' | 'embedded';
  filter: CaseFilter;
  sampling: Sampling;
  seed: number;
  now: Date;
  /** Only these, all of which must be there. */
  caseIds?: readonly string[] | undefined;
  /** Cases that stay out, known ones too: what the readers have met before (a pilot's extension, R10). */
  withoutCases?: ReadonlySet<string> | undefined;
};

/** What a batch would be made of. With faults nothing may be made. */
export type CasePlan = {
  /** Every case that fits, in the dataset's order. */
  frame: Candidate[];
  /** To be read, in the dataset's order; each one's stratum when it is a sample. */
  ordinary: Candidate[];
  strata: Stratum[] | null;
  stratumOf: number[];
  /** Gold cases dealt at claim, on top. */
  dealt: string[];
  gold: ActiveGold[];
  split: string | null;
  isSequestered: boolean;
  excludedAtIntake: number;
  /** Cases that fit but are quarantined (R24), so they stay out. */
  quarantined: number;
  faults: ErrorDetail[];
  warnings: ErrorDetail[];
};

const NOTHING: CasePlan = {
  frame: [],
  ordinary: [],
  strata: null,
  stratumOf: [],
  dealt: [],
  gold: [],
  split: null,
  isSequestered: false,
  excludedAtIntake: 0,
  quarantined: 0,
  faults: [],
  warnings: [],
};

/**
 * Chooses the cases of a batch: the accepted set of the dataset, through the filter, from one split, drawn by the seed.
 * The same question has the same answer, so that what was previewed is what is made. Changes nothing.
 */
export async function planCases(q: Queryable, input: PlanInput): Promise<CasePlan> {
  const { project, datasetId, filter } = input;
  const faults = await sourceFaults(q, input);
  // Nothing of another project is looked at, not even to refuse it better.
  if (faults.some((one) => one.code === 'batch.batch_unknown' || one.code === 'batch.dataset_other'))
    return { ...NOTHING, faults };
  const met = input.withoutCases ?? new Set<string>();
  const known = await goldFor(q, { projectId: project.id, ...input });
  const { excluded, fitting, shut, taught, butForModel } = await lookThrough(q, input, known);
  const split = filter.split !== undefined ? filter.split : chooseSplit(input, fitting);
  const ofSplit = split === undefined ? fitting : fitting.filter((one) => one.split === split);
  if (split === undefined) faults.push(...splitFaults(countSplits(fitting)));
  const own = ofSplit[0]?.split ?? null;
  const quarantined = shut.filter((one) => split === undefined || one.split === split).length;
  const gold = (input.goldMode === 'none' ? [] : known.usable).filter((item) => !met.has(item.caseId));
  // Gold comes from the same split: a test case dealt into training work would be seen.
  const inSplit = new Set((await splitMembers(q, datasetId, own, gold)).map((one) => one.id));
  const usable = gold.filter((item) => inSplit.has(item.caseId));
  const isGold = new Set(usable.map((item) => item.caseId));
  const frame = input.goldMode === 'dealt' ? ofSplit.filter((one) => !isGold.has(one.id)) : ofSplit;
  const draw = drawSample(inOrder(frame, input, isGold), input.sampling, input.seed);
  const dealt = input.goldMode === 'dealt' ? [...isGold] : [];
  const read = draw.chosen.filter((one) => one.split === own).map((one) => one.id);
  const leftOut = taught.filter((one) => split === undefined || one.split === split).length;
  const failures = await judgeFailures(q, {
    ...input,
    // Where nothing fits there is no split to go by, and it is all the more to be said why.
    split: split === undefined && fitting.length > 0 ? own : split,
    fitting: butForModel,
  });
  const isListed = input.caseIds !== undefined || filter.externalIds !== undefined;
  faults.push(
    ...draw.faults,
    ...taughtFaults({
      ...input,
      ...known,
      ...{ projectId: project.id, isListed, leftOut, left: ofSplit.length },
    }),
    ...(await leakFaults(q, input, own, [...read, ...dealt])),
    ...failures.faults,
  );
  return {
    frame,
    ordinary: draw.chosen,
    strata: draw.strata,
    stratumOf: draw.stratumOf,
    dealt,
    gold: usable,
    split: own,
    isSequestered: isTestData({ split: own, kind: input.kind }, project.intendedUse),
    excludedAtIntake: excluded,
    quarantined,
    faults,
    warnings: [
      ...draw.warnings,
      ...failures.warnings,
      ...quarantineWarnings(quarantined),
      ...taughtWarnings({
        ...input,
        ...known,
        ...measured({ known, usable, leftOut, ofSplit, isGold }, input),
        minAnswers: project.qualityPolicy.gold.minAnswers,
      }),
    ],
  };
}

/** Known cases of the batch that are taught, and those by which it measures. */
function measured(
  of: {
    known: UsableGold;
    usable: readonly ActiveGold[];
    leftOut: number;
    ofSplit: readonly Candidate[];
    isGold: ReadonlySet<string>;
  },
  { kind, goldMode }: Pick<PlanInput, 'kind' | 'goldMode'>,
): { taught: number; left: number } {
  const { taught } = of.known;
  if (isOfGold(kind)) return { taught: of.leftOut, left: of.ofSplit.length };
  const pool = goldMode === 'dealt' ? of.usable.map((item) => item.caseId) : of.ofSplit.map((one) => one.id);
  return {
    taught: pool.filter((id) => taught.has(id)).length,
    left: pool.filter((id) => of.isGold.has(id) && !taught.has(id)).length,
  };
}

type Looked = Pick<PlanInput, 'project' | 'datasetId' | 'kind' | 'goldMode' | 'filter' | 'now'> &
  Pick<PlanInput, 'caseIds' | 'withoutCases'>;

/**
 * What fits a filter, and what would but is quarantined (R24), or but is taught and so in no exam, or in no training; how many are kept
 * out at intake.
 */
async function lookThrough(q: Queryable, input: Looked, gold: UsableGold) {
  const { datasetId, filter, caseIds, withoutCases } = input;
  const { externalIds, context } = filter;
  const listed = await listAcceptedCases(q, datasetId, { externalIds, caseIds, context });
  const known = await knownOf(q, input, gold.all, await lookAtFailures(q, input));
  const isTaught = (one: Candidate) => input.goldMode === 'embedded' && gold.taught.has(one.id);
  const lookAt = (of: readonly CaseFacts[]) =>
    of.filter((one) => withoutCases?.has(one.id) !== true).map((one) => known(one));
  const candidates = lookAt(listed.cases);
  const fitting = candidates.filter((one) => fitsFilter(one, filter));
  const isOut = (one: Candidate) => isOfGold(input.kind) && isTaught(one);
  return {
    excluded: listed.excluded,
    // What measures nobody here is no gold of the batch, whatever a filter by gold says of it.
    fitting: fitting
      .filter((one) => !isOut(one))
      .map((one) => (isTaught(one) ? { ...one, isGold: false } : one)),
    shut: lookAt(listed.quarantined).filter((one) => fitsFilter(one, filter)),
    butForModel: fittingButForModel(candidates, filter),
    taught: fitting.filter(isOut),
  };
}

/** Never silently dropped: how many stay out, and why. */
function quarantineWarnings(cases: number): ErrorDetail[] {
  if (cases === 0) return [];
  const message = `${cases.toLocaleString('en')} ${cases === 1 ? 'case is' : 'cases are'} quarantined because of what was seen in ${cases === 1 ? 'it' : 'them'} (R24) and ${cases === 1 ? 'stays' : 'stay'} out.`;
  return [{ code: 'batch.cases_quarantined', message }];
}

/** A few of embedded gold: the gold is among them. */
function inOrder(frame: Candidate[], input: PlanInput, isGold: ReadonlySet<string>): Candidate[] {
  if (input.sampling.kind !== 'first' || input.goldMode !== 'embedded') return frame;
  return [...frame.filter((one) => isGold.has(one.id)), ...frame.filter((one) => !isGold.has(one.id))];
}

/** What keeps the dataset, or a list of cases, from being drawn from at all. */
async function sourceFaults(q: Queryable, input: PlanInput): Promise<ErrorDetail[]> {
  const { datasetId, project, filter } = input;
  const dataset = await getDataset(q, datasetId);
  const faults: ErrorDetail[] = [];
  const add = (code: string, path: string, message: string, href?: string) =>
    faults.push({ code: `batch.${code}`, path, message, ...(href ? { href } : {}) });
  if (dataset.projectId !== project.id) add('dataset_other', 'datasetId', 'The project has no such dataset.');
  if (dataset.intakeStatus === 'open')
    add(
      'intake_open',
      'datasetId',
      'The intake of this dataset has findings that wait for a decision. Confirm which cases are accepted first.',
      `/sponsor/projects/${project.id}/dataset/${datasetId}/intake`,
    );
  const unknown = filter.externalIds ? await countUnknownExternalIds(q, datasetId, filter.externalIds) : 0;
  if (unknown > 0)
    add(
      'cases_unknown',
      'externalIds',
      `${unknown.toLocaleString('en')} of the ${filter.externalIds?.length.toLocaleString('en')} case ids in the list are not in this dataset. Check the list, or choose another dataset.`,
    );
  const named = [...(filter.work?.batchIds ?? []), ...(filter.work?.readers ?? []).map((one) => one.batchId)];
  if (named.length > 0) {
    const own = new Set(await batchesToShow(q, project.id, input.now));
    if (named.some((id) => !own.has(id)))
      add(
        'batch_unknown',
        'filter',
        'The project has no such earlier batch, or it is a pilot that is still being read (R15).',
      );
  }
  if (input.caseIds === undefined) return faults;
  const wanted = new Set(input.caseIds);
  const found = await listAcceptedCases(q, datasetId, { caseIds: input.caseIds });
  const known = found.cases.length + found.excluded + found.quarantined.length;
  if (known < wanted.size)
    add(
      'cases_unknown',
      'caseIds',
      `${wanted.size - known} of the ${wanted.size} cases are not in this dataset.`,
    );
  if (found.excluded > 0)
    add('cases_excluded', 'caseIds', `${found.excluded} of the ${wanted.size} cases are kept out at intake.`);
  return faults;
}

/** A pilot takes its cases as they come, so it takes the largest split that is not for testing, or the test split of a test reference. */
function chooseSplit(input: PlanInput, fitting: readonly Candidate[]): string | null | undefined {
  if (input.kind !== 'pilot' || input.caseIds !== undefined) return undefined;
  const counts = [...countSplits(fitting)].sort((a, b) => b[1] - a[1]);
  const isTest = input.project.intendedUse === 'test_reference';
  return (counts.find(([split]) => isSequestered(split) === isTest) ?? counts[0])?.[0];
}

function countSplits(candidates: readonly Candidate[]): Map<string | null, number> {
  const counts = new Map<string | null, number>();
  for (const one of candidates) counts.set(one.split, (counts.get(one.split) ?? 0) + 1);
  return counts;
}

/** Accepted gold cases of the batch's split. */
async function splitMembers(
  q: Queryable,
  datasetId: string,
  split: string | null,
  gold: readonly ActiveGold[],
): Promise<CaseFacts[]> {
  if (gold.length === 0) return [];
  const { cases } = await listAcceptedCases(q, datasetId, { caseIds: gold.map((item) => item.caseId) });
  return cases.filter((one) => one.split === split);
}

/** Adds to a case what the project knows of it: gold, the newest final label, who has read it. */
async function knownOf(
  q: Queryable,
  input: Looked,
  gold: readonly ActiveGold[],
  failures: FailureLook | null,
): Promise<(one: CaseFacts) => Candidate> {
  const { filter, project } = input;
  const named = filter.work?.batchIds;
  const batchIds = named ?? (await batchesToShow(q, project.id, input.now));
  const finals = await finalsByCase(q, batchIds);
  // A model is held against the newest label, whichever batches the cases are chosen from.
  const newest =
    failures === null || named === undefined
      ? finals
      : await finalsByCase(q, await batchesToShow(q, project.id, input.now));
  const answers = new Map(gold.map((item) => [item.caseId, item.answers]));
  const readers = filter.work?.readers
    ? await casesReadByAlias(q, filter.work.readers)
    : new Map<string, string[]>();
  const asked =
    filter.work === undefined
      ? new Set<string>()
      : await listAskedCases(q, { batchIds, protocolVersionIds: filter.work.protocolVersionIds });
  const again =
    filter.work?.isReadAgain === undefined ? new Set<string>() : await listCasesReadAgain(q, project.id);
  return (one) => {
    const known = answers.get(one.id);
    const final = finals.get(one.id);
    return {
      ...one,
      isGold: known !== undefined,
      classes: { ...goldClasses(known ?? {}), ...final?.values },
      final: final ? withoutValues(final) : null,
      readers: readers.get(one.id) ?? [],
      isAsked: asked.has(one.id),
      isReadAgain: again.has(one.id),
      ...(failures === null
        ? {}
        : { model: failures(one.id, knownValues(filter, known, newest.get(one.id))) }),
    };
  };
}

async function finalsByCase(q: Queryable, batchIds: readonly string[]): Promise<Map<string, FinalFacts>> {
  return new Map((await finalFactsOf(q, batchIds)).map((one) => [one.caseId, one]));
}

/** The values that are right in the field of the model that is asked for: of the newest final label, else all that gold accepts. */
function knownValues(
  filter: CaseFilter,
  gold: ActiveGold['answers'] | undefined,
  final: FinalFacts | undefined,
): string[] {
  const key = filter.modelFailure?.field ?? '';
  const settled = final?.values[key];
  return settled === undefined ? (gold?.[key] ?? []).map(valueText) : [settled];
}

function withoutValues({
  batchId,
  protocolVersionId,
  isUncertain,
  isDisputed,
}: FinalFacts): Candidate['final'] {
  return { batchId, protocolVersionId, isUncertain, isDisputed };
}

/** The class of a gold case per field, where one answer is right. */
function goldClasses(answers: ActiveGold['answers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(answers).flatMap(([field, accepted]) =>
      accepted.length === 1 ? [[field, valueText(accepted[0])]] : [],
    ),
  );
}

/** Cases of a project that a relabel batch has which is not settled. Indexes: batches_project_idx, the primary key of tasks. */
async function listCasesReadAgain(q: Queryable, projectId: string): Promise<Set<string>> {
  const rows = await q.execute<{ caseId: string }>(sql`
    select distinct k.case_id as "caseId" from batches b
    join tasks k on k.batch_id = b.id and not k.is_dealt_gold
    where b.project_id = ${projectId} and b.kind = 'relabel' and b.status <> 'settled'`);
  return new Set([...rows].map((row) => row.caseId));
}

/** Batches of a project whose labels may be looked at: a pilot under way is withheld (R15), and what a panel reads (R7). Index: batches_project_idx. */
export async function batchesToShow(q: Queryable, projectId: string, now: Date): Promise<string[]> {
  const rows = await q.execute<{ id: string; kind: Batch['kind'] }>(
    sql`select id, kind from batches where project_id = ${projectId}`,
  );
  const shown: string[] = [];
  for (const { id, kind } of rows)
    if (!HELD_BACK.includes(kind) || (await findWithholding(q, { batchId: id, now })) === null)
      shown.push(id);
  return shown;
}
