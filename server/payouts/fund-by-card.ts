import { fundings } from '#db/schema/payouts.ts';
import type { CommandContext, OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { findFunding, updateFunding } from './queries.ts';
import { confirmFunding, failFunding } from './record-funding.ts';
import { toStripeAmount } from './stripe-amounts.ts';
import type { PaymentGateway } from './stripe-gateway.ts';

export type StartedFunding = { fundingId: string; clientSecret: string | null };

/**
 * Starts a card payment for a project (R29). The funding row is committed before Stripe is called, and Stripe knows it by
 * its id, so a process that dies in between leaves a funding that the next call finishes, never two charges. An amount above what
 * one charge holds (999,999.99 in two-decimal currencies) is refused with `stripe_amount_refused` and what to do.
 */
export async function fundByCard(
  ctx: OrgContext,
  gateway: PaymentGateway,
  input: { projectId: string; amountMinor: bigint },
): Promise<StartedFunding> {
  const fundingId = newId();
  const project = await transact(ctx, async (tx) => {
    const found = await getProjectForOrg(tx.db, ctx.actor.orgId, input.projectId);
    // Refuses what no charge can hold before there is a funding that could never be paid.
    toStripeAmount({ amountMinor: input.amountMinor, currency: found.currency }, 'charge');
    await tx.db.insert(fundings).values({
      id: fundingId,
      projectId: found.id,
      orgId: found.orgId,
      amountMinor: input.amountMinor,
      currency: found.currency,
      method: 'stripe',
      createdBy: ctx.actor.personId,
      createdAt: tx.now,
    });
    return found;
  });
  const intent = await gateway.createFundingIntent({
    fundingId,
    amountMinor: input.amountMinor,
    currency: project.currency,
    transferGroup: project.id,
  });
  await transact(ctx, (tx) =>
    updateFunding(tx.db, fundingId, ['created'], {
      status: 'submitted',
      paymentIntentId: intent.paymentIntentId,
    }),
  );
  return { fundingId, clientSecret: intent.clientSecret };
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
