import type { inferRouterOutputs } from '@trpc/server';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Money } from '#app/_ui/money.tsx';
import { sayDay } from '#server/notifications/say-day.ts';
import type { AppRouter } from '#server/routers/_app.ts';
import { priceWords } from './price-words.ts';

type History = inferRouterOutputs<AppRouter>['bids']['ownHistory'];

/** The versions of a bid, newest first, each as it was handed in; the first is the one that counts. */
export function BidVersions({ history }: { history: History }) {
  const { versions, currency } = history;
  return (
    <ol aria-label="Versions" className="divide-y divide-line border-line border-y">
      {versions.map((one, index) => {
        const before = versions[index + 1];
        return (
          <li key={one.version} className="grid gap-x-4 gap-y-0.5 py-2 sm:grid-cols-[7rem_1fr_auto]">
            <span className="text-sm">
              Version {one.version}
              <span className="block text-ink-3 text-xs">
                {index === 0 ? 'counts' : <DateTime at={one.submittedAt} format="minute" />}
              </span>
            </span>
            <span className="min-w-0 text-sm">
              {priceWords(one.pricing, currency)}
              <span className="block text-ink-3 text-xs">
                {one.readsPerDay.toLocaleString('en')} reads a day from {sayDay(one.startOn)} ·{' '}
                {one.seats.length} {one.seats.length === 1 ? 'person' : 'people'}
                {index === 0 ? (
                  <>
                    {' '}
                    · <DateTime at={one.submittedAt} format="minute" />
                  </>
                ) : null}
              </span>
              {one.changeNote === '' ? null : (
                <span className="block text-ink-2 text-xs">“{one.changeNote}”</span>
              )}
            </span>
            <span className="text-sm sm:text-right">
              <Money amountMinor={one.pricePerReadMinor} currency={currency} per="per read" />
              {before && before.pricePerReadMinor !== one.pricePerReadMinor ? (
                <span className="block text-ink-3 text-xs">
                  <Money
                    amountMinor={one.pricePerReadMinor - before.pricePerReadMinor}
                    currency={currency}
                    signed
                  />
                </span>
              ) : null}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
