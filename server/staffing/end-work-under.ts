import type { CommandTx } from '#server/command/transaction.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { endEngagement } from './engage-person.ts';
import { listLiveUnder } from './queries.ts';
import {
  findChosenPlan,
  listAssignments,
  lockContractPlans,
  movePlan,
  withdrawProposals,
} from './roster-queries.ts';

/**
 * Takes everybody off an award that ends: the roster in force ends, the hours it held are free, and the engagements under it
 * end; leases that are out are finished and paid (R27). Returns how many engagements ended. In the transaction of the
 * contract's command, whose right to it was checked there.
 */
export async function endWorkUnder(
  tx: CommandTx,
  input: { contractId: string; reason: string },
): Promise<number> {
  await lockContractPlans(tx.db, input.contractId);
  const plan = await findChosenPlan(tx.db, input.contractId);
  if (plan) {
    const held = await listAssignments(tx.db, plan.id);
    await withdrawProposals(tx.db, plan.id, tx.now);
    await movePlan(tx.db, plan.id, 'chosen', { status: 'superseded', endedAt: tx.now });
    for (const one of held)
      if (one.status === 'accepted' || one.status === 'proposed')
        await notifyPerson(tx, {
          personId: one.personId,
          orgId: plan.vendorOrgId,
          kind: 'roster_proposal',
          title: 'A contract whose roster you were on has ended; your hours are free again',
          href: '/work/availability',
          detail: { assignmentId: one.id },
        });
  }
  const live = await listLiveUnder(tx.db, input.contractId);
  for (const engagementId of live) await endEngagement(tx, { engagementId, reason: input.reason });
  return live.length;
}
