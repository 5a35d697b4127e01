import { percentOf } from '#server/core/money.ts';
import type { ServiceLevels, SlaTarget } from './schemas.ts';

/** What a vendor did in a settled batch, as far as it is known: its own reads, whether or not others read there too. */
export type BatchPerformance = {
  /** Days to the vendor's last read, from opening or from when reads were last given to it, without those on which it was paused. */
  days: number;
  /** The same days from when its first reads were there; by these its pace is reckoned. */
  paceDays: number;
  /** The vendor's own. */
  reads: number;
  /** Newest stored accuracy on gold of the field the service level names; null value without a reference (R8). */
  accuracy: { value: number | null; interval: readonly [number, number] | null; n: number };
};

const one = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 1 });
const share = (value: number) => value.toFixed(3).replace(/^0/, '');

/**
 * Each agreed target against what was measured. Time and pace are counted, so they are met or missed; accuracy is a
 * measurement with an interval and has three answers (R10): met when the near bound clears the target, missed when the far
 * bound does not reach it, otherwise undecided, and what is undecided costs nobody anything.
 */
export function judgeTargets(levels: ServiceLevels, batch: BatchPerformance): SlaTarget[] {
  const targets: SlaTarget[] = [];
  if (levels.turnaroundDays !== null) {
    const isMet = batch.days <= levels.turnaroundDays;
    targets.push({
      target: 'turnaround',
      asked: levels.turnaroundDays,
      value: batch.days,
      interval: null,
      n: batch.reads,
      verdict: isMet ? 'met' : 'missed',
      says: `Read in ${one(batch.days)} days; ${levels.turnaroundDays} ${levels.turnaroundDays === 1 ? 'day was' : 'days were'} agreed.`,
    });
  }
  if (levels.readsPerDay !== null) {
    // A batch that took less than a day is not extrapolated.
    const pace = batch.reads / Math.max(1, batch.paceDays);
    const most = Math.min(levels.readsPerDay, batch.reads);
    targets.push({
      target: 'throughput',
      asked: levels.readsPerDay,
      value: pace,
      interval: null,
      n: batch.reads,
      verdict: pace >= most ? 'met' : 'missed',
      says: `${one(pace)} reads a day over ${one(batch.paceDays)} days; ${levels.readsPerDay} were agreed.`,
    });
  }
  if (levels.accuracy !== null) targets.push(judgeAccuracy(levels.accuracy, batch.accuracy));
  return targets;
}

function judgeAccuracy(
  asked: NonNullable<ServiceLevels['accuracy']>,
  { value, interval, n }: BatchPerformance['accuracy'],
): SlaTarget {
  const base = { target: 'accuracy' as const, asked: asked.atLeast, value, n };
  if (value === null || interval === null)
    return {
      ...base,
      interval: null,
      verdict: 'undecided',
      says: `Accuracy of ${asked.field} was not measured: the batch had too little gold. Nothing follows.`,
    };
  const [lower, upper] = interval;
  const verdict = lower >= asked.atLeast ? 'met' : upper < asked.atLeast ? 'missed' : 'undecided';
  const follows = {
    met: 'its lower bound clears it',
    missed: 'even its upper bound does not reach it',
    undecided: 'the interval holds it, so it is not decided and nothing follows',
  }[verdict];
  return {
    ...base,
    interval: [lower, upper],
    verdict,
    says: `Accuracy of ${asked.field} ${share(value)} [${share(lower)}, ${share(upper)}], n ${n}; ${share(asked.atLeast)} was agreed: ${follows}.`,
  };
}

/** What is given back for a batch: the agreed share of what it earned for each target missed, up to the cap. */
export function creditOf(levels: ServiceLevels, targets: readonly SlaTarget[], workMinor: bigint): bigint {
  const missed = targets.filter((target) => target.verdict === 'missed').length;
  return percentOf(workMinor, Math.min(missed * levels.creditBasisPoints, levels.capBasisPoints));
}

/**
 * From when and until when a vendor's part of a batch is timed. Reads that came to it later (an overflow) have their whole time from
 * then on, so turnaround runs from the last time that it was given some; its pace from the first. It ends with its own last read,
 * or with the batch where reads that were its own are left unread: what it never did has taken it all the time there was.
 */
export function timesOfPart(part: {
  openedAt: Date;
  closedAt: Date;
  givenAt: readonly Date[];
  lastReadAt: Date | null;
  unread: number;
}): { from: Date; paceFrom: Date; to: Date } {
  const { openedAt, closedAt, lastReadAt } = part;
  const given = part.givenAt.map((at) => Math.max(openedAt.getTime(), at.getTime()));
  if (given.length === 0) given.push(openedAt.getTime());
  return {
    from: new Date(Math.max(...given)),
    paceFrom: new Date(Math.min(...given)),
    to: part.unread > 0 || lastReadAt === null ? closedAt : lastReadAt,
  };
}

/** Time between two instants that was not paused, in days. `pauses`: when it was paused and resumed, in order; the last may be open. */
export function unpausedDays(
  from: Date,
  to: Date,
  pauses: readonly { from: Date; to: Date | null }[],
): number {
  const paused = pauses.reduce((sum, pause) => {
    const start = Math.max(from.getTime(), pause.from.getTime());
    const end = Math.min(to.getTime(), (pause.to ?? to).getTime());
    return sum + Math.max(0, end - start);
  }, 0);
  return Math.max(0, to.getTime() - from.getTime() - paused) / 86_400_000;
}
