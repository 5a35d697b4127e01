import { z } from 'zod';
import { missingObject, refused } from '#server/payouts/sandbox/api-error.ts';
import { recordEvent } from '#server/payouts/sandbox/event-log.ts';
import { objectId, randomText } from '#server/payouts/sandbox/object-ids.ts';
import { metadataParam, parseFields } from '#server/payouts/sandbox/params.ts';
import type { Call } from '#server/payouts/sandbox/router.ts';
import type { StoredAccount, Tx } from '#server/payouts/sandbox/store.ts';
import { isPayableCountry } from './account-state.ts';
import { renderV1Account, renderV2Account } from './render-account.ts';

const requested = z.strictObject({ requested: z.boolean().optional() });

const recipient = z.strictObject({
  applied: z.boolean().optional(),
  capabilities: z
    .strictObject({
      stripe_balance: z.strictObject({ stripe_transfers: requested.optional() }).optional(),
    })
    .optional(),
});

const include = z.array(
  z.enum([
    'configuration.customer',
    'configuration.merchant',
    'configuration.recipient',
    'defaults',
    'future_requirements',
    'identity',
    'requirements',
  ]),
);

const fields = {
  configuration: z.strictObject({ recipient: recipient.optional() }).optional(),
  contact_email: z.email().optional(),
  dashboard: z.enum(['express', 'full', 'none']).optional(),
  defaults: z
    .strictObject({
      currency: z.string().length(3).optional(),
      responsibilities: z
        .strictObject({
          fees_collector: z.enum(['application', 'stripe']),
          losses_collector: z.enum(['application', 'stripe']),
        })
        .optional(),
    })
    .optional(),
  display_name: z.string().max(100).optional(),
  identity: z
    .strictObject({
      country: z
        .string()
        .regex(/^[A-Za-z]{2}$/)
        .optional(),
      entity_type: z.enum(['individual', 'company', 'non_profit', 'government_entity']).optional(),
    })
    .optional(),
  include: include.optional(),
  metadata: metadataParam.optional(),
};

const createFields = z.strictObject({ ...fields, contact_email: z.email() });
const updateFields = z.strictObject(fields);
const retrieveFields = z.strictObject({ include: include.optional() });

/** `POST /v2/core/accounts`: an account with the recipient configuration, which must then be onboarded. */
export function createAccount({ tx, params }: Call): object {
  const input = parseFields(createFields, params);
  const country = input.identity?.country?.toUpperCase() ?? 'US';
  const account: StoredAccount = {
    id: `acct_1${randomText(15)}`,
    createdAt: tx.now,
    contactEmail: input.contact_email,
    country,
    entityType: input.identity?.entity_type ?? 'individual',
    dashboard: input.dashboard ?? 'express',
    currency: input.defaults?.currency ?? 'usd',
    metadata: input.metadata ?? {},
    onboarding: isPayableCountry(country) ? 'unfinished' : 'unsupported',
    bankAccountId: null,
  };
  saveAccount(tx, account);
  return renderV2Account(account, input.include ?? []);
}

/** `GET /v2/core/accounts/{id}` */
export function retrieveAccount(call: Call): object {
  const { include = [] } = parseFields(retrieveFields, call.params);
  return renderV2Account(getAccount(call), include);
}

/** `POST /v2/core/accounts/{id}` */
export function updateAccount(call: Call): object {
  const input = parseFields(updateFields, call.params);
  const before = getAccount(call);
  if (input.identity?.country && input.identity.country.toUpperCase() !== before.country) {
    throw refused(
      'country_not_changeable',
      'The country of an account cannot be changed.',
      'identity[country]',
    );
  }
  const account: StoredAccount = {
    ...before,
    contactEmail: input.contact_email ?? before.contactEmail,
    dashboard: input.dashboard ?? before.dashboard,
    currency: input.defaults?.currency ?? before.currency,
    metadata: { ...before.metadata, ...input.metadata },
  };
  saveAccount(call.tx, account);
  return renderV2Account(account, input.include ?? []);
}

/** `GET /v1/accounts/{id}`: the same account as v1 shows it. */
export function retrieveV1Account(call: Call): object {
  return renderV1Account(getAccount(call));
}

/** What the person did on the onboarding page, or what verification found out later. */
export function setOnboarding(tx: Tx, id: string, onboarding: StoredAccount['onboarding']): StoredAccount {
  const before = tx.get('accounts', id);
  if (!before) throw missingObject('account', id, 'account');
  const bankAccountId =
    onboarding === 'complete' ? (before.bankAccountId ?? objectId('ba')) : before.bankAccountId;
  const account: StoredAccount = { ...before, onboarding, bankAccountId };
  saveAccount(tx, account);
  return account;
}

function saveAccount(tx: Tx, account: StoredAccount): void {
  tx.put('accounts', account.id, account);
  recordEvent(tx, {
    owner: account.id,
    type: 'account.updated',
    object: renderV1Account(account),
    cause: null,
  });
}

function getAccount({ tx, path: { id = '' } }: Call): StoredAccount {
  const account = tx.get('accounts', id);
  if (!account) throw missingObject('account', id, 'account');
  return account;
}
