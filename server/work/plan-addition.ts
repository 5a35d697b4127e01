import { sql } from 'drizzle-orm';
import type { CommandTx } from '#server/command/transaction.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { listAcceptedCases } from '#server/datasets/reads.ts';
import { splitWords } from '#server/datasets/split-rules.ts';
import { getProject } from '#server/projects/reads.ts';
import type { Addition } from './add-tasks.ts';
import { planCases } from './plan-batch.ts';
import type { Batch } from './reads.ts';
import { refuseIf } from './refuse-batch.ts';
import { type AddTasksInput, GROWING_KINDS } from './schemas.ts';
import { drawMore } from './selection-rules.ts';
import { type CaseFilter, selection } from './selection-schemas.ts';

/** Which cases are to be added to a running batch. Refuses with `batch_invalid` and everything that is wrong. */
export async function planAddition(
  tx: CommandTx,
  batch: Batch,
  input: AddTasksInput,
): Promise<{ cases: Addition[]; goldLeftOut: number; quarantined: number }> {
  const before = batch.selection === null ? null : selection.parse(batch.selection);
  const isSample = before?.strata != null;
  const fault = (code: string, path: string, message: string) =>
    refuseIf([{ code: `batch.${code}`, path, message }]);
  if (isSample && input.more === undefined)
    fault(
      'sample_only',
      'more',
      'This batch is a sample with weights. It grows only by more cases of the same draw: say how many.',
    );
  if (!isSample && input.more !== undefined)
    fault('no_sample', 'more', 'This batch is no sample. Say by a filter or a list which cases are added.');
  if (!GROWING_KINDS.includes(batch.kind)) fault('kind_fixed', 'batchId', fixedWords(batch.kind));
  const filter: CaseFilter = isSample ? before.filter : (input.filter ?? {});
  if (filter.split !== undefined && batch.split !== filter.split)
    fault('splits_mixed', 'split', `This batch draws from ${splitWords(batch.split)}, and from that alone.`);
  refuseIf(await otherSplitFaults(tx, batch, filter.externalIds));
  const plan = await planCases(tx.db, {
    project: await getProject(tx.db, batch.projectId),
    datasetId: batch.datasetId,
    kind: batch.kind,
    // Gold stays what it is: neither new gold nor known answers enter a batch that is being read.
    goldMode: 'none',
    // Having no split is one of its own: else test cases would come into a batch that is open to all (R3, R5).
    filter: { ...filter, split: batch.split },
    sampling: input.limit === undefined ? { kind: 'all' } : { kind: 'first', count: input.limit },
    seed: batch.seed,
    now: tx.now,
    withoutCases: await casesIn(tx, batch.id),
  });
  refuseIf(plan.faults);
  const isLeftOut = (one: { isGold: boolean }) => batch.goldMode !== 'none' && one.isGold;
  const fitting = plan.ordinary.filter((one) => !isLeftOut(one));
  const leftOut = { goldLeftOut: plan.ordinary.length - fitting.length, quarantined: plan.quarantined };
  if (!isSample || input.more === undefined) {
    if (fitting.length === 0) fault('no_cases', 'filter', 'No case that fits is missing from this batch.');
    return { cases: fitting.map((one) => ({ caseId: one.id, stratum: null })), ...leftOut };
  }
  const { sampling } = before;
  const by = sampling.kind === 'stratified' ? sampling.by : [];
  const { chosen, faults } = drawMore(fitting, {
    by,
    strata: before.strata ?? [],
    more: input.more,
    seed: batch.seed,
  });
  refuseIf(faults);
  return { cases: chosen.map(({ one, stratum }) => ({ caseId: one.id, stratum })), ...leftOut };
}

/** Why the cases of a batch of this kind stay as they are, and what to do instead. */
function fixedWords(kind: string): string {
  if (kind === 'pilot')
    return 'The cases of a pilot are one frozen set that all bidders of the call read (R15), so none are added. Where its scorecard cannot decide yet, extend the pilot there.';
  if (kind === 'calibration')
    return 'A calibration is of known cases that its one reader has not met (R26), so none are added. Decide in the quality inbox how the person goes on.';
  return `${kind === 'exam' ? 'An exam' : 'A training'} is of known cases alone, the same for everybody, so none are added (R7). Make another one with the cases that you want.`;
}

/** What is listed and belongs to another split is refused, not left out without a word: whoever named it meant it. */
async function otherSplitFaults(
  tx: CommandTx,
  batch: Batch,
  externalIds: readonly string[] | undefined,
): Promise<ErrorDetail[]> {
  if (externalIds === undefined) return [];
  const { cases } = await listAcceptedCases(tx.db, batch.datasetId, { externalIds });
  const others = cases.filter((one) => one.split !== batch.split);
  if (others.length === 0) return [];
  const where = [...new Set(others.map((one) => splitWords(one.split)))].slice(0, 8).join(', ');
  const message = `${others.length.toLocaleString('en')} of the ${externalIds.length.toLocaleString('en')} listed cases ${others.length === 1 ? 'is' : 'are'} in ${where}. This batch draws from ${splitWords(batch.split)}, and from that alone: take ${others.length === 1 ? 'it' : 'them'} out of the list, or make a batch of ${others.length === 1 ? 'its' : 'their'} own.`;
  return [{ code: 'batch.splits_mixed', path: 'split', message }];
}

async function casesIn(tx: CommandTx, batchId: string): Promise<ReadonlySet<string>> {
  const rows = await tx.db.execute<{ caseId: string }>(
    sql`select case_id as "caseId" from tasks where batch_id = ${batchId}`,
  );
  return new Set([...rows].map((row) => row.caseId));
}
