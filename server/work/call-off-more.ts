import type { CommandTx } from '#server/command/transaction.ts';
import { type CallOff, callOffProblems, callOffsOf } from '#server/contracts/call-off.ts';
import { AppError, type ErrorDetail } from '#server/core/errors.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { mostSlotsOf, overlapRuleOf } from './overlap-rules.ts';
import { ownStaffGap } from './own-staff-terms.ts';
import { growPools, type Pool, poolList } from './pool-rules.ts';
import type { Batch } from './reads.ts';
import { endedShare } from './vendor-shares.ts';

/** The most first reads that a batch of so many cases may come to: what its awards are held against, as its reserve is (R29). */
export const mostReads = (batch: Batch, cases: number): number =>
  mostSlotsOf(cases, batch.overlap, overlapRuleOf(batch));

/** The pools of a shared batch with `cases` more, and the reads that come to each; null where it has none. */
export function poolsWithMore(batch: Batch, cases: number): { pools: Pool[]; added: number[] } | null {
  const pools = poolList.parse(batch.pools);
  const { overlap, maxReadsPerVendor } = batch;
  return pools && growPools({ pools, tasks: cases, overlap, maxReadsPerVendor });
}

/**
 * What `cases` more call off from the awards of a batch's vendors. Refused with `award_refuses` and everything that stands against it:
 * a ceiling or a month's volume that they would pass, a price or a protocol version that is not agreed any more (R13), a vendor or
 * own staff without an award or order in force. Locks the contracts until the transaction ends. Changes nothing.
 */
export async function callOffsOfMore(tx: CommandTx, batch: Batch, cases: number): Promise<CallOff[]> {
  const grown = poolsWithMore(batch, cases);
  const callOffs = await callOffsOf(
    tx,
    { ...batch, reads: mostReads(batch, batch.taskCount + cases) - mostReads(batch, batch.taskCount) },
    grown?.pools.map((one, i) => ({ ...one, slots: grown.added[i] ?? 0 })) ?? null,
  );
  const { version: protocolVersion } = await getProtocolVersion(tx.db, batch.protocolVersionId);
  const problems = (await callOffProblems(tx, { callOffs, protocolVersion })).map(forMore);
  // Looked at under the locks: an award that is ended at this moment is seen.
  const gaps = [await endedShare(tx.db, batch), await ownStaffGap(tx.db, batch)].filter(
    (one) => one !== null,
  );
  const details = [...gaps, ...problems];
  if (details.length === 0) return callOffs;
  throw new AppError({
    kind: 'precondition',
    reason: 'award_refuses',
    message: `${cases.toLocaleString('en')} more ${cases === 1 ? 'case' : 'cases'} cannot be added: ${details.map((one) => one.message).join(' ')}`,
    details,
  });
}

/** A running batch keeps its price, so new cases at another price are another batch. */
const forMore = (problem: ErrorDetail): ErrorDetail =>
  problem.code === 'price_of_contract'
    ? {
        ...problem,
        message: `${problem.message} Clone the batch for more cases: a clone has the price of today.`,
      }
    : problem;
