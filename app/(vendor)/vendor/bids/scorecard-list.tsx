import type { inferRouterOutputs } from '@trpc/server';
import { Measure } from '#app/_ui/measure.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import type { AppRouter } from '#server/routers/_app.ts';

type Pilots = inferRouterOutputs<AppRouter>['pilots']['mine'];

/** The vendor's own pilots: outcome, reason and the card, once decided (R16). */
export function ScorecardList({ pilots }: { pilots: Pilots }) {
  if (pilots.length === 0) return null;
  return (
    <section aria-label="Pilots" className="mt-8 flex flex-col gap-3">
      <h2 className="font-semibold text-lg">Pilots</h2>
      <ul className="divide-y divide-line border-line border-y">
        {pilots.map((pilot) => (
          <li key={pilot.pilotId} className="flex flex-col gap-3 py-3">
            <div className="flex flex-wrap items-center gap-3">
              <span className="font-medium text-base">{pilot.project}</span>
              <StatusPill
                state={
                  pilot.decision === 'award'
                    ? 'awarded'
                    : pilot.decision === 'decline'
                      ? 'declined'
                      : pilot.status
                }
              />
              {pilot.decisionReason ? (
                <span className="text-ink-3 text-sm">{pilot.decisionReason}</span>
              ) : null}
            </div>
            {pilot.scorecard ? (
              <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
                {pilot.scorecard.results.criteria.map((line) => (
                  <Measure
                    key={line.key}
                    label={line.label}
                    value={line.measurement.value}
                    reason={line.measurement.reason}
                    interval={line.measurement.ci}
                    n={line.measurement.n}
                    threshold={{ value: line.threshold }}
                    verdict={line.verdict}
                    format={line.key === 'throughput' ? 'decimal' : 'score'}
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
          </li>
        ))}
      </ul>
    </section>
  );
}
