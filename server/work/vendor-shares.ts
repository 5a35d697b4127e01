import type { Queryable } from '#db/client.ts';
import { contractsOf } from '#server/bids/reads.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { organisationsById, sponsorOfInHouse } from '#server/identity/reads.ts';
import { poolList } from './pool-rules.ts';
import type { Batch } from './reads.ts';

type Shared = Pick<Batch, 'projectId' | 'pools'>;

/** The organisations that have a part of a batch: vendors, and the sponsor's own staff where it is routed. */
export const sharersOf = (batch: Pick<Batch, 'pools'>): string[] => [
  ...new Set((poolList.parse(batch.pools) ?? []).flatMap((one) => (one.orgId === null ? [] : [one.orgId]))),
];

/** A project's awards in force by which vendors share batches (R13). */
export async function sharingAwards(q: Queryable, projectId: string) {
  return (await contractsOf(q, { projectId })).filter(
    (one) => one.kind === 'award' && one.status === 'active' && one.shareBasisPoints > 0,
  );
}

/** The legal names of vendors who share a batch and have no award in force any more; own staff has an order, not an award. */
export async function endedVendors(q: Queryable, batch: Shared): Promise<string[]> {
  const orgIds = sharersOf(batch);
  if (orgIds.length === 0) return [];
  const awards = await sharingAwards(q, batch.projectId);
  const ended: string[] = [];
  for (const orgId of orgIds)
    if (!awards.some((one) => one.vendorOrgId === orgId) && (await sponsorOfInHouse(q, orgId)) === null)
      ended.push(orgId);
  const names = await organisationsById(q, ended);
  return ended.map((orgId) => names.get(orgId)?.legalName ?? 'A vendor');
}

/**
 * Why a shared batch can be given nothing more to read: a vendor's award has ended (ADR 028), so that its part would wait for
 * people who cannot claim it. Null when every vendor has one.
 */
export async function endedShare(q: Queryable, batch: Shared): Promise<ErrorDetail | null> {
  const ended = await endedVendors(q, batch);
  if (ended.length === 0) return null;
  const [has, its] = ended.length === 1 ? ['has', 'its'] : ['have', 'their'];
  return {
    code: 'share_ended',
    message: `${ended.join(' and ')} ${has} no award in force any more, so nobody could read ${its} part. Create a batch of these cases under the awards that are in force.`,
    href: `/sponsor/projects/${batch.projectId}/batches/new`,
  };
}
