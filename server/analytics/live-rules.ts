import type { Progress } from '#server/work/count-progress.ts';
import { forecastFinish, type HourOfReads, readsWithGold } from './rules.ts';
import type { LiveView, LiveWhole } from './schemas.ts';

/**
 * Who watches: the sponsor sees its batch exactly, the vendor that reads it without what could tell gold from other work, and a vendor
 * that reads a part of it, known by its organisation, its own people alone (R21).
 */
export type LiveViewer = 'sponsor' | 'vendor' | `part of ${string}`;

export const partOf = (orgId: string): LiveViewer => `part of ${orgId}`;
/** The organisation of a vendor that watches its part; null for whoever watches the whole. */
export const partOrgOf = (viewer: LiveViewer): string | null =>
  viewer === 'sponsor' || viewer === 'vendor' ? null : viewer.slice('part of '.length);

/** What one poll says of a vendor's part of a batch: of its own people, dealt gold included. */
export type PartCounts = Pick<
  LiveCounts,
  'status' | 'submitted' | 'held' | 'activeReaders' | 'activeDeciders'
>;

/**
 * A vendor's part of a batch: what its own people have submitted and hold, and how many are at it. All of it moves with a dealt gold read as
 * with any other. How far the whole is would tell what the others have done.
 */
export function livePart(counts: PartCounts): LiveView {
  const { status, submitted, held, activeReaders, activeDeciders } = counts;
  return {
    status,
    isRough: true,
    reads: submitted,
    readsNeeded: null,
    held,
    activeReaders,
    activeDeciders,
    whole: null,
  };
}

/** What one poll of the small counters says of a batch. */
export type LiveCounts = {
  status: LiveView['status'];
  taskCount: number;
  /** Share of dealt gold among what people read, 0..1; null where none is dealt. */
  goldShare: number | null;
  /** Submitted reads, gold that was dealt included. */
  submitted: number;
  /** Reads that its own cases have of those that they need. */
  reads: number;
  /** Leases that are out. */
  held: number;
  /** Readers, and reviewers and adjudicators, who did something in the last ten minutes. */
  activeReaders: number;
  activeDeciders: number;
  progress: Progress;
  /** Reads by hour of the last seven days. */
  hours: readonly HourOfReads[];
};

/**
 * A batch as its viewer may see it at this instant. The vendor's own readers work in it, so for the vendor every figure that moves
 * with an ordinary read but not with a dealt gold one is a round number (1, 2 or 5 and noughts) or a whole hour. Nothing
 * says how good anything is, so a pilot that is read shows the same (R15).
 */
export function liveView(viewer: 'sponsor' | 'vendor', counts: LiveCounts, now: Date): LiveView {
  const { progress } = counts;
  const left = Math.max(0, progress.readsNeeded - counts.reads);
  const settled = (progress.tasks.final ?? 0) + (progress.tasks.unusable ?? 0);
  const waiting =
    (progress.tasks.labelled ?? 0) + (progress.tasks.in_review ?? 0) + (progress.tasks.in_adjudication ?? 0);
  const forecast =
    counts.status === 'open'
      ? forecastFinish(counts.hours, readsWithGold(left, counts.goldShare ?? 0), now)
      : null;
  const isGivenOut = counts.status === 'open' || counts.status === 'paused';
  const isRough = viewer === 'vendor';
  const shown = isRough ? roughly : (n: number) => n;
  const at = (date: Date | null) => (date === null ? null : isRough ? wholeHour(date) : date);
  return {
    status: counts.status,
    isRough,
    // A read that was rejected or given to another, a correction and dealt gold, also once it is withdrawn (R7), were submitted and bring
    // a batch no nearer to its end.
    reads: isRough ? counts.submitted : counts.reads,
    readsNeeded: isRough ? null : progress.readsNeeded,
    held: counts.held,
    activeReaders: counts.activeReaders,
    activeDeciders: counts.activeDeciders,
    whole: {
      // Of a batch that closes or is settled nothing more is given out; what nobody has read of it stays unread (R27).
      readsOpen: isGivenOut ? shown(Math.max(0, left - counts.held)) : 0,
      cases: counts.taskCount,
      casesSettled: isRough && settled < counts.taskCount ? atLeast(settled) : settled,
      casesWaiting: shown(waiting),
      finish:
        forecast === null
          ? { at: null, earliest: null, latest: null, readsPerDay: null, basis: basisOf(counts, left), n: 0 }
          : {
              at: at(forecast.finishAt),
              earliest: at(forecast.earliest),
              latest: at(forecast.latest),
              readsPerDay: Math.round(forecast.readsPerDay),
              basis: 'pace',
              n: forecast.n,
            },
    },
  };
}

/** Why there is no forecast. */
function basisOf(counts: LiveCounts, left: number): LiveWhole['finish']['basis'] {
  if (counts.status !== 'open') return 'not_open';
  return left === 0 ? 'nothing_left' : 'too_early';
}

/**
 * The next of 5, 10, 20, 50, 100, 200 … above it. Steps as wide as the number itself: a figure that moved with every ordinary
 * read and stood still at gold would give gold away, as in server/work/rough-count.
 */
export function roughly(n: number): number {
  if (n <= 0) return 0;
  const ten = 10 ** Math.max(0, Math.floor(Math.log10(n)));
  return Math.max(5, [1, 2, 5, 10].map((step) => step * ten).find((about) => about >= n) ?? n);
}

/** The last of 5, 10, 20, 50 … that is not above it, else 0: what is done is never overstated. In the same steps, for the same reason. */
export function atLeast(n: number): number {
  if (n < 5) return 0;
  const ten = 10 ** Math.floor(Math.log10(n));
  return [5, 2, 1].map((step) => step * ten).find((about) => about <= n) ?? 0;
}

function wholeHour(date: Date): Date {
  const hour = 3_600_000;
  return new Date(Math.round(date.getTime() / hour) * hour);
}
