/** What a test payment method does when it is charged. */
export type TestMethod = {
  type: 'card' | 'us_bank_account';
  /** Null when the charge succeeds. */
  declineCode: string | null;
  /** Funds are available at once, whatever the settling time. */
  bypassesPending: boolean;
};

const succeeding: TestMethod = { type: 'card', declineCode: null, bypassesPending: false };

const METHODS: Record<string, TestMethod> = {
  pm_card_visa: succeeding,
  pm_card_mastercard: succeeding,
  pm_card_amex: succeeding,
  pm_card_bypassPending: { ...succeeding, bypassesPending: true },
  pm_card_chargeDeclined: { ...succeeding, declineCode: 'generic_decline' },
  pm_card_visa_chargeDeclined: { ...succeeding, declineCode: 'generic_decline' },
  pm_card_chargeDeclinedInsufficientFunds: { ...succeeding, declineCode: 'insufficient_funds' },
  pm_card_visa_chargeDeclinedInsufficientFunds: { ...succeeding, declineCode: 'insufficient_funds' },
  pm_card_chargeDeclinedExpiredCard: { ...succeeding, declineCode: 'expired_card' },
  pm_card_chargeDeclinedProcessingError: { ...succeeding, declineCode: 'processing_error' },
  pm_usBankAccount: { ...succeeding, type: 'us_bank_account' },
  pm_usBankAccount_success: { ...succeeding, type: 'us_bank_account' },
  pm_usBankAccount_processing: { ...succeeding, type: 'us_bank_account' },
  pm_usBankAccount_accountClosed: { ...succeeding, type: 'us_bank_account', declineCode: 'account_closed' },
  pm_usBankAccount_insufficientFunds: {
    ...succeeding,
    type: 'us_bank_account',
    declineCode: 'insufficient_funds',
  },
};

/** The behaviour of a test payment method; undefined for one that does not exist. */
export function testMethod(id: string): TestMethod | undefined {
  return METHODS[id];
}

/** What Stripe takes of a payment: 2.9 % + 30 for cards, 0.8 % (at most 500) for US bank accounts. */
export function processingFee(type: TestMethod['type'], amount: number): number {
  if (type === 'us_bank_account') return Math.min(500, Math.round((amount * 8) / 1000));
  return Math.min(amount, Math.round((amount * 29) / 1000) + 30);
}
