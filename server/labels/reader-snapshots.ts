import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { type CredentialSnapshot, credentialSnapshot } from '#server/credentials/schemas.ts';
import type { TaskRead } from './settle-queries.ts';

/**
 * The reads with what each reader held when they claimed it: the terms of the slot, not what they hold today. Each reader's terms
 * are read once. Indexes: the primary keys of slots and terms.
 */
export async function withSnapshots(
  q: Queryable,
  input: { batchId: string; reads: readonly TaskRead[] },
): Promise<TaskRead[]> {
  const taskIds = [...new Set(input.reads.map((read) => read.taskId))];
  if (taskIds.length === 0) return [];
  const slots = await q.execute<{ taskId: string; slotNo: number; key: string }>(sql`
    select s.task_id as "taskId", s.slot_no as "slotNo", s.annotator_id || ' ' || s.terms_no as key from slots s
    where s.batch_id = ${input.batchId} and s.task_id = any(${sql.param(taskIds)}::uuid[]) and s.tier = 'label'
      and s.annotator_id is not null`);
  const readerIds = [...new Set(input.reads.map((read) => read.annotatorId))];
  const held = await snapshotsOf(q, { batchId: input.batchId, readerIds });
  const keyOf = new Map([...slots].map((slot) => [`${slot.taskId} ${slot.slotNo}`, slot.key]));
  return input.reads.map((read) => ({
    ...read,
    snapshot: held.get(keyOf.get(`${read.taskId} ${read.slotNo}`) ?? '') ?? null,
  }));
}

/** The credential snapshots of readers' terms at the label tier, by reader and number of terms. Index: the primary key. */
export async function snapshotsOf(
  q: Queryable,
  of: { batchId: string; readerIds: readonly string[] },
): Promise<Map<string, CredentialSnapshot>> {
  const rows = await q.execute<{ key: string; snapshot: unknown }>(sql`
    select t.annotator_id || ' ' || t.terms_no as key, t.credential_snapshot as snapshot from terms t
    where t.batch_id = ${of.batchId} and t.annotator_id = any(${sql.param([...of.readerIds])}::uuid[]) and t.tier = 'label'`);
  return new Map([...rows].map((row) => [row.key, credentialSnapshot.parse(row.snapshot)]));
}
