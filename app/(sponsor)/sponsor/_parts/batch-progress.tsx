import type { inferRouterOutputs } from '@trpc/server';
import { LiveBatch } from '#app/_live/live-batch.tsx';
import { loaded } from '#app/_trpc/server.ts';
import { DecisionNote } from '#app/_ui/decision-note.tsx';
import { Duration } from '#app/_ui/duration.tsx';
import { formatMoney } from '#app/_ui/format-money.ts';
import { Money } from '#app/_ui/money.tsx';
import { statusWords } from '#app/_ui/status-tone.ts';
import type { AppRouter } from '#server/routers/_app.ts';
import { strandedPlace, strandedSays } from '#server/work/stranded-words.ts';

type BatchDetail = inferRouterOutputs<AppRouter>['work']['batch'];

const STATES = ['open', 'labelled', 'in_review', 'in_adjudication', 'final', 'unusable'];

/** How far a batch is, kept up while the page is open; cases by state, time and money as of its loading. */
export async function BatchProgress({ batch }: { batch: BatchDetail }) {
  const live = await loaded((call) => call.analytics.live({ batchId: batch.id }));
  const { totals, tasks, currency } = batch;
  const states = STATES.filter((state) => (tasks[state] ?? 0) > 0);
  return (
    <div className="flex flex-col gap-4">
      {batch.missingFundsMinor > 0n ? (
        <DecisionNote
          className="max-w-[720px]"
          outcome="refused"
          title={
            batch.status === 'closing'
              ? 'What was reserved is used up, so this batch cannot close yet.'
              : 'What was reserved is used up, so nobody can take a case.'
          }
          because="Reads that are made once more, such as those that were returned and given to somebody else, are paid each time; that goes beyond what was reserved (R29, R31)."
          changes={[
            {
              says: `Fund ${formatMoney({ amountMinor: batch.missingFundsMinor, currency }).full} more: it goes on by itself, and what is not spent comes back.`,
              href: `/sponsor/projects/${batch.projectId}/money`,
              linkLabel: 'Fund the project',
            },
          ]}
        />
      ) : null}
      {batch.stranded.map((one) => {
        const { href, says, link } = strandedPlace(batch, one.tier);
        return (
          <DecisionNote
            key={one.tier}
            className="max-w-[720px]"
            outcome="refused"
            {...strandedSays(one)}
            changes={[{ says, href, linkLabel: link }]}
          />
        );
      })}
      <div className="grid gap-x-8 gap-y-4 lg:grid-cols-[1fr_1fr]">
        <div className="flex flex-col gap-3">
          <LiveBatch batchId={batch.id} first={live} asOf={new Date()} />
          {states.length > 0 ? (
            <p className="text-ink-3 text-xs">
              Cases:{' '}
              {states.map((state) => `${statusWords(state).toLocaleLowerCase()} ${tasks[state]}`).join(' · ')}
            </p>
          ) : null}
        </div>
        <dl className="grid grid-cols-[max-content_1fr] content-start gap-x-6 gap-y-1 text-sm">
          <dt className="text-ink-3">Active time</dt>
          <dd>
            <Duration seconds={Math.round(totals.activeMs / 1000)} />
          </dd>
          <dt className="text-ink-3">Earned by readers</dt>
          <dd>
            <Money amountMinor={totals.accruedMinor} currency={currency} />
          </dd>
          <dt className="text-ink-3">Reserved</dt>
          <dd>
            {batch.reservedMinor === 0n ? (
              'Not opened yet'
            ) : (
              <Money amountMinor={batch.reservedMinor} currency={currency} />
            )}
          </dd>
          <dt className="text-ink-3">Skipped · ran out</dt>
          <dd>
            {totals.skipped} · {totals.expired}
          </dd>
          {batch.statusReason ? (
            <>
              <dt className="text-ink-3">Said</dt>
              <dd>{batch.statusReason}</dd>
            </>
          ) : null}
        </dl>
      </div>
    </div>
  );
}
