import type { OrgContext } from '#server/command/context.ts';
import { organisationsById } from '#server/identity/reads.ts';
import { proportion } from '#server/quality/proportion.ts';
import { ALL_DAYS } from './counts.ts';
import type { ScoreFigure } from './figure-schema.ts';
import { figureOf, storedFigure } from './figures.ts';
import { type Frame, openFrame } from './open-frame.ts';
import { pairKappa } from './running-measures.ts';
import { cellsOf, pairsOf, type RunningScore, runningScoresOf, type StoredCell } from './running-reads.ts';
import type { ContinuousView } from './view-schemas.ts';

type Find = (subject: string, metric: string, day?: string, className?: string) => ScoreFigure;

/**
 * The running scores of a batch's field as of their last pass: in all and day by day, by team and reader, every pair,
 * every class, and how well stated confidence is justified. Reads counts and scores only, never labels.
 */
export async function viewContinuous(
  ctx: OrgContext,
  input: { batchId: string; field?: string | undefined },
): Promise<ContinuousView> {
  const frame = await openFrame(ctx, input);
  const { batch, field, readers } = frame;
  const of = { batchId: batch.id, field: field.key };
  const [scores, cells, pairs] = await Promise.all([
    runningScoresOf(ctx.db, of),
    cellsOf(ctx.db, { ...of, day: ALL_DAYS }),
    pairsOf(ctx.db, of),
  ]);
  const index = new Map(scores.map((row) => [nameOf(row), row]));
  const find: Find = (subject, metric, day = ALL_DAYS, className = '') =>
    storedFigure(index.get(`${subject} ${metric} ${day} ${className}`));
  const daysOf = (subject: string) =>
    [
      ...new Set(
        scores.filter((row) => row.subjectId === subject && row.day !== ALL_DAYS).map((row) => row.day),
      ),
    ].sort();
  const teamIds = [
    ...new Set(scores.filter((row) => row.subjectKind === 'team').map((row) => row.subjectId)),
  ];
  const teams = await organisationsById(ctx.db, teamIds);
  return {
    ...frame.shown,
    whole: {
      alpha: find(batch.id, 'krippendorff_alpha'),
      kappa: find(batch.id, 'weighted_kappa'),
      gwetAc: find(batch.id, 'gwet_ac'),
      accuracy: find(batch.id, 'accuracy'),
      consensus: find(batch.id, 'consensus_agreement'),
      method: index.get(`${batch.id} krippendorff_alpha ${ALL_DAYS} `)?.method ?? '',
    },
    bounds: boundsOf(frame),
    days: daysOf(batch.id).map((day) => ({
      day,
      alpha: find(batch.id, 'krippendorff_alpha', day),
      accuracy: find(batch.id, 'accuracy', day),
      consensus: find(batch.id, 'consensus_agreement', day),
    })),
    teams: teamIds.map((id) => ({
      team: teams.get(id)?.legalName ?? 'Independent',
      alpha: find(id, 'krippendorff_alpha'),
      accuracy: find(id, 'accuracy'),
      consensus: find(id, 'consensus_agreement'),
    })),
    readers: readers.map((row) => ({
      alias: row.alias,
      status: row.status,
      reads: row.submitted,
      accuracy: find(row.annotatorId, 'accuracy'),
      consensus: find(row.annotatorId, 'consensus_agreement'),
      days: daysOf(row.annotatorId).map((day) => ({
        day,
        accuracy: find(row.annotatorId, 'accuracy', day),
        consensus: find(row.annotatorId, 'consensus_agreement', day),
      })),
    })),
    pairs: pairsWithKappa(pairs, frame),
    classes: frame.shown.field.options.map(({ value }) => ({
      value,
      share: find(batch.id, 'answer_share', ALL_DAYS, value),
      sensitivity: find(batch.id, 'sensitivity', ALL_DAYS, value),
      specificity: find(batch.id, 'specificity', ALL_DAYS, value),
    })),
    calibration: calibrationOf(cells, frame),
  };
}

function pairsWithKappa(
  pairs: Awaited<ReturnType<typeof pairsOf>>,
  { readers, measured }: Frame,
): ContinuousView['pairs'] {
  const aliases = new Map(readers.map((row) => [row.annotatorId, row.alias]));
  return [...Map.groupBy(pairs, (row) => `${row.firstId} ${row.secondId}`)].flatMap(([pair, own]) => {
    const [first, second] = pair.split(' ').map((id) => aliases.get(id));
    return first && second ? [{ first, second, kappa: figureOf(pairKappa(measured, own)) }] : [];
  });
}

const nameOf = (row: RunningScore) => `${row.subjectId} ${row.metric} ${row.day} ${row.className}`;

function boundsOf({ project, field }: Frame): ContinuousView['bounds'] {
  const { reliability, accuracy } = project.qualityPolicy;
  return {
    reliability: reliability.find((one) => one.field === field.key)?.threshold ?? null,
    accuracy:
      accuracy.find((one) => one.field === field.key && one.measure === 'accuracy')?.threshold ?? null,
  };
}

/** How often what a reader was so and so sure of was right: on gold where there is any, else against the others. */
function calibrationOf(cells: readonly StoredCell[], frame: Frame): ContinuousView['calibration'] {
  const onGold = cells.some((cell) => cell.reference === 'sure_gold');
  const reference = onGold ? 'sure_gold' : 'sure_others';
  const own = cells.filter((cell) => cell.reference === reference);
  const levelsOf = (subjectId: string) => {
    const mine = own.filter((cell) => cell.subjectId === subjectId);
    return [1, 2, 3, 4, 5].map((confidence) => {
      const here = mine.filter((cell) => cell.truth === String(confidence));
      const n = here.reduce((sum, cell) => sum + cell.n, 0);
      const right = here.reduce((sum, cell) => (cell.answer === 'right' ? sum + cell.n : sum), 0);
      return {
        confidence,
        share: figureOf(proportion(right, n, { reason: 'no_data', name: 'justified_confidence' })),
      };
    });
  };
  return {
    reference: own.length === 0 ? 'none' : onGold ? 'gold' : 'others',
    all: levelsOf(frame.batch.id),
    readers: frame.readers
      .filter((row) => own.some((cell) => cell.subjectId === row.annotatorId))
      .map((row) => ({ alias: row.alias, levels: levelsOf(row.annotatorId) })),
  };
}
