import type { inferRouterOutputs } from '@trpc/server';
import { CopyId } from '#app/_ui/copy-id.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import type { AppRouter } from '#server/routers/_app.ts';

type Earnings = inferRouterOutputs<AppRouter>['payouts']['earnings'];
type Rejection = Earnings['rejections'][number];

/** The closed list of R31, in words. */
const REASONS: Record<Rejection['reason'], string> = {
  no_effort: 'No effort',
  protocol_rule_broken: 'A rule of the protocol was broken',
  wrong_case: 'It was about another case',
  not_own_work: 'Not your own work',
  duplicate: 'Handed in twice',
};

/** What was rejected, by the reason and evidence that were given, and what can be done about it. */
export function RejectedReads({ rejections, appealTo }: Pick<Earnings, 'rejections' | 'appealTo'>) {
  if (rejections.length === 0) return null;
  return (
    <section aria-label="Rejected reads" className="mt-8">
      <h2 className="font-semibold text-lg">Rejected reads</h2>
      <p className="prose-width mt-1 text-ink-2 text-sm">
        Rejected reads are not paid and not used. Don’t agree with one? Write to {appealTo?.legalName}
        {appealTo?.email ? (
          <>
            {' '}
            (
            <a
              className="text-accent-ink underline underline-offset-2"
              href={`mailto:${appealTo.email}?subject=${encodeURIComponent('Rejected read')}`}
            >
              {appealTo.email}
            </a>
            )
          </>
        ) : null}{' '}
        within 7 days with the number of the read and why. Somebody else than who rejected it decides; if you
        are right, it is paid.
      </p>
      <ul className="mt-3 divide-y divide-line border-line border-y">
        {rejections.map((one) => (
          <li key={one.labelId} className="flex flex-col gap-1 py-3">
            <p className="flex flex-wrap items-center gap-x-2 font-medium text-base">
              {REASONS[one.reason]}
              <span className="font-normal text-ink-3 text-sm">
                {one.project} · {one.batch}
              </span>
            </p>
            <p className="prose-width text-base">{one.evidence}</p>
            <p className="text-ink-3 text-sm">
              Read <CopyId id={one.labelId} /> of <DateTime at={one.submittedAt} />, rejected on{' '}
              <DateTime at={one.decidedAt} />
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
