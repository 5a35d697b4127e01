import type { inferRouterOutputs } from '@trpc/server';
import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { sayDay } from '#server/notifications/say-day.ts';
import type { AppRouter } from '#server/routers/_app.ts';
import { AppointDelegate } from './appoint-delegate.tsx';
import { DelegationActs } from './delegation-acts.tsx';

export const metadata: Metadata = { title: 'Delegates' };

type Delegation = inferRouterOutputs<AppRouter>['credentials']['delegations']['delegations'][number];

/** Vendors that check credentials at their source in the platform's place (R19): their audit, what samples found, what to do. */
export default async function DelegatesPage() {
  const { delegations, candidates } = await loaded((call) => call.credentials.delegations());
  const live = delegations.filter((one) => one.status === 'active' || one.status === 'suspended');
  const disagreeing = live.filter((one) => one.disagrees > 0);
  return (
    <>
      <PageHeader title="Delegates" actions={<AppointDelegate candidates={candidates} />}>
        <AnswerLine>
          {live.length === 0 ? (
            'No vendor asks sources in your place.'
          ) : (
            <>
              <strong>{live.length}</strong> {live.length === 1 ? 'vendor asks' : 'vendors ask'} sources in
              your place
              {disagreeing.length === 0
                ? '; no sample disagrees with them.'
                : `; samples disagree with ${disagreeing.map((one) => one.vendor).join(', ')}.`}
            </>
          )}
          {candidates.length === 0
            ? ''
            : ` ${candidates.length === 1 ? `${candidates[0]?.vendor} has` : `${candidates.length} vendors have`} signed the agreement and ${candidates.length === 1 ? 'waits' : 'wait'} for an audit.`}
        </AnswerLine>
      </PageHeader>
      {delegations.length === 0 ? (
        <EmptyState title="Delegates appear here">
          A vendor signs the agreement “Delegation of credential checks”, you audit its files, and appoint it
          for a year. Until then its word counts as a vendor’s.
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line border-line border-y">
          {delegations.map((one) => (
            <Line key={one.delegationId} one={one} />
          ))}
        </ul>
      )}
    </>
  );
}

function Line({ one }: { one: Delegation }) {
  const decided = one.agrees + one.disagrees;
  return (
    <li className="grid gap-x-8 gap-y-3 py-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <div className="flex min-w-0 flex-col gap-1">
        <h2 className="flex flex-wrap items-center gap-2 font-medium text-base">
          {one.vendor}
          <StatusPill state={one.status} />
        </h2>
        {one.statusReason === null ? null : <p className="text-sm">{one.statusReason}</p>}
        <p className="text-ink-2 text-sm">
          Audited {sayDay(one.auditedOn)}: {one.filesPassed} of {one.filesAudited} files in order. Until{' '}
          {sayDay(one.validUntil)}.
        </p>
        <p className="prose-width text-ink-2 text-sm">{one.findings}</p>
        <p className="text-ink-2 text-sm">
          {one.checks.toLocaleString('en')} {one.checks === 1 ? 'check' : 'checks'} made ·{' '}
          {one.sampleShareBasisPoints / 100} % drawn each month
          {one.lastDrawnAt === null ? null : (
            <>
              , last on <DateTime at={one.lastDrawnAt} format="day" />
            </>
          )}
          {one.open === 0 ? null : (
            <>
              {' · '}
              <TextLink href="/operator/credentials?reason=sample">
                {one.open} {one.open === 1 ? 'sample waits' : 'samples wait'} at the desk
              </TextLink>
            </>
          )}
        </p>
      </div>
      <div className="flex flex-col items-start gap-3">
        <Measure
          label="The source said the same"
          value={decided === 0 ? null : one.agrees / decided}
          reason="No sample has been looked at yet."
          format="percent"
          interval={one.interval}
          n={decided}
          nUnit="samples"
        />
        <DelegationActs delegationId={one.delegationId} vendor={one.vendor} status={one.status} />
      </div>
    </li>
  );
}
