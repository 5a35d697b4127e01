import { Badge } from '#app/_ui/badge.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { ListPages } from '#app/_ui/list-pages.tsx';
import { RegisterIncident } from '#app/(operator)/operator/incidents/register-incident.tsx';
import type { ReportedView } from '#server/incidents/schemas.ts';

/**
 * Readers' reports that nobody has registered yet. Their hours run since they were made (45 CFR 164.410(a)(2), GDPR 33), so they stand
 * with their times beside what is registered, and are put there from here.
 */
export function ReportedPart({
  reported,
  waiting,
  isFirst,
}: {
  reported: ReportedView;
  waiting: number;
  isFirst: boolean;
}) {
  return (
    <section aria-labelledby="reported" className="mb-8">
      <h2 id="reported" className="mb-2 font-semibold text-lg">
        Reported, not yet registered
      </h2>
      <ul className="divide-y divide-line border-line border-y">
        {reported.items.map((one) => (
          <li key={one.flagId} className="grid gap-x-8 gap-y-3 py-4 lg:grid-cols-[1fr_22rem]">
            <div className="flex min-w-0 flex-col gap-2">
              <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-ink-3 text-xs">
                <Badge tone={one.isOverdue ? 'critical' : 'attention'}>
                  {one.isOverdue ? 'Sponsor not told in time' : one.isConfirmed ? 'Confirmed' : 'Not decided'}
                </Badge>
                <span>
                  {one.sponsorName} · {one.datasetName} · a reader saw protected information
                </span>
              </div>
              <dl className="grid grid-cols-[9rem_1fr] gap-x-3 gap-y-1 text-sm">
                <dt className="text-ink-3">Reported</dt>
                <dd>
                  <DateTime at={one.reportedAt} />
                </dd>
                <dt className="text-ink-3">Tell the sponsor</dt>
                <dd>
                  by <DateTime at={one.contractDueAt} /> (contract)
                </dd>
                {one.authorityDueAt === null ? null : (
                  <>
                    <dt className="text-ink-3">Authority</dt>
                    <dd>
                      within 72 hours, by <DateTime at={one.authorityDueAt} /> (GDPR 33)
                    </dd>
                  </>
                )}
              </dl>
            </div>
            <div>
              <RegisterIncident batchId={one.batchId} flagId={one.flagId} />
            </div>
          </li>
        ))}
      </ul>
      <ListPages
        of="reports"
        said={`${reported.items.length} of ${waiting}`}
        firstHref={isFirst ? null : '/operator/incidents/register'}
        nextHref={
          reported.next && `/operator/incidents/register?reported=${encodeURIComponent(reported.next)}`
        }
      />
    </section>
  );
}
