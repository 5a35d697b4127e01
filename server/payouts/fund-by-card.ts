import { fundings } from '#db/schema/payouts.ts';
import type { CommandContext, OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { type FundingRow, findFunding, updateFunding } from './queries.ts';
import { confirmFunding, failFunding } from './record-funding.ts';
import { toStripeAmount } from './stripe-amounts.ts';
import type { PaymentGateway } from './stripe-gateway.ts';

export type StartedFunding = { fundingId: string; clientSecret: string | null };

/**
 * Starts a card payment for a project (R29) under an id that the client made. The funding row is committed before Stripe is
 * called, and Stripe knows it by that id; so calling again with the same id, after a lost answer or a process that died in
 * between, goes on with the same payment and never makes a second. The id with another project or amount is
 * `funding_id_reused`; of a payment that is paid or cancelled, `funding_over`. An amount above what one charge holds
 * (999,999.99 in two-decimal currencies) is refused with `stripe_amount_refused` and what to do.
 */
export async function fundByCard(
  ctx: OrgContext,
  gateway: PaymentGateway,
  input: { fundingId: string; projectId: string; amountMinor: bigint },
): Promise<StartedFunding> {
  const { fundingId } = input;
  const funding = await transact(ctx, (tx) => insertFunding(tx, ctx.actor, input));
  if (funding.status === 'confirmed') throw fundingOver('paid');
  const intent = funding.paymentIntentId
    ? await gateway.getFundingIntent(funding.paymentIntentId)
    : await gateway.createFundingIntent({
        fundingId,
        amountMinor: funding.amountMinor,
        currency: funding.currency,
        transferGroup: funding.projectId,
      });
  if (intent.status === 'canceled') throw fundingOver('cancelled');
  await transact(ctx, (tx) =>
    updateFunding(tx.db, fundingId, ['created'], {
      status: 'submitted',
      paymentIntentId: intent.paymentIntentId,
    }),
  );
  return { fundingId, clientSecret: intent.clientSecret };
}

/** The funding of this id, made now or by a former call with the same content. */
async function insertFunding(
  tx: CommandTx,
  by: OrgContext['actor'],
  input: { fundingId: string; projectId: string; amountMinor: bigint },
): Promise<FundingRow> {
  const { fundingId, amountMinor } = input;
  const project = await getProjectForOrg(tx.db, by.orgId, input.projectId);
  // Refuses what no charge can hold before there is a funding that could never be paid.
  toStripeAmount({ amountMinor, currency: project.currency }, 'charge');
  const [made] = await tx.db
    .insert(fundings)
    .values({
      id: fundingId,
      projectId: project.id,
      orgId: project.orgId,
      amountMinor,
      currency: project.currency,
      method: 'stripe',
      createdBy: by.personId,
      createdAt: tx.now,
    })
    .onConflictDoNothing()
    .returning();
  const row = made ?? (await findFunding(tx.db, { id: fundingId }));
  if (row?.projectId === project.id && row.amountMinor === amountMinor && row.method === 'stripe') return row;
  throw new AppError({
    kind: 'conflict',
    reason: 'funding_id_reused',
    message: 'This payment id was used for another payment already. Load the page again and start anew.',
  });
}

function fundingOver(how: 'paid' | 'cancelled'): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'funding_over',
    message: `This payment is ${how} already. Start a new one to bring in more.`,
  });
}

/** Pays a funding with one of the sandbox's test cards and books it at once; the webhook says the same again later. */
export async function payInSandbox(
  ctx: OrgContext,
  gateway: PaymentGateway,
  input: { fundingId: string; paymentMethod: string },
): Promise<{ status: 'confirmed' | 'processing' }> {
  const funding = await findFunding(ctx.db, { id: input.fundingId });
  if (!funding || funding.orgId !== ctx.actor.orgId || !funding.paymentIntentId) {
    throw new AppError({
      kind: 'not_found',
      reason: 'funding_not_found',
      message: 'There is no such funding.',
    });
  }
  try {
    await gateway.confirmFundingForTest({
      paymentIntentId: funding.paymentIntentId,
      paymentMethod: input.paymentMethod,
    });
  } catch (error) {
    if (error instanceof AppError && error.reason === 'payment_declined')
      await failFunding(ctx, { fundingId: funding.id, failure: 'The card was declined.' });
    throw error;
  }
  return { status: await refreshFunding(ctx, gateway, funding.paymentIntentId) };
}

/** Asks Stripe how a payment stands and books it when it succeeded; what both the webhook's job and the screen call. */
export async function refreshFunding(
  ctx: CommandContext,
  gateway: PaymentGateway,
  paymentIntentId: string,
): Promise<'confirmed' | 'processing'> {
  const intent = await gateway.getFundingIntent(paymentIntentId);
  const funding = await findFunding(ctx.db, { paymentIntentId });
  const fundingId = funding?.id ?? intent.fundingId;
  if (fundingId === null) return 'processing';
  if (intent.status === 'succeeded') {
    const booked = funding ?? (await findFunding(ctx.db, { id: fundingId }));
    if (
      booked &&
      (booked.amountMinor !== intent.money.amountMinor || booked.currency !== intent.money.currency)
    ) {
      throw new AppError({
        kind: 'conflict',
        reason: 'funding_amount_differs',
        message:
          'Stripe reports another amount than was asked for. Nothing is booked; an operator must look at it.',
      });
    }
    await confirmFunding(ctx, { fundingId, railFeeMinor: intent.fee?.amountMinor ?? 0n });
    return 'confirmed';
  }
  if (intent.status === 'canceled')
    await failFunding(ctx, { fundingId, failure: 'The payment was cancelled.' });
  return 'processing';
}
