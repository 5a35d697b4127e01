/**
 * What an operator must do about an event of the rail that Readroom books nothing for, in words without names; null for
 * those it deals with alone. Money that moves at the rail by another hand than ours has to be seen by a person: the
 * ledger does not know of it, and the reconciliation differs until it is put right.
 */
export function attentionFor(type: string): string | null {
  if (type.startsWith('charge.dispute.')) return disputeWords(type.slice('charge.dispute.'.length));
  switch (type) {
    case 'refund.created':
    case 'charge.refunded':
      return 'A payment is given back at Stripe. Readroom refunds nothing by itself: see who asked for it, and what of the project’s funds is spent or reserved.';
    case 'refund.failed':
      return 'A refund at Stripe failed: its money is back in the platform’s balance. Agree another way with the sponsor.';
    case 'refund.updated':
    case 'charge.refund.updated':
      return 'A refund at Stripe has changed. Look at its state there.';
    case 'transfer.reversed':
      return 'A transfer to a payee was taken back at Stripe, in part or whole. The payout counts as paid here: see why, and tell the payee.';
    default:
      return null;
  }
}

function disputeWords(step: string): string {
  switch (step) {
    case 'created':
      return 'A sponsor’s bank disputes a card payment. Answer it at Stripe before its deadline. The payees stay paid; it is the platform’s and the sponsor’s to settle.';
    case 'funds_withdrawn':
      return 'Stripe has withdrawn the money of a disputed card payment from the platform’s balance. Take it up with the sponsor; nobody’s earnings are touched.';
    case 'funds_reinstated':
      return 'Stripe has given back the money of a disputed card payment.';
    case 'closed':
      return 'The dispute of a card payment is closed. See at Stripe whether it was won.';
    default:
      return 'The dispute of a card payment has changed. Look at its state at Stripe.';
  }
}
