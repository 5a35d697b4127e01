import type { inferRouterOutputs } from '@trpc/server';
import type { ReactNode } from 'react';
import { Badge } from '#app/_ui/badge.tsx';
import { cn } from '#app/_ui/cn.ts';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Money } from '#app/_ui/money.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { costWords, counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import type { AppRouter } from '#server/routers/_app.ts';
import { BidActions } from './bid-actions.tsx';
import { bestOf, daysToRead } from './bid-facts.ts';
import type { ComparedBid, ComparedCall } from './compare-page.tsx';
import type { Candidate } from './rank-list.tsx';

export type BidTableProps = {
  bids: readonly ComparedBid[];
  candidates: readonly Candidate[];
  pilots: inferRouterOutputs<AppRouter>['pilots']['ofProject'];
  project: { id: string; cases: number; overlap: number };
  terms: ComparedCall['pilotTerms'];
  feeBasisPoints: number;
  datasets: readonly { id: string; name: string; caseCount: number }[];
  mayAward: boolean;
};

/** The bids as columns, what matters as rows; the best figure of a row is marked in words, never by colour alone. */
export function BidTable(props: BidTableProps) {
  const { bids, project } = props;
  const best = bestOf(bids.map((bid) => ({ ...bid, vendor: bid.vendor.legalName })));
  const several = bids.length > 1;
  const rows: { label: string; says?: string; cell: (bid: ComparedBid) => ReactNode }[] = [
    { label: 'State', cell: (bid) => <StatusPill state={bid.status} /> },
    {
      label: 'Price per read',
      cell: (bid) => <Money amountMinor={bid.pricePerReadMinor} currency={bid.currency} />,
    },
    {
      label: 'Per final label',
      says: `${project.overlap} reads and the platform fee; review and panel come on top`,
      cell: (bid) => (
        <Best is={several && best?.cheapest.bidId === bid.bidId} words="lowest">
          <span className="font-semibold">{costWords(bid.perFinalLabelMinor, bid.currency)}</span>
        </Best>
      ),
    },
    {
      label: 'Pace',
      cell: (bid) => (
        <Best is={several && best?.fastest.bidId === bid.bidId} words="fastest">
          {bid.readsPerDay.toLocaleString('en')} reads a day
        </Best>
      ),
    },
    {
      label: 'Time for all cases',
      cell: (bid) => counted(daysToRead(project.cases, project.overlap, bid.readsPerDay), 'day'),
    },
    {
      label: 'Start',
      cell: (bid) => <DateTime at={`${bid.startOn}T00:00:00Z`} format="day" zone="UTC" />,
    },
    { label: 'Locations', cell: (bid) => <Locations mix={bid.locationMix} /> },
    { label: 'People', cell: (bid) => <Seats seats={bid.seats} /> },
    {
      label: 'Track record',
      says: 'Pilots decided here, and how many passed',
      cell: ({ trackRecord }) =>
        trackRecord.pilots === 0 ? (
          <span className="text-ink-2">No pilot decided yet</span>
        ) : (
          `${counted(trackRecord.pilots, 'pilot')}, ${trackRecord.passed} passed`
        ),
    },
    { label: 'Rank', cell: (bid) => <Rank bid={bid} candidates={props.candidates} /> },
    {
      label: 'Note',
      cell: (bid) =>
        bid.note === '' ? (
          <span className="text-ink-3">–</span>
        ) : (
          <span className="prose-width">{bid.note}</span>
        ),
    },
    { label: 'Decide', cell: (bid) => <Decide {...props} bid={bid} /> },
  ];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a frame that scrolls must be reachable by keyboard
    <section aria-label="Bids side by side" tabIndex={0} className="overflow-x-auto">
      <table className="border-collapse text-sm">
        <thead>
          <tr className="border-line-strong border-b">
            <th scope="col" className="sticky left-0 w-28 min-w-28 bg-canvas py-2 pr-3 sm:w-40">
              <span className="sr-only">What is compared</span>
            </th>
            {bids.map((bid) => (
              <th
                key={bid.bidId}
                scope="col"
                className="w-72 min-w-56 max-w-80 px-3 py-2 text-left align-bottom font-semibold text-base"
              >
                {bid.vendor.legalName}
                <span className="block font-normal text-ink-3 text-xs">{bid.vendor.country}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.label} className="border-line border-b">
              <th
                scope="row"
                className="sticky left-0 bg-canvas py-2 pr-3 text-left align-top font-normal text-ink-2"
              >
                {row.label}
                {row.says ? <span className="hidden text-ink-3 text-xs sm:block">{row.says}</span> : null}
              </th>
              {bids.map((bid) => (
                <td key={bid.bidId} className="px-3 py-2 align-top">
                  {row.cell(bid)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Best({ is, words, children }: { is: boolean; words: string; children: ReactNode }) {
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      {children}
      {is ? <Badge tone="good">{words}</Badge> : null}
    </span>
  );
}

function Locations({ mix }: { mix: Record<string, number> }) {
  const shares = Object.entries(mix).sort((a, b) => b[1] - a[1]);
  return shares.map(([country, share]) => `${country} ${share / 100} %`).join(', ');
}

const LEVEL_WORDS: Record<string, string> = {
  self_claimed: 'self-claimed',
  vendor_attested: 'vendor attested',
  primary_source: 'checked at source',
};

function Seats({ seats }: { seats: ComparedBid['seats'] }) {
  const hours = seats.reduce((sum, seat) => sum + seat.hoursPerWeek, 0);
  return (
    <details>
      <summary className="focus-target cursor-pointer">
        {counted(seats.length, 'person', 'people')}, {hours} h a week
      </summary>
      <ul className="mt-2 flex flex-col gap-2">
        {seats.map((seat) => (
          <li key={seat.personId}>
            <span className="font-medium">{seat.name}</span>
            <span className="text-ink-3">
              {' '}
              · {seat.role} · {seat.hoursPerWeek} h
            </span>
            {seat.credentials.length === 0 ? (
              <span className="block text-ink-3 text-xs">No credential recorded</span>
            ) : (
              seat.credentials.map((one) => (
                <span
                  key={`${one.title} ${one.specialty} ${one.expiresOn}`}
                  className={cn(
                    'block text-xs',
                    one.status === 'expired' ? 'text-critical-ink' : 'text-ink-2',
                  )}
                >
                  {one.title}
                  {one.specialty && !one.title.includes(one.specialty) ? `, ${one.specialty}` : ''} (
                  {LEVEL_WORDS[one.level] ?? one.level}
                  {one.expiresOn ? `, until ${one.expiresOn}` : ''})
                </span>
              ))
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Rank({ bid, candidates }: { bid: ComparedBid; candidates: readonly Candidate[] }) {
  const fitting = candidates.filter(({ kind, score }) => kind === 'vendor' && score !== null);
  const found = candidates.find((candidate) => candidate.orgId === bid.vendor.id);
  if (!found) return <span className="text-ink-3">Not ranked</span>;
  if (found.score === null) return <span className="text-ink-2">Fails a gate; see below</span>;
  return `${fitting.indexOf(found) + 1} of ${fitting.length} that fit, ${found.score.toFixed(2)}`;
}

function Decide({
  bid,
  pilots,
  project,
  terms,
  feeBasisPoints,
  datasets,
  mayAward,
}: BidTableProps & { bid: ComparedBid }) {
  const pilot = pilots.find((one) => one.bidId === bid.bidId);
  if (pilot) {
    return <TextLink href={`/sponsor/projects/${project.id}/pilots/${pilot.pilotId}`}>Open pilot</TextLink>;
  }
  return (
    <BidActions
      bidId={bid.bidId}
      vendor={bid.vendor.legalName}
      status={bid.status}
      version={bid.version}
      projectId={project.id}
      pilot={{
        cases: terms.cases,
        overlap: terms.overlap,
        pricePerReadMinor: bid.pricePerReadMinor,
        currency: bid.currency,
        feeBasisPoints,
      }}
      datasets={datasets}
      mayAward={mayAward}
    />
  );
}
