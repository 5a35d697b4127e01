import type { Role } from '#server/command/capabilities.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { derivedId } from '#server/core/ids.ts';
import { listOrgMembers } from '#server/identity/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { getProject } from '#server/projects/reads.ts';
import type { Batch } from './reads.ts';

/** Whose budget a batch is: they are told what it spends. */
export const KEEPERS: readonly Role[] = ['sponsor_owner', 'project_manager'];
/** Who funds a sponsor's projects, and who sees to it that they are funded: they are told what is missing. */
export const FUNDERS: readonly Role[] = [...KEEPERS, 'sponsor_finance'];

/** Leaves a note about a batch for those of its sponsor who have one of `roles`; `once` names what it must be left only once for. */
export async function tellSponsor(
  tx: CommandTx,
  batch: Pick<Batch, 'projectId'>,
  note: {
    roles: readonly Role[];
    kind: string;
    title: string;
    href: string;
    detail: Record<string, unknown>;
    once?: string;
    /** Who is told something better. */
    except?: string;
  },
): Promise<void> {
  const { orgId } = await getProject(tx.db, batch.projectId);
  const { roles: asked, once, except, ...rest } = note;
  for (const { personId, roles } of await listOrgMembers(tx.db, orgId)) {
    if (personId === except || !roles.some((role) => asked.includes(role))) continue;
    await notifyPerson(tx, {
      ...rest,
      personId,
      orgId,
      ...(once === undefined ? {} : { id: derivedId(note.kind, once, personId) }),
    });
  }
}
