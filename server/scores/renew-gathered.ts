import type { CommandContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { eachBatch } from '#server/jobs/each-batch.ts';
import { getProject } from '#server/projects/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { getBatch } from '#server/work/reads.ts';
import { listCountsOf } from './count-queries.ts';
import { ALL_DAYS, type CountPlan } from './counts.ts';
import {
  getRootCause,
  listGatheredOtherwise,
  lockProposal,
  updateProposal,
  updateRootCause,
} from './governance-queries.ts';
import { rootCauseEvidence as evidenceSchema } from './governance-schemas.ts';
import { countPlan } from './load-counted.ts';
import { measureWatched } from './measure-watched.ts';
import { rootCauseEvidence } from './root-cause-evidence.ts';
import { METHOD_VERSION } from './rules.ts';
import { findMark } from './running-reads.ts';

/**
 * After an upgrade: the figures that people still have to decide on, open proposals and root-cause cases that are not closed, are counted
 * anew by today's method where another has counted them (ADR 021). The bound, the time and the cases that were looked at stay; what was decided
 * or closed stays as it was. A batch whose own counts are not renewed yet has the next run. Returns how many figures were renewed.
 */
export async function renewGathered(ctx: CommandContext): Promise<number> {
  const stale = await listGatheredOtherwise(ctx.db, { methodVersion: METHOD_VERSION });
  const batchIds = new Set([...stale.proposals, ...stale.rootCauses].map((one) => one.batchId));
  let renewed = 0;
  await eachBatch(ctx, [...batchIds], async (batchId) => {
    const mark = await findMark(ctx.db, batchId);
    if (mark === null || mark.sweptAt === null || !mark.countedAs.startsWith(`${METHOD_VERSION} `)) return;
    const batch = await getBatch(ctx.db, batchId);
    const [{ labelSchema }, project] = await Promise.all([
      getProtocolVersion(ctx.db, batch.protocolVersionId),
      getProject(ctx.db, batch.projectId),
    ]);
    const plan = countPlan(batchId, labelSchema, project);
    renewed += await transact(ctx, (tx) => renewOfBatch(tx, plan));
  });
  return renewed;
}

async function renewOfBatch(tx: CommandTx, plan: CountPlan): Promise<number> {
  const { batchId } = plan;
  const stale = await listGatheredOtherwise(tx.db, { methodVersion: METHOD_VERSION, batchId });
  const stamp = { methodVersion: METHOD_VERSION, renewedAt: tx.now };
  for (const { id } of stale.proposals) {
    const own = await lockProposal(tx.db, id);
    if (own.status !== 'open') continue;
    const field = plan.fields.find((one) => one.key === own.field);
    const key = { kind: own.subjectKind, id: own.subjectId, field: own.field, day: ALL_DAYS };
    const m = field && measureWatched(field, await listCountsOf(tx.db, batchId, [key]), own);
    const figure = m
      ? { value: m.value, lower: m.ci?.[0] ?? null, upper: m.ci?.[1] ?? null, n: m.n, method: m.method }
      : { value: null, lower: null, upper: null, n: 0 };
    await updateProposal(tx.db, id, { ...figure, ...stamp });
  }
  for (const { id } of stale.rootCauses) {
    const own = await getRootCause(tx.db, id, 'update');
    if (own.status === 'closed') continue;
    const { taskIds } = evidenceSchema.parse(own.evidence);
    const evidence = await rootCauseEvidence(tx.db, { batchId, field: own.field });
    await updateRootCause(tx.db, id, { evidence: { ...evidence, taskIds }, ...stamp });
  }
  return stale.proposals.length + stale.rootCauses.length;
}
