import type { StoredAccount } from '#server/payouts/sandbox/store.ts';
import { capabilityStatus, isCapabilityActive, openRequirements } from './account-state.ts';

/** A v2 account; parts not named in `include` are left out, as the API does. */
export function renderV2Account(account: StoredAccount, include: readonly string[]): object {
  const capability = capabilityStatus(account);
  const has = (part: string) => include.includes(part);
  const recipient = {
    applied: true,
    capabilities: { stripe_balance: { payouts: capability, stripe_transfers: capability } },
  };
  return {
    id: account.id,
    object: 'v2.core.account',
    applied_configurations: ['recipient'],
    closed: false,
    ...(has('configuration.recipient') ? { configuration: { recipient } } : {}),
    contact_email: account.contactEmail,
    created: new Date(account.createdAt * 1000).toISOString(),
    dashboard: account.dashboard,
    ...(has('defaults') ? { defaults: renderDefaults(account) } : {}),
    ...(has('identity')
      ? { identity: { country: account.country.toLowerCase(), entity_type: account.entityType } }
      : {}),
    livemode: false,
    metadata: account.metadata,
    ...(has('requirements') ? { requirements: renderRequirements(account) } : {}),
  };
}

function renderDefaults(account: StoredAccount): object {
  return {
    currency: account.currency,
    responsibilities: {
      fees_collector: 'application',
      losses_collector: 'application',
      requirements_collector: 'stripe',
    },
  };
}

function renderRequirements(account: StoredAccount): object {
  const deadline = { status: 'currently_due' };
  const entries = openRequirements(account).map(({ description, awaiting, error }) => ({
    awaiting_action_from: awaiting,
    description,
    errors: error ? [error] : [],
    impact: {
      restricts_capabilities: [
        { capability: 'stripe_balance.stripe_transfers', configuration: 'recipient', deadline },
      ],
    },
    minimum_deadline: deadline,
    requested_reasons: [{ code: 'routine_onboarding' }],
  }));
  return { entries, ...(entries.length > 0 ? { summary: { minimum_deadline: deadline } } : {}) };
}

/** The same account as v1 shows it, which is also what `account.updated` carries. */
export function renderV1Account(account: StoredAccount): object {
  const open = openRequirements(account);
  const isActive = isCapabilityActive(account);
  const names = (awaiting: 'user' | 'stripe') =>
    open.filter((entry) => entry.awaiting === awaiting).map((entry) => entry.description);
  return {
    id: account.id,
    object: 'account',
    business_type: account.entityType,
    capabilities: {
      transfers: isActive ? 'active' : account.onboarding === 'pending' ? 'pending' : 'inactive',
    },
    charges_enabled: false,
    controller: {
      type: 'application',
      fees: { payer: 'application' },
      is_controller: true,
      losses: { payments: 'application' },
      requirement_collection: 'stripe',
      stripe_dashboard: { type: account.dashboard },
    },
    country: account.country,
    created: account.createdAt,
    default_currency: account.currency,
    details_submitted: account.onboarding !== 'unfinished',
    email: account.contactEmail,
    livemode: false,
    metadata: account.metadata,
    payouts_enabled: isActive,
    requirements: {
      alternatives: [],
      current_deadline: null,
      currently_due: names('user'),
      disabled_reason: disabledReason(account),
      errors: open.flatMap(({ description, error }) =>
        error ? [{ code: error.code, reason: error.description, requirement: description }] : [],
      ),
      eventually_due: names('user'),
      past_due: names('user'),
      pending_verification: names('stripe'),
    },
    type: 'none',
  };
}

function disabledReason({ onboarding }: StoredAccount): string | null {
  switch (onboarding) {
    case 'complete':
      return null;
    case 'pending':
      return 'requirements.pending_verification';
    case 'rejected':
      return 'rejected.other';
    case 'unsupported':
      return 'rejected.other';
    case 'unfinished':
    case 'failed':
      return 'requirements.past_due';
  }
}
