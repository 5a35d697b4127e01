import { getBid, getContract } from '#server/bids/reads.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { getProject } from '#server/projects/reads.ts';
import type { PilotRow } from './compute-scorecard.ts';

const SAYS = {
  award: 'was awarded work',
  extend: 'is extended by further paid cases',
  retry: 'failed; you may try once more on other cases',
  decline: 'was declined',
} as const;

/** Tells who made the bid what was decided on its pilot. */
export async function tellVendor(tx: CommandTx, pilot: PilotRow, decision: keyof typeof SAYS): Promise<void> {
  const bid = await getBid(tx.db, pilot.bidId);
  const { title } = await getProject(tx.db, pilot.projectId);
  await notifyPerson(tx, {
    personId: bid.createdBy,
    orgId: bid.vendorOrgId,
    kind: 'pilot_decided',
    title: `The pilot for ${title} ${SAYS[decision]}.`,
    href: '/vendor/bids',
  });
}

/** Tells both sides that a retry was not ordered in time and has lapsed (R16). */
export async function tellLapsed(tx: CommandTx, pilot: PilotRow): Promise<void> {
  const [bid, order] = [await getBid(tx.db, pilot.bidId), await getContract(tx.db, pilot.contractId)];
  const project = await getProject(tx.db, pilot.projectId);
  await notifyPerson(tx, {
    personId: bid.createdBy,
    orgId: bid.vendorOrgId,
    kind: 'pilot_retry_lapsed',
    title: `The retry of your pilot for ${project.title} was not ordered in time. Your bid has ended with it; nothing more is asked of your people.`,
    href: '/vendor/bids',
  });
  await notifyPerson(tx, {
    personId: order.signedBy,
    orgId: project.orgId,
    kind: 'pilot_retry_lapsed',
    title: `The retry that you granted for ${project.title} was not ordered in time and has lapsed; the vendor's access has ended.`,
    href: `/sponsor/projects/${project.id}/pilots/${pilot.id}`,
  });
}

/** Tells who ordered a pilot that the vendor has given it up. */
export async function tellSponsor(tx: CommandTx, pilot: PilotRow): Promise<void> {
  const order = await getContract(tx.db, pilot.contractId);
  const project = await getProject(tx.db, pilot.projectId);
  await notifyPerson(tx, {
    personId: order.signedBy,
    orgId: project.orgId,
    kind: 'pilot_abandoned',
    title: `A vendor has given up its pilot for ${project.title}. What was read is kept and paid.`,
    href: `/sponsor/projects/${project.id}/pilots/${pilot.id}`,
  });
}
