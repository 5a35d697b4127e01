import { tellSponsor } from '#server/bids/tell-organisations.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { listOpenStakes, type OpenStake } from '#server/gold/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { getProject } from '#server/projects/reads.ts';
import { endIfLive } from './engage-person.ts';
import { findEngagements } from './reads.ts';

/** What each stake is called: to the auditor, to the sponsor, and where the end is kept. */
const WORDS: Record<OpenStake, { toThem: string; toSponsor: string; reason: string }> = {
  member_of_bidder: {
    toThem: 'an organisation of yours bids on it',
    toSponsor: 'belongs to a bidder',
    reason: 'belongs to a bidder (R25)',
  },
  member_of_own_staff: {
    toThem: 'you belong to its sponsor’s own staff, which reads in it',
    toSponsor: 'belongs to your own staff, which reads in it,',
    reason: 'belongs to the sponsor’s own staff (R25)',
  },
};

/**
 * R25, R0: an auditor is of another organisation, on the day of the appointment and after it. Looks again at a project's auditors and
 * ends the appointment of who belongs to a bidder or to own staff by now; both sides are told, what was found stays, what is held is
 * finished. Asked whenever a bid is handed in, piloted or awarded, in that transaction; who joins a bidder afterwards is refused when they
 * want to go on (`audit-eligibility` of work).
 *
 * While a call is sealed its bids are not looked at, and who bids keeps their auditors until it ends (`end-calls` asks again): an auditor
 * who went on the day of a bid would tell the sponsor who has bid. Nothing is lost by it: nobody reads under the call before its end.
 * Whom the sponsor dismisses at the same moment is passed over. Returns how many went.
 */
export async function withdrawAuditors(tx: CommandTx, projectId: string): Promise<number> {
  const engaged = await findEngagements(tx.db, { projectId, roles: ['auditor'] });
  const personIds = engaged.map((one) => one.personId);
  const staked = await listOpenStakes(tx.db, { projectId, personIds, now: tx.now });
  if (staked.size === 0) return 0;
  const project = await getProject(tx.db, projectId);
  let gone = 0;
  for (const { id, personId } of engaged) {
    const stake = staked.get(personId);
    if (stake === undefined) continue;
    const { toThem, toSponsor, reason } = WORDS[stake];
    if (!(await endIfLive(tx, { engagementId: id, reason }))) continue;
    gone += 1;
    await notifyPerson(tx, {
      personId,
      kind: 'staffing.auditor_withdrawn',
      title: `You audit “${project.title}” no more: ${toThem}`,
      href: '/work',
      detail: { projectId },
    });
    await tellSponsor(tx, project.orgId, {
      kind: 'staffing.auditor_withdrawn',
      title: `An auditor of “${project.title}” ${toSponsor} by now and audits no more. Appoint another`,
      href: `/sponsor/projects/${projectId}/quality/checks`,
    });
    await tx.audit({
      action: 'staffing.auditor_withdrawn',
      subject: { kind: 'project', id: projectId },
      detail: { personId, engagementId: id },
    });
  }
  return gone;
}
