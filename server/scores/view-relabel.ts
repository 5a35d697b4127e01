import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { unmeasured } from '#server/quality/measurement.ts';
import { stratifiedShare, stratifiedShift } from '#server/quality/stratified-share.ts';
import type { Batch } from '#server/work/reads.ts';
import { selection } from '#server/work/selection-schemas.ts';
import { figureOf } from './figures.ts';
import { answerText } from './measured-fields.ts';
import { type Frame, openFrame } from './open-frame.ts';
import {
  countRelabelled,
  listChangedCases,
  listMoves,
  listValues,
  listVotes,
  type ValueCell,
  type VotesCell,
} from './relabel-queries.ts';
import type { EstimatesView, RelabelInput, RelabelView } from './relabel-schemas.ts';
import { reliabilityOf } from './running-measures.ts';
import { optionsOf } from './schema-options.ts';

const MOST_CASES = 50;
const MOST_CLASSES = 40;

/**
 * Old against new of a relabel batch's field: how many cases changed, how the readers agreed then and now, by how much each
 * class grew or shrank, and the cases that changed. Where the batch is a sample every figure counts by sampling weight, so it
 * speaks for all that fitted. Throws as `openFrame`, and `no_relabel` for a batch of another kind.
 */
export async function viewRelabel(ctx: OrgContext, input: RelabelInput): Promise<RelabelView> {
  const frame = await openFrame(ctx, input);
  const { batch, field, measured } = frame;
  if (batch.kind !== 'relabel') {
    throw new AppError({
      kind: 'precondition',
      reason: 'no_relabel',
      message: 'Only a relabel batch stands beside earlier labels.',
    });
  }
  const of = { batchId: batch.id, field: field.key };
  const [counts, moves, votes, changes] = await Promise.all([
    countRelabelled(ctx.db, batch.id),
    listMoves(ctx.db, of),
    listVotes(ctx.db, of),
    listChangedCases(ctx.db, { ...of, limit: MOST_CASES + 1 }),
  ]);
  const both = moves.flatMap(({ stratum, before, after, n }) =>
    before === null || after === null ? [] : [{ stratum, before, after, n }],
  );
  const strata = strataOf(batch, both);
  type Move = (typeof both)[number];
  const seen = (pick: (move: Move) => boolean) => (place: number | null) =>
    sumOf(both.filter((move) => move.stratum === place && pick(move)));
  const share = (pick: (move: Move) => boolean) =>
    figureOf(stratifiedShare(strata.map((one) => ({ ...one, successes: seen(pick)(one.place) }))));
  const classes = [...new Set([...measured.categories, ...both.flatMap((one) => [one.before, one.after])])];
  const agreement = (side: VotesCell['side']) => {
    const patterns = votes.filter((one) => one.side === side).map(patternOf);
    const [alpha] = reliabilityOf(measured, { cells: [], patterns, moments: [] });
    return figureOf(alpha?.measurement ?? unmeasured({ reason: 'no_data', method: 'krippendorff_alpha' }));
  };
  return {
    ...shownOf(frame),
    batch: { id: batch.id, name: batch.name, projectId: batch.projectId },
    ...counts,
    compared: sumOf(both),
    population: isSample(batch) ? strata.reduce((sum, one) => sum + one.population, 0) : null,
    changed: share((move) => move.before !== move.after),
    agreement: { before: agreement('before'), after: agreement('after') },
    classes: classes.slice(0, MOST_CLASSES).map((value) => ({
      value,
      before: share((move) => move.before === value),
      after: share((move) => move.after === value),
      shift: figureOf(
        stratifiedShift(
          strata.map((one) => ({
            ...one,
            gained: seen((move) => move.before !== value && move.after === value)(one.place),
            lost: seen((move) => move.before === value && move.after !== value)(one.place),
          })),
        ),
      ),
    })),
    moves: movesOf(both),
    changes: {
      more: changes.length > MOST_CASES,
      cases: changes.slice(0, MOST_CASES).map((one) => ({
        taskId: one.taskId,
        externalId: one.externalId,
        before: {
          batchId: one.priorBatchId,
          batchName: one.priorBatchName,
          value: one.before,
          votes: one.beforeVotes.map(voteText),
        },
        after: { value: one.after, votes: one.afterVotes.map(voteText) },
      })),
    },
  };
}

/**
 * What the final labels of a sampled batch say of all the cases that fitted: each class's share by sampling weight, with the
 * plain share of the drawn beside it, and how many cases divide readers. Throws as `openFrame`, and `no_sample`.
 */
export async function viewEstimates(ctx: OrgContext, input: RelabelInput): Promise<EstimatesView> {
  const frame = await openFrame(ctx, input);
  const { batch, field, measured } = frame;
  if (!isSample(batch)) {
    throw new AppError({
      kind: 'precondition',
      reason: 'no_sample',
      message: 'This batch is no sample; its labels speak for its own cases.',
    });
  }
  const cells = await listValues(ctx.db, { batchId: batch.id, field: field.key });
  const settled = cells.flatMap(({ value, ...cell }) => (value === null ? [] : [{ ...cell, value }]));
  const weighted = <Cell extends ValueCell>(of: readonly Cell[], pick: (cell: Cell) => boolean) =>
    strataOf(batch, of).map((one) => ({
      ...one,
      successes: sumOf(of.filter((cell) => cell.stratum === one.place && pick(cell))),
    }));
  const n = sumOf(settled);
  const classes = [...new Set([...measured.categories, ...settled.map((one) => one.value)])];
  return {
    ...shownOf(frame),
    population: strataOf(batch, settled).reduce((sum, one) => sum + one.population, 0),
    settled: n,
    classes: classes.slice(0, MOST_CLASSES).map((value) => {
      const is = (cell: (typeof settled)[number]) => cell.value === value;
      const marked = sumOf(settled.filter(is));
      return {
        value,
        weighted: figureOf(stratifiedShare(weighted(settled, is))),
        plain: { value: n === 0 ? null : marked / n, interval: null, n, reason: n === 0 ? 'no_data' : null },
      };
    }),
    // Of all that were finished: those whose readers were divided are often the ones that stayed undecided.
    divided: figureOf(stratifiedShare(weighted(cells, (cell) => cell.divided))),
  };
}

function shownOf({ field, shown }: Frame): Pick<RelabelView, 'field' | 'fields'> {
  return {
    fields: shown.fields.map(({ key, label }) => ({ key, label })),
    field: {
      key: field.key,
      label: field.label,
      options: optionsOf(field).map(({ value, label }) => ({ value, label })),
    },
  };
}

const isSample = (batch: Batch) =>
  batch.selection !== null && selection.parse(batch.selection).strata !== null;

/** The strata of a sample with how many of each are counted; a batch that is no sample is one that was seen whole as it is. */
function strataOf(
  batch: Batch,
  cells: readonly { stratum: number | null; n: number }[],
): { place: number | null; population: number; n: number }[] {
  const strata = batch.selection === null ? null : selection.parse(batch.selection).strata;
  if (strata === null) {
    const n = sumOf(cells);
    // As if drawn from very many like them: how such cases are labelled is what is asked, not these alone.
    return [{ place: null, population: Math.max(1, n) * 1e6, n }];
  }
  return strata.map(({ population }, place) => ({
    place,
    population,
    n: sumOf(cells.filter((cell) => cell.stratum === place)),
  }));
}

function movesOf(both: readonly { before: string; after: string; n: number }[]): RelabelView['moves'] {
  const byMove = Map.groupBy(both, (move) => JSON.stringify([move.before, move.after]));
  return [...byMove.values()]
    .flatMap((own) => (own[0] ? [{ before: own[0].before, after: own[0].after, n: sumOf(own) }] : []))
    .sort((a, b) => b.n - a.n || (a.before < b.before ? -1 : 1))
    .slice(0, 200);
}

/** Votes as an answer pattern, the way the running counts keep them. */
function patternOf({ votes, n }: VotesCell): { pattern: string; n: number } {
  const pairs = votes.map(voteText).map(({ value, n: given }) => [value, given] as const);
  return { pattern: JSON.stringify([...pairs].sort((a, b) => (a[0] < b[0] ? -1 : 1))), n };
}

const voteText = ({ value, n }: { value: unknown; n: number }) => ({ value: answerText(value) ?? '', n });

const sumOf = (rows: readonly { n: number }[]): number => rows.reduce((sum, row) => sum + row.n, 0);
