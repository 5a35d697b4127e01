import type { inferRouterOutputs } from '@trpc/server';
import { figureOf, widthOf } from '#app/_pilots/criterion-figure.ts';
import { isGivenUp } from '#app/_pilots/given-up.ts';
import { ReturnLine } from '#app/_pilots/return-line.tsx';
import { SignedRecords } from '#app/_pilots/signed-records.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { ListPages } from '#app/_ui/list-pages.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import type { AppRouter } from '#server/routers/_app.ts';
import { AbandonPilot } from './abandon-pilot.tsx';
import { CertifyReturn } from './certify-return.tsx';
import { outWords } from './out-words.ts';

type Page = inferRouterOutputs<AppRouter>['pilots']['mine'];
type Pilot = Page['items'][number];

/** The vendor's own pilots: outcome, reason and the card, once decided (R16). */
export function ScorecardList({
  page,
  isFirst,
  rights,
}: {
  page: Page;
  isFirst: boolean;
  rights: readonly string[];
}) {
  if (page.total === 0) return null;
  return (
    <section aria-label="Pilots" className="mt-8 flex flex-col gap-3">
      <h2 className="font-semibold text-lg">Pilots</h2>
      <ul className="divide-y divide-line border-line border-y">
        {page.items.map((pilot) => (
          <li key={pilot.pilotId} className="flex flex-col gap-3 py-3">
            <div className="flex flex-wrap items-center gap-3">
              <span className="font-medium text-base">{pilot.project}</span>
              <StatusPill state={stateOf(pilot)} />
              {pilot.decisionReason ? (
                <span className="text-ink-3 text-sm">{pilot.decisionReason}</span>
              ) : null}
              {pilot.readUntil && !pilot.abandoned && rights.includes('bid.write') ? (
                <span className="sm:ml-auto">
                  <AbandonPilot pilotId={pilot.pilotId} project={pilot.project} />
                </span>
              ) : null}
            </div>
            <Reading pilot={pilot} />
            {pilot.scorecard ? (
              <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
                {pilot.scorecard.results.criteria.map((line) => (
                  <Measure
                    key={line.key}
                    label={line.label}
                    value={line.measurement.value}
                    reason={line.measurement.reason}
                    interval={
                      line.key.startsWith('cost') ? widthOf(line.measurement.ci) : line.measurement.ci
                    }
                    n={line.measurement.n}
                    threshold={{ value: line.threshold, is: line.direction }}
                    verdict={line.verdict}
                    unit={line.unit || undefined}
                    {...figureOf(line.unit)}
                  />
                ))}
              </div>
            ) : (
              <p className="text-ink-3 text-sm">
                {pilot.decision === 'extend'
                  ? 'The card did not decide, so the sponsor has extended the pilot by further paid cases. '
                  : ''}
                The scorecard is shown when the sponsor has decided.
              </p>
            )}
            <SignedRecords annexes={pilot.annexes} />
            <ReturnDuty pilot={pilot} maySign={rights.includes('agreement.sign')} />
          </li>
        ))}
      </ul>
      <ListPages
        of="pilots"
        said={`${page.items.length} of ${page.total}`}
        firstHref={isFirst ? null : '/vendor/bids'}
        nextHref={page.next && `/vendor/bids?pilots_after=${page.next}`}
      />
    </section>
  );
}

function stateOf(pilot: Pilot): string {
  const { status, decision } = pilot;
  if (isGivenUp(pilot)) return 'given_up';
  if (status !== 'decided') return status;
  return decision === 'award' ? 'awarded' : decision === 'retry' ? 'retry' : 'declined';
}

/** How far one's own reading is, and what comes next. */
function Reading({ pilot }: { pilot: Pilot }) {
  const { reads, readUntil, abandoned, retry } = pilot;
  if (abandoned)
    return (
      <p className="prose-width text-ink-2 text-sm">
        Given up <DateTime at={abandoned.at} format="day" />: {reads.done} of {reads.planned} reads were made
        and are paid.{outWords(reads.casesOut, true)}
      </p>
    );
  if (retry)
    return retry.until <= new Date() ? (
      <p className="text-ink-2 text-sm">
        The sponsor could order a retry until <DateTime at={retry.until} />, and has not.
      </p>
    ) : (
      <p className="text-ink-2 text-sm">
        You may try once more on other cases, when the sponsor orders it: from <DateTime at={retry.from} />{' '}
        on, until <DateTime at={retry.until} /> at the latest.
      </p>
    );
  if (readUntil === null) return null;
  return (
    <p className="prose-width text-ink-2 text-sm">
      {reads.done.toLocaleString('en')} of {reads.planned.toLocaleString('en')} reads are in; time until{' '}
      <DateTime at={readUntil} />.{outWords(reads.casesOut)}
    </p>
  );
}

function ReturnDuty({ pilot, maySign }: { pilot: Pilot; maySign: boolean }) {
  const { returnDuty } = pilot;
  if (!returnDuty) return null;
  if (returnDuty.certifiedAt || !maySign) return <ReturnLine duty={returnDuty} />;
  return (
    <div className="flex flex-wrap items-center gap-3 text-sm">
      <span>
        Certify until <DateTime at={new Date(`${returnDuty.dueOn}T12:00:00Z`)} format="day" /> that what you
        held of it was returned or destroyed.
      </span>
      <CertifyReturn pilotId={pilot.pilotId} project={pilot.project} />
    </div>
  );
}
