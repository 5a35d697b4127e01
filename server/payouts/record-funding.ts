import { fundings } from '#db/schema/payouts.ts';
import type { CommandContext, OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { derivedId, newId } from '#server/core/ids.ts';
import { getPlatformOrg } from '#server/identity/reads.ts';
import { postTransfer } from '#server/ledger/post-transfer.ts';
import { getProject } from '#server/projects/reads.ts';
import { type FundingRow, findFunding, updateFunding } from './queries.ts';

/**
 * Confirms a funding and books it: once, however often it is said (the ledger transfer has the funding's id). Called by the
 * webhook's job and by the confirmation on screen, whichever comes first.
 */
export async function confirmFunding(
  ctx: CommandContext,
  input: { fundingId: string; railFeeMinor?: bigint },
): Promise<{ confirmed: boolean }> {
  return transact(ctx, async (tx) => {
    const row = await updateFunding(tx.db, input.fundingId, ['created', 'submitted', 'failed'], {
      status: 'confirmed',
      confirmedAt: tx.now,
      failure: null,
    });
    if (!row) {
      const existing = await findFunding(tx.db, { id: input.fundingId });
      if (existing?.status === 'confirmed') return { confirmed: false };
      throw new AppError({
        kind: 'not_found',
        reason: 'funding_not_found',
        message: 'There is no such funding.',
      });
    }
    await book(tx, row, input.railFeeMinor ?? 0n);
    return { confirmed: true };
  });
}

/** Marks a funding as failed with the rail's reason; a later success still confirms it. */
export async function failFunding(
  ctx: CommandContext,
  input: { fundingId: string; failure: string },
): Promise<void> {
  await transact(ctx, async (tx) => {
    const row = await updateFunding(tx.db, input.fundingId, ['created', 'submitted'], {
      status: 'failed',
      failure: input.failure.slice(0, 300),
    });
    if (row) await tx.audit({ action: 'payouts.funding_failed', subject: { kind: 'funding', id: row.id } });
  });
}

/** The operator records a bank transfer that has arrived; the same reference for the same project is recorded once. */
export async function recordBankFunding(
  ctx: OrgContext,
  input: { projectId: string; amountMinor: bigint; bankReference: string },
): Promise<{ fundingId: string }> {
  return transact(ctx, async (tx) => {
    const project = await getProject(tx.db, input.projectId);
    const id = newId();
    const [row] = await tx.db
      .insert(fundings)
      .values({
        id,
        projectId: project.id,
        orgId: project.orgId,
        amountMinor: input.amountMinor,
        currency: project.currency,
        method: 'bank_transfer',
        status: 'confirmed',
        bankReference: input.bankReference,
        createdBy: ctx.actor.personId,
        createdAt: tx.now,
        confirmedAt: tx.now,
      })
      .onConflictDoNothing()
      .returning();
    if (!row)
      throw new AppError({
        kind: 'conflict',
        reason: 'bank_reference_used',
        message: 'A bank transfer with this reference is recorded for this project already.',
      });
    await book(tx, row);
    return { fundingId: id };
  });
}

async function book(tx: CommandTx, row: FundingRow, railFeeMinor = 0n): Promise<void> {
  const platform = await getPlatformOrg(tx.db);
  await postTransfer(tx, {
    id: row.id,
    kind: 'funding',
    ref: { kind: 'project', id: row.projectId },
    legs: [
      {
        code: row.method === 'stripe' ? 'stripe_clearing' : 'bank_clearing',
        ownerId: platform.id,
        currency: row.currency,
        direction: 'debit',
        amountMinor: row.amountMinor,
      },
      {
        code: 'project_funds',
        ownerId: row.projectId,
        currency: row.currency,
        direction: 'credit',
        amountMinor: row.amountMinor,
      },
    ],
  });
  if (railFeeMinor > 0n) {
    await postTransfer(tx, {
      id: derivedId(row.id, 'rail-fee'),
      kind: 'rail_fee',
      ref: { kind: 'funding', id: row.id },
      legs: [
        {
          code: 'payment_fees',
          ownerId: platform.id,
          currency: row.currency,
          direction: 'debit',
          amountMinor: railFeeMinor,
        },
        {
          code: 'stripe_clearing',
          ownerId: platform.id,
          currency: row.currency,
          direction: 'credit',
          amountMinor: railFeeMinor,
        },
      ],
    });
  }
  await tx.audit({
    action: 'payouts.funded',
    subject: { kind: 'funding', id: row.id },
    detail: {
      projectId: row.projectId,
      amountMinor: row.amountMinor.toString(),
      currency: row.currency,
      method: row.method,
    },
  });
}
