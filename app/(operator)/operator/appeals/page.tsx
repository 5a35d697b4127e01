import type { inferRouterOutputs } from '@trpc/server';
import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { placeFrom, type Search } from '#app/_shell/address.ts';
import { REJECT_WORDS } from '#app/_shell/reject-words.ts';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { Badge } from '#app/_ui/badge.tsx';
import { CopyId } from '#app/_ui/copy-id.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { formatDuration } from '#app/_ui/format-duration.ts';
import { ListPages } from '#app/_ui/list-pages.tsx';
import { Money } from '#app/_ui/money.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import type { AppRouter } from '#server/routers/_app.ts';
import { AppealedCase } from './appealed-case.tsx';
import { DecideAppeal } from './decide-appeal.tsx';

export const metadata: Metadata = { title: 'Appeals' };
export const dynamic = 'force-dynamic';

type Desk = inferRouterOutputs<AppRouter>['appeals']['desk'];
type Appeal = Desk['items'][number];

const seconds = (ms: number) => formatDuration(Math.max(1, Math.round(ms / 1000)));

type AppealsPageProps = { searchParams: Promise<Search> };

/** Appeals of readers against a rejection, longest waiting first: the read, the evidence, what its author says, and the decision. */
export default async function AppealsPage({ searchParams }: AppealsPageProps) {
  const place = placeFrom(await searchParams, 'after');
  const desk = await loaded((call) => call.appeals.desk({ after: place }));
  return (
    <>
      <PageHeader title="Appeals">
        <AnswerLine>
          {desk.total === 0 ? (
            'No appeal waits for you.'
          ) : (
            <>
              <strong>{desk.total}</strong> {desk.total === 1 ? 'appeal waits' : 'appeals wait'} for your
              decision{desk.overdue > 0 ? <>, {desk.overdue} past the 7 days</> : null}.
            </>
          )}
        </AnswerLine>
      </PageHeader>
      {desk.total === 0 ? (
        <EmptyState title="Nothing waits">
          Who reads can appeal a rejection for seven days. It is decided here, by somebody who had no part in
          it.
        </EmptyState>
      ) : (
        <ul className="max-w-[860px] divide-y divide-line border-line border-y">
          {desk.items.map((one) => (
            <AppealItem key={one.labelId} one={one} />
          ))}
        </ul>
      )}
      {desk.total > desk.items.length ? (
        <ListPages
          of="appeals"
          said={`${desk.items.length} of ${desk.total}, longest waiting first`}
          firstHref={place === null ? null : '/operator/appeals'}
          nextHref={desk.next && `/operator/appeals?after=${encodeURIComponent(desk.next)}`}
        />
      ) : null}
    </>
  );
}

function AppealItem({ one }: { one: Appeal }) {
  return (
    <li className="flex flex-col gap-2 py-4">
      <h2 className="flex flex-wrap items-center gap-x-2 font-medium text-base">
        {one.author} against {one.rejectedBy === 'Sponsor' ? 'the sponsor' : one.rejectedBy}:{' '}
        {REJECT_WORDS[one.reason].toLocaleLowerCase()}
        {one.isOverdue ? <Badge tone="critical">Overdue</Badge> : null}
      </h2>
      <p className="text-ink-3 text-sm">
        {one.sponsor} · {one.project} · {one.batch} · appealed <DateTime at={one.appeal.createdAt} />, due by{' '}
        <DateTime at={one.appeal.dueAt} />
      </p>
      <dl className="grid grid-cols-1 gap-x-4 gap-y-2 text-sm sm:grid-cols-[10rem_1fr]">
        <Fact term="Evidence given">{one.evidence}</Fact>
        <Fact term="The reader says">{one.appeal.reason}</Fact>
        <Fact term="The read">
          {one.answers.map((answer) => `${answer.label}: ${answer.value}`).join(' · ')}
          {one.rationale === null ? null : <span className="block text-ink-2">{one.rationale}</span>}
        </Fact>
        <Fact term="Active time">
          {seconds(one.activeMs)}
          {one.medianActiveMs === null ? null : (
            <span className="text-ink-3"> · median of the batch {seconds(one.medianActiveMs)}</span>
          )}
        </Fact>
        <Fact term="Submitted">
          <DateTime at={one.submittedAt} /> · rejected <DateTime at={one.rejectedAt} /> ·{' '}
          <CopyId id={one.labelId} />
        </Fact>
        <Fact term="If you overturn it">
          The reader is paid <Money amountMinor={one.priceMinor} currency={one.currency} />
          {one.feeMinor === 0n ? null : (
            <>
              {' '}
              and the sponsor’s fee is <Money amountMinor={one.feeMinor} currency={one.currency} />
            </>
          )}
          , from the project’s funds; the read that took its place stays.
        </Fact>
      </dl>
      <AppealedCase
        batchId={one.batchId}
        labelId={one.labelId}
        author={one.author}
        submittedAt={one.submittedAt}
      />
      <DecideAppeal
        batchId={one.batchId}
        labelId={one.labelId}
        project={one.project}
        batch={one.batch}
        author={one.author}
        submittedAt={one.submittedAt}
      />
    </li>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{term}</dt>
      <dd className="prose-width min-w-0 whitespace-pre-line">{children}</dd>
    </>
  );
}
