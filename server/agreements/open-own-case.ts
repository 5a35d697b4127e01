import type { UserContext } from '#server/command/context.ts';
import { getDataset } from '#server/datasets/reads.ts';
import type { OpenedOwnCase, OpenOwnCaseInput } from './case-schemas.ts';
import { findErrand } from './door.ts';
import { openWholeCase } from './open-whole-case.ts';

/** Opens a case of the acting sponsor through the gate, whatever the class of its data (`openWholeCase`). */
export async function openOwnCase(
  ctx: UserContext,
  input: OpenOwnCaseInput & { key?: Uint8Array<ArrayBuffer> },
): Promise<OpenedOwnCase> {
  const { datasetId, caseId, key } = input;
  const dataset = await getDataset(ctx.db, datasetId);
  const target = { datasetId, datasetOrgId: dataset.orgId, caseId };
  const errand = await findErrand(ctx, target, { leaseId: null, batchId: null });
  return openWholeCase(ctx, { datasetId, caseId, errand, batchId: null, key });
}
