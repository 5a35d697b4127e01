import { and, asc, desc, eq, inArray, isNull, lte, ne, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { proposals, rootCauseFindings, rootCauses } from '#db/schema/governance.ts';
import { scoreTrials } from '#db/schema/scores.ts';
import { AppError } from '#server/core/errors.ts';
import { DRIFT_WINDOW } from './governance-rules.ts';

export type Proposal = typeof proposals.$inferSelect;
export type RootCause = typeof rootCauses.$inferSelect;
export type Finding = typeof rootCauseFindings.$inferSelect;

/** Proposals of a batch, at most 2,000: those that are open, then the newest decided. Index: quality_proposals_batch_idx. */
export async function listProposalsOfBatch(q: Queryable, batchId: string): Promise<Proposal[]> {
  return q
    .select()
    .from(proposals)
    .where(eq(proposals.batchId, batchId))
    .orderBy(desc(proposals.status), desc(proposals.openedAt))
    .limit(2000);
}

/** A project's proposals in a state: open by what is due first, decided newest first. Index: quality_proposals_project_idx. */
export async function listProposals(
  q: Queryable,
  input: { projectId: string; status: Proposal['status']; limit: number },
): Promise<Proposal[]> {
  return q
    .select()
    .from(proposals)
    .where(and(eq(proposals.projectId, input.projectId), eq(proposals.status, input.status)))
    .orderBy(input.status === 'open' ? asc(proposals.dueAt) : desc(proposals.decidedAt), asc(proposals.id))
    .limit(input.limit);
}

/** Opens a proposal; false when the same is open already. */
export async function insertProposal(tx: Tx, row: typeof proposals.$inferInsert): Promise<boolean> {
  const rows = await tx.insert(proposals).values(row).onConflictDoNothing().returning({ id: proposals.id });
  return rows.length === 1;
}

export async function updateProposal(
  tx: Tx,
  proposalId: string,
  set: Partial<typeof proposals.$inferInsert>,
): Promise<void> {
  await tx.update(proposals).set(set).where(eq(proposals.id, proposalId));
}

/** A proposal, locked for a decision; `not_found` when there is none. */
export async function lockProposal(tx: Tx, proposalId: string): Promise<Proposal> {
  const [row] = await tx.select().from(proposals).where(eq(proposals.id, proposalId)).for('update');
  if (!row) throw unknownProposal();
  return row;
}

/** Overdue proposals nobody was reminded of, locked; at most 500, longest overdue first. Index: quality_proposals_overdue_idx. */
export async function lockOverdue(tx: Tx, now: Date): Promise<Proposal[]> {
  return tx
    .select()
    .from(proposals)
    .where(and(eq(proposals.status, 'open'), isNull(proposals.remindedAt), lte(proposals.dueAt, now)))
    .orderBy(asc(proposals.dueAt), asc(proposals.id))
    .limit(500)
    .for('update', { skipLocked: true });
}

/** Remembers that the people who decide on some proposals were reminded. */
export async function putReminded(tx: Tx, proposalIds: readonly string[], now: Date): Promise<void> {
  await tx
    .update(proposals)
    .set({ remindedAt: now })
    .where(inArray(proposals.id, [...proposalIds]));
}

/**
 * What nobody has decided or closed yet and another method than today's has counted, by batch, at most 2,000 of each. Indexes:
 * quality_proposals_project_idx and root_causes_open_key hold what is open; there is little of it.
 */
export async function listGatheredOtherwise(
  q: Queryable,
  of: { methodVersion: string; batchId?: string },
): Promise<{ proposals: Proposal[]; rootCauses: RootCause[] }> {
  const { methodVersion, batchId } = of;
  const inBatch = (column: typeof proposals.batchId | typeof rootCauses.batchId) =>
    batchId === undefined ? undefined : eq(column, batchId);
  return {
    proposals: await q
      .select()
      .from(proposals)
      .where(
        and(
          eq(proposals.status, 'open'),
          ne(proposals.methodVersion, methodVersion),
          inBatch(proposals.batchId),
        ),
      )
      .orderBy(asc(proposals.id))
      .limit(2000),
    rootCauses: await q
      .select()
      .from(rootCauses)
      .where(
        and(
          ne(rootCauses.status, 'closed'),
          ne(rootCauses.methodVersion, methodVersion),
          inBatch(rootCauses.batchId),
        ),
      )
      .orderBy(asc(rootCauses.id))
      .limit(2000),
  };
}

export function unknownProposal(): AppError {
  return new AppError({
    kind: 'not_found',
    reason: 'proposal_not_found',
    message: 'There is no such proposal.',
  });
}

export type Trial = { at: Date; taskId: string; isRight: boolean };

/** The newest right-or-wrong answers of a reader since `since`, oldest first. Index: the primary key, backwards. */
export async function newestTrials(
  q: Queryable,
  of: { batchId: string; readerId: string; field: string; reference: 'gold' | 'others'; since: Date },
): Promise<Trial[]> {
  const rows = await q
    .select({ at: scoreTrials.at, taskId: scoreTrials.taskId, isRight: scoreTrials.isRight })
    .from(scoreTrials)
    .where(
      and(
        eq(scoreTrials.batchId, of.batchId),
        eq(scoreTrials.readerId, of.readerId),
        eq(scoreTrials.field, of.field),
        eq(scoreTrials.reference, of.reference),
        sql`${scoreTrials.at} > ${of.since.toISOString()}::timestamptz`,
      ),
    )
    .orderBy(desc(scoreTrials.at), desc(scoreTrials.taskId))
    .limit(DRIFT_WINDOW);
  return rows.reverse();
}

/** Opens a root-cause case; null when one is open for this batch and field. */
export async function insertRootCause(
  tx: Tx,
  row: typeof rootCauses.$inferInsert,
): Promise<RootCause | null> {
  const [made] = await tx.insert(rootCauses).values(row).onConflictDoNothing().returning();
  return made ?? null;
}

/** A root-cause case by id, `not_found` when there is none; locked on request. */
export async function getRootCause(
  q: Queryable,
  rootCauseId: string,
  how: 'read' | 'update' = 'read',
): Promise<RootCause> {
  const query = q.select().from(rootCauses).where(eq(rootCauses.id, rootCauseId));
  const [row] = await (how === 'update' ? query.for('update') : query);
  if (!row)
    throw new AppError({
      kind: 'not_found',
      reason: 'root_cause_not_found',
      message: 'There is no such root-cause case.',
    });
  return row;
}

export async function updateRootCause(
  tx: Tx,
  rootCauseId: string,
  set: Partial<typeof rootCauses.$inferInsert>,
): Promise<void> {
  await tx.update(rootCauses).set(set).where(eq(rootCauses.id, rootCauseId));
}

/** A project's root-cause cases, newest first; at most 200. Index: root_causes_project_idx. */
export async function listRootCauses(q: Queryable, projectId: string): Promise<RootCause[]> {
  return q
    .select()
    .from(rootCauses)
    .where(eq(rootCauses.projectId, projectId))
    .orderBy(desc(rootCauses.openedAt))
    .limit(200);
}

export async function insertFinding(tx: Tx, row: typeof rootCauseFindings.$inferInsert): Promise<void> {
  await tx.insert(rootCauseFindings).values(row);
}

/** Findings of a case, oldest first; the newest of a task counts. */
export async function listFindings(q: Queryable, rootCauseId: string): Promise<Finding[]> {
  return q
    .select()
    .from(rootCauseFindings)
    .where(eq(rootCauseFindings.rootCauseId, rootCauseId))
    .orderBy(asc(rootCauseFindings.at), asc(rootCauseFindings.id))
    .limit(2000);
}
