import type { CommandTx } from '#server/command/transaction.ts';
import { derivedId } from '#server/core/ids.ts';
import { listOrgMembers } from '#server/identity/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';

/** Tells a vendor's owners and staffing leads of its delegation, once per `id`. */
export async function tellDelegate(
  tx: CommandTx,
  orgId: string,
  note: { id: string; title: string },
): Promise<void> {
  const members = await listOrgMembers(tx.db, orgId);
  for (const { personId, roles } of members) {
    if (!roles.some((role) => role === 'vendor_owner' || role === 'staffing_lead')) continue;
    await notifyPerson(tx, {
      id: derivedId('delegate', orgId, note.id, personId),
      personId,
      orgId,
      kind: 'vendor.delegation',
      title: note.title,
      href: '/vendor/agreements',
    });
  }
}
