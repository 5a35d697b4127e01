import type { CommandTx } from '#server/command/transaction.ts';
import { listOpenStakes } from '#server/gold/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { getProject } from '#server/projects/reads.ts';
import { endEngagement } from './engage-person.ts';
import { findEngagements } from './reads.ts';

/**
 * R25, R0: an auditor is of another organisation, on the day of the appointment and after it. Looks again at a project's auditors and
 * ends the appointment of who belongs to a bidder by now; both sides are told, what was found stays, what is held is finished. Asked
 * whenever a bid is handed in, piloted or awarded, in that transaction.
 *
 * While a call is sealed its bids are not looked at, and who bids keeps their auditors until it ends (`end-calls` asks again): an auditor
 * who went on the day of a bid would tell the sponsor who has bid. Nothing is lost by it: nobody reads under the call before its end.
 * Returns how many went.
 */
export async function withdrawAuditors(tx: CommandTx, projectId: string): Promise<number> {
  const engaged = await findEngagements(tx.db, { projectId, roles: ['auditor'] });
  const personIds = engaged.map((one) => one.personId);
  const staked = await listOpenStakes(tx.db, { projectId, personIds, now: tx.now });
  const going = engaged.filter((one) => staked.has(one.personId));
  if (going.length === 0) return 0;
  const project = await getProject(tx.db, projectId);
  for (const { id, personId } of going) {
    await endEngagement(tx, { engagementId: id, reason: 'belongs to a bidder (R25)' });
    await notifyPerson(tx, {
      personId,
      kind: 'staffing.auditor_withdrawn',
      title: `You audit “${project.title}” no more: an organisation of yours bids on it`,
      href: '/work',
      detail: { projectId },
    });
    await notifyPerson(tx, {
      personId: project.createdBy,
      orgId: project.orgId,
      kind: 'staffing.auditor_withdrawn',
      title: `An auditor of “${project.title}” belongs to a bidder by now and audits no more. Appoint another`,
      href: `/sponsor/projects/${projectId}/quality/checks`,
    });
    await tx.audit({
      action: 'staffing.auditor_withdrawn',
      subject: { kind: 'project', id: projectId },
      detail: { personId, engagementId: id },
    });
  }
  return going.length;
}
