import { sql } from 'drizzle-orm';
import { ledgerAccruals } from '#db/schema/ledger.ts';
import type { CommandContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { newId } from '#server/core/ids.ts';
import { getPlatformOrg } from '#server/identity/reads.ts';
import { postTransfer } from './post-transfer.ts';
import { ACCRUAL } from './queries.ts';

type Unposted = {
  annotatorId: string;
  tier: string;
  accrued: string;
  posted: string;
  accruedFee: string;
  postedFee: string;
  currency: string;
  payeeOrgId: string;
  [key: string]: unknown;
};

/**
 * Posts what readers have accrued since the last time to the ledger: the batch's reserve pays the payee and, on top,
 * the platform fee that was locked slot by slot (R2): posting in one step or in many charges the same. The reader's row
 * is locked and its `posted` counters move in the same transaction, so a label is paid exactly once whatever is killed.
 * At most `limit` readers per call.
 */
export async function postAccruals(
  ctx: CommandContext,
  input: { batchId: string; limit?: number },
): Promise<{ readers: number; amountMinor: bigint }> {
  return transact(ctx, async (tx) => {
    const platform = await getPlatformOrg(tx.db);
    const rows = await lockUnposted(tx, input.batchId, input.limit ?? 200);
    let total = 0n;
    for (const row of rows) {
      const amountMinor = BigInt(row.accrued) - BigInt(row.posted);
      if (amountMinor <= 0n) continue;
      const feeMinor = BigInt(row.accruedFee) - BigInt(row.postedFee);
      const transferId = newId();
      await postTransfer(tx, {
        id: transferId,
        kind: ACCRUAL,
        ref: { kind: 'batch', id: input.batchId },
        legs: [
          {
            code: 'batch_reserved',
            ownerId: input.batchId,
            currency: row.currency,
            direction: 'debit',
            amountMinor: amountMinor + feeMinor,
          },
          {
            code: 'payable',
            ownerId: row.payeeOrgId,
            currency: row.currency,
            direction: 'credit',
            amountMinor,
          },
          ...(feeMinor === 0n
            ? []
            : [
                {
                  code: 'fee_income' as const,
                  ownerId: platform.id,
                  currency: row.currency,
                  direction: 'credit' as const,
                  amountMinor: feeMinor,
                },
              ]),
        ],
      });
      await tx.db.insert(ledgerAccruals).values({
        transferId,
        batchId: input.batchId,
        annotatorId: row.annotatorId,
        tier: row.tier,
        payeeOrgId: row.payeeOrgId,
        amountMinor,
        feeMinor,
        currency: row.currency,
        postedAt: tx.now,
      });
      await tx.db.execute(sql`update readers set posted_minor = ${row.accrued}::bigint,
          posted_fee_minor = ${row.accruedFee}::bigint
        where batch_id = ${input.batchId} and annotator_id = ${row.annotatorId} and tier = ${row.tier}`);
      total += amountMinor;
    }
    return { readers: rows.length, amountMinor: total };
  });
}

/** Readers of the batch with accruals to post, locked in key order; skips rows that a submit holds right now. */
async function lockUnposted(tx: CommandTx, batchId: string, limit: number): Promise<Unposted[]> {
  return [
    ...(await tx.db.execute<Unposted>(sql`
      select r.annotator_id as "annotatorId", r.tier, r.accrued_minor::text as accrued, r.posted_minor::text as posted,
        r.accrued_fee_minor::text as "accruedFee", r.posted_fee_minor::text as "postedFee", b.currency,
        e.via_org_id as "payeeOrgId"
      from readers r
      join batches b on b.id = r.batch_id
      join engagements e on e.id = r.engagement_id
      where r.batch_id = ${batchId} and r.is_unposted
      order by r.annotator_id, r.tier limit ${limit}
      for update of r skip locked`)),
  ];
}
