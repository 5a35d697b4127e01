import type { Database } from '#db/client.ts';
import { hotSql } from './hot-sql.ts';
import { memoryOf } from './process-memory.ts';
import { type LeaseOf, tasksOfLeases } from './submit-together.ts';

/** Leases whose case a process remembers: some hours of a busy one. */
const MOST_KNOWN = 100_000;
const known = memoryOf<string>(MOST_KNOWN);

/** Remembers which case is behind each lease just given: of a lease it never changes. */
export function rememberLeases(db: Database, slots: readonly { leaseId: string; taskId: string }[]): void {
  const kept = known(db);
  for (const { leaseId, taskId } of slots) kept.set(leaseId, taskId);
}

/**
 * The cases behind leases that are out, from memory, or from the database where another process gave some of them; ordinary
 * cases and gold alike, so that the time tells nothing. A lease is forgotten once it was asked for: it is submitted once.
 */
export async function findLeaseTasks(
  db: Database,
  of: { batchId: string; leases: readonly LeaseOf[] },
): Promise<ReadonlyMap<string, string>> {
  const kept = known(db);
  const found = new Map<string, string>();
  for (const { leaseId } of of.leases) {
    const taskId = kept.get(leaseId);
    if (taskId === undefined) return tasksOfLeases(hotSql(db), of);
    found.set(leaseId, taskId);
  }
  for (const { leaseId } of of.leases) kept.delete(leaseId);
  return found;
}
