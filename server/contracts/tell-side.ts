import type { CommandTx } from '#server/command/transaction.ts';
import { derivedId } from '#server/core/ids.ts';
import { findOrganisation, listOrgMembers } from '#server/identity/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import type { ContractSide } from './schemas.ts';

/** Where a side finds a contract. */
export function contractHref(side: ContractSide, at: { projectId: string; contractId: string }): string {
  return side === 'sponsor'
    ? `/sponsor/projects/${at.projectId}/contracts/${at.contractId}`
    : `/vendor/contracts/${at.contractId}`;
}

/** Tells who may sign for a side, and its owners; titles say what happened, never what was agreed. */
export async function tellSide(
  tx: CommandTx,
  to: { orgId: string; side: ContractSide; projectId: string; contractId: string },
  note: { kind: string; title: string; once?: string },
): Promise<void> {
  const org = await findOrganisation(tx.db, to.orgId);
  const owners = (await listOrgMembers(tx.db, to.orgId)).filter((one) =>
    one.roles.some((role) => role === 'sponsor_owner' || role === 'vendor_owner'),
  );
  const people = new Set([...(org?.signatories ?? []), ...owners.map((one) => one.personId)]);
  for (const personId of people)
    await notifyPerson(tx, {
      ...(note.once === undefined ? {} : { id: derivedId('contract', note.once, personId) }),
      personId,
      orgId: to.orgId,
      kind: note.kind,
      title: note.title,
      href: contractHref(to.side, to),
      detail: { contractId: to.contractId },
    });
}
