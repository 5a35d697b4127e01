import { ROLE_CAPABILITIES } from '#server/command/capabilities.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { listOrgMembers } from '#server/identity/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { getProject } from '#server/projects/reads.ts';
import type { Batch } from '#server/work/reads.ts';

/**
 * Tells readers of a batch that a known answer was wrong (R7). All who have read there are told the same, whether or not they
 * met the case, so that nobody can tell which case was gold, or that theirs was (R21).
 */
export async function tellReaders(
  tx: CommandTx,
  input: { batch: Batch; personIds: readonly string[] },
): Promise<void> {
  for (const personId of input.personIds) {
    await notifyPerson(tx, {
      personId,
      kind: 'gold.regraded',
      title: `A known answer in ${input.batch.name} was wrong and counts no more. Scores there are computed again; what you read stays paid.`,
      href: '/work',
      detail: { batchId: input.batch.id },
    });
  }
}

/** Tells the sponsor's people who decide on quality, because they may have decided on what is not so. */
export async function tellDeciders(tx: CommandTx, batch: Batch): Promise<void> {
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
      detail: { batchId: batch.id },
    });
  }
}
