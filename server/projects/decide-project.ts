import { findProjectCall } from '#server/bids/reads.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError, isAppError } from '#server/core/errors.ts';
import { sayStop, stopsOf } from '#server/work/hold-claims.ts';
import { pauseBatch, resumeBatch } from '#server/work/pause-batch.ts';
import { countBatches, LIVE, pagesOfBatches } from '#server/work/reads.ts';
import { advanceProject } from './advance-project.ts';
import { getProjectForOrg } from './reads.ts';
import { nextProjectStatus, PROJECT_PAUSED } from './rules.ts';
import type { ProjectStatus } from './schemas.ts';

export type ProjectDecision = 'paused' | 'resumed' | 'completed' | 'archived';

/**
 * The sponsor's own decisions about a project. Pausing pauses its open batches first (who holds a case finishes it, R27),
 * resuming opens those again; both can be repeated after an interruption. Completing waits for its batches to settle
 * (`batches_live`), archiving for its call to close (`call_open`).
 */
export async function decideProject(
  ctx: OrgContext,
  input: { projectId: string; decision: ProjectDecision },
): Promise<{ status: ProjectStatus }> {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const isPossible = nextProjectStatus(project.status, input.decision) !== null;
  if (isPossible && input.decision === 'paused') await pauseBatches(ctx, project.id);
  const status = await transact(ctx, async (tx) => {
    if (input.decision === 'completed') {
      const live = await countBatches(tx.db, { projectId: project.id, statuses: LIVE });
      if (live > 0) {
        throw refusal(
          'batches_live',
          `${live.toLocaleString('en')} ${live === 1 ? 'batch is' : 'batches are'} not settled yet. Close ${live === 1 ? 'it' : 'them'} first.`,
        );
      }
    }
    if (input.decision === 'archived' && (await findProjectCall(tx.db, project.id))?.status === 'open') {
      throw refusal('call_open', 'The call is open. Close it first, so that bidders know.');
    }
    return advanceProject(tx, { projectId: project.id, event: input.decision });
  });
  // A batch that was being opened when the project paused has opened by now.
  if (input.decision === 'paused') await pauseBatches(ctx, project.id);
  if (input.decision === 'resumed') await resumeBatches(ctx, project.id);
  return { status };
}

const refusal = (reason: string, message: string) => new AppError({ kind: 'precondition', reason, message });

async function pauseBatches(ctx: OrgContext, projectId: string): Promise<void> {
  for await (const page of pagesOfBatches(ctx.db, { projectId, statuses: ['open'] }))
    for (const batch of page)
      await unlessMoved(pauseBatch(ctx, { batchId: batch.id, reason: PROJECT_PAUSED }));
}

async function resumeBatches(ctx: OrgContext, projectId: string): Promise<void> {
  for await (const page of pagesOfBatches(ctx.db, { projectId, statuses: ['paused'] }))
    for (const batch of page)
      if (batch.statusReason === PROJECT_PAUSED) {
        await unlessMoved(resumeBatch(ctx, { batchId: batch.id }));
        if (stopsOf(batch).length > 0) await transact(ctx, (tx) => sayStop(tx, batch.id));
      }
}

/** A batch that somebody else has moved meanwhile needs nothing from here; one that is held opens when its checkpoint is signed or its stop decided on. */
async function unlessMoved(move: Promise<void>): Promise<void> {
  try {
    await move;
  } catch (error) {
    const isExpected = ['batch_state', 'checkpoint_unsigned', 'stop_undecided'].some((reason) =>
      isAppError(error, reason),
    );
    if (!isExpected) throw error;
  }
}
