import type { Database } from '#db/client.ts';
import { hotSql } from './hot-sql.ts';
import { memoryOf } from './process-memory.ts';
import { type LeaseOf, type SlotOfLease, slotsOfLeases } from './submit-together.ts';

/** Leases whose slot a process remembers: some hours of a busy one. */
const MOST_KNOWN = 100_000;
const known = memoryOf<SlotOfLease>(MOST_KNOWN);

/** Remembers the slot behind each lease just given: its case never changes, its place is a hint. */
export function rememberLeases(db: Database, slots: readonly (SlotOfLease & { leaseId: string })[]): void {
  const kept = known(db);
  for (const { leaseId, taskId, slotAt } of slots) kept.set(leaseId, { taskId, slotAt });
}

/**
 * The slots behind leases that are out, from memory, or from the database where another process gave some of them; ordinary
 * cases and gold alike, so that the time tells nothing. A lease is forgotten once it was asked for: it is submitted once.
 */
export async function findLeaseSlots(
  db: Database,
  of: { batchId: string; leases: readonly LeaseOf[] },
): Promise<ReadonlyMap<string, SlotOfLease>> {
  const kept = known(db);
  const found = new Map<string, SlotOfLease>();
  for (const { leaseId } of of.leases) {
    const slot = kept.get(leaseId);
    if (slot === undefined) return slotsOfLeases(hotSql(db), of);
    found.set(leaseId, slot);
  }
  for (const { leaseId } of of.leases) kept.delete(leaseId);
  return found;
}
