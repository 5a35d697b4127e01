import type { inferRouterOutputs } from '@trpc/server';
import { Badge } from '#app/_ui/badge.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { SKIP_WORDS } from '#app/(reading)/_parts/say-words.ts';
import { CaseContent } from '#app/(sponsor)/sponsor/_parts/case-content.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import type { AppRouter } from '#server/routers/_app.ts';
import { Due } from './due.tsx';
import { DecideEdgeCase } from './edge-case-form.tsx';
import { RelabelProposal } from './relabel-proposal.tsx';

type Alerts = inferRouterOutputs<AppRouter>['work']['alerts'];
type Alert = Alerts['items'][number];
type AlertListProps = { projectId: string; view: Alerts; mayDecide: boolean; mayMakeBatch: boolean };

/** Edge cases that wait for the clinical lead, then those decided; gold that readers pass on; cases that were taken out of work. */
export function AlertList({ projectId, view, mayDecide, mayMakeBatch }: AlertListProps) {
  const edges = view.items.filter((alert) => alert.kind === 'edge_case');
  const gold = view.items.filter((alert) => alert.kind === 'gold_skipped');
  const unusable = view.items.filter((alert) => alert.kind === 'unusable');
  return (
    <>
      {edges.length === 0 ? null : (
        <section aria-labelledby="edge-cases" className="pb-8">
          <h2 id="edge-cases" className="font-semibold text-lg">
            Edge cases
          </h2>
          <ul className="mt-2 divide-y divide-line border-line border-y">
            {edges.map((alert) => (
              <li key={alert.alertId} className="grid gap-x-8 gap-y-3 py-4 lg:grid-cols-2">
                <div className="flex min-w-0 flex-col gap-2">
                  <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-ink-3 text-xs">
                    <Badge tone={alert.status === 'open' ? 'attention' : 'neutral'}>
                      {wordsOfEdge(alert)}
                    </Badge>
                    <span>
                      Case {alert.case.externalId} · {alert.batchName}
                    </span>
                    {alert.dueAt !== null && alert.status === 'open' ? (
                      <Due at={alert.dueAt} isOverdue={alert.isOverdue} />
                    ) : null}
                  </p>
                  <p className="text-base">
                    {counted(alert.reasons.ask ?? 0, 'reader')} asked
                    {alert.isDisputed ? ', and its reads differ' : ''}.
                  </p>
                  <ul className="flex list-disc flex-col gap-1 pl-5 text-ink-2 text-sm">
                    {alert.asks.map((ask, at) => (
                      <li
                        key={`${alert.alertId} ${at.toString()}`}
                        className="prose-width whitespace-pre-wrap"
                      >
                        {ask}
                      </li>
                    ))}
                  </ul>
                  {alert.status === 'open' ? (
                    mayDecide ? (
                      <DecideEdgeCase batchId={alert.batchId} alertId={alert.alertId} />
                    ) : (
                      <p className="text-ink-3 text-sm">The clinical lead decides on this.</p>
                    )
                  ) : (
                    <div className="flex flex-col gap-2 text-ink-2 text-sm">
                      <p className="prose-width whitespace-pre-wrap border-line-strong border-l-2 pl-3">
                        {alert.decisionNote}
                      </p>
                      {alert.change === null ? null : (
                        <RelabelProposal
                          projectId={projectId}
                          batchId={alert.batchId}
                          about={alert.decisionNote}
                          change={alert.change}
                          mayMake={mayMakeBatch}
                        />
                      )}
                    </div>
                  )}
                </div>
                <CaseContent datasetId={alert.case.datasetId} caseId={alert.case.caseId} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {gold.length === 0 ? null : (
        <section aria-labelledby="gold-passed-on" className="pb-8">
          <h2 id="gold-passed-on" className="font-semibold text-lg">
            Gold that readers pass on
          </h2>
          <p className="text-ink-2 text-sm">
            It is not taken out of work by itself: look at the case, and dispute or retire its answer where
            the readers are right.
          </p>
          <PassedOn projectId={projectId} alerts={gold} />
        </section>
      )}
      {unusable.length === 0 && view.excluded.length === 0 ? null : (
        <section aria-labelledby="unusable" className="pb-8">
          <h2 id="unusable" className="font-semibold text-lg">
            Taken out of work
          </h2>
          <p className="text-ink-2 text-sm">
            {view.excluded
              .map(({ reason, cases }) => `${counted(cases, 'case')}: ${wordsOf(reason)}`)
              .join(' · ')}
            . Reads of such cases are paid.
          </p>
          {unusable.length === 0 ? null : <PassedOn projectId={projectId} alerts={unusable} />}
        </section>
      )}
    </>
  );
}

function wordsOfEdge({ status, change }: Alert): string {
  if (status === 'open') return 'Edge case';
  if (status === 'closed') return 'Protocol left as it is';
  return change?.isSigned === true ? `In protocol v${change.version}` : 'In the protocol’s draft';
}

/** Cases that readers pass on, with what they said of each; of gold the way to where it is decided on. */
function PassedOn({ projectId, alerts }: { projectId: string; alerts: readonly Alert[] }) {
  return (
    <ul className="mt-2 divide-y divide-line border-line border-y">
      {alerts.map((alert) => (
        <li key={alert.alertId} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2 text-sm">
          <StateOf alert={alert} />
          {/* On a phone below its state and day, so that the name of a case is not broken. */}
          <span className="order-last w-full min-w-0 sm:order-none sm:w-auto sm:flex-1">
            Case {alert.case.externalId} · {alert.batchName}
            <span className="block text-ink-3 text-xs">{saidOf(alert)}</span>
          </span>
          {alert.gold === null ? null : (
            <TextLink
              href={`/sponsor/projects/${projectId}/gold/${alert.gold.itemId}`}
              className="order-last sm:order-none"
            >
              Look at the gold case
            </TextLink>
          )}
          <span className="ml-auto text-ink-3 text-xs sm:ml-0">
            <DateTime at={alert.openedAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function StateOf({ alert: { kind, gold } }: { alert: Alert }) {
  if (kind !== 'gold_skipped') return <Badge>Unusable</Badge>;
  return gold?.isWithdrawn ? <Badge>Withdrawn</Badge> : <Badge tone="attention">Still in work</Badge>;
}

const saidOf = ({ reasons }: Alert): string =>
  Object.entries(reasons)
    .map(([reason, people]) => `${counted(people, 'reader')}: ${wordsOf(reason)}`)
    .join(' · ');

const wordsOf = (reason: string): string => {
  const words = Object.entries(SKIP_WORDS).find(([key]) => key === reason)?.[1] ?? reason;
  return words.toLocaleLowerCase();
};
