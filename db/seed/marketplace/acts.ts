import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { signInMember } from '#db/seed/factories/identity.ts';
import type { WorkScene } from '#db/seed/factories/work.ts';
import type { OrgKind } from '#server/command/actor.ts';
import type { Role } from '#server/command/capabilities.ts';
import { type CommandContext, type OrgContext, systemContext } from '#server/command/context.ts';
import type { Clock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { getBatch } from '#server/work/reads.ts';
import { settleBatch } from '#server/work/settle-batch.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import type { CrowdPerson } from './crowd.ts';
import { chance } from './random.ts';
import { FIELD } from './tenders.ts';

type Made = { db: Database; clock: Clock };

/** The standing jobs, at the scenario's own time. */
export const jobOf = ({ db, clock }: Made): CommandContext =>
  systemContext({ db, clock, name: 'seed.marketplace', requestId: newId() });

/** Somebody of the crowd at work for an organisation. */
export const enter = (
  { db, clock }: Made,
  person: CrowdPerson,
  org: { id: string; kind: OrgKind },
  roles: readonly Role[],
): Promise<OrgContext> => signInMember(db, { org: { ...org, verified: true }, roles, person, clock });

export type ReadSome = {
  batchId: string;
  /** As many as there are when left out. */
  most?: number;
  /** How often the known answer is given; where none is known, the first class stands for it. */
  right?: number;
  /** Tells one reader's chances from another's. */
  stream: number;
};

/** Somebody joins a batch and reads so many of its cases, one a minute; returns how many there were. */
export async function readSome(scene: WorkScene, who: OrgContext, input: ReadSome): Promise<number> {
  const { batchId, most = Number.POSITIVE_INFINITY, right = 0.95, stream } = input;
  const truths = await truthsOf(scene, batchId);
  const options = scene.protocol.labelSchema.fields[0]?.options?.length ?? 2;
  await joinBatch(who, { batchId, tier: 'label' });
  for (let read = 0; read < most; read += 1) {
    const [lease] = (await claimNextTasks(who, { batchId, tier: 'label', limit: 1 })).leases;
    if (!lease) return read;
    const [slot] = await scene.db.execute<{ taskId: string }>(
      sql`select task_id as "taskId" from slots where batch_id = ${batchId} and lease_id = ${lease.leaseId}`,
    );
    const truth = truths.get(slot?.taskId ?? '') ?? '0';
    const isRight = chance(stream, read) < right;
    scene.clock.advance(60_000);
    await submitLabel(who, {
      batchId,
      leaseId: lease.leaseId,
      labelId: newId(),
      answers: { [FIELD]: isRight ? truth : String((Number(truth) + 1) % options) },
      activeMs: Math.round(20_000 + 40_000 * chance(stream + 1, read)),
    });
  }
  return most;
}

/** The known answers of a batch's cases, by task. */
async function truthsOf(scene: WorkScene, batchId: string): Promise<Map<string, string>> {
  const rows = await scene.db.execute<{ taskId: string; truth: string }>(sql`
    select t.id as "taskId", g.answers -> ${FIELD} ->> 0 as truth
    from tasks t join gold_items g on g.case_id = t.case_id and g.dataset_id = ${scene.dataset.id}
    where t.batch_id = ${batchId}`);
  return new Map(rows.map(({ taskId, truth }) => [taskId, truth]));
}

/** What was read becomes final; the batch is closed and settled, and its money paid out to who earned it. */
export async function settleRead(scene: WorkScene, batchId: string): Promise<void> {
  const job = jobOf(scene);
  await settleTasks(job, { batchId });
  if ((await getBatch(scene.db, batchId)).status === 'open')
    await closeBatch(scene.sponsor, { batchId, reason: 'Every case is read.' });
  if (!(await settleBatch(job, { batchId }))) throw new Error('A batch of the market did not settle.');
}
