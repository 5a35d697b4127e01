import type { inferRouterOutputs } from '@trpc/server';
import { CopyId } from '#app/_ui/copy-id.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import type { AppRouter } from '#server/routers/_app.ts';
import { SettleNotice } from './settle-notice.tsx';

type Notices = inferRouterOutputs<AppRouter>['payouts']['operatorMoney']['notices'];

/** Disputes, refunds and reversals at the rail, which nobody but a person can settle; nothing while there are none. */
export function RailNotices({ notices }: { notices: Notices }) {
  if (notices.length === 0) return null;
  return (
    <section aria-label="Notices of Stripe" className="flex flex-col gap-3">
      <h2 className="font-semibold text-lg">Stripe’s notices</h2>
      <ul className="divide-y divide-line border-line border-y">
        {notices.map((notice) => (
          <li key={notice.eventId} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-2">
            <span className="min-w-0 grow basis-64">
              <span className="block text-base">{notice.attention}</span>
              <span className="block text-ink-3 text-sm">
                <DateTime at={notice.receivedAt} format="minute" />
                {notice.objectId === null ? null : (
                  <>
                    {' '}
                    · <CopyId id={notice.objectId} shown={36} />
                  </>
                )}
              </span>
            </span>
            <SettleNotice eventId={notice.eventId} />
          </li>
        ))}
      </ul>
    </section>
  );
}
