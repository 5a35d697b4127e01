import { z } from 'zod';
import { missingObject } from '#server/payouts/sandbox/api-error.ts';
import { randomText } from '#server/payouts/sandbox/object-ids.ts';
import { parseFields } from '#server/payouts/sandbox/params.ts';
import type { Call } from '#server/payouts/sandbox/router.ts';

const LINK_SECONDS = 600;

const useCaseFields = z.strictObject({
  collection_options: z.object({}).loose().optional(),
  configurations: z.array(z.string()).optional(),
  refresh_url: z.url(),
  return_url: z.url().optional(),
});

const createFields = z.strictObject({
  account: z.string(),
  use_case: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('account_onboarding'), account_onboarding: useCaseFields }),
    z.strictObject({ type: z.literal('account_update'), account_update: useCaseFields }),
  ]),
});

/** `POST /v2/core/account_links`: a link to the sandbox's onboarding page, good once and for ten minutes. */
export function createAccountLink({ tx, params, settings }: Call): object {
  const { account, use_case } = parseFields(createFields, params);
  if (!tx.get('accounts', account)) throw missingObject('account', account, 'account', 400);
  const urls = use_case.type === 'account_onboarding' ? use_case.account_onboarding : use_case.account_update;
  const token = randomText(32);
  const expiresAt = tx.now + LINK_SECONDS;
  tx.put('links', token, {
    accountId: account,
    token,
    refreshUrl: urls.refresh_url,
    returnUrl: urls.return_url ?? null,
    expiresAt,
    isUsed: false,
  });
  return {
    object: 'v2.core.account_link',
    account,
    created: new Date(tx.now * 1000).toISOString(),
    expires_at: new Date(expiresAt * 1000).toISOString(),
    livemode: false,
    url: `${settings.baseUrl()}/_sandbox/onboarding/${token}`,
    use_case,
  };
}
