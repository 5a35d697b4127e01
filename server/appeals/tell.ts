import type { Queryable } from '#db/client.ts';
import type { Role } from '#server/command/capabilities.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { derivedId } from '#server/core/ids.ts';
import { getPlatformOrg, listOrgMembers } from '#server/identity/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { getProject } from '#server/projects/reads.ts';
import type { Batch } from '#server/work/reads.ts';

/** The operators, whose desk appeals are. */
export async function listAppealDesk(
  q: Queryable,
): Promise<{ personId: string; orgId: string; href: string }[]> {
  const platform = await getPlatformOrg(q);
  return (await listOrgMembers(q, platform.id))
    .filter((member) => member.roles.includes('operator'))
    .map(({ personId }) => ({ personId, orgId: platform.id, href: '/operator/appeals' }));
}

/** Whose budget a batch is. */
const KEEPERS: readonly Role[] = ['sponsor_owner', 'project_manager'];

/** Tells those of the sponsor who keep a batch; `once` names the note where it must be left only once. */
export async function tellSponsor(
  tx: CommandTx,
  batch: Batch,
  note: { kind: string; title: string; once?: string; except?: string; detail: Record<string, unknown> },
): Promise<void> {
  const { orgId } = await getProject(tx.db, batch.projectId);
  const { once, except, ...rest } = note;
  for (const { personId, roles } of await listOrgMembers(tx.db, orgId)) {
    if (personId === except || !roles.some((role) => KEEPERS.includes(role))) continue;
    await notifyPerson(tx, {
      ...rest,
      personId,
      orgId,
      href: `/sponsor/projects/${batch.projectId}/batches/${batch.id}`,
      ...(once === undefined ? {} : { id: derivedId(note.kind, once, personId) }),
    });
  }
}
