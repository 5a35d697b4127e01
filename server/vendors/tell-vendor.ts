import type { CommandTx } from '#server/command/transaction.ts';
import { derivedId } from '#server/core/ids.ts';
import { listOrgMembers } from '#server/identity/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';

/** Tells a vendor's owners and staffing leads about its page, once per `id`. */
export async function tellVendor(
  tx: CommandTx,
  orgId: string,
  note: { id: string; title: string },
): Promise<void> {
  const members = await listOrgMembers(tx.db, orgId);
  const told = members.filter((one) =>
    one.roles.some((role) => role === 'vendor_owner' || role === 'staffing_lead'),
  );
  for (const { personId } of told)
    await notifyPerson(tx, {
      id: derivedId('vendor', orgId, note.id, personId),
      personId,
      orgId,
      kind: 'vendor.evidence',
      title: note.title,
      href: '/vendor/profile',
    });
}
