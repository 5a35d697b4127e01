import type { Queryable } from '#db/client.ts';
import type { OrgContext } from '#server/command/context.ts';
import { externalIdsOf } from '#server/datasets/reads.ts';
import { organisationsById } from '#server/identity/reads.ts';
import { refuseWithheld } from '#server/pilots/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import type { LabelField } from '#server/protocols/schemas.ts';
import { answerText, measuredFields } from '#server/scores/measured-fields.ts';
import {
  ALL_DAYS,
  cellsOf,
  classAgreementOf,
  latestScores,
  listHardestTasks,
  repeatAgreementOf,
  type StoredScore,
  scoreHistory,
} from '#server/scores/reads.ts';
import { type Batch, getBatch, listReaders } from '#server/work/reads.ts';
import { listAnswersOfTasks, listFinalsOfTasks } from './queries.ts';
import type { QualityView } from './schemas.ts';
import { figureFrom, figureOf, goldFigure } from './stored-figures.ts';

const HARDEST = 12;

/**
 * Where readers of a batch disagree on a field, and with what: scores and their history, pairs, confusion, hardest cases.
 * Refused with `pilot_withheld` while a pilot of its call is read (R15), with `panel_reading` while its panel reads (R7).
 */
export async function viewQuality(
  ctx: OrgContext,
  input: { batchId: string; field?: string | undefined },
): Promise<QualityView> {
  const batch = await getBatch(ctx.db, input.batchId);
  await getProjectForOrg(ctx.db, ctx.actor.orgId, batch.projectId);
  await refuseWithheld(ctx.db, { batchId: batch.id, now: ctx.clock.now() });
  const { labelSchema } = await getProtocolVersion(ctx.db, batch.protocolVersionId);
  const isMeasured = (field: LabelField) => field.type !== 'text';
  const field =
    labelSchema.fields.find((one) => one.key === input.field && isMeasured(one)) ??
    labelSchema.fields.find(isMeasured) ??
    labelSchema.fields[0];
  const key = field?.key ?? '';
  const [measured] = measuredFields({ ...labelSchema, fields: field === undefined ? [] : [field] }, []);
  const classes = optionsOf(field).map(({ value }) => value);
  const [scores, readers, vendors, reliability, accuracy, confusion, hardest, byClass, repeats] =
    await Promise.all([
      latestScores(ctx.db, batch.id),
      listReaders(ctx.db, batch.id, 'label'),
      organisationsById(ctx.db, batch.vendorOrgId === null ? [] : [batch.vendorOrgId]),
      historyOf(ctx.db, batch.id, 'krippendorff_alpha', key),
      historyOf(ctx.db, batch.id, 'accuracy', key),
      confusionOf(ctx.db, batch.id, key),
      hardestOf(ctx.db, batch, key),
      measured === undefined ? [] : classAgreementOf(ctx.db, { batchId: batch.id, field: measured, classes }),
      field === undefined ? [] : repeatAgreementOf(ctx.db, { batchId: batch.id, field }),
    ]);
  const aliases = new Map(readers.map((row) => [row.annotatorId, row.alias]));
  const own = scores.filter((score) => score.field === key || score.field === '');
  const find = (kind: StoredScore['subjectKind'], metric: string, subjectId: string, className = '') =>
    own.find(
      (score) =>
        score.subjectKind === kind &&
        score.metric === metric &&
        score.subjectId === subjectId &&
        score.className === className,
    );
  const whole = own.filter((score) => score.subjectKind === 'batch');
  const newest = whole.reduce((latest, score) => Math.max(latest, Date.parse(score.computedAt)), 0);
  const judged = [...new Set(whole.map((score) => score.className).filter((name) => name !== ''))];
  return {
    batch: {
      id: batch.id,
      name: batch.name,
      kind: batch.kind,
      status: batch.status,
      assisted: batch.assisted,
      vendor: vendors.get(batch.vendorOrgId ?? '')?.legalName ?? null,
    },
    fields: labelSchema.fields.map((one) => ({
      key: one.key,
      label: one.label,
      isMeasured: isMeasured(one),
    })),
    field: {
      key,
      label: field?.label ?? key,
      isOrdered: field?.type === 'ordinal',
      options: optionsOf(field),
    },
    computedAt: newest === 0 ? null : new Date(newest),
    figures: Object.fromEntries(
      whole.filter((score) => score.className === '').map((score) => [score.metric, figureOf(score)]),
    ),
    history: {
      reliability: reliability.points,
      accuracy: accuracy.points,
      measuredOtherwise: Math.max(reliability.otherwise, accuracy.otherwise),
    },
    classes: judged.map((className) => ({
      className,
      sensitivity: figureOf(find('batch', 'sensitivity', batch.id, className)),
      specificity: figureOf(find('batch', 'specificity', batch.id, className)),
    })),
    readers: readers.map((row) => ({
      alias: row.alias,
      reads: row.submitted,
      accuracy: figureOf(find('reader', 'accuracy', row.annotatorId)),
      consensus: figureOf(find('reader', 'consensus_agreement', row.annotatorId)),
      throughput: figureOf(find('reader', 'throughput', row.annotatorId)),
      gold: goldFigure(row),
    })),
    pairs: own.flatMap((score) => {
      const [first, second] = [aliases.get(score.subjectId), aliases.get(score.otherId ?? '')];
      return score.metric === 'cohen_kappa' && first && second
        ? [{ first, second, kappa: figureOf(score) }]
        : [];
    }),
    repeats: repeats
      .flatMap(({ annotatorId, kappa, same }) => {
        const alias = aliases.get(annotatorId);
        return alias ? [{ alias, kappa: figureFrom(kappa), same: figureFrom(same) }] : [];
      })
      .sort((a, b) => (a.alias < b.alias ? -1 : 1)),
    byClass,
    confusion,
    hardest,
  };
}

function optionsOf(field: LabelField | undefined): { value: string; label: string }[] {
  if (field?.type === 'boolean')
    return [
      { value: 'false', label: 'No' },
      { value: 'true', label: 'Yes' },
    ];
  return (field?.options ?? []).map(({ value, label }) => ({ value, label }));
}

async function historyOf(q: Queryable, batchId: string, metric: string, field: string) {
  const { points, otherwise } = await scoreHistory(q, { batchId, metric, field });
  return { points: points.map((row) => ({ ...figureOf(row), at: new Date(row.computedAt) })), otherwise };
}

/**
 * Given answers against known ones, or against final labels where there is no gold (never called accuracy, R8), as the
 * running counts have them.
 */
async function confusionOf(q: Queryable, batchId: string, field: string): Promise<QualityView['confusion']> {
  const cells = await cellsOf(q, {
    batchId,
    field,
    day: ALL_DAYS,
    subjectKind: 'batch',
    subjectId: batchId,
  });
  for (const reference of ['gold', 'final'] as const) {
    const own = cells.filter((cell) => cell.reference === reference && cell.answer !== '');
    if (own.length > 0) {
      const counts = own.map(({ truth, answer, n }) => ({ truth, answer, n }));
      return { reference, cells: counts.sort((a, b) => b.n - a.n) };
    }
  }
  return { reference: 'none', cells: [] };
}

async function hardestOf(q: Queryable, batch: Batch, field: string): Promise<QualityView['hardest']> {
  const tasks = await listHardestTasks(q, { batchId: batch.id, field, limit: HARDEST });
  const of = { batchId: batch.id, field, taskIds: tasks.map((task) => task.taskId) };
  const [names, answers, finals] = await Promise.all([
    externalIdsOf(
      q,
      batch.datasetId,
      tasks.map((task) => task.caseId),
    ),
    listAnswersOfTasks(q, of),
    listFinalsOfTasks(q, of),
  ]);
  const settled = new Map(finals.map((row) => [row.taskId, answerText(row.value)]));
  return tasks.map((task) => ({
    taskId: task.taskId,
    externalId: names.get(task.caseId) ?? task.caseId,
    status: task.status,
    final: settled.get(task.taskId) ?? null,
    reads: answers
      .filter((row) => row.taskId === task.taskId)
      .map(({ alias, answer, confidence }) => ({ alias, answer: answerText(answer) ?? '–', confidence })),
  }));
}
