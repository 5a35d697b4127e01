import type { Role } from '#server/command/capabilities.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { listOrgMembers } from '#server/identity/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { queueMail } from '#server/notifications/send-mail.ts';

const BIDDING: readonly Role[] = ['vendor_owner', 'staffing_lead'];
const BUYING: readonly Role[] = ['sponsor_owner', 'project_manager'];

export type Notice = {
  kind: string;
  title: string;
  href: string;
  /** Sent by mail too, for what must not be missed: a moved end, an award, a refusal. No PHI. */
  mail?: { subject: string; body: string };
};

/** Tells those of these vendors who write bids, in the caller's transaction. */
export async function tellVendors(tx: CommandTx, orgIds: readonly string[], notice: Notice): Promise<void> {
  for (const orgId of orgIds) await tell(tx, orgId, BIDDING, notice);
}

/** Tells those of a sponsor who run its calls, in the caller's transaction. */
export async function tellSponsor(tx: CommandTx, orgId: string, notice: Notice): Promise<void> {
  await tell(tx, orgId, BUYING, notice);
}

async function tell(tx: CommandTx, orgId: string, roles: readonly Role[], notice: Notice): Promise<void> {
  const { kind, title, href, mail } = notice;
  const members = await listOrgMembers(tx.db, orgId);
  for (const member of members.filter((one) => one.roles.some((role) => roles.includes(role)))) {
    await notifyPerson(tx, { personId: member.personId, orgId, kind, title, href });
    if (mail) await queueMail(tx, { to: member.email, ...mail });
  }
}

/** What a vendor is told whose bid was not chosen; why stands with the bid. */
export function declinedNotice(projectTitle: string): Notice {
  return {
    kind: 'bids.declined',
    title: `Your bid on “${projectTitle}” was not chosen. The reason is with the bid.`,
    href: '/vendor/bids',
    mail: {
      subject: 'A bid of yours on Readroom was decided',
      body: 'A sponsor has decided on a bid of yours and did not choose it. The reason, in words, is with the bid in your bid room.\n',
    },
  };
}
