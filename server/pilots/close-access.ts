import { and, eq, inArray, ne } from 'drizzle-orm';
import { contracts } from '#db/schema/bids.ts';
import { pilotReturns } from '#db/schema/pilots.ts';
import { engagements } from '#db/schema/staffing.ts';
import { addDays, WIND_DOWN_DAYS } from '#server/agreements/rules.ts';
import { getContract } from '#server/bids/reads.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { listDatasets } from '#server/datasets/reads.ts';
import { closePilotBatches } from './close-batches.ts';
import type { PilotRow } from './compute-scorecard.ts';

/** Data that anybody may hold: nothing of it is to be returned. */
const ANYBODYS: readonly string[] = ['public', 'synthetic'];

/**
 * R16, after a pilot that is not awarded, and a retry of it that nobody ordered: its batches take no new claims (leases that are out may be finished, paid, R27),
 * its people are not on the project any more, its order ends, and the vendor has to certify that it returned or destroyed
 * what it held, unless the data is anybody's.
 */
export async function closeAccess(tx: CommandTx, pilot: PilotRow, reason: string): Promise<void> {
  await closePilotBatches(tx, { pilotId: pilot.id, reason });
  const ended = await tx.db
    .update(engagements)
    .set({ status: 'ended', endedAt: tx.now, statusReason: reason })
    .where(and(eq(engagements.contractId, pilot.contractId), ne(engagements.status, 'ended')))
    .returning({ id: engagements.id });
  await tx.db
    .update(contracts)
    .set({ status: 'completed', endedAt: tx.now })
    .where(and(eq(contracts.id, pilot.contractId), inArray(contracts.status, ['active'])));
  const order = await getContract(tx.db, pilot.contractId);
  const held = (await listDatasets(tx.db, pilot.projectId)).some((one) => !ANYBODYS.includes(one.dataClass));
  if (held) {
    await tx.db.insert(pilotReturns).values({
      pilotId: pilot.id,
      orgId: order.vendorOrgId,
      dueOn: addDays(tx.now.toISOString().slice(0, 10), WIND_DOWN_DAYS),
      createdAt: tx.now,
    });
  }
  await tx.audit({
    action: 'pilots.access_closed',
    subject: { kind: 'pilot', id: pilot.id },
    detail: { engagements: ended.length, certificateDue: held },
  });
}
