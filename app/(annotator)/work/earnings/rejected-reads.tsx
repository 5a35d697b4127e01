import type { inferRouterOutputs } from '@trpc/server';
import { REJECT_WORDS } from '#app/_shell/reject-words.ts';
import { CopyId } from '#app/_ui/copy-id.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { ListPages } from '#app/_ui/list-pages.tsx';
import { Money } from '#app/_ui/money.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import type { AppRouter } from '#server/routers/_app.ts';
import { AppealForm } from './appeal-form.tsx';

type Rejections = inferRouterOutputs<AppRouter>['appeals']['rejections'];
type Rejection = Rejections['items'][number];

/** What was rejected, by the reason and evidence that were given, what can be done about it, and what came of it. */
export function RejectedReads({ rejections, isFirst }: { rejections: Rejections; isFirst: boolean }) {
  const { items, total, open, next } = rejections;
  if (total === 0) return null;
  return (
    <section aria-label="Rejected reads" className="mt-8">
      <h2 className="font-semibold text-lg">Rejected reads</h2>
      <p className="prose-width mt-1 text-ink-2 text-sm">
        Rejected reads are not paid and not used. Don’t agree with one? Appeal within 7 days of its rejection,
        once, and say why. Somebody else than who rejected it decides, within 7 days; if you are right, it is
        paid and counts again.
      </p>
      <ul className="mt-3 divide-y divide-line border-line border-y">
        {items.map((one) => (
          <li key={one.labelId} className="flex flex-col gap-1 py-3">
            <p className="flex flex-wrap items-center gap-x-2 font-medium text-base">
              {REJECT_WORDS[one.reason]}
              <span className="font-normal text-ink-3 text-sm">
                {one.project} · {one.batch}
              </span>
            </p>
            <p className="prose-width whitespace-pre-line text-base">{one.evidence}</p>
            <p className="text-ink-3 text-sm">
              Read <CopyId id={one.labelId} /> of <DateTime at={one.submittedAt} />, rejected on{' '}
              <DateTime at={one.rejectedAt} />
            </p>
            <Standing one={one} />
          </li>
        ))}
      </ul>
      {total > items.length ? (
        <ListPages
          of="rejected reads"
          said={`${items.length} of ${total}; ${open} can still be appealed and ${open === 1 ? 'comes' : 'come'} first`}
          firstHref={isFirst ? null : '/work/earnings'}
          nextHref={next && `/work/earnings?rejected=${encodeURIComponent(next)}`}
        />
      ) : null}
    </section>
  );
}

/** Whether it can be appealed, until when, and what became of the appeal. */
function Standing({ one }: { one: Rejection }) {
  switch (one.state) {
    case 'open_to_appeal':
      return (
        <div className="mt-1 flex flex-wrap items-center gap-3">
          <AppealForm
            batchId={one.batchId}
            labelId={one.labelId}
            project={one.project}
            batch={one.batch}
            submittedAt={one.submittedAt}
          />
          <span className="text-ink-2 text-sm">
            You can appeal until <DateTime at={one.appealUntil} />
          </span>
        </div>
      );
    case 'too_late':
      return (
        <p className="text-ink-3 text-sm">
          It could be appealed until <DateTime at={one.appealUntil} />
        </p>
      );
    default:
      return (
        <div className="mt-1 flex flex-col gap-1 text-sm">
          <p className="flex flex-wrap items-center gap-x-2">
            <Outcome one={one} />
          </p>
          {one.appeal === null ? null : (
            <p className="prose-width whitespace-pre-line text-ink-2">You wrote: {one.appeal.reason}</p>
          )}
          {one.decision === null ? null : (
            <p className="prose-width whitespace-pre-line">Why: {one.decision.reason}</p>
          )}
        </div>
      );
  }
}

function Outcome({ one }: { one: Rejection }) {
  if (one.state === 'overturned')
    return (
      <>
        <StatusPill state="overturned">Appeal succeeded</StatusPill>
        <span>
          The read is accepted and pays <Money amountMinor={one.priceMinor} currency={one.currency} />
          {one.decision === null ? null : (
            <>
              ; decided on <DateTime at={one.decision.decidedAt} />
            </>
          )}
        </span>
      </>
    );
  if (one.state === 'upheld')
    return (
      <>
        <StatusPill state="upheld">Rejection stands</StatusPill>
        {one.decision === null ? null : (
          <span>
            Decided on <DateTime at={one.decision.decidedAt} />
          </span>
        )}
      </>
    );
  return (
    <>
      <StatusPill state="pending">Appealed</StatusPill>
      {one.appeal === null ? null : (
        <span>
          The answer is due by <DateTime at={one.appeal.dueAt} />
        </span>
      )}
    </>
  );
}
