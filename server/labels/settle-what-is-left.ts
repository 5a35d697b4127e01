import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Tx } from '#db/client.ts';
import { ROLE_CAPABILITIES } from '#server/command/capabilities.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { derivedId } from '#server/core/ids.ts';
import { listOrgMembers } from '#server/identity/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { getProject } from '#server/projects/reads.ts';
import { adjudicationRule } from '#server/projects/schemas.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import type { Batch } from '#server/work/reads.ts';
import { type FinalLabel, finalLabelsOfTasks } from './reads.ts';
import {
  adjudicationReasons,
  countUncertain,
  independentOf,
  leftUndecided,
  settleByMajority,
} from './rules.ts';
import { type FinalField, LEFT_BECAUSE, type LeftBecause } from './schemas.ts';
import {
  costOfTask,
  insertFinalLabel,
  listTaskReads,
  SETTLED_KINDS,
  setTaskStatus,
  type TaskRead,
} from './settle-queries.ts';

/** As `writeFinalLabel` keeps it; `decidedBy` says whether a person settled the case, `undecided` why a reference left it so (R5). */
export const sourcesOf = z.looseObject({
  labels: z.array(z.string()).default([]),
  decidedBy: z.unknown().transform((by) => by ?? null),
  undecided: z.enum(LEFT_BECAUSE).optional(),
});

type Left = Record<string, unknown> & { caseId: string; status: string };

/**
 * A case that was shut for an incident comes back in a batch that has been settled meanwhile, where nothing moves it on any more: it is
 * settled here with what it has, as its reads are paid (R24, R30). A final label that it had holds again, as long as all that it
 * rests on is in force; a case of which nothing was read, and dealt gold, stay as they are. Part of `closeIncident`, which holds the
 * batch and has given the case its state back. Nothing in a batch of another status.
 */
export async function settleWhatIsLeft(tx: CommandTx, batch: Batch, taskId: string): Promise<void> {
  if (batch.status !== 'settled') return;
  const at = { batchId: batch.id, taskId };
  // Nothing else would count a settled batch again, of which the case is no longer out of work.
  await tx.enqueue({
    name: 'analytics.measure-again',
    payload: { batchId: batch.id },
    key: `analytics.measure-again:${batch.id}`,
  });
  const task = await takeReads(tx.db, at);
  if (task === null) return;
  if (!SETTLED_KINDS.includes(batch.kind)) return setTaskStatus(tx.db, { ...at, to: 'final' });
  const final = (await finalLabelsOfTasks(tx.db, batch.id, [taskId])).get(taskId) ?? null;
  const inForce = new Set(
    (await listTaskReads(tx.db, { batchId: batch.id, taskIds: [taskId] })).map((read) => read.labelId),
  );
  const restsOn = final === null ? [] : sourcesOf.parse(final.sources).labels;
  if (final === null || !restsOn.every((labelId) => inForce.has(labelId)))
    await settleWithWhatItHas(tx, { batch, taskId, ...task });
  else {
    if (restsOn.length < inForce.size) await standsWith(tx, { batch, taskId }, final);
    await setTaskStatus(tx.db, { ...at, to: 'final' });
  }
}

/** The case needs no more reads than it has, as in a closing batch (`shrinkTasks`); null when it has none, or is out of work still. */
async function takeReads(tx: Tx, at: { batchId: string; taskId: string }): Promise<Left | null> {
  const [row] = await tx.execute<Left>(sql`
    update tasks t set reads_needed = reads_done, status = case when t.status = 'open' then 'labelled' else t.status end
    where t.batch_id = ${at.batchId} and t.id = ${at.taskId} and t.reads_done > 0 and not t.is_dealt_gold
      and t.status in ('open', 'labelled', 'in_review', 'in_adjudication')
    returning t.case_id as "caseId", t.status`);
  // In a settled batch nobody takes the turn it waited for any more.
  if (row)
    await tx.execute(sql`delete from slots where batch_id = ${at.batchId} and task_id = ${at.taskId}
      and tier in ('review', 'adjudicate') and status = 'open'`);
  return row ?? null;
}

/** The final label as it was, and of the time when it was settled, with every read in force among its sources and in its cost (R12). */
export async function standsWith(
  tx: CommandTx,
  p: { batch: Batch; taskId: string },
  final: FinalLabel,
): Promise<void> {
  const reads = await listTaskReads(tx.db, { batchId: p.batch.id, taskIds: [p.taskId] });
  const { undecided, ...sources } = sourcesOf.parse(final.sources);
  await insertFinalLabel(tx.db, {
    batchId: p.batch.id,
    taskId: p.taskId,
    caseId: final.caseId,
    fields: final.fields,
    method: final.method,
    sources: {
      ...sources,
      labels: reads.map((read) => read.labelId),
      ...(undecided === undefined ? {} : { undecided: leftBecause(p.batch, reads) }),
    },
    costMinor: await costOfTask(tx.db, { batchId: p.batch.id, taskId: p.taskId }),
    currency: final.currency,
    uncertain: final.uncertain,
    settledAt: final.settledAt,
  });
}

/**
 * The label of a case that a settled batch had given up, or was shut in: what its reads say. Of a test reference undecided (R5), unless
 * all that its protocol names has been done: every read, by votes, with nothing that a reviewer or the panel had still to look at. Of an
 * undecided one the clinical lead is told; it can be had read again (`viewUndecided`).
 */
export async function settleWithWhatItHas(
  tx: CommandTx,
  p: { batch: Batch; taskId: string; caseId: string; status: string },
): Promise<void> {
  const { batch, taskId } = p;
  const { labelSchema: schema } = await getProtocolVersion(tx.db, batch.protocolVersionId);
  const { intendedUse } = await getProject(tx.db, batch.projectId);
  const reads = await listTaskReads(tx.db, { batchId: batch.id, taskIds: [taskId] });
  const independent = independentOf(reads);
  const voted = settleByMajority(
    schema,
    independent.map((read) => read.answers),
  );
  const isReference = intendedUse === 'test_reference';
  const isDecided = !isReference || isAsNamed(p, schema, independent, voted);
  const fields = isDecided ? voted : leftUndecided(voted);
  await insertFinalLabel(tx.db, {
    batchId: batch.id,
    taskId,
    caseId: p.caseId,
    fields,
    method: isReference ? batch.consensusMethod : 'majority',
    sources: {
      labels: reads.map((read) => read.labelId),
      decidedBy: null,
      ...(isDecided ? {} : { undecided: leftBecause(batch, reads) }),
    },
    costMinor: await costOfTask(tx.db, { batchId: batch.id, taskId }),
    currency: batch.currency,
    uncertain: countUncertain(schema, fields),
    settledAt: tx.now,
  });
  await setTaskStatus(tx.db, { batchId: batch.id, taskId, to: 'final' });
  if (!isDecided) await tellUndecided(tx, { batch, taskId });
}

/** Of a case that is left undecided after the settlement. */
const leftBecause = (batch: Batch, reads: readonly TaskRead[]): LeftBecause =>
  reads.filter((read) => read.round === 1).length < batch.overlap ? 'too_few_reads' : 'after_settlement';

/** Nobody would look at a settled reference again: whoever answers for it, and whoever can have the case read again, is told (R5). */
async function tellUndecided(
  tx: CommandTx,
  { batch, taskId }: { batch: Batch; taskId: string },
): Promise<void> {
  const { orgId } = await getProject(tx.db, batch.projectId);
  const members = await listOrgMembers(tx.db, orgId);
  const asked = members.filter(({ roles }) =>
    roles.some((role) => role === 'clinical_lead' || ROLE_CAPABILITIES[role].includes('batch.manage')),
  );
  for (const { personId } of asked)
    await notifyPerson(tx, {
      id: derivedId('labels.left_undecided', batch.id, taskId, personId),
      personId,
      orgId,
      kind: 'labels.left_undecided',
      title: `A case of the test reference ${batch.name} came back after it had settled and is left undecided. Look at why, and have it read again.`,
      href: `/sponsor/projects/${batch.projectId}/batches/${batch.id}#undecided`,
      detail: { batchId: batch.id },
    });
}

/** Whether the reads alone settle a case of a test reference as its protocol says they do (R5, R25). */
function isAsNamed(
  { batch, status }: { batch: Batch; status: string },
  schema: LabelSchema,
  reads: readonly TaskRead[],
  voted: Record<string, FinalField>,
): boolean {
  const rule = adjudicationRule.parse(batch.adjudicationRule);
  const answers = reads.map((read) => read.answers);
  return (
    reads.length >= batch.overlap &&
    batch.consensusMethod === 'majority' &&
    !['in_review', 'in_adjudication'].includes(status) &&
    adjudicationReasons(rule, schema, answers, voted).length === 0
  );
}
