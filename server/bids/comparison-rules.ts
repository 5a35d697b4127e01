import { costPerCorrectLabel } from '#server/quality/cost-per-correct-label.ts';
import { differenceOfShares } from '#server/quality/difference-of-proportions.ts';
import type { Measurement } from '#server/quality/measurement.ts';
import { normalCritical } from '#server/quality/normal-quantile.ts';

/**
 * What the share of right labels rests on, best first: final labels of this call's pilot, its single reads, those of the vendor's like
 * work here, or only what all vendors' like (or any) work has been, which counts little.
 */
export type AccuracyBasis = 'pilot' | 'pilot_reads' | 'like_work' | 'prior_like' | 'prior_any' | 'none';

export type AccuracyFacts = { right: number; checked: number; basis: AccuracyBasis };

/** As many reads as a prior counts: vendors differ, so thousands of others' reads say little of this one. */
const PRIOR_COUNTS = 10;

/** One measured batch: how large a share was right, with its interval, of how many. */
export type MeasuredShare = { value: number; lower: number | null; upper: number | null; n: number };

/**
 * As many independent trials as the interval of a share is worth: reads of one case are no several trials, so the interval
 * is wider than their number says. Never more than there were.
 */
export function effectiveTrials({ value, lower, upper, n }: MeasuredShare): number {
  if (lower === null || upper === null || upper <= lower || n <= 0) return n;
  const half = (upper - lower) / 2;
  const p = Math.min(1 - 0.5 / n, Math.max(0.5 / n, value));
  const z = normalCritical(0.95);
  return Math.max(1, Math.min(n, (z ** 2 * p * (1 - p)) / half ** 2));
}

/** Measured shares taken together; null when nothing was checked. */
export function pooledShare(parts: readonly MeasuredShare[]): { right: number; checked: number } | null {
  const trials = parts.map(effectiveTrials);
  const checked = trials.reduce((sum, one) => sum + one, 0);
  if (checked <= 0) return null;
  return { checked, right: parts.reduce((sum, part, at) => sum + part.value * (trials[at] ?? 0), 0) };
}

/** The best knowledge of a bidder's accuracy that there is. */
export function accuracyOf(known: {
  pilot: { right: number; checked: number } | null;
  /** Single reads of the pilot, where none of its final labels was checked. */
  pilotReads?: readonly MeasuredShare[];
  likeWork: readonly MeasuredShare[];
  othersLike: readonly MeasuredShare[];
  othersAny: readonly MeasuredShare[];
}): AccuracyFacts {
  if (known.pilot !== null && known.pilot.checked > 0) return { ...known.pilot, basis: 'pilot' };
  const ofPilot = pooledShare(known.pilotReads ?? []);
  if (ofPilot !== null) return { ...ofPilot, basis: 'pilot_reads' };
  const own = pooledShare(known.likeWork);
  if (own !== null) return { ...own, basis: 'like_work' };
  for (const [parts, basis] of [
    [known.othersLike, 'prior_like'],
    [known.othersAny, 'prior_any'],
  ] as const) {
    const pooled = pooledShare(parts);
    if (pooled === null) continue;
    const checked = Math.min(PRIOR_COUNTS, pooled.checked);
    return { right: (pooled.right / pooled.checked) * checked, checked, basis };
  }
  return { right: 0, checked: 0, basis: 'none' };
}

/** Expected cost per correct label (R12): the bid's whole cost over its labels times the share that is right. */
export function expectedCost(of: {
  totalMinor: bigint;
  cases: number;
  accuracy: AccuracyFacts;
}): Measurement {
  const { right, checked } = of.accuracy;
  return costPerCorrectLabel({ spent: Number(of.totalMinor), nLabels: of.cases, right, checked });
}

export type BestOn = {
  /** The bid that is best by its value, or null where nobody has one. */
  bidId: string | null;
  /** Of the other bids: those from which its lead is decided (95 %), and those from which it is not. */
  decidedOver: string[];
  undecidedWith: string[];
};

/** Who has the lowest figure, and over whom that is decided: the interval of the difference leaves zero out. */
export function lowestOf(rows: readonly { bidId: string; figure: Measurement }[]): BestOn {
  const known = rows.filter((row) => row.figure.value !== null);
  const best = known.reduce<(typeof known)[number] | null>(
    (low, row) => (low === null || (row.figure.value ?? 0) < (low.figure.value ?? 0) ? row : low),
    null,
  );
  if (best === null) return { bidId: null, decidedOver: [], undecidedWith: [] };
  const others = rows.filter((row) => row.bidId !== best.bidId);
  const isDecided = ({ figure }: { figure: Measurement }) => {
    const { ci } = differenceOfShares(figure, best.figure, 'difference_of_costs;mover');
    return ci !== null && ci[0] > 0;
  };
  return {
    bidId: best.bidId,
    decidedOver: others.filter(isDecided).map((row) => row.bidId),
    undecidedWith: others.filter((row) => !isDecided(row)).map((row) => row.bidId),
  };
}

/** Who has the highest exact figure; ties and equals are undecided. */
export function highestOf(rows: readonly { bidId: string; value: number | null }[]): BestOn {
  const top = Math.max(...rows.map((row) => row.value ?? Number.NEGATIVE_INFINITY));
  const leaders = rows.filter((row) => row.value === top);
  const [first] = leaders;
  if (first === undefined || first.value === null) return { bidId: null, decidedOver: [], undecidedWith: [] };
  const others = rows.filter((row) => row.bidId !== first.bidId);
  return {
    bidId: first.bidId,
    decidedOver: others.filter((row) => row.value !== top && row.value !== null).map((row) => row.bidId),
    undecidedWith: others.filter((row) => row.value === top || row.value === null).map((row) => row.bidId),
  };
}

export type SeatHours = {
  hoursPerWeek: number;
  credentials: readonly { kind: string; level: string; status: string; expiresOn: string | null }[];
};

const EXPERT_KINDS = new Set(['board_certification', 'medical_licence', 'residency']);
const COUNTING = new Set(['claimed', 'verifying', 'verified']);

/**
 * Share of the named hours that are of physicians (licence, board certification or residency, vouched for by the vendor or
 * checked at its source, in date), and the share of those checked at the source. Null without hours.
 */
export function expertShares(
  seats: readonly SeatHours[],
  today: string,
): { experts: number; checkedAtSource: number } | null {
  const all = seats.reduce((sum, seat) => sum + seat.hoursPerWeek, 0);
  if (all === 0) return null;
  const share = (levels: readonly string[]) => {
    const holds = (seat: SeatHours) =>
      seat.credentials.some(
        (one) =>
          EXPERT_KINDS.has(one.kind) &&
          COUNTING.has(one.status) &&
          levels.includes(one.level) &&
          (one.expiresOn === null || one.expiresOn >= today),
      );
    return seats.reduce((sum, seat) => sum + (holds(seat) ? seat.hoursPerWeek : 0), 0) / all;
  };
  return {
    experts: share(['vendor_attested', 'primary_source']),
    checkedAtSource: share(['primary_source']),
  };
}
