import type { Queryable } from '#db/client.ts';
import { allow, type Decision, refuse } from '#server/command/decision.ts';
import { listOpenStakes, type OpenStake } from '#server/gold/reads.ts';
import type { Batch } from './reads.ts';
import type { Tier } from './rules.ts';

const WORDS: Record<OpenStake, string> = {
  member_of_bidder: 'An organisation of yours bids on this project or works on it by now.',
  member_of_own_staff: 'You belong to the own staff of this project’s sponsor by now, which reads in it.',
};

/**
 * R25: an auditor is of another organisation, on the day of the appointment and after it. With each bid, pilot and award the project's
 * auditors are looked at again (`withdraw-auditors` of staffing); who joins a bidder or own staff after that is refused here, at joining
 * and before a claim. Sealed bids are left out: a refusal would tell who has bid.
 */
export async function decideAuditor(
  q: Queryable,
  batch: Pick<Batch, 'projectId'>,
  who: { personId: string; tier: Tier; now: Date },
): Promise<Decision> {
  if (who.tier !== 'audit') return allow('');
  const of = { projectId: batch.projectId, personIds: [who.personId], now: who.now };
  const stake = (await listOpenStakes(q, of)).get(who.personId);
  if (stake === undefined) return allow('');
  return refuse({
    code: 'audit.stake',
    message: `${WORDS[stake]} Final labels are audited by people of others (R25); the sponsor appoints somebody else.`,
  });
}
