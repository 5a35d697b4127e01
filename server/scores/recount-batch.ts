import type { Queryable } from '#db/client.ts';
import { getProject } from '#server/projects/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { getBatch } from '#server/work/reads.ts';
import { countPlan, loadCounted } from './load-counted.ts';
import { listInForce, listStoredCounts } from './recount-queries.ts';
import { type Counts, countTask, noCounts } from './task-counts.ts';

const CHUNK = 2000;

/** The counts of a batch from its raw labels, whatever was counted before. */
export async function recountBatch(q: Queryable, batchId: string): Promise<Counts> {
  const batch = await getBatch(q, batchId);
  const protocol = await getProtocolVersion(q, batch.protocolVersionId);
  const plan = countPlan(batchId, protocol.labelSchema, await getProject(q, batch.projectId));
  const counts = noCounts();
  for (let after: string | null = null; ; ) {
    const page = await listInForce(q, { batchId, after, limit: CHUNK });
    for (const task of (await loadCounted(q, plan, page)).values()) countTask(counts, plan, task, 1);
    const last = page.at(-1);
    if (page.length < CHUNK || !last) break;
    after = last.taskId;
  }
  for (const map of Object.values(counts)) for (const [key, n] of map) if (n === 0) map.delete(key);
  return counts;
}

/**
 * Where the running counts of a batch differ from its raw labels, as `<table> <key>: stored, recounted`; empty when they
 * agree, which they do whenever the batch has been counted to its last label. At most 100.
 */
export async function checkCounts(q: Queryable, batchId: string): Promise<string[]> {
  const [stored, counted] = [await listStoredCounts(q, batchId), await recountBatch(q, batchId)];
  const found: string[] = [];
  for (const table of ['cells', 'patterns', 'pairs', 'trials'] as const) {
    for (const key of new Set([...stored[table].keys(), ...counted[table].keys()])) {
      const [was, is] = [stored[table].get(key) ?? 0, counted[table].get(key) ?? 0];
      if (was !== is && found.length < 100) found.push(`${table} ${key}: ${was}, ${is}`);
    }
  }
  return found;
}
