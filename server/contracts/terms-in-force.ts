import type { Queryable } from '#db/client.ts';
import { findBidCeiling } from '#server/bids/reads.ts';
import { type ContractRow, listVersions, protocolsOf, type VersionRow } from './queries.ts';
import { awardedTerms } from './rules.ts';
import { type ContractTerms, contractTerms } from './schemas.ts';

export type TermsInForce = {
  version: number;
  versionId: string | null;
  terms: ContractTerms;
  inForceFrom: Date;
};

/**
 * The terms of a contract that hold at an instant: the newest version both sides agreed that holds by then, else the award
 * itself (version 1), at the bid's price for the protocol that was signed then.
 */
export async function termsInForce(q: Queryable, contract: ContractRow, at: Date): Promise<TermsInForce> {
  return pickTerms(q, contract, await listVersions(q, [contract.id]), at);
}

/** As `termsInForce`, from versions that are known. */
export async function pickTerms(
  q: Queryable,
  contract: ContractRow,
  versions: readonly VersionRow[],
  at: Date,
): Promise<TermsInForce> {
  const found = versions
    .toSorted((a, b) => b.version - a.version)
    .find((row) => row.status === 'agreed' && row.inForceFrom !== null && row.inForceFrom <= at);
  if (found?.inForceFrom)
    return {
      version: found.version,
      versionId: found.id,
      terms: contractTerms.parse(found.terms),
      inForceFrom: found.inForceFrom,
    };
  const { signedAt } = await protocolsOf(q, { projectId: contract.projectId, at: contract.createdAt });
  return {
    version: 1,
    versionId: null,
    terms: await awardOf(q, contract, signedAt),
    inForceFrom: contract.createdAt,
  };
}

/** The award itself as terms: the bid's price, and what it said the whole work costs at most (R13). */
export async function awardOf(
  q: Queryable,
  contract: ContractRow,
  protocolVersion: number,
): Promise<ContractTerms> {
  const whole = contract.kind === 'award' ? await findBidCeiling(q, contract.bidId) : null;
  const ceilingMinor = whole === null ? null : (whole * BigInt(contract.shareBasisPoints)) / 10_000n;
  return awardedTerms({ pricePerReadMinor: contract.pricePerReadMinor, ceilingMinor }, protocolVersion);
}

/** Terms as the database keeps them: money as text, because JSON has no whole numbers of any size. */
export function storedTerms(terms: ContractTerms): unknown {
  return JSON.parse(
    JSON.stringify(terms, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
  );
}
