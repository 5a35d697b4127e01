import { createAccountLink } from './resources/account-links.ts';
import { createAccount, retrieveAccount, retrieveV1Account, updateAccount } from './resources/accounts.ts';
import { retrieveBalance } from './resources/balance.ts';
import { listBalanceTransactions, retrieveBalanceTransaction } from './resources/balance-transactions.ts';
import { listCharges, retrieveCharge } from './resources/charges.ts';
import { listEvents, retrieveEvent } from './resources/events.ts';
import {
  cancelPaymentIntent,
  confirmPaymentIntent,
  createPaymentIntent,
  listPaymentIntents,
  retrievePaymentIntent,
} from './resources/payment-intents.ts';
import { cancelPayout, createPayout, listPayouts, retrievePayout } from './resources/payouts.ts';
import { createRefund, listRefunds, retrieveRefund } from './resources/refunds.ts';
import { createReversal, listReversals, retrieveReversal } from './resources/reversals.ts';
import { createTransfer, listTransfers, retrieveTransfer, updateTransfer } from './resources/transfers.ts';
import {
  createWebhookEndpoint,
  listWebhookEndpoints,
  retrieveWebhookEndpoint,
} from './resources/webhook-endpoints.ts';
import { type Route, route } from './router.ts';

/** Every call the sandbox answers; anything else is an unrecognised URL. */
export const apiRoutes: readonly Route[] = [
  route('POST', '/v2/core/accounts', createAccount),
  route('GET', '/v2/core/accounts/{id}', retrieveAccount),
  route('POST', '/v2/core/accounts/{id}', updateAccount),
  route('POST', '/v2/core/account_links', createAccountLink),
  route('GET', '/v1/accounts/{id}', retrieveV1Account),
  route('POST', '/v1/payment_intents', createPaymentIntent),
  route('GET', '/v1/payment_intents', listPaymentIntents),
  route('GET', '/v1/payment_intents/{id}', retrievePaymentIntent),
  route('POST', '/v1/payment_intents/{id}/confirm', confirmPaymentIntent),
  route('POST', '/v1/payment_intents/{id}/cancel', cancelPaymentIntent),
  route('GET', '/v1/charges', listCharges),
  route('GET', '/v1/charges/{id}', retrieveCharge),
  route('POST', '/v1/transfers', createTransfer),
  route('GET', '/v1/transfers', listTransfers),
  route('GET', '/v1/transfers/{id}', retrieveTransfer),
  route('POST', '/v1/transfers/{id}', updateTransfer),
  route('POST', '/v1/transfers/{id}/reversals', createReversal),
  route('GET', '/v1/transfers/{id}/reversals', listReversals),
  route('GET', '/v1/transfers/{id}/reversals/{reversal}', retrieveReversal),
  route('POST', '/v1/refunds', createRefund),
  route('GET', '/v1/refunds', listRefunds),
  route('GET', '/v1/refunds/{id}', retrieveRefund),
  route('POST', '/v1/payouts', createPayout),
  route('GET', '/v1/payouts', listPayouts),
  route('GET', '/v1/payouts/{id}', retrievePayout),
  route('POST', '/v1/payouts/{id}/cancel', cancelPayout),
  route('GET', '/v1/balance', retrieveBalance),
  route('GET', '/v1/balance_transactions', listBalanceTransactions),
  route('GET', '/v1/balance_transactions/{id}', retrieveBalanceTransaction),
  route('GET', '/v1/events', listEvents),
  route('GET', '/v1/events/{id}', retrieveEvent),
  route('POST', '/v1/webhook_endpoints', createWebhookEndpoint),
  route('GET', '/v1/webhook_endpoints', listWebhookEndpoints),
  route('GET', '/v1/webhook_endpoints/{id}', retrieveWebhookEndpoint),
];
