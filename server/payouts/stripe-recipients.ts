import type Stripe from 'stripe';
import { callStripe } from './stripe-errors.ts';

/** Whether a payee can be paid, in words. */
export type RecipientStatus = {
  accountId: string;
  /** May receive transfers and pay out: both capabilities active. */
  isReady: boolean;
  state: 'ready' | 'needs_information' | 'being_verified' | 'rejected' | 'unsupported';
  /** One sentence for the screen. */
  summary: string;
  /** What Stripe still wants, each as a sentence, those the payee must act on first. */
  requirements: { field: string; message: string; awaiting: 'payee' | 'stripe'; isPastDue: boolean }[];
};

export type RecipientCalls = {
  /**
   * Makes the payee's account, once per `payeeId`. `contactEmail` is what Stripe needs to reach the payee for its own
   * checks; everything else about the person is asked for by Stripe's pages and never passes through Readroom.
   */
  createRecipientAccount(input: {
    payeeId: string;
    country: string;
    currency: string;
    contactEmail: string;
    entity: 'individual' | 'company';
  }): Promise<{ accountId: string }>;
  /** The account as it is now; ask again whenever a webhook says that it changed. */
  accountStatus(accountId: string): Promise<RecipientStatus>;
  /** A link to Stripe's onboarding, good once and for a few minutes. Send the payee there at once. */
  onboardingLink(input: {
    accountId: string;
    refreshUrl: string;
    returnUrl: string;
  }): Promise<{ url: string; expiresAt: Date }>;
};

const INCLUDE: Stripe.V2.Core.AccountRetrieveParams['include'] = ['configuration.recipient', 'requirements'];

const SUMMARIES: Record<RecipientStatus['state'], string> = {
  ready: 'Ready to be paid.',
  needs_information: 'Stripe needs more information before this account can be paid.',
  being_verified: 'Stripe is checking the information. Nothing is to be done.',
  rejected: 'Stripe has rejected this account. Contact Stripe, or choose a bank transfer.',
  unsupported: 'Stripe can’t pay an account in this country. Choose a bank transfer.',
};

/** The payee's side of the gateway (R32): a recipient account that Stripe verifies on its own pages. */
export function createRecipientCalls(stripe: Stripe): RecipientCalls {
  return {
    async createRecipientAccount({ payeeId, country, currency, contactEmail, entity }) {
      const account = await callStripe(() =>
        stripe.v2.core.accounts.create(
          {
            contact_email: contactEmail,
            dashboard: 'express',
            identity: { country, entity_type: entity },
            configuration: {
              recipient: { capabilities: { stripe_balance: { stripe_transfers: { requested: true } } } },
            },
            // The platform pays the fees and bears the losses; nothing is taken from a payee.
            defaults: {
              currency: currency.toLowerCase(),
              responsibilities: { fees_collector: 'application', losses_collector: 'application' },
            },
            metadata: { payee_id: payeeId },
          },
          { idempotencyKey: `acct:${payeeId}:${currency.toLowerCase()}` },
        ),
      );
      return { accountId: account.id };
    },
    async accountStatus(accountId) {
      const account = await callStripe(() =>
        stripe.v2.core.accounts.retrieve(accountId, INCLUDE ? { include: INCLUDE } : {}),
      );
      return toRecipientStatus(account);
    },
    async onboardingLink({ accountId, refreshUrl, returnUrl }) {
      const link = await callStripe(() =>
        stripe.v2.core.accountLinks.create({
          account: accountId,
          use_case: {
            type: 'account_onboarding',
            account_onboarding: { refresh_url: refreshUrl, return_url: returnUrl },
          },
        }),
      );
      return { url: link.url, expiresAt: new Date(link.expires_at) };
    },
  };
}

function toRecipientStatus(account: Stripe.V2.Core.Account): RecipientStatus {
  const balance = account.configuration?.recipient?.capabilities?.stripe_balance;
  const statuses = [balance?.stripe_transfers?.status, balance?.payouts?.status];
  const requirements = (account.requirements?.entries ?? [])
    .map((entry): RecipientStatus['requirements'][number] => ({
      field: entry.description,
      message: entry.errors[0]?.description ?? sentenceOf(entry.description),
      awaiting: entry.awaiting_action_from === 'user' ? 'payee' : 'stripe',
      isPastDue: entry.minimum_deadline.status === 'past_due',
    }))
    .sort((a, b) => Number(b.awaiting === 'payee') - Number(a.awaiting === 'payee'));
  const needsPayee = requirements.some(({ awaiting }) => awaiting === 'payee');
  const state = stateOf(statuses, needsPayee);
  return {
    accountId: account.id,
    isReady: state === 'ready',
    state,
    summary: SUMMARIES[state],
    requirements,
  };
}

function stateOf(statuses: readonly (string | undefined)[], needsPayee: boolean): RecipientStatus['state'] {
  if (statuses.every((status) => status === 'active')) return 'ready';
  if (statuses.includes('rejected')) return 'rejected';
  if (statuses.includes('unsupported')) return 'unsupported';
  return statuses.includes('pending') && !needsPayee ? 'being_verified' : 'needs_information';
}

/** `identity.individual.date_of_birth` as words: "Date of birth (individual)". */
function sentenceOf(field: string): string {
  const parts = field.split('.');
  const last = (parts.at(-1) ?? field).replaceAll('_', ' ');
  const context = parts.at(-2)?.replaceAll('_', ' ');
  return `${last.charAt(0).toUpperCase()}${last.slice(1)}${context ? ` (${context})` : ''}`;
}
