import type { Database } from '#db/client.ts';
import { slaResults } from '#db/schema/contracts.ts';
import { type Clock, DAY, plus, systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';

/** A service credit of USD 1.00 on a batch that earned USD 10.00, inserted directly. */
export async function makeCredit(
  db: Database,
  input: { batchId: string; contractId: string; status: 'proposed' | 'disputed'; clock?: Clock },
): Promise<string> {
  const now = (input.clock ?? systemClock).now();
  const id = newId();
  await db.insert(slaResults).values({
    id,
    batchId: input.batchId,
    contractId: input.contractId,
    version: 1,
    measuredAt: now,
    targets: [],
    workMinor: 1000n,
    creditMinor: 100n,
    currency: 'USD',
    status: input.status,
    disputeUntil: plus(now, DAY),
  });
  return id;
}
