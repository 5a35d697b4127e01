import { eq } from 'drizzle-orm';
import { payoutDestinations } from '#db/schema/payouts.ts';
import type { CommandContext, OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { appLink } from '#server/identity/app-link.ts';
import { contactOf, findOrganisation } from '#server/identity/reads.ts';
import { type DestinationRow, findDestination } from './queries.ts';
import { railFor } from './rules.ts';
import type { PaymentGateway } from './stripe-gateway.ts';

/**
 * Sets up where the acting organisation is paid (R32): a Stripe account where Stripe pays out, else bank transfer. One open
 * destination per currency; asking again gives back the same one.
 */
export async function setUpDestination(
  ctx: OrgContext,
  gateway: PaymentGateway,
  input: { currency: string },
): Promise<{ destinationId: string; rail: 'stripe_connect' | 'bank_transfer' }> {
  const org = present(await findOrganisation(ctx.db, ctx.actor.orgId), 'organisation');
  const rail = railFor(org.country);
  const destination = await transact(ctx, async (tx) => {
    const [made] = await tx.db
      .insert(payoutDestinations)
      .values({
        id: newId(),
        orgId: org.id,
        rail,
        currency: input.currency,
        country: org.country,
        status: rail === 'bank_transfer' ? 'ready' : 'pending',
        requirements: [],
        createdAt: tx.now,
        updatedAt: tx.now,
      })
      .onConflictDoNothing()
      .returning();
    if (made) {
      await tx.audit({
        action: 'payouts.destination_made',
        subject: { kind: 'payout_destination', id: made.id },
        detail: { rail, currency: input.currency },
      });
      return made;
    }
    return present(
      await findDestination(tx.db, { orgId: org.id, currency: input.currency }),
      'payout destination',
    );
  });
  if (destination.rail === 'stripe_connect' && destination.stripeAccountId === null)
    await openAccount(ctx, gateway, destination);
  return { destinationId: destination.id, rail: destination.rail };
}

async function openAccount(
  ctx: OrgContext,
  gateway: PaymentGateway,
  destination: DestinationRow,
): Promise<void> {
  const contactEmail = await contactOf(ctx.db, ctx.actor.personId);
  const { accountId } = await gateway.createRecipientAccount({
    payeeId: destination.orgId,
    country: destination.country,
    currency: destination.currency,
    contactEmail,
    entity: ctx.actor.orgKind === 'independent' ? 'individual' : 'company',
  });
  await transact(ctx, (tx) =>
    tx.db
      .update(payoutDestinations)
      .set({ stripeAccountId: accountId, updatedAt: tx.now })
      .where(eq(payoutDestinations.id, destination.id)),
  );
  await refreshDestination(ctx, gateway, { ...destination, stripeAccountId: accountId });
}

/** Asks the rail whether a destination can be paid and stores the answer in words. */
export async function refreshDestination(
  ctx: CommandContext,
  gateway: PaymentGateway,
  destination: DestinationRow,
): Promise<{ status: DestinationRow['status'] }> {
  if (destination.stripeAccountId === null) return { status: destination.status };
  const account = await gateway.accountStatus(destination.stripeAccountId);
  const status = account.isReady
    ? 'ready'
    : account.state === 'rejected' || account.state === 'unsupported'
      ? 'restricted'
      : 'pending';
  await transact(ctx, async (tx) => {
    await tx.db
      .update(payoutDestinations)
      .set({
        status,
        requirements: [account.summary, ...account.requirements.map((entry) => entry.message)],
        updatedAt: tx.now,
      })
      .where(eq(payoutDestinations.id, destination.id));
    if (status !== destination.status) {
      await tx.audit({
        action: 'payouts.destination_changed',
        subject: { kind: 'payout_destination', id: destination.id },
        detail: { status },
      });
    }
  });
  return { status };
}

/**
 * A fresh onboarding link for the acting organisation's own destination. The rail sends people back to `returnPath` of this
 * installation, never to another site.
 */
export async function onboardDestination(
  ctx: OrgContext,
  gateway: PaymentGateway,
  input: { destinationId: string; returnPath: string },
): Promise<{ url: string }> {
  const returnUrl = ownUrl(input.returnPath);
  const destination = await ownDestination(ctx, input.destinationId);
  if (destination.stripeAccountId === null) {
    throw new AppError({
      kind: 'precondition',
      reason: 'no_onboarding',
      message: 'This destination is paid by bank transfer; there is nothing to fill in.',
    });
  }
  const link = await gateway.onboardingLink({
    accountId: destination.stripeAccountId,
    refreshUrl: returnUrl,
    returnUrl,
  });
  return { url: link.url };
}

/** A path of ours in full; whatever would lead to another site (`//…`, another scheme, a tab between slashes) is refused. */
function ownUrl(path: string): string {
  if (isPath(path) && URL.canParse(path, appLink('/'))) {
    const url = appLink(path);
    if (new URL(url).origin === new URL(appLink('/')).origin) return url;
  }
  throw new AppError({
    kind: 'invalid',
    reason: 'return_path_foreign',
    message: 'The page to return to must be a page of Readroom, such as /vendor/statement.',
  });
}

function isPath(text: string): text is `/${string}` {
  return text.startsWith('/');
}

/** A destination of the acting organisation; `not_found` otherwise. */
export async function ownDestination(ctx: OrgContext, destinationId: string): Promise<DestinationRow> {
  const destination = await findDestination(ctx.db, { id: destinationId });
  if (!destination || destination.orgId !== ctx.actor.orgId) {
    throw new AppError({
      kind: 'not_found',
      reason: 'destination_not_found',
      message: 'There is no such payout destination.',
    });
  }
  return destination;
}
