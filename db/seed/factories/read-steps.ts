import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { findReader } from '#server/work/reads.ts';
import type { Tier } from '#server/work/rules.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import type { WorkScene } from './work.ts';

/** What is done over and over where people read: a case claimed, read in four seconds, settled; and how it stands then. */
export function readSteps({ db, clock }: Pick<WorkScene, 'db' | 'clock'>) {
  const system = () => systemContext({ db, clock, name: 'test', requestId: randomUUID() });
  const claim = async (who: OrgContext, batchId: string, tier: Tier = 'label') =>
    (await claimNextTasks(who, { batchId, tier, limit: 1 })).leases[0];
  return {
    system,
    /** The next case for somebody; undefined when there is none. */
    claim,
    /** One person reads the next case; the label that it made. */
    read: async (who: OrgContext, batchId: string, grade: string): Promise<string> => {
      const lease = await claim(who, batchId);
      if (lease === undefined) throw new Error('There is no case to read.');
      const labelId = randomUUID();
      clock.advance(4000);
      await submitLabel(who, { ...lease, batchId, labelId, answers: { grade }, activeMs: 4000 });
      return labelId;
    },
    settle: (batchId: string) => settleTasks(system(), { batchId }),
    /** The cases of a batch, in its order. */
    tasksOf: async (batchId: string) => [
      ...(await db.execute<{ id: string; status: string; readsDone: number; readsNeeded: number }>(sql`
        select id, status, reads_done as "readsDone", reads_needed as "readsNeeded" from tasks
        where batch_id = ${batchId} order by sort_key`)),
    ],
    /** Where somebody stands who reads in a batch. */
    readerOf: async (who: OrgContext, batchId: string, tier: Tier = 'label') => {
      const found = await findReader(db, { batchId, annotatorId: who.actor.personId, tier });
      if (found === null) throw new Error('They are no reader here.');
      return found;
    },
  };
}

export type ReadSteps = ReturnType<typeof readSteps>;
