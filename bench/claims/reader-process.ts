import { randomUUID } from 'node:crypto';
import { openDatabase } from '#db/client.ts';
import type { OrgContext } from '#server/command/context.ts';
import { systemClock } from '#server/core/clock.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { submitAndNext } from '#server/work/submit-label.ts';

/*
 * One app process of the kill test: its people read until it is killed. What the server has taken is said on stdout at once, a
 * label id to a line, so that its parent knows what must not be lost. Arguments: database URL, batch, actors as JSON.
 */
const [url = '', batchId = '', actors = '[]'] = process.argv.slice(2);
const { db } = openDatabase(url, { max: 8, name: 'bench reader', isRead: true });

async function read(actor: OrgContext['actor']): Promise<void> {
  const who: OrgContext = { db, clock: systemClock, actor, requestId: 'bench' };
  let leases: { leaseId: string }[] = [];
  for (;;) {
    const [lease] = leases;
    if (lease === undefined) {
      ({ leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 }));
      if (leases.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      continue;
    }
    const labelId = randomUUID();
    const submit = { batchId, leaseId: lease.leaseId, labelId, answers: { grade: '2' }, activeMs: 20_000 };
    ({
      next: { leases },
    } = await submitAndNext(who, { ...submit, limit: 1 }));
    process.stdout.write(`${labelId}\n`);
  }
}

await Promise.all((JSON.parse(actors) as OrgContext['actor'][]).map(read));
