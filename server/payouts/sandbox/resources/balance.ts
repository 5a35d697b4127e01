import type { Call } from '#server/payouts/sandbox/router.ts';

/** `GET /v1/balance`: what is available and pending, by currency, of the platform or a connected account. */
export function retrieveBalance({ tx, owner }: Call): object {
  const sums = [...tx.balance(owner)].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = (kind: 'available' | 'pending') =>
    sums.map(([currency, sum]) => ({ amount: sum[kind], currency, source_types: { card: sum[kind] } }));
  const empty = [{ amount: 0, currency: 'usd', source_types: { card: 0 } }];
  return {
    object: 'balance',
    available: sums.length > 0 ? lines('available') : empty,
    livemode: false,
    pending: sums.length > 0 ? lines('pending') : empty,
  };
}
