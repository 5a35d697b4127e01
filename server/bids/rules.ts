import { unreachable } from '#server/core/assert.ts';
import { DAY, plus } from '#server/core/clock.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { sayDay, sayMinute } from '#server/notifications/say-day.ts';

export type BidStatus =
  | 'draft'
  | 'submitted'
  | 'shortlisted'
  | 'piloting'
  | 'awarded'
  | 'declined'
  | 'withdrawn'
  | 'expired';
export type BidAction = 'submit' | 'shortlist' | 'order_pilot' | 'award' | 'decline' | 'withdraw' | 'expire';

/** The state a bid goes to, or null when the action is not allowed in its state (design §6). */
export function nextBidStatus(status: BidStatus, action: BidAction): BidStatus | null {
  switch (action) {
    case 'submit':
      return status === 'draft' ? 'submitted' : null;
    case 'shortlist':
      return status === 'submitted' ? 'shortlisted' : null;
    case 'order_pilot':
      return status === 'shortlisted' ? 'piloting' : null;
    case 'award':
      return status === 'piloting' ? 'awarded' : null;
    case 'decline':
      return status === 'submitted' || status === 'shortlisted' || status === 'piloting' ? 'declined' : null;
    case 'withdraw':
      return status === 'draft' || status === 'submitted' || status === 'shortlisted' ? 'withdrawn' : null;
    case 'expire':
      return status === 'submitted' || status === 'shortlisted' || status === 'piloting' ? 'expired' : null;
    default:
      return unreachable(action);
  }
}

/** Why a bid is not revised; null when it may be. Whether the call still takes bids is asked of the offer itself. */
export function revisionProblem(of: {
  bid: { status: string; version: number };
  seenVersion: number;
}): ErrorDetail | null {
  const { bid, seenVersion } = of;
  if (bid.status !== 'submitted' && bid.status !== 'shortlisted') {
    return {
      code: 'bid_state',
      message: `This bid is ${bid.status}; only one that is submitted or shortlisted is revised. Its price binds (R13).`,
    };
  }
  return seenVersion === bid.version ? null : revised(bid.version);
}

/** Why what is decided about a bid is not what was on the screen; null when it is, or nothing was said of it. */
export function versionProblem(version: number, seenVersion: number | undefined): ErrorDetail | null {
  return seenVersion === undefined || seenVersion === version ? null : revised(version);
}

const revised = (version: number): ErrorDetail => ({
  code: 'bid_revised',
  message: `The bid was revised meanwhile; version ${version} counts now. Reload the page and look at it first.`,
});

/** Why a bid is not taken back; null when it may be (R13). */
export function withdrawalProblem(of: {
  bid: { status: string };
  hasEnded: boolean;
  reason: string;
}): ErrorDetail | null {
  switch (of.bid.status) {
    case 'piloting':
      return {
        code: 'bid_binding',
        message: `A pilot is ordered at this bid's price, so the offer binds until ${DAYS_HELD} days after its verdict (R13). If your people cannot read it, tell the sponsor, who can end the pilot; what was read is paid.`,
      };
    case 'awarded':
      return {
        code: 'bid_awarded',
        message:
          'This bid was awarded and is a contract now. A contract is changed or ended under its own terms, by an amendment that both sides sign; the bid is not taken back.',
      };
    case 'draft':
      return null;
    case 'submitted':
    case 'shortlisted':
      return of.hasEnded && of.reason.length < 3
        ? {
            code: 'reason_missing',
            path: 'reason',
            message:
              'The call has ended and your bid is being compared. Say why you take it back; the sponsor reads it.',
          }
        : null;
    default:
      return { code: 'bid_state', message: `This bid is ${of.bid.status} already.` };
  }
}

/** Why a bid is not declined by itself; null when it may be. One under a pilot is decided with the pilot (R16). */
export function decliningProblem(bid: { status: string }): ErrorDetail | null {
  if (bid.status !== 'piloting') return null;
  return {
    code: 'pilot_undecided',
    message:
      'A pilot is ordered on this bid. Decide on the pilot, on its page: declining it there closes the access of its people, has what they hold returned, and declines the bid with the reason you sign.',
  };
}

/** Why no pilot is ordered under a call; null when one may be. */
export function orderingProblem(call: { status: string }): ErrorDetail | null {
  if (call.status !== 'decided') return null;
  return {
    code: 'call_decided',
    message:
      'This call is decided: all of its work is given away, so a pilot could lead to no award. Open a further call to have more people on the project.',
  };
}

/** Days after the verdict for which a bid's price is held (R13). */
const DAYS_HELD = 30;

/** The last moment at which a bid can be awarded, from its pilot's verdict or, before there is one, its time limit. */
export function heldUntil(verdictAt: Date): Date {
  return plus(verdictAt, DAYS_HELD * DAY);
}

/** `bid_expired` when the price of a bid is not held any more (R13); null while it is, and before a pilot sets an end. */
export function expiryProblem(
  bid: { status: string; validUntil: Date | null },
  now: Date,
): ErrorDetail | null {
  const { status, validUntil } = bid;
  if (status !== 'expired' && (validUntil === null || now <= validUntil)) return null;
  const when = validUntil === null ? '' : ` on ${sayDay(validUntil)}`;
  return {
    code: 'bid_expired',
    message: `This bid ended${when}, ${DAYS_HELD} days after the verdict on its pilot (R13). Its price is not held any more; decline the pilot, and ask the vendor for a new bid.`,
  };
}

export type BidFacts = {
  call: { status: string; closesAt: Date };
  /** Whether the call is for this vendor: public, or invited to. */
  mayBid: boolean;
  project: { currency: string; deadline: string; allowedCountries: readonly string[] };
  currency: string;
  startOn: string;
  locationMix: Readonly<Record<string, number>>;
  /** Annotators the pilot's overlap asks for. */
  overlap: number;
  seats: readonly {
    personId: string;
    role: 'annotator' | 'reviewer';
    onTeam: boolean;
    credentialProblem: string | null;
    name: string;
  }[];
  now: Date;
};

/** Everything that stands in the way of a bid, in words; empty when it may be submitted. */
export function bidProblems(facts: BidFacts): ErrorDetail[] {
  const problems: ErrorDetail[] = [];
  const today = facts.now.toISOString().slice(0, 10);
  if (facts.call.status !== 'open' || facts.now >= facts.call.closesAt) {
    problems.push({
      code: 'call_closed',
      message: `The call closed on ${sayMinute(facts.call.closesAt)}. Bids are no longer taken.`,
    });
  }
  if (!facts.mayBid) {
    problems.push({
      code: 'not_invited',
      message:
        'Only invited vendors may bid on this call. Ask the sponsor to invite you, on the page of the call.',
    });
  }
  if (facts.currency !== facts.project.currency) {
    problems.push({
      code: 'currency_mismatch',
      path: 'currency',
      message: `The project pays in ${facts.project.currency}; bid in that currency.`,
    });
  }
  if (facts.startOn < today)
    problems.push({ code: 'start_past', path: 'startOn', message: 'The start date is in the past.' });
  if (facts.startOn > facts.project.deadline) {
    problems.push({
      code: 'start_after_deadline',
      path: 'startOn',
      message: `The start date is after the project's deadline ${sayDay(facts.project.deadline)}.`,
    });
  }
  problems.push(...locationProblems(facts), ...seatProblems(facts));
  return problems;
}

function locationProblems(facts: BidFacts): ErrorDetail[] {
  const shares = Object.entries(facts.locationMix);
  const sum = shares.reduce((total, [, share]) => total + share, 0);
  const problems: ErrorDetail[] = [];
  if (sum !== 10_000) {
    problems.push({
      code: 'location_mix_sum',
      path: 'locationMix',
      message: `The location shares add up to ${sum / 100} %, not 100 %.`,
    });
  }
  const allowed = facts.project.allowedCountries;
  const outside = shares
    .filter(([country, share]) => share > 0 && allowed.length > 0 && !allowed.includes(country))
    .map(([country]) => country);
  if (outside.length > 0) {
    problems.push({
      code: 'location_not_allowed',
      path: 'locationMix',
      message: `The project does not allow reads from ${outside.join(', ')}; allowed: ${allowed.join(', ')}.`,
    });
  }
  return problems;
}

function seatProblems(facts: BidFacts): ErrorDetail[] {
  const problems: ErrorDetail[] = [];
  const annotators = new Set(
    facts.seats.filter((seat) => seat.role === 'annotator').map((seat) => seat.personId),
  );
  if (annotators.size < facts.overlap) {
    problems.push({
      code: 'seats_too_few',
      path: 'seats',
      message: `Each case is read by ${facts.overlap} different people; name at least ${facts.overlap} annotators (now ${annotators.size}).`,
    });
  }
  facts.seats.forEach((seat, index) => {
    if (!seat.onTeam)
      problems.push({
        code: 'seat_not_on_team',
        path: `seats.${index}`,
        message: `${seat.name} is not an active member of your organisation.`,
      });
    else if (seat.credentialProblem)
      problems.push({
        code: 'seat_credential_missing',
        path: `seats.${index}`,
        message: `${seat.name}: ${seat.credentialProblem}`,
      });
  });
  return problems;
}

/** What keeps a call from being decided, all at once; empty when it may be. */
export function decisionProblems(of: {
  status: string;
  bids: readonly { bidId: string; vendor: string; status: BidStatus }[];
  reasons: ReadonlyMap<string, string>;
}): ErrorDetail[] {
  if (of.status === 'open')
    return [
      { code: 'call_open', message: 'The call still takes bids. Decide when it has ended, or end it first.' },
    ];
  return of.bids.flatMap(({ bidId, vendor, status }): ErrorDetail[] => {
    if (status === 'piloting')
      return [
        {
          code: 'pilot_undecided',
          message: `The pilot of ${vendor} has no signed decision yet. Award, extend or decline it on its page first.`,
        },
      ];
    return (of.reasons.get(bidId) ?? '').trim().length < 10
      ? [
          {
            code: 'reason_missing',
            path: `reasons.${bidId}`,
            message: `Say why the bid of ${vendor} is not chosen, in a sentence; the vendor reads it.`,
          },
        ]
      : [];
  });
}

/** Whether a further share can be awarded; shares of a call sum to at most 100 % (R13). */
export function awardProblem(awardedBasisPoints: number, shareBasisPoints: number): ErrorDetail | null {
  if (shareBasisPoints <= 0)
    return { code: 'share_zero', path: 'shareBasisPoints', message: 'The share must be above zero.' };
  if (awardedBasisPoints + shareBasisPoints > 10_000) {
    return {
      code: 'award_exceeds_100',
      path: 'shareBasisPoints',
      message: `${awardedBasisPoints / 100} % of the work is awarded already; at most ${(10_000 - awardedBasisPoints) / 100} % is left.`,
    };
  }
  return null;
}
