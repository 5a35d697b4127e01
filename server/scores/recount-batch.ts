import type { Queryable } from '#db/client.ts';
import { getProject } from '#server/projects/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { getBatch } from '#server/work/reads.ts';
import { type CountPlan, type Counts, dropUnchanged, noCounts } from './counts.ts';
import { type Dispute, disputesOf, listStoredDisputes, namedDisputes } from './disputed-tasks.ts';
import { countPlan, loadCounted } from './load-counted.ts';
import { listInForce, listStoredCounts, listStoredScores } from './recount-queries.ts';
import { keysOf, type RunningRow, rowsOf, runningRows } from './running-rows.ts';
import { countTask } from './task-counts.ts';

const CHUNK = 2000;
/** Differences that are named. */
const MOST_FOUND = 100;

/** The counts of a batch from its raw labels, whatever was counted before. */
async function recountBatch(
  q: Queryable,
  batchId: string,
): Promise<{ plan: CountPlan; counts: Counts; disputes: Dispute[] }> {
  const batch = await getBatch(q, batchId);
  const protocol = await getProtocolVersion(q, batch.protocolVersionId);
  const plan = countPlan(batchId, protocol.labelSchema, await getProject(q, batch.projectId));
  const counts = noCounts();
  const disputes: Dispute[] = [];
  for (let after: string | null = null; ; ) {
    const page = await listInForce(q, { batchId, after, limit: CHUNK });
    for (const task of (await loadCounted(q, plan, page)).values()) {
      countTask(counts, plan, task, 1);
      disputes.push(...disputesOf(plan, task));
    }
    const last = page.at(-1);
    if (page.length < CHUNK || !last) break;
    after = last.taskId;
  }
  dropUnchanged(counts);
  return { plan, counts, disputes };
}

/**
 * Where the running counts and scores of a batch differ from those of its raw labels, as `<table> <key>: stored, recounted`;
 * empty when they agree to the last bit, which they do whenever the batch has been counted to its last label. At most 100.
 */
export async function checkRunning(q: Queryable, batchId: string): Promise<string[]> {
  const { plan, counts, disputes } = await recountBatch(q, batchId);
  const stored = await listStoredCounts(q, batchId);
  const found: string[] = differences('moments', stored.moments, counts.moments, 0n);
  for (const table of ['cells', 'patterns', 'pairs', 'trials'] as const)
    found.push(...differences(table, stored[table], counts[table], 0));
  found.push(
    ...differences('disputes', await listStoredDisputes(q, batchId), namedDisputes(disputes), 'none'),
  );
  const recounted = runningRows(plan, keysOf(counts), rowsOf(counts));
  found.push(...differences('scores', byName(await listStoredScores(q, batchId)), byName(recounted), 'none'));
  return found.slice(0, MOST_FOUND);
}

/** Scores by what they are of, as the text of all that they say. */
function byName(rows: readonly RunningRow[]): Map<string, string> {
  return new Map(
    rows.map(({ subjectKind, subjectId, field, day, metric, className, ...says }) => {
      const { value, lower, upper, n, excluded, exclusions, reason, method, methodVersion } = says;
      const left = Object.entries(exclusions).sort(([a], [b]) => (a < b ? -1 : 1));
      return [
        JSON.stringify([subjectKind, subjectId, field, day, metric, className]),
        JSON.stringify([value, lower, upper, n, excluded, left, reason, method, methodVersion]),
      ];
    }),
  );
}

function differences<T>(
  table: string,
  stored: ReadonlyMap<string, T>,
  counted: ReadonlyMap<string, T>,
  absent: T,
): string[] {
  return [...new Set([...stored.keys(), ...counted.keys()])].flatMap((key) => {
    const [was, is] = [stored.get(key) ?? absent, counted.get(key) ?? absent];
    return was === is ? [] : [`${table} ${key}: ${was}, ${is}`];
  });
}
