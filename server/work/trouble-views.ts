import type { OrgContext } from '#server/command/context.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { CHANGE_CLASSES } from '#server/protocols/schemas.ts';
import { getBatch } from './reads.ts';
import { listRelabelParts } from './relabel-parts.ts';
import { listImpact } from './trouble-queries.ts';
import { relabelScope } from './trouble-rules.ts';

/**
 * What a change of the protocol would touch, asked of a batch: reads made under the batch's protocol version, and for each change class the cases that would be
 * read again, as the relabel batches that hold them (`listRelabelParts`). Cases that are being read still come to it as they settle.
 */
export async function viewImpact(ctx: OrgContext, input: { batchId: string }) {
  const batch = await getBatch(ctx.db, input.batchId);
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, batch.projectId);
  const { protocolVersionId } = batch;
  const batches = await listImpact(ctx.db, { projectId: project.id, protocolVersionId });
  const parts = await listRelabelParts(ctx.db, {
    project,
    protocolVersionId,
    datasetIds: [...new Set(batches.map((row) => row.datasetId))],
    now: ctx.clock.now(),
  });
  return {
    protocolVersionId,
    labels: batches.reduce((total, row) => total + row.reads, 0),
    batches: batches.map(({ datasetId: _own, ...row }) => row),
    relabel: CHANGE_CLASSES.map((changeClass) => {
      const scope = relabelScope(changeClass);
      const own = parts[scope];
      return { changeClass, scope, cases: own.reduce((sum, part) => sum + part.cases, 0), parts: own };
    }),
  };
}
