import { z } from 'zod';
import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { clusteredProportion } from '#server/quality/clustered-proportion.ts';
import { listConfusedTasks } from './confused-queries.ts';
import { caseOutcome } from './count-cases.ts';
import { ALL_DAYS } from './counts.ts';
import { figureOf } from './figures.ts';
import { answerText } from './measured-fields.ts';
import { openFrame } from './open-frame.ts';
import { listCasesWithReads } from './root-cause-queries.ts';
import { matrixOf } from './running-measures.ts';
import { cellsOf, type StoredCell } from './running-reads.ts';
import { CONFUSION_REFERENCES, type ConfusionInput, type ConfusionView } from './view-schemas.ts';

const MOST_CASES = 20;

/**
 * How often the reference was given: of a batch over cases, of one reader over their reads, one to a case. Left blank is not right on
 * gold, and compared with nothing elsewhere, as in the running scores.
 */
function shareOf(cells: readonly StoredCell[], reference: ConfusionView['reference']) {
  const byCase = cells.filter((cell) => cell.reference === `${reference}_case`);
  const own = cells.filter(
    (cell) => cell.reference === reference && (reference === 'gold' || cell.answer !== ''),
  );
  const outcomes =
    byCase.length > 0
      ? byCase.map((cell) => caseOutcome(cell, reference))
      : own.map(({ truth, answer, n }) => ({ compared: 1, right: Number(truth === answer), n }));
  const reason = reference === 'gold' ? 'no_reference' : 'no_overlap';
  return figureOf(clusteredProportion(outcomes, { reason, name: `matches_${reference}` }));
}
const goldValues = z.array(z.unknown()).nullable();

/**
 * What was answered for what in a batch's field: on gold, against the others, or against final labels; of everybody or one
 * reader; with the cases of a chosen cell, reads side by side. Agreement with others or finals is never called accuracy (R8).
 */
export async function viewConfusion(ctx: OrgContext, input: ConfusionInput): Promise<ConfusionView> {
  const frame = await openFrame(ctx, input);
  const { batch, field, readers, measured } = frame;
  const reader = input.alias === undefined ? null : readers.find((row) => row.alias === input.alias);
  if (reader === undefined) {
    throw new AppError({
      kind: 'not_found',
      reason: 'reader_not_found',
      message: 'Nobody of that name reads in this batch.',
    });
  }
  const of = { batchId: batch.id, field: field.key };
  const subject =
    reader === null
      ? { subjectKind: 'batch' as const, subjectId: batch.id }
      : { subjectKind: 'reader' as const, subjectId: reader.annotatorId };
  const cells = await cellsOf(ctx.db, { ...of, day: ALL_DAYS, ...subject });
  const available = CONFUSION_REFERENCES.filter((one) => cells.some((cell) => cell.reference === one));
  const reference = input.reference ?? available[0] ?? 'gold';
  const matrix = matrixOf(measured, { cells }, reference);
  const own = cells.filter((cell) => cell.reference === reference);
  const sum = (keep: (cell: (typeof own)[number]) => boolean) =>
    own.reduce((total, cell) => (keep(cell) ? total + cell.n : total), 0);
  return {
    ...frame.shown,
    reference,
    available,
    aliases: readers.map((row) => row.alias),
    alias: reader?.alias ?? null,
    categories: matrix.categories.slice(0, 40),
    cells: own.map(({ truth, answer, n }) => ({ truth, answer, n })).sort((a, b) => b.n - a.n),
    share: shareOf(cells, reference),
    reads: sum((cell) => reference === 'gold' || cell.answer !== ''),
    chosen: await chosenOf(),
  };

  async function chosenOf(): Promise<ConfusionView['chosen']> {
    const { truth, answer } = input;
    if (truth === undefined || answer === undefined) return null;
    const { taskIds, newestReads } = await listConfusedTasks(ctx.db, {
      ...of,
      reference,
      truth,
      answer,
      readerId: reader?.annotatorId ?? null,
      isNumber: measured.scale === 'interval',
      limit: MOST_CASES,
    });
    const cases = await listCasesWithReads(ctx.db, { ...of, taskIds });
    return {
      truth,
      answer,
      n: sum((cell) => cell.truth === truth && cell.answer === answer),
      newestReads: cases.length < MOST_CASES ? newestReads : null,
      cases: cases.map((one) => ({
        taskId: one.taskId,
        externalId: one.externalId,
        status: one.status,
        final: answerText(one.final),
        gold: (goldValues.parse(one.gold) ?? []).map(answerText).filter((text) => text !== null),
        reads: one.reads.map((read) => ({ ...read, answer: answerText(read.answer) ?? '–' })),
      })),
    };
  }
}
