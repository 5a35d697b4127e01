import { eq } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { tasks } from '#db/schema/work.ts';
import { caseAlerts } from '#db/schema/work-trouble.ts';
import { present } from '#server/core/assert.ts';
import { newId } from '#server/core/ids.ts';

/** An edge case of a batch's first case, as enough questions raise it. */
export async function makeAlert(
  db: Database,
  input: { batchId: string; now: Date },
): Promise<{ batchId: string; alertId: string }> {
  const { batchId, now } = input;
  const [task] = await db.select({ id: tasks.id }).from(tasks).where(eq(tasks.batchId, batchId)).limit(1);
  const alertId = newId();
  await db.insert(caseAlerts).values({
    batchId,
    id: alertId,
    taskId: present(task, 'A task').id,
    kind: 'edge_case',
    status: 'open',
    reasons: { ask: 3 },
    isDisputed: false,
    openedAt: now,
    dueAt: now,
  });
  return { batchId, alertId };
}
