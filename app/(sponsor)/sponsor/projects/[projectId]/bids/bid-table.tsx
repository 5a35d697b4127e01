import type { inferRouterOutputs } from '@trpc/server';
import { Check, Minus } from 'lucide-react';
import type { ReactNode } from 'react';
import { Badge } from '#app/_ui/badge.tsx';
import { cn } from '#app/_ui/cn.ts';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { COMPARISON_LINES, leadWords, moneyWords, quotientWords } from '#server/bids/comparison-words.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import type { AppRouter } from '#server/routers/_app.ts';
import { BidActions } from './bid-actions.tsx';
import { GONE } from './bid-facts.ts';
import type { Compared, ComparedBid, ComparedCall } from './compare-page.tsx';
import type { Candidate } from './rank-list.tsx';
import { VersionsDialog } from './versions-dialog.tsx';

export type BidTableProps = {
  compared: Compared;
  candidates: readonly Candidate[];
  pilots: inferRouterOutputs<AppRouter>['pilots']['ofProject'];
  project: { id: string };
  terms: ComparedCall['pilotTerms'];
  feeBasisPoints: number;
  datasets: readonly { id: string; name: string; caseCount: number }[];
  mayAward: boolean;
};

/**
 * The bids side by side: on a wide window as columns with what matters as rows, on a phone one below the other. What leads on
 * a line, and over whom that is decided, is said in words, never by colour alone.
 */
export function BidTable(props: BidTableProps) {
  const { compared } = props;
  const rows = rowsOf(props);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a frame that scrolls must be reachable by keyboard */}
      <section aria-label="Bids side by side" tabIndex={0} className="hidden overflow-x-auto sm:block">
        <table className="border-collapse text-sm">
          <thead>
            <tr className="border-line-strong border-b">
              <th scope="col" className="sticky left-0 w-40 min-w-36 bg-canvas py-2 pr-3">
                <span className="sr-only">What is compared</span>
              </th>
              {compared.bids.map((bid) => (
                <th
                  key={bid.bidId}
                  scope="col"
                  className="px-3 py-2 text-left align-bottom font-semibold text-base"
                >
                  <Bidder bid={bid} projectId={props.project.id} />
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
                  {row.says ? <span className="block text-ink-3 text-xs">{row.says}</span> : null}
                </th>
                {compared.bids.map((bid) => (
                  <td key={bid.bidId} className="px-3 py-2 align-top">
                    {/* A column is as wide as a cell of it says, and a table does not keep its columns to a width. */}
                    <div className="w-60">{row.cell(bid)}</div>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <div className="divide-y divide-line border-line border-y sm:hidden">
        {compared.bids.map((bid) => (
          <details key={bid.bidId}>
            <summary className="focus-target flex cursor-pointer items-start justify-between gap-3 py-2">
              <span className="min-w-0">
                <span className="block font-semibold text-base">{bid.vendor.legalName}</span>
                <span className="block text-ink-2 text-sm">{phoneWords(bid)}</span>
              </span>
              <StatusPill state={bid.status} />
            </summary>
            <section aria-label={`Bid of ${bid.vendor.legalName}`}>
              {GONE.includes(bid.status) ? null : (
                <p className="pb-1 text-sm">
                  <TextLink href={`/sponsor/projects/${props.project.id}/bids/vendors/${bid.vendor.id}`}>
                    What {bid.vendor.legalName} shows of itself
                  </TextLink>
                </p>
              )}
              <dl className="divide-y divide-line">
                {rows.map((row) => (
                  <div key={row.label} className="py-2">
                    <dt className="text-ink-3 text-xs">{row.label}</dt>
                    <dd className="text-sm">{row.cell(bid)}</dd>
                  </div>
                ))}
              </dl>
            </section>
          </details>
        ))}
      </div>
    </>
  );
}

type Row = { label: string; says?: string | undefined; cell: (bid: ComparedBid) => ReactNode };

function rowsOf(props: BidTableProps): Row[] {
  const { compared } = props;
  return [
    {
      label: 'State',
      cell: (bid) => (
        <span className="flex flex-wrap items-center gap-x-2">
          <StatusPill state={bid.status} />
          <Versions bid={bid} />
        </span>
      ),
    },
    ...COMPARISON_LINES.map(
      ({ key, label, says, best, words }): Row => ({
        label,
        says,
        cell: (bid) => {
          const lead = best === undefined ? null : leadWords(compared, best, bid.bidId);
          const folded = foldedWords(key, bid);
          return (
            <span className={cn('block', key === 'cost_per_correct' && 'font-semibold')}>
              {folded ? (
                <details>
                  <summary className="focus-target cursor-pointer">{folded}</summary>
                  {words(bid)}
                </details>
              ) : (
                words(bid)
              )}
              {lead === null ? null : <Lead words={lead} />}
              {key === 'total' && bid.aboveBudgetMinor !== null ? (
                <Badge tone="attention" className="mt-1">
                  above budget
                </Badge>
              ) : null}
            </span>
          );
        },
      }),
    ),
    { label: 'People', cell: (bid) => <Seats seats={bid.seats} /> },
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
}

/** What a line says of the bid that leads on it. */
function Lead({ words }: { words: string }) {
  const isDecided = !words.includes('not decided');
  return (
    <span
      className={cn(
        'mt-1 flex items-start gap-1 text-xs',
        isDecided ? 'text-good-ink' : 'text-ink-2',
        'font-medium',
      )}
    >
      {isDecided ? (
        <Check aria-hidden className="mt-0.5 size-3 shrink-0" />
      ) : (
        <Minus aria-hidden className="mt-0.5 size-3 shrink-0" />
      )}
      {words}
    </span>
  );
}

/** What a bid comes to before it is unfolded on a phone. */
function phoneWords(bid: ComparedBid): string {
  const price = moneyWords(bid.pricePerReadMinor, bid.currency);
  const { value } = bid.costPerCorrect;
  return value === null
    ? `${price} a read`
    : `${quotientWords(value, bid.currency)} per correct label; ${price} a read`;
}

/** What stands on a line before it is unfolded, where it would be long; null where it is short. */
function foldedWords(key: string, bid: ComparedBid): string | null {
  if (key === 'evidence' && bid.evidence.length > 1) return counted(bid.evidence.length, 'document');
  if (key === 'references' && bid.references.length > 1) return counted(bid.references.length, 'client');
  return null;
}

/** A bidder's name; it leads to its own page while the bid is one to decide on. */
function Bidder({ bid, projectId }: { bid: ComparedBid; projectId: string }) {
  if (GONE.includes(bid.status)) return bid.vendor.legalName;
  return (
    <TextLink href={`/sponsor/projects/${projectId}/bids/vendors/${bid.vendor.id}`}>
      {bid.vendor.legalName}
    </TextLink>
  );
}

/** A link to what was offered before, where there was something. */
function Versions({ bid }: { bid: ComparedBid }) {
  return bid.version === 1 ? null : <VersionsDialog bidId={bid.bidId} version={bid.version} />;
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
                  {one.expiresOn ? `, until ${sayDay(one.expiresOn)}` : ''})
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
