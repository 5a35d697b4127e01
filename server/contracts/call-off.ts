import type { Queryable } from '#db/client.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { DAY, plus } from '#server/core/clock.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { sayMinor } from '#server/core/money.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import {
  type ContractRow,
  calledOff,
  calledOffByClass,
  insertCallOff,
  listActiveAwards,
  listVersions,
  lockContract,
  protocolsOf,
} from './queries.ts';
import { awardedTerms, ceilingProblem, repricingProblem, tierOfPrice, volumeProblem } from './rules.ts';
import { contractTerms } from './schemas.ts';
import { termsInForce } from './terms-in-force.ts';

/** What a batch asks of one contract; a batch that several vendors share asks of one for each. */
export type CallOff = { contractId: string; reads: number; pricePerReadMinor: bigint };

type CalledBatch = {
  id: string;
  projectId: string;
  kind: string;
  contractId: string | null;
  pricePerReadMinor: bigint;
  /** The most that it may come to: where overlap varies, with the reads that doubt can add. */
  reads: number;
};
/** A transaction, or what a page reads by. */
type At = { db: Queryable; now: Date };
type Pool = { orgId: string | null; slots: number; pricePerReadMinor: string | null };

/** Kinds whose reads are ordered under an award; a calibration or a pilot has its price from what it belongs to. */
const CALLED: ReadonlySet<string> = new Set(['production', 'relabel']);

/**
 * What opening a batch, or adding cases to it, calls off, by contract; `pools`: the parts of vendors who share it. Empty where
 * nobody's award is asked.
 */
export async function callOffsOf(
  tx: At,
  batch: CalledBatch,
  pools: readonly Pool[] | null,
): Promise<CallOff[]> {
  if (!CALLED.has(batch.kind)) return [];
  if (batch.contractId !== null)
    return batch.reads === 0
      ? []
      : [
          {
            contractId: batch.contractId,
            reads: batch.reads,
            pricePerReadMinor: batch.pricePerReadMinor,
          },
        ];
  if (!pools?.some((pool) => pool.orgId !== null)) return [];
  const byVendor = Map.groupBy(await listActiveAwards(tx.db, batch.projectId), (award) => award.vendorOrgId);
  const callOffs: CallOff[] = [];
  for (const [vendorOrgId, awards] of byVendor) {
    const own = pools.filter((pool) => pool.orgId === vendorOrgId && pool.slots > 0);
    const [first] = own;
    if (!first) continue;
    const pricePerReadMinor =
      first.pricePerReadMinor === null ? batch.pricePerReadMinor : BigInt(first.pricePerReadMinor);
    const award = await awardOfPrice(tx, awards, pricePerReadMinor);
    if (!award) continue;
    const reads = own.reduce((sum, pool) => sum + pool.slots, 0);
    callOffs.push({ contractId: award.id, reads, pricePerReadMinor });
  }
  return callOffs;
}

/**
 * Under which of a vendor's awards on one project, of calls one after the other, its part is read: reads are called off once,
 * from the newest that has their price on its rate card, else from the newest, whose problems then say so.
 */
async function awardOfPrice(
  tx: At,
  awards: readonly ContractRow[],
  pricePerReadMinor: bigint,
): Promise<ContractRow | undefined> {
  const newestFirst = awards.toReversed();
  for (const award of newestFirst)
    if (tierOfPrice((await termsInForce(tx.db, award, tx.now)).terms, pricePerReadMinor) !== null)
      return award;
  return newestFirst[0];
}

/**
 * Everything in the contracts that stands against reading so much, at this price, by this protocol version, now: a price
 * that is not on the rate card, a month's volume that is used up, a repricing that is not answered. Locks the contracts, so
 * that two batches opened at once cannot both have the rest of a month. Pilot orders have no versions and ask for nothing.
 */
export async function callOffProblems(
  tx: CommandTx,
  input: { callOffs: readonly CallOff[]; protocolVersion: number },
): Promise<ErrorDetail[]> {
  const problems: ErrorDetail[] = [];
  for (const callOff of inOrder(input.callOffs)) {
    const contract = await lockContract(tx.db, callOff.contractId);
    if (contract?.kind !== 'award') continue;
    const { terms } = await termsInForce(tx.db, contract, tx.now);
    const href = `/sponsor/projects/${contract.projectId}/contracts/${contract.id}`;
    const { breaking } = await protocolsOf(tx.db, { projectId: contract.projectId, at: tx.now });
    const price = priceProblem(terms.rateCard, callOff.pricePerReadMinor, contract.currency);
    const month = monthOf(tx.now);
    const used = await calledOff(tx.db, { contractId: contract.id, month });
    const found = [
      price,
      volumeProblem(terms.volume, { month, used, reads: callOff.reads }),
      terms.ceilingMinor === null
        ? null
        : ceilingProblem(terms.ceilingMinor, {
            ...callOff,
            spentMinor: await spentUnder(tx.db, contract),
            currency: contract.currency,
          }),
      repricingProblem({
        pricedFor: terms.protocolVersion,
        batchVersion: input.protocolVersion,
        breaking,
      }),
    ];
    for (const problem of found) if (problem) problems.push({ ...problem, href });
  }
  return problems;
}

/** What the reads called off so far cost before the fee, each at the price of its version and class. */
async function spentUnder(q: Queryable, contract: ContractRow): Promise<bigint> {
  const called = await calledOffByClass(q, contract.id);
  const versions = await listVersions(q, [contract.id]);
  const prices = new Map(
    versions.flatMap((row) =>
      contractTerms
        .parse(row.terms)
        .rateCard.map((tier) => [`${row.version} ${tier.tier}`, tier.pricePerReadMinor] as const),
    ),
  );
  return called.reduce(
    (sum, { version, tier, reads }) =>
      sum + BigInt(reads) * (prices.get(`${version} ${tier}`) ?? contract.pricePerReadMinor),
    0n,
  );
}

/** Writes down what was called off, under which version and by when it is due. After `callOffProblems` found nothing. */
export async function recordCallOffs(
  tx: CommandTx,
  input: { batchId: string; callOffs: readonly CallOff[] },
): Promise<void> {
  for (const callOff of inOrder(input.callOffs)) {
    const contract = present(await lockContract(tx.db, callOff.contractId), 'The contract of a batch');
    if (contract.kind !== 'award') continue;
    const { version, terms } = await termsInForce(tx.db, contract, tx.now);
    const days = terms.serviceLevels?.turnaroundDays ?? null;
    await insertCallOff(tx.db, {
      id: newId(),
      contractId: contract.id,
      batchId: input.batchId,
      version,
      tier: present(tierOfPrice(terms, callOff.pricePerReadMinor), 'The class of a batch'),
      reads: callOff.reads,
      month: `${monthOf(tx.now)}-01`,
      calledAt: tx.now,
      dueAt: days === null ? null : plus(tx.now, days * DAY),
    });
  }
}

/** Why a price is not one of the contract's; null when it is on the rate card. */
export function priceProblem(
  rateCard: readonly { tier: string; pricePerReadMinor: bigint }[],
  pricePerReadMinor: bigint,
  currency: string,
): ErrorDetail | null {
  if (rateCard.some((tier) => tier.pricePerReadMinor === pricePerReadMinor)) return null;
  const say = (amountMinor: bigint) => `${currency} ${sayMinor({ amountMinor, currency })}`;
  return {
    code: 'price_of_contract',
    path: 'pricePerReadMinor',
    message: `The price per read is that of the contract: ${rateCard.map((tier) => `${say(tier.pricePerReadMinor)} (${tier.tier})`).join(', ')}. It changes by an amendment only (R13); this batch has ${say(pricePerReadMinor)}.`,
  };
}

/** `priceProblem` of a contract as it stands now; a pilot order has the one price of its bid. */
export async function pricesOfContract(
  tx: Pick<CommandTx, 'db' | 'now'>,
  of: { contract: ContractRow; pricePerReadMinor: bigint },
): Promise<ErrorDetail | null> {
  const { contract, pricePerReadMinor } = of;
  const { rateCard } =
    contract.kind === 'award'
      ? (await termsInForce(tx.db, contract, tx.now)).terms
      : awardedTerms({ pricePerReadMinor: contract.pricePerReadMinor, ceilingMinor: null }, 1);
  return priceProblem(rateCard, pricePerReadMinor, contract.currency);
}

/** Why a batch of this kind cannot be made on a protocol version: its repricing is not answered. Null when it can. */
export async function repricingGap(
  tx: Pick<CommandTx, 'db' | 'now'>,
  of: { contract: ContractRow; kind: string; protocolVersionId: string },
): Promise<ErrorDetail | null> {
  const { contract } = of;
  if (contract.kind !== 'award' || !CALLED.has(of.kind)) return null;
  const { terms } = await termsInForce(tx.db, contract, tx.now);
  const { version } = await getProtocolVersion(tx.db, of.protocolVersionId);
  const { breaking } = await protocolsOf(tx.db, { projectId: contract.projectId, at: tx.now });
  return repricingProblem({ pricedFor: terms.protocolVersion, batchVersion: version, breaking });
}

/** What a read of the first class of each contract costs now, by contract; for batches that several vendors share. */
export async function standardPrices(
  q: Queryable,
  of: { contracts: readonly ContractRow[]; now: Date },
): Promise<Map<string, bigint>> {
  const prices = new Map<string, bigint>();
  for (const contract of of.contracts) {
    const { terms } = await termsInForce(q, contract, of.now);
    prices.set(contract.id, terms.rateCard[0]?.pricePerReadMinor ?? contract.pricePerReadMinor);
  }
  return prices;
}

const monthOf = (at: Date) => at.toISOString().slice(0, 7);
/** Contracts are locked in the order of their ids, so that two batches cannot wait for each other. */
const inOrder = (callOffs: readonly CallOff[]) =>
  callOffs.toSorted((a, b) => a.contractId.localeCompare(b.contractId));
