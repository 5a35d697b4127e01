import type { inferRouterOutputs } from '@trpc/server';
import { BidVersions } from '#app/_bids/bid-versions.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import type { Work } from '#server/bids/pricing.ts';
import type { AppRouter } from '#server/routers/_app.ts';
import { BidForm } from './bid-form.tsx';
import type { BidValues } from './bid-values.ts';
import type { Candidate } from './find-candidates.ts';
import { InvitationNote } from './invitation-note.tsx';
import { priceValuesOf } from './price-values.ts';
import type { Team } from './seat-list.tsx';

type Outputs = inferRouterOutputs<AppRouter>;
export type Call = Outputs['bids']['getCall'];
export type Room = Outputs['bids']['bidderRoom'];
type History = Outputs['bids']['ownHistory'];

type BidPartProps = {
  call: Call;
  room: Room;
  history: History | null;
  isOpen: boolean;
  mayWrite: boolean;
  people: readonly Candidate[];
  teams: readonly Team[];
};

/** The vendor's bid on a call: the form for a first one, or what is in with its versions and the way to revise it. */
export function BidPart({ call, room, history, isOpen, mayWrite, people, teams }: BidPartProps) {
  const { project } = call;
  const work: Work = { ...project, cases: call.cases ?? 0, taskTypes: call.taskTypes };
  const form = {
    callId: call.callId,
    work,
    overlap: call.pilotTerms.overlap,
    people,
    teams,
    countries: project.allowedCountries,
    today: new Date().toISOString().slice(0, 10),
  };
  return (
    <section aria-label="Your bid" className="flex max-w-[720px] flex-col gap-3">
      <h2 className="font-semibold text-lg">Your bid</h2>
      {history && call.myBid ? (
        <>
          <p className="flex flex-wrap items-center gap-2 text-base">
            You have a bid on this call: <StatusPill state={call.myBid.status} />
            <LinkButton size="sm" href="/vendor/bids">
              See your bids
            </LinkButton>
          </p>
          <BidVersions history={history} />
          {isOpen && mayWrite && ['submitted', 'shortlisted'].includes(call.myBid.status) ? (
            <details className="border-line border-t pt-3">
              <summary className="focus-target w-fit cursor-pointer font-medium text-accent-ink">
                Revise bid
              </summary>
              <p className="prose-width py-3 text-ink-3 text-sm">
                The new version takes the place of the old one, which stays in the record. A shortlisted bid
                is looked at again.
              </p>
              <BidForm
                // A version that came in meanwhile is a form of its own.
                key={call.myBid.version}
                {...form}
                revises={{
                  bidId: call.myBid.bidId,
                  version: call.myBid.version,
                  values: valuesOf(history),
                }}
              />
            </details>
          ) : null}
        </>
      ) : !mayWrite ? (
        <p className="text-ink-2">Your role does not write bids. Ask the owner or a staffing lead.</p>
      ) : !isOpen ? (
        <p className="text-ink-2">The call is closed.</p>
      ) : !room.mayBid ? (
        <InvitationNote callId={call.callId} invitation={room.invitation} />
      ) : (
        <>
          {room.invitation === 'invited' ? (
            <InvitationNote callId={call.callId} invitation={room.invitation} />
          ) : null}
          <BidForm {...form} />
        </>
      )}
    </section>
  );
}

/** The version that counts, as the form shows it. */
function valuesOf({ versions, currency }: History): BidValues {
  const [latest] = versions;
  if (!latest) throw new Error('A bid has a version.');
  return {
    price: priceValuesOf(latest.pricing, currency),
    readsPerDay: String(latest.readsPerDay),
    startOn: latest.startOn,
    locations: Object.entries(latest.locationMix).map(([country, share], id) => ({
      id,
      country,
      share: String(share / 100),
    })),
    seats: Object.fromEntries(
      latest.seats.map((seat) => [
        seat.personId,
        { role: seat.role === 'reviewer' ? 'reviewer' : 'annotator', hours: String(seat.hoursPerWeek) },
      ]),
    ),
    note: latest.note,
  };
}
