import { bootstrapInterval } from '#server/quality/bootstrap-interval.ts';
import { type Measurement, measured, unmeasured } from '#server/quality/measurement.ts';

/**
 * Reads per active hour: reads over the time the reader was active on them, idle left out. The interval is the seeded
 * bootstrap over cases, because slow cases are slow for everyone. `n` counts reads.
 * Null with `no_active_time` when no read has a measured time.
 */
export function readsPerActiveHour(
  reads: readonly { taskId: string; activeMs: number }[],
  options: { resamples?: number } = {},
): Measurement {
  const byTask = new Map<string, { reads: number; ms: number }>();
  let n = 0;
  let ms = 0;
  for (const read of reads) {
    if (read.activeMs <= 0) continue;
    const task = byTask.get(read.taskId) ?? { reads: 0, ms: 0 };
    task.reads += 1;
    task.ms += read.activeMs;
    byTask.set(read.taskId, task);
    n += 1;
    ms += read.activeMs;
  }
  const nExcluded = reads.length - n;
  const name = 'reads_per_active_hour';
  if (n === 0)
    return unmeasured({ reason: 'no_active_time', nExcluded, exclusion: 'no_active_time', method: name });
  const rate = (count: number, time: number): number | null => (time > 0 ? (count * 3_600_000) / time : null);
  const interval = bootstrapInterval({
    contributions: Float64Array.from([...byTask.values()].flatMap((task) => [task.reads, task.ms])),
    width: 2,
    statistic: (sums) => rate(sums[0] ?? 0, sums[1] ?? 0),
    resamples: options.resamples ?? 2000,
  });
  return measured({
    value: (n * 3_600_000) / ms,
    ci: interval.ci,
    se: interval.se,
    n,
    nExcluded,
    exclusion: 'no_active_time',
    method: `${name};${interval.method}`,
  });
}
