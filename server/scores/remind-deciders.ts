import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { getProject } from '#server/projects/reads.ts';
import { lockOverdue, type Proposal, putReminded } from './governance-queries.ts';
import { listDeciders } from './list-deciders.ts';

/**
 * Tells the people who decide, once, that a proposal has passed its business day (R26): a person who reads calibration, or a
 * batch whose claims are stopped, waits for them. One note per project, however many are overdue. Returns how many
 * proposals that were. Nothing is decided by waiting: the proposals stay open.
 */
export async function remindDeciders(ctx: CommandContext): Promise<number> {
  return transact(ctx, async (tx) => {
    const overdue = await lockOverdue(tx.db, tx.now);
    for (const [projectId, own] of Map.groupBy(overdue, (one) => one.projectId)) {
      const project = await getProject(tx.db, projectId);
      for (const { personId } of await listDeciders(tx.db, project.orgId)) {
        await notifyPerson(tx, {
          personId,
          orgId: project.orgId,
          kind: 'quality.overdue',
          title: overdueWords(own, project.title),
          href: `/sponsor/projects/${projectId}/quality/inbox`,
          detail: { proposalIds: own.map((one) => one.id) },
        });
      }
    }
    if (overdue.length > 0)
      await putReminded(
        tx.db,
        overdue.map((one) => one.id),
        tx.now,
      );
    return overdue.length;
  });
}

/** What is overdue, and who or what waits meanwhile. */
export function overdueWords(overdue: readonly Pick<Proposal, 'done'>[], project: string): string {
  const n = overdue.length;
  const people = overdue.filter((one) => one.done === 'calibration_only').length;
  const batches = overdue.filter((one) => one.done === 'batch_paused').length;
  const waiting = [
    ...(people > 0
      ? [people === 1 ? 'a person reads calibration' : `${people} people read calibration`]
      : []),
    ...(batches > 0 ? [batches === 1 ? 'a batch takes no claims' : `${batches} batches take no claims`] : []),
  ];
  const until = waiting.length === 0 ? '' : `; until you decide ${waiting.join(' and ')}`;
  return `${n === 1 ? 'A quality decision is' : `${n} quality decisions are`} overdue in ${project}${until}.`;
}
