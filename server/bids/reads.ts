import type { Queryable } from '#db/client.ts';
import { AppError } from '#server/core/errors.ts';
import type { Project } from '#server/projects/schemas.ts';
import { findLatestProtocol, findSignedProtocol } from '#server/protocols/reads.ts';
import { listSealed } from './call-queries.ts';
import { getVisibleCall } from './get-call.ts';
import { ceilingOfPricing, volumeOf } from './pricing.ts';
import { pricingOf } from './pricing-schemas.ts';
import {
  type BidRow,
  type CallRow,
  type ContractRow,
  countSubmittedBids,
  findBid,
  findCall,
  findCallOfProject,
  findContract,
  findDirectShare,
  listContracts,
} from './queries.ts';
import { namesInSchema, type TermNames } from './term-names.ts';
import { workOfCall } from './work-of-call.ts';

export type { BidRow, CallRow, ContractRow };

/** The contract with this id; `not_found` otherwise. */
export async function getContract(q: Queryable, id: string): Promise<ContractRow> {
  const row = await findContract(q, id);
  if (!row)
    throw new AppError({
      kind: 'not_found',
      reason: 'contract_not_found',
      message: 'There is no such contract.',
    });
  return row;
}

/** The most that a bid asks for the whole work before the fee; null where its price grows with the reads, or for no bid. */
export async function findBidCeiling(q: Queryable, bidId: string): Promise<bigint | null> {
  const bid = await findBid(q, bidId);
  return bid === null ? null : ceilingOfPricing(pricingOf(bid));
}

/** The bid with this id; `not_found` otherwise. */
export async function getBid(q: Queryable, id: string): Promise<BidRow> {
  const row = await findBid(q, id);
  if (!row)
    throw new AppError({ kind: 'not_found', reason: 'bid_not_found', message: 'There is no such bid.' });
  return row;
}

/** The call with this id; `not_found` otherwise. */
export async function getCall(q: Queryable, id: string): Promise<CallRow> {
  const row = await findCall(q, id);
  if (!row)
    throw new AppError({ kind: 'not_found', reason: 'call_not_found', message: 'There is no such call.' });
  return row;
}

/** A call as far as this organisation may know of it; `call_not_found` otherwise. */
export async function getCallForOrg(q: Queryable, of: { callId: string; orgId: string }): Promise<CallRow> {
  return getVisibleCall(q, of);
}

/** The newest call of a project, or null. */
export async function findProjectCall(q: Queryable, projectId: string): Promise<CallRow | null> {
  return findCallOfProject(q, projectId);
}

/** The share of a project's newest call that goes to people on their own account (R17), or null. */
export async function findDirectShareOf(
  q: Queryable,
  projectId: string,
): Promise<{ callId: string; shareBasisPoints: number; pricePerReadMinor: bigint } | null> {
  const call = await findCallOfProject(q, projectId);
  return call === null ? null : findDirectShare(q, call.id);
}

/** Reads and reviews of the whole work that a call is about. */
export async function workOfProjectCall(
  q: Queryable,
  of: { callId: string; project: Project },
): Promise<{ reads: number; reviews: number }> {
  return volumeOf(await workOfCall(q, await getCall(q, of.callId), of.project));
}

/** Contracts of a project or a vendor, newest first; at most 200. */
export async function contractsOf(
  q: Queryable,
  filter: { projectId?: string; vendorOrgId?: string },
): Promise<ContractRow[]> {
  return listContracts(q, filter);
}

/** Calls of a project whose bids nobody but their bidders may know of yet; few. */
export async function listSealedCalls(q: Queryable, of: { projectId: string; now: Date }): Promise<string[]> {
  return listSealed(q, of);
}

/** How many bids wait for the sponsor's first look, by project; none of them while they are sealed. Index: calls_status_closes_idx, bids by call. */
export async function countUnreadBids(
  q: Queryable,
  of: { projectIds: readonly string[]; now: Date },
): Promise<Map<string, number>> {
  return new Map((await countSubmittedBids(q, of)).map((row) => [row.projectId, row.n]));
}

export { listMeasuredBatches, type MeasuredBatch } from './comparison-queries.ts';
export { listAskedPrices, listLeadDays } from './market-queries.ts';

/** The names by a project's signed protocol, or by its draft; none when it has neither. */
export async function termNamesOf(q: Queryable, projectId: string): Promise<TermNames> {
  const protocol = (await findSignedProtocol(q, projectId)) ?? (await findLatestProtocol(q, projectId));
  return namesInSchema(protocol?.labelSchema ?? { fields: [] });
}
