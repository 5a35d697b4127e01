import type { Queryable } from '#db/client.ts';
import { getContract } from '#server/bids/reads.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { pricesOfContract, repricingGap } from '#server/contracts/call-off.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { getProject } from '#server/projects/reads.ts';
import type { Project } from '#server/projects/schemas.ts';
import { findLatestProtocol, findSignedProtocol, isVersionOf } from '#server/protocols/reads.ts';
import { refuseIf } from './refuse-batch.ts';
import type { CreateBatchInput } from './schemas.ts';

/** Under a contract its vendor, rate card and fee hold (R2, R13), whatever the form says, and a repricing that waits. */
export async function termsOfContract(
  tx: CommandTx,
  contractId: string,
  input: Pick<CreateBatchInput, 'projectId' | 'pricePerReadMinor' | 'kind' | 'protocolVersionId'>,
): Promise<{ vendorOrgId: string; feeBasisPoints: number }> {
  const contract = await getContract(tx.db, contractId);
  const fault = (code: string, path: string, message: string) =>
    refuseIf([{ code: `batch.${code}`, path, message }]);
  if (contract.projectId !== input.projectId || contract.status !== 'active')
    fault('contract', 'contractId', 'The project has no such contract in force.');
  const price = await pricesOfContract(tx, { contract, pricePerReadMinor: input.pricePerReadMinor });
  if (price) fault('price_of_contract', 'pricePerReadMinor', price.message);
  if (await isOfOtherProject(tx.db, contract.projectId, input.protocolVersionId)) refuseIf([protocolOther()]);
  const versionId =
    input.protocolVersionId ?? (await protocolOf(tx.db, await getProject(tx.db, contract.projectId)));
  const gap =
    versionId === null
      ? null
      : await repricingGap(tx, { contract, kind: input.kind, protocolVersionId: versionId });
  if (gap) fault(gap.code, 'protocolVersionId', gap.message);
  return { vendorOrgId: contract.vendorOrgId, feeBasisPoints: contract.feeBasisPoints };
}

/** The version that a project’s batches are read by: the one signed last, else the newest draft; null when it has none. */
export async function protocolOf(q: Queryable, project: Project): Promise<string | null> {
  const version = (await findSignedProtocol(q, project.id)) ?? (await findLatestProtocol(q, project.id));
  return version?.id ?? null;
}

/** Whether a protocol version that a batch names is not the project's, or none at all. */
export async function isOfOtherProject(
  q: Queryable,
  projectId: string,
  versionId: string | undefined,
): Promise<boolean> {
  if (versionId === undefined) return false;
  return !(await isVersionOf(q, { projectId, protocolVersionId: versionId }));
}

export const protocolOther = (): ErrorDetail => ({
  code: 'batch.protocol_other',
  path: 'protocolVersionId',
  message: 'The project has no such protocol version.',
});
