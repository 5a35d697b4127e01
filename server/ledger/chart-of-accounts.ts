/** Purposes of ledger accounts, whose they are, and on which side they grow. */
export const ACCOUNT_CODES = {
  /** Asset: money at the card and transfer rail. Owner: the platform. */
  stripe_clearing: { normalSide: 'debit', allowNegative: true },
  /** Asset: money at the bank. Owner: the platform. May go below zero while a transfer is under way. */
  bank_clearing: { normalSide: 'debit', allowNegative: true },
  /** Liability: what a sponsor has brought in and not committed. Owner: the project. */
  project_funds: { normalSide: 'credit', allowNegative: false },
  /** Liability: what an open batch may still cost. Owner: the batch. */
  batch_reserved: { normalSide: 'credit', allowNegative: false },
  /** Liability: what a payee has earned and not been paid. Owner: the payee's organisation. */
  payable: { normalSide: 'credit', allowNegative: false },
  /** Liability: payouts handed to a rail and not confirmed. Owner: the payee's organisation. */
  payout_in_transit: { normalSide: 'credit', allowNegative: false },
  /** Income: the platform fee (R2). Owner: the platform. */
  fee_income: { normalSide: 'credit', allowNegative: false },
  /** Expense: what the card rail keeps of a payment. Owner: the platform. */
  payment_fees: { normalSide: 'debit', allowNegative: false },
} as const satisfies Record<string, { normalSide: 'debit' | 'credit'; allowNegative: boolean }>;

export type AccountCode = keyof typeof ACCOUNT_CODES;
