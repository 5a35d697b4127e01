import { Gavel } from 'lucide-react';
import type { Metadata } from 'next';
import type { Search } from '#app/_shell/address.ts';
import { listPlace } from '#app/_team/page-place.ts';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { Money } from '#app/_ui/money.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { ScorecardList } from './scorecard-list.tsx';
import { WithdrawBid } from './withdraw-bid.tsx';

export const metadata: Metadata = { title: 'Bids' };

/** A vendor's bids, newest first, and the scorecards of its decided pilots (R16). */
export default async function BidsPage({ searchParams }: { searchParams: Promise<Search> }) {
  const { after } = listPlace(await searchParams, 'pilots_');
  const { bids, pilots, me } = await loaded(async (call) => ({
    bids: await call.bids.mine({ limit: 100 }),
    pilots: await call.pilots.mine({ after }),
    me: await call.identity.me(),
  }));
  const live = bids.filter((bid) => ['submitted', 'shortlisted', 'piloting'].includes(bid.status));
  const won = bids.filter((bid) => bid.status === 'awarded').length;
  return (
    <>
      <PageHeader title="Bids">
        <AnswerLine>
          {bids.length === 0 ? (
            'You have not bid yet.'
          ) : (
            <>
              <strong>{live.length}</strong> {live.length === 1 ? 'bid is' : 'bids are'} under decision;{' '}
              <strong>{won}</strong> {won === 1 ? 'was' : 'were'} awarded.
            </>
          )}
        </AnswerLine>
      </PageHeader>
      {bids.length === 0 ? (
        <EmptyState
          icon={<Gavel aria-hidden />}
          title="Your bids will be here"
          action={<LinkButton href="/vendor/calls">See open calls</LinkButton>}
        >
          A bid is a binding offer: its price holds until 30 days after the pilot’s verdict.
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line border-line border-y">
          {bids.map((bid) => (
            <li key={bid.bidId} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
              <span className="min-w-0 grow basis-64">
                <TextLink href={`/vendor/calls/${bid.callId}`} className="block font-medium text-base">
                  {bid.project}
                </TextLink>
                <span className="block text-ink-3 text-sm">
                  {bid.version === 1 ? '' : `version ${bid.version} · `}
                  {bid.seats.length} people · {bid.readsPerDay} reads a day · submitted{' '}
                  {bid.submittedAt ? <DateTime at={bid.submittedAt} format="day" /> : 'not yet'}
                  {bid.reason ? ` · ${bid.reason}` : ''}
                </span>
                <PriceHeld status={bid.status} until={bid.validUntil} />
              </span>
              <span className="text-base">
                <Money amountMinor={bid.pricePerReadMinor} currency={bid.currency} per="per read" />
              </span>
              <StatusPill state={bid.status} />
              {me.capabilities.includes('bid.write') &&
              (bid.status === 'submitted' || bid.status === 'shortlisted') ? (
                <WithdrawBid bidId={bid.bidId} project={bid.project} hasEnded={bid.closesAt <= new Date()} />
              ) : null}
            </li>
          ))}
        </ul>
      )}
      <ScorecardList page={pilots} isFirst={after === null} rights={me.capabilities} />
    </>
  );
}

/** Until when the offer binds (R13). */
function PriceHeld({ status, until }: { status: string; until: Date | null }) {
  if (!['submitted', 'shortlisted', 'piloting', 'expired'].includes(status)) return null;
  if (until === null && status === 'expired') return null;
  return (
    <span className="block text-ink-3 text-sm">
      {until === null ? (
        'Price held until 30 days after the verdict on a pilot'
      ) : (
        <>
          {status === 'expired' ? 'Price was held until' : 'Price held until'}{' '}
          <DateTime at={until} format="day" />
        </>
      )}
    </span>
  );
}
