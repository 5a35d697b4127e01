import type { OrgKind } from '#server/command/actor.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';

const CENTRE: Record<OrgKind, string> = {
  sponsor: '/sponsor/agreements',
  vendor: '/vendor/agreements',
  independent: '/work/agreements',
  platform: '/operator/agreements',
};

/** Where an organisation of a kind finds its agreements. */
export function agreementHref(orgKind: OrgKind, agreementId: string): string {
  return `${CENTRE[orgKind]}/${agreementId}`;
}

/** Tells everyone who may sign for these organisations; titles name the kind of document, never its content. */
export async function tellSignatories(
  tx: CommandTx,
  orgs: readonly { id: string; kind: OrgKind; signatories: readonly string[] }[],
  about: { agreementId: string; kind: string; title: string },
): Promise<void> {
  for (const org of orgs) {
    for (const personId of org.signatories) {
      await notifyPerson(tx, {
        personId,
        orgId: org.id,
        kind: about.kind,
        title: about.title,
        href: agreementHref(org.kind, about.agreementId),
        detail: { agreementId: about.agreementId },
      });
    }
  }
}
