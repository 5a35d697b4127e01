import type { inferRouterOutputs } from '@trpc/server';
import { DecisionNote } from '#app/_ui/decision-note.tsx';
import { formatMoney } from '#app/_ui/format-money.ts';
import { sayMinute } from '#server/notifications/say-day.ts';
import type { AppRouter } from '#server/routers/_app.ts';

type Reconciliation = inferRouterOutputs<AppRouter>['payouts']['operatorMoney']['reconciliation'];

/** Whether the ledger, the rail's balance and the transfers agree to the cent; what differs is named. */
export function ReconciliationNote({ result }: { result: Reconciliation }) {
  if (result === null) {
    return (
      <p className="prose-width text-ink-2 text-base">
        Ledger and Stripe have not been compared yet. It is done every hour; compare them now to be sure
        before a payout run.
      </p>
    );
  }
  const { ledger, clearing, transfers } = result;
  const wrong = [...transfers.missing, ...transfers.unexpected, ...transfers.amountDiffers];
  return (
    <DecisionNote
      outcome={result.ok ? 'allowed' : 'refused'}
      title={result.ok ? 'Ledger, Stripe and transfers agree to the cent' : 'Ledger and Stripe do not agree'}
      because={`Compared over the last 30 days, at ${sayMinute(result.checkedAt)}.`}
      steps={[
        {
          label: 'Ledger',
          state: ledger.ok ? 'ok' : 'failed',
          says: ledger.ok
            ? 'Debits equal credits; every balance is the sum of its entries; statements say what was booked.'
            : ledger.problems.join('; '),
        },
        ...clearing.map((row) => ({
          label: `Balance in ${row.currency}`,
          state: row.differenceMinor === 0n ? ('ok' as const) : ('failed' as const),
          says: `Ledger ${formatMoney({ amountMinor: row.ledgerMinor, currency: row.currency }).full}, Stripe ${formatMoney({ amountMinor: row.stripeMinor, currency: row.currency }).full}`,
        })),
        {
          label: 'Transfers',
          state: wrong.length === 0 ? 'ok' : 'failed',
          says:
            wrong.length === 0
              ? `${transfers.found} of ${transfers.confirmed} confirmed payouts found.`
              : `To look at: ${wrong.join(', ')}`,
        },
      ]}
    />
  );
}
