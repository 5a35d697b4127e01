import type { CommandContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { newId } from '#server/core/ids.ts';
import { lockBalance } from '#server/ledger/lock-balance.ts';
import { postTransfer } from '#server/ledger/post-transfer.ts';
import { insertPosting, lockCreditsToTake, updateResult } from './service-level-queries.ts';

const PER_PART = 500;

/**
 * Takes service credits whose time to dispute is over, or that an operator upheld, from what is owed to the vendor, and
 * gives them back to the sponsor's project: one balanced transfer each. A balance is never taken below zero; what is
 * missing waits until something is owed again, and is said on both sides' pages. Runs daily, part by part, and before every
 * payout run, so that a deduction stands on the statement before the rest is paid. Returns how many were posted.
 */
export async function takeCredits(ctx: CommandContext, perPart = PER_PART): Promise<number> {
  let posted = 0;
  for (;;) {
    const part = await transact(ctx, (tx) => takePart(tx, perPart));
    posted += part.posted;
    if (part.seen < perPart) return posted;
  }
}

/** As `takeCredits`, all of them in the caller's transaction. */
export async function takeDueCredits(tx: CommandTx, perPart = PER_PART): Promise<number> {
  let posted = 0;
  for (;;) {
    const part = await takePart(tx, perPart);
    posted += part.posted;
    if (part.seen < perPart) return posted;
  }
}

/** Each credit of a part is taken wholly or empties its vendor's balance, so none of them is in the next part again. */
async function takePart(tx: CommandTx, limit: number): Promise<{ seen: number; posted: number }> {
  const part = await lockCreditsToTake(tx.db, { now: tx.now, limit });
  let posted = 0;
  for (const credit of part) {
    const at = { code: 'payable' as const, ownerId: credit.vendorOrgId, currency: credit.currency };
    const owed = await lockBalance(tx, at);
    const left = credit.creditMinor - credit.postedMinor;
    // biome-ignore lint/complexity/useMathMinMax: it takes no bigint.
    const amountMinor = owed < left ? owed : left;
    const postedMinor = credit.postedMinor + (amountMinor > 0n ? amountMinor : 0n);
    await updateResult(
      tx.db,
      { id: credit.id, expected: credit.status },
      { status: postedMinor === credit.creditMinor ? 'posted' : 'due', postedMinor },
    );
    if (amountMinor <= 0n) continue;
    await post(tx, credit, amountMinor);
    posted += 1;
  }
  return { seen: part.length, posted };
}

async function post(
  tx: CommandTx,
  credit: { id: string; vendorOrgId: string; projectId: string; currency: string },
  amountMinor: bigint,
): Promise<void> {
  const transferId = newId();
  const { vendorOrgId, projectId, currency } = credit;
  await postTransfer(tx, {
    id: transferId,
    kind: 'service_credit',
    ref: { kind: 'sla_result', id: credit.id },
    legs: [
      { code: 'payable', ownerId: vendorOrgId, currency, direction: 'debit', amountMinor },
      { code: 'project_funds', ownerId: projectId, currency, direction: 'credit', amountMinor },
    ],
  });
  await insertPosting(tx.db, {
    transferId,
    resultId: credit.id,
    payeeOrgId: vendorOrgId,
    projectId,
    amountMinor,
    currency,
    postedAt: tx.now,
  });
  await tx.audit({
    action: 'contracts.credit_posted',
    subject: { kind: 'sla_result', id: credit.id },
    detail: { transferId, amountMinor: amountMinor.toString(), currency },
  });
}
