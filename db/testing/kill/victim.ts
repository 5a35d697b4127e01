import { randomUUID } from 'node:crypto';
import { openDatabase } from '#db/client.ts';
import { capabilitiesOf } from '#server/command/capabilities.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { manualClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { postAccruals } from '#server/ledger/post-accruals.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { submitAndNext } from '#server/work/submit-label.ts';

/** A process that reads, and posts accruals, until it is killed; told what by one JSON argument. */
type Orders = {
  url: string;
  batchId: string;
  now: string;
  readers: { personId: string; userId: string; orgId: string; sessionId: string }[];
};

const orders = JSON.parse(process.argv[2] ?? '{}') as Orders;
const { db } = openDatabase(orders.url, { max: 4, name: 'victim' });
const clock = manualClock(orders.now);

const contextOf = (reader: Orders['readers'][number]): OrgContext => ({
  db,
  clock,
  requestId: newId(),
  actor: {
    kind: 'user',
    ...reader,
    orgKind: 'vendor',
    orgVerified: true,
    isAddressConfirmed: true,
    capabilities: capabilitiesOf(['vendor_annotator']),
    reauthenticatedAt: clock.now(),
    secondFactorAt: null,
    country: 'US',
  },
});

async function read(ctx: OrgContext): Promise<void> {
  for (;;) {
    const { leases } = await claimNextTasks(ctx, { batchId: orders.batchId, tier: 'label', limit: 2 });
    if (leases.length === 0) return;
    for (const { leaseId } of leases) {
      await submitAndNext(ctx, {
        batchId: orders.batchId,
        leaseId,
        labelId: randomUUID(),
        answers: { grade: '1' },
        activeMs: 1000,
        limit: 0,
      });
    }
  }
}

async function post(): Promise<never> {
  const ctx = systemContext({ db, clock, name: 'victim', requestId: newId() });
  for (;;) {
    await postAccruals(ctx, { batchId: orders.batchId });
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

process.send?.('reading');
void post();
await Promise.all(orders.readers.map((reader) => read(contextOf(reader))));
process.exit(0);
