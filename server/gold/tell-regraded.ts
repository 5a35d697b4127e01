import { ROLE_CAPABILITIES } from '#server/command/capabilities.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { listOrgMembers } from '#server/identity/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { getProject } from '#server/projects/reads.ts';
import { getBatch, listReaders } from '#server/work/reads.ts';

/**
 * Tells whom a wrong known answer concerns, once its effect on scores is under way (R7): everybody who has read in a batch that
 * counted it, and the sponsor's people who decide on quality. All readers of the batch are told the same, whether or not
 * they met the case, so that nobody can tell which case was gold, or that theirs was (R21).
 */
export async function tellRegraded(tx: CommandTx, batchIds: readonly string[]): Promise<{ readers: number }> {
  let readers = 0;
  for (const batchId of batchIds) {
    const batch = await getBatch(tx.db, batchId);
    const read = (await listReaders(tx.db, batchId, 'label')).filter((row) => row.submitted > 0);
    for (const row of read) {
      await notifyPerson(tx, {
        personId: row.annotatorId,
        kind: 'gold.regraded',
        title: `A known answer in ${batch.name} was wrong and counts no more. Scores there are computed again; what you read stays paid.`,
        href: '/work',
        detail: { batchId },
      });
    }
    readers += read.length;
    const { orgId } = await getProject(tx.db, batch.projectId);
    const members = await listOrgMembers(tx.db, orgId);
    const deciders = members.filter((member) =>
      member.roles.some((role) => ROLE_CAPABILITIES[role].includes('quality.decide')),
    );
    for (const member of deciders) {
      await notifyPerson(tx, {
        personId: member.personId,
        orgId,
        kind: 'gold.regraded',
        title: `A gold answer in ${batch.name} was withdrawn; its scores are computed again. Look at what was decided on them.`,
        href: `/sponsor/projects/${batch.projectId}/quality/inbox`,
        detail: { batchId },
      });
    }
  }
  return { readers };
}
